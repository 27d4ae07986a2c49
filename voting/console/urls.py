"""Addresses of the organisers' pages, all with a language."""

from django.urls import path, re_path

from voting.console import unit_views, views

app_name = "console"

urlpatterns = [
    path("console/", views.home, name="home"),
    path("console/units/", unit_views.units, name="units"),
    path("console/units/import/", unit_views.import_units, name="units_import"),
    re_path(
        r"^console/units/at/(?P<code>[0-9A-Za-z][0-9A-Za-z-]{0,19})/\Z",
        unit_views.unit,
        name="unit",
    ),
]
