"""Addresses of the organisers' pages on which a season is prepared, tried and amended."""

from django.urls import path, re_path

from voting.console import (
    amendment_views,
    part_views,
    preview_views,
    rehearsal_views,
    season_views,
    setup_views,
)

setup_urls = [
    path("console/new/", season_views.new_season, name="season_new"),
    path("console/seasons/<slug:slug>/rules/", season_views.rules, name="season_rules"),
    path("console/seasons/<slug:slug>/parts/", part_views.parts, name="season_parts"),
    path("console/seasons/<slug:slug>/parts/new/", part_views.new_part, name="season_part_new"),
    path("console/seasons/<slug:slug>/parts/<slug:code>/", part_views.part, name="season_part"),
    path(
        "console/seasons/<slug:slug>/parts/<slug:code>/criteria/",
        part_views.criteria,
        name="season_criteria",
    ),
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
]
