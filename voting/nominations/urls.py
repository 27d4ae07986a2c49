"""Addresses of nominations, all with a language. A code is random: it says nothing of order."""

from typing import Final

from django.urls import path, re_path

from voting.nominations.views import start, status, steps, uploads

app_name = "nominations"

_CODE: Final = r"^nominations/(?P<code>[2-9A-HJ-NP-Z]{10})/"

urlpatterns = [
    path("nominate/<slug:slug>/", start.start, name="start"),
    path("nominations/link/<str:token>/", start.link, name="link"),
    re_path(_CODE + r"\Z", status.status, name="status"),
    re_path(_CODE + r"delete/\Z", status.discard, name="discard"),
    re_path(_CODE + r"confirm/\Z", status.confirm_code, name="confirm"),
    re_path(_CODE + r"edit/(?P<step>who|contact|deeds|files|check)/\Z", steps.step, name="step"),
    re_path(_CODE + r"add/portrait/\Z", uploads.portrait, name="add_portrait"),
    re_path(_CODE + r"add/photo/\Z", uploads.photo, name="add_photo"),
    re_path(_CODE + r"add/proof/\Z", uploads.attachment, name="add_attachment"),
    re_path(_CODE + r"change/(?P<stem>[0-9a-f]{32})/\Z", uploads.change, name="change_file"),
    re_path(
        _CODE + r"files/(?P<name>[0-9a-f]{32}(?:-[a-z]{1,10})?\.(?:jpg|webp|png|pdf))\Z",
        uploads.file,
        name="file",
    ),
]
