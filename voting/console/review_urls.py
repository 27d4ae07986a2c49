"""Addresses of the organisers' pages of nominations: their list, files, duplicates, shortlists."""

from django.urls import path

from voting.console import (
    duplicate_views,
    nomination_views,
    review_settings_views,
    review_views,
    sheet_views,
    shortlist_views,
)

_NOMINATIONS = "console/seasons/<slug:slug>/nominations/"
_ONE = f"{_NOMINATIONS}at/<str:code>/"

review_urls = [
    path(_NOMINATIONS, review_views.nominations, name="nominations"),
    path(f"{_NOMINATIONS}bulk/", review_views.nominations_bulk, name="nominations_bulk"),
    path(f"{_NOMINATIONS}sheets/", sheet_views.sheets, name="sheets"),
    path(
        f"{_NOMINATIONS}sheets/<str:what>.<str:ending>",
        sheet_views.download,
        name="sheet_download",
    ),
    path(f"{_NOMINATIONS}settings/", review_settings_views.review_settings, name="review_settings"),
    path(_ONE, nomination_views.nomination, name="nomination"),
    path(f"{_ONE}files/<str:name>", nomination_views.nomination_file, name="nomination_file"),
    path(f"{_ONE}compare/", duplicate_views.compare_with, name="compare_with"),
    path(f"{_ONE}compare/<str:other>/", duplicate_views.compare, name="compare"),
    path("console/seasons/<slug:slug>/duplicates/", duplicate_views.duplicates, name="duplicates"),
    path("console/seasons/<slug:slug>/shortlist/", shortlist_views.shortlists, name="shortlists"),
    path(
        "console/seasons/<slug:slug>/shortlist/<int:position>/",
        shortlist_views.shortlist,
        name="shortlist",
    ),
]
