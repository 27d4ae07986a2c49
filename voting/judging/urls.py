"""Addresses of the judges' pages, all with a language. A nominee's code is the panel's own."""

from typing import Final

from django.urls import path, re_path

from voting.judging.views import files, overview, paper, saving, sheet, start, submitting

app_name = "judging"

_PANEL: Final = r"^judging/(?P<slug>[-\w]+)/(?P<panel>[0-9]{1,9})/"
_ONE: Final = _PANEL + r"(?P<code>[0-9a-f]{12}|practice)/"

urlpatterns = [
    path("judging/<slug:slug>/", start.start, name="start"),
    re_path(_PANEL + r"answer/\Z", start.answer, name="answer"),
    re_path(_PANEL + r"\Z", overview.panel, name="panel"),
    re_path(_PANEL + r"save/\Z", saving.save, name="save"),
    re_path(_PANEL + r"order/\Z", overview.order, name="order"),
    re_path(_PANEL + r"compare/\Z", overview.compare, name="compare"),
    re_path(_PANEL + r"submit/\Z", submitting.submit, name="submit"),
    re_path(_PANEL + r"undo/\Z", submitting.undo, name="undo"),
    re_path(_PANEL + r"sheet\.pdf\Z", paper.paper, name="paper"),
    re_path(_ONE + r"\Z", sheet.sheet, name="sheet"),
    re_path(_ONE + r"recuse/\Z", sheet.recuse, name="recuse"),
    re_path(_ONE + r"portrait\Z", files.portrait, name="portrait"),
    re_path(_ONE + r"photo-(?P<place>[0-9]{1,2})(?P<large>-large)?\Z", files.photo, name="photo"),
    re_path(_ONE + r"proof-(?P<place>[0-9]{1,2})\Z", files.proof, name="proof"),
]
