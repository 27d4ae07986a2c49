"""Addresses of the organisers' pages of judging."""

from django.urls import path, re_path

from voting.console import agreement_views, example_views, panel_views, paper_views, seat_views

_SEASON = r"^console/seasons/(?P<slug>[-a-zA-Z0-9_]+)/"
_PANEL = _SEASON + r"panels/(?P<pk>[0-9]{1,12})/"

panel_urls = [
    path("console/seasons/<slug:slug>/judging/", panel_views.judging, name="judging"),
    re_path(_SEASON + r"judges/(?P<pk>[0-9]{1,12})/\Z", panel_views.judge, name="judge"),
    re_path(_PANEL + r"\Z", panel_views.panel, name="panel"),
    re_path(_PANEL + r"agreement/\Z", agreement_views.agreement, name="panel_agreement"),
    re_path(_PANEL + r"example/\Z", example_views.example, name="panel_example"),
    re_path(_PANEL + r"scores\.csv\Z", agreement_views.sheets, name="panel_sheets"),
    re_path(_PANEL + r"sheets\.zip\Z", paper_views.score_sheets, name="score_sheets"),
    re_path(_PANEL + r"seats/(?P<seat_pk>[0-9]{1,12})/\Z", seat_views.seat, name="seat"),
    re_path(
        _PANEL + r"seats/(?P<seat_pk>[0-9]{1,12})/sheet\.pdf\Z", paper_views.score_sheet,
        name="score_sheet",
    ),
]  # fmt: skip
