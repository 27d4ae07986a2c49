"""Addresses of the organisers' pages of results."""

from django.urls import path, re_path

from voting.console import (
    ceremony_views,
    certificate_views,
    figure_file_views,
    figure_views,
    paper_views,
    result_views,
    ruling_views,
)

_SEASON = r"^console/seasons/(?P<slug>[-a-zA-Z0-9_]+)/"

_FILE = _SEASON + r"figures/(?P<pk>[0-9]{1,12})/"

result_urls = [
    path("console/seasons/<slug:slug>/result/", result_views.result, name="result"),
    re_path(
        _SEASON + r"result/revoke/(?P<pk>[0-9]{1,12})/\Z", result_views.revoke,
        name="result_revoke",
    ),
    re_path(
        _SEASON + r"result/certificates/(?P<pk>[0-9]{1,12})\.pdf\Z", certificate_views.certificate,
        name="certificate",
    ),
    re_path(
        _SEASON + r"result/certificates\.zip\Z", certificate_views.certificates_zip,
        name="certificates",
    ),
    re_path(
        _SEASON + r"result/minutes-v(?P<version>[0-9]{1,4})\.pdf\Z", paper_views.minutes,
        name="minutes",
    ),
    path("console/seasons/<slug:slug>/result/rulings/", ruling_views.rulings, name="rulings"),
    path("console/seasons/<slug:slug>/ceremony/", ceremony_views.ceremony, name="ceremony"),
    path("console/seasons/<slug:slug>/figures/", figure_views.figures, name="figures"),
    re_path(_FILE + r"\Z", figure_file_views.figures_one, name="figures_one"),
    re_path(_FILE + r"figures\.csv\Z", figure_file_views.figures_csv, name="figures_csv"),
    re_path(
        _FILE + r"evidence\Z", figure_file_views.figures_evidence, name="figures_evidence"
    ),
]  # fmt: skip
