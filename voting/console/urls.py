"""Addresses of the organisers' pages, all with a language."""

from django.urls import path, re_path

from voting.console import amendment_views, season_views, unit_views, views

app_name = "console"

urlpatterns = [
    path("console/", views.home, name="home"),
    path("console/new/", season_views.new_season, name="season_new"),
    path("console/seasons/<slug:slug>/", season_views.overview, name="season"),
    path("console/seasons/<slug:slug>/rules/", season_views.rules, name="season_rules"),
    path("console/seasons/<slug:slug>/amend/", amendment_views.amend, name="season_amend"),
    path("console/seasons/<slug:slug>/amend/tell/", amendment_views.tell, name="season_tell"),
    path("console/seasons/<slug:slug>/details/", season_views.details, name="season_details"),
    path(
        "console/seasons/<slug:slug>/categories/",
        season_views.categories,
        name="season_categories",
    ),
    path("console/units/", unit_views.units, name="units"),
    path("console/units/import/", unit_views.import_units, name="units_import"),
    re_path(
        r"^console/units/at/(?P<code>[0-9A-Za-z][0-9A-Za-z-]{0,19})/\Z",
        unit_views.unit,
        name="unit",
    ),
]
