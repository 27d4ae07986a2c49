"""Addresses of notices and objections; all but portraits have a language in front."""

from typing import Final

from django.urls import path, re_path

from voting.notices import views

app_name = "notices"

_SEASON: Final = r"^s/(?P<slug>[-\w]+)/notice/"

urlpatterns = [
    path("s/<slug:slug>/notice/", views.notice, name="candidate"),
    re_path(_SEASON + r"v(?P<version>[0-9]{1,4})/\Z", views.version, name="candidate_version"),
    re_path(
        _SEASON + r"v(?P<version>[0-9]{1,4})/notice\.pdf\Z",
        views.print_version,
        name="candidate_print",
    ),
    path("s/<slug:slug>/notice/object/", views.object_to, name="object"),
    path("s/<slug:slug>/notice/objection/", views.ask_receipt, name="receipt"),
    re_path(
        _SEASON + r"objection/(?P<code>[2-9A-HJ-NP-Z]{16})/\Z", views.receipt, name="receipt_of"
    ),
]

plain_patterns = [
    re_path(
        r"^notices/(?P<mark>[0-9a-f]{16})/(?P<position>[0-9]{1,5})\Z",
        views.portrait,
        name="notice_portrait",
    ),
]
