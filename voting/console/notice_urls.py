"""Addresses of the organisers' pages of notices and objections."""

from typing import Final

from django.urls import path, re_path

from voting.console import calendar_views, notice_views, objection_views
from voting.notices.models import NoticeKind

_SEASON = r"^console/seasons/(?P<slug>[-a-zA-Z0-9_]+)/"
_OBJECTION = _SEASON + r"objections/(?P<number>[2-9A-HJ-NP-Z]{8})/"
_RESULT: Final = {"kind": NoticeKind.RESULT.value}

notice_urls = [
    path("console/seasons/<slug:slug>/notices/", notice_views.notices, name="notices"),
    path(
        "console/seasons/<slug:slug>/notices/prepare/", notice_views.prepare, name="notice_prepare"
    ),
    path(
        "console/seasons/<slug:slug>/notices/preview.pdf",
        notice_views.preview,
        name="notice_preview",
    ),
    path(
        "console/seasons/<slug:slug>/result-notice/",
        notice_views.notices,
        _RESULT,
        name="result_notice",
    ),
    path(
        "console/seasons/<slug:slug>/result-notice/prepare/",
        notice_views.prepare,
        _RESULT,
        name="result_notice_prepare",
    ),
    path(
        "console/seasons/<slug:slug>/result-notice/preview.pdf",
        notice_views.preview,
        _RESULT,
        name="result_notice_preview",
    ),
    path("console/seasons/<slug:slug>/calendar/", calendar_views.calendar, name="calendar"),
    path("console/seasons/<slug:slug>/objections/", objection_views.objections, name="objections"),
    path(
        "console/seasons/<slug:slug>/objections/new/",
        objection_views.objection_new,
        name="objection_new",
    ),
    re_path(_OBJECTION + r"\Z", objection_views.objection, name="objection"),
    re_path(
        _OBJECTION + r"files/(?P<pk>[0-9]{1,12})/\Z", objection_views.evidence, name="evidence"
    ),
]
