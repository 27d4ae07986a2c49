"""Addresses of the organisers' pages, all with a language; those of an area stand together."""

from django.urls import path, re_path

from voting.console import (
    announcement_views,
    audit_views,
    people_views,
    quota_views,
    today_views,
    unit_views,
    views,
)
from voting.console.notice_urls import notice_urls
from voting.console.opening_urls import opening_urls
from voting.console.panel_urls import panel_urls
from voting.console.result_urls import result_urls
from voting.console.review_urls import review_urls
from voting.console.setup_urls import setup_urls

app_name = "console"

urlpatterns = [
    path("console/", views.home, name="home"),
    path("console/seasons/<slug:slug>/", today_views.today, name="season"),
    path("console/seasons/<slug:slug>/unused/", quota_views.unused, name="unused"),
    path("console/people/", people_views.site_people, name="site_people"),
    path("console/seasons/<slug:slug>/people/", people_views.people, name="people"),
    path("console/audit/", audit_views.site_audit, name="site_audit"),
    re_path(
        r"^console/audit/audit\.(?P<kind>csv|xlsx)\Z",
        audit_views.site_audit_file,
        name="site_audit_file",
    ),
    path("console/seasons/<slug:slug>/audit/", audit_views.audit, name="audit"),
    re_path(
        r"^console/seasons/(?P<slug>[-a-zA-Z0-9_]+)/audit/audit\.(?P<kind>csv|xlsx)\Z",
        audit_views.audit_file,
        name="audit_file",
    ),
    path(
        "console/seasons/<slug:slug>/announcements/",
        announcement_views.announcements,
        name="announcements",
    ),
    path(
        "console/seasons/<slug:slug>/announcements/<int:pk>/",
        announcement_views.announcement,
        name="announcement",
    ),
    path("console/units/", unit_views.units, name="units"),
    path("console/units/import/", unit_views.import_units, name="units_import"),
    re_path(
        r"^console/units/at/(?P<code>[0-9A-Za-z][0-9A-Za-z-]{0,19})/\Z",
        unit_views.unit,
        name="unit",
    ),
    *setup_urls,
    *review_urls,
    *notice_urls,
    *panel_urls,
    *result_urls,
    *opening_urls,
]
