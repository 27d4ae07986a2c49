"""Addresses of the organisers' pages, all with a language."""

from django.urls import path, re_path

from voting.console import (
    amendment_views,
    announcement_views,
    approvals_views,
    audit_views,
    duplicate_views,
    nomination_views,
    number_views,
    opening_views,
    people_views,
    preview_views,
    quota_views,
    rehearsal_views,
    review_settings_views,
    review_views,
    season_views,
    setup_views,
    sheet_views,
    shortlist_views,
    today_views,
    unit_views,
    views,
    voting_views,
)
from voting.console.notice_urls import notice_urls

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
    path("console/seasons/<slug:slug>/unused/", quota_views.unused, name="unused"),
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
    path("console/seasons/<slug:slug>/amend/", amendment_views.amend, name="season_amend"),
    path("console/seasons/<slug:slug>/amend/tell/", amendment_views.tell, name="season_tell"),
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
        r"(?P<page>(?:rules/|board/|notice/|n/[0-9A-Za-z]{1,8}/)?)\Z",
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
    *review_urls,
    *notice_urls,
    path("console/approvals/", approvals_views.approvals, name="approvals"),
    path(
        "console/seasons/<slug:slug>/approvals/",
        approvals_views.season_approvals,
        name="season_approvals",
    ),
    path(
        "console/seasons/<slug:slug>/approvals/<int:pk>/",
        approvals_views.approval,
        name="approval",
    ),
    path("console/seasons/<slug:slug>/numbers/", number_views.numbers, name="numbers"),
    path("console/seasons/<slug:slug>/opening/", opening_views.opening, name="opening"),
    path("console/seasons/<slug:slug>/voting/", voting_views.voting, name="voting"),
    *(
        path(f"console/seasons/<slug:slug>/voting/{act}/", view, name=f"voting_{act}")
        for act, view in (
            ("pause", voting_views.pause),
            ("resume", voting_views.resume),
            ("close", voting_views.close),
            ("finish", voting_views.finish),
        )
    ),
    re_path(
        r"^console/seasons/(?P<slug>[-\w]+)/voting/withdraw/(?P<number>[0-9A-Za-z]{1,8})/\Z",
        voting_views.withdraw,
        name="voting_withdraw",
    ),
    path("console/units/", unit_views.units, name="units"),
    path("console/units/import/", unit_views.import_units, name="units_import"),
    re_path(
        r"^console/units/at/(?P<code>[0-9A-Za-z][0-9A-Za-z-]{0,19})/\Z",
        unit_views.unit,
        name="unit",
    ),
]
