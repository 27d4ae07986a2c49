"""Addresses of notices and objections; all but portraits have a language in front."""

from collections.abc import Callable
from typing import Final

from django.http import HttpResponseBase
from django.urls import URLPattern, re_path

from voting.notices import views
from voting.notices.models import NoticeKind

app_name = "notices"

# Both kinds of notice have the same pages: below notice/, and below result/notice/.
_BELOW: Final = {NoticeKind.CANDIDATE: "notice/", NoticeKind.RESULT: "result/notice/"}


def _pages(kind: NoticeKind) -> list[URLPattern]:
    """Return the addresses of one kind of notice; their names begin with the kind."""
    season = rf"^s/(?P<slug>[-\w]+)/{_BELOW[kind]}"
    pages: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
        (r"\Z", views.notice, ""),
        (r"v(?P<version>[0-9]{1,4})/\Z", views.version, "_version"),
        (r"v(?P<version>[0-9]{1,4})/notice\.pdf\Z", views.print_version, "_print"),
        (r"object/\Z", views.object_to, "_object"),
        (r"objection/\Z", views.ask_receipt, "_receipt"),
        (r"objection/(?P<code>[2-9A-HJ-NP-Z]{16})/\Z", views.receipt, "_receipt_of"),
    ]
    return [
        re_path(season + ending, view, {"kind": kind.value}, name=f"{kind.value}{name}")
        for ending, view, name in pages
    ]


urlpatterns = [*_pages(NoticeKind.CANDIDATE), *_pages(NoticeKind.RESULT)]

plain_patterns = [
    re_path(
        r"^notices/(?P<mark>[0-9a-f]{16})/(?P<position>[0-9]{1,5})\Z",
        views.portrait,
        name="notice_portrait",
    ),
]
