"""Addresses of the organisers' pages, all with a language."""

from django.urls import path, re_path

from voting.console import (
    announcement_views,
    audit_views,
    people_views,
    preview_views,
    rehearsal_views,
    season_views,
    setup_views,
    today_views,
    unit_views,
    views,
)

app_name = "console"

urlpatterns = [
    path("console/", views.home, name="home"),
    path("console/new/", season_views.new_season, name="season_new"),
    path("console/people/", people_views.site_people, name="site_people"),
    path("console/audit/", audit_views.site_audit, name="site_audit"),
    re_path(
        r"^console/audit/audit\.(?P<kind>csv|xlsx)\Z",
        audit_views.site_audit_file,
        name="site_audit_file",
    ),
    path("console/seasons/<slug:slug>/", today_views.today, name="season"),
    path("console/seasons/<slug:slug>/people/", people_views.people, name="people"),
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
    path("console/seasons/<slug:slug>/rules/", season_views.rules, name="season_rules"),
    path("console/seasons/<slug:slug>/details/", season_views.details, name="season_details"),
    path(
        "console/seasons/<slug:slug>/categories/",
        season_views.categories,
        name="season_categories",
    ),
    path("console/seasons/<slug:slug>/stages/", setup_views.stages, name="season_stages"),
    path("console/seasons/<slug:slug>/approval/", setup_views.approved, name="season_approval"),
    path(
        "console/seasons/<slug:slug>/nomination-form/",
        setup_views.nominating,
        name="season_nominating",
    ),
    path("console/seasons/<slug:slug>/quotas/", setup_views.quotas, name="season_quotas"),
    path("console/seasons/<slug:slug>/publish/", setup_views.publish, name="season_publish"),
    path("console/seasons/<slug:slug>/preview/", preview_views.preview, name="season_preview"),
    re_path(
        r"^console/seasons/(?P<slug>[-\w]+)/preview/(?P<at>[0-9]{8}T[0-9]{4})/(?P<role>[a-z_]+)/"
        r"(?P<page>(?:rules/|n/[0-9A-Za-z]{1,8}/)?)\Z",
        preview_views.preview_page,
        name="preview_page",
    ),
    re_path(
        r"^console/seasons/(?P<slug>[-\w]+)/preview/(?P<number>[0-9A-Za-z]{1,8})\.svg\Z",
        preview_views.preview_portrait,
        name="preview_portrait",
    ),
    path(
        "console/seasons/<slug:slug>/rehearsals/",
        rehearsal_views.rehearsals,
        name="season_rehearsals",
    ),
    path(
        "console/seasons/<slug:slug>/rehearsals/<slug:code>/",
        rehearsal_views.rehearsal,
        name="season_rehearsal",
    ),
    path("console/units/", unit_views.units, name="units"),
    path("console/units/import/", unit_views.import_units, name="units_import"),
    re_path(
        r"^console/units/at/(?P<code>[0-9A-Za-z][0-9A-Za-z-]{0,19})/\Z",
        unit_views.unit,
        name="unit",
    ),
]
