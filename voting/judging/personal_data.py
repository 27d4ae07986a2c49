"""What an account has left in judging: to hand out to the person, and to erase."""

from typing import Any

from django.utils.translation import gettext as _

from accounts import personal_data
from accounts.models import User
from voting.judging.models import Judge, ScoreSheet, Seat
from voting.judging.services.wiping import erase_person, is_judging


def register() -> None:
    """Have it handed out and erased with the account."""
    personal_data.register("judging", exporter=collect, eraser=erase, hindrance=hindrance)


def collect(user: User) -> list[dict[str, Any]]:
    """Return what is known of a person as a judge, with their own marks and notes."""
    judges = Judge.objects.filter(user=user).select_related("season")
    return [_collected(one) for one in judges]


def erase(user: User) -> None:
    """Erase who the judge was; what was marked stays on record under a code."""
    erase_person(user_id=user.pk)


def hindrance(user: User) -> str:
    """Return why the account must stay for now, "" if nothing is in the way."""
    if not is_judging(user):
        return ""
    return _("You are judging now. Submit your sheet, or ask the organisers to take you off.")


def _collected(judge: Judge) -> dict[str, Any]:
    sheets = ScoreSheet.objects.filter(seat__judge=judge).prefetch_related("marks")
    return {
        "season": judge.season.name,
        "code": judge.key,
        "name": judge.name,
        "organisation": judge.organisation,
        "email": judge.email,
        "seats": [
            {"state": one.state, "declaration": one.declaration,
             "submitted_at": one.submitted_at.isoformat() if one.submitted_at else ""}
            for one in Seat.objects.filter(judge=judge)
        ],
        "sheets": [
            {"nominee": one.nominee_id, "comment": one.comment, "note": one.note,
             "marks": {mark.criterion: str(mark.points) for mark in one.marks.all()}}
            for one in sheets
        ],
    }  # fmt: skip
