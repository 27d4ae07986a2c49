"""Addresses of the organisers' pages, all with a language."""

from django.urls import path, re_path

from voting.console import (
    duplicate_views,
    nomination_views,
    review_settings_views,
    review_views,
    season_views,
    sheet_views,
    shortlist_views,
    unit_views,
    views,
)

app_name = "console"

_OF_SEASON = "console/seasons/<slug:slug>/"
review_urls = [
    path(f"{_OF_SEASON}nominations/", review_views.nominations, name="nominations"),
    path(f"{_OF_SEASON}nominations/bulk/", review_views.nominations_bulk, name="nominations_bulk"),
    path(f"{_OF_SEASON}nominations/sheets/", sheet_views.sheets, name="sheets"),
    path(
        f"{_OF_SEASON}nominations/sheets/<str:what>.<str:ending>", sheet_views.download,
        name="sheet_download",
    ),
    path(
        f"{_OF_SEASON}nominations/settings/", review_settings_views.review_settings,
        name="review_settings",
    ),
    path(f"{_OF_SEASON}nominations/at/<str:code>/", nomination_views.nomination, name="nomination"),
    path(
        f"{_OF_SEASON}nominations/at/<str:code>/files/<str:name>",
        nomination_views.nomination_file, name="nomination_file",
    ),
    path(
        f"{_OF_SEASON}nominations/at/<str:code>/compare/", duplicate_views.compare_with,
        name="compare_with",
    ),
    path(
        f"{_OF_SEASON}nominations/at/<str:code>/compare/<str:other>/", duplicate_views.compare,
        name="compare",
    ),
    path(f"{_OF_SEASON}duplicates/", duplicate_views.duplicates, name="duplicates"),
    path(f"{_OF_SEASON}shortlist/", shortlist_views.shortlists, name="shortlists"),
    path(
        f"{_OF_SEASON}shortlist/<int:position>/", shortlist_views.shortlist, name="shortlist"
    ),
]  # fmt: skip

urlpatterns = [
    path("console/", views.home, name="home"),
    path("console/new/", season_views.new_season, name="season_new"),
    path("console/seasons/<slug:slug>/", season_views.overview, name="season"),
    path("console/seasons/<slug:slug>/rules/", season_views.rules, name="season_rules"),
    path("console/seasons/<slug:slug>/details/", season_views.details, name="season_details"),
    path(
        "console/seasons/<slug:slug>/categories/",
        season_views.categories,
        name="season_categories",
    ),
    *review_urls,
    path("console/units/", unit_views.units, name="units"),
    path("console/units/import/", unit_views.import_units, name="units_import"),
    re_path(
        r"^console/units/at/(?P<code>[0-9A-Za-z][0-9A-Za-z-]{0,19})/\Z",
        unit_views.unit,
        name="unit",
    ),
]
