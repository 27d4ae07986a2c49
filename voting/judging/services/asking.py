"""Writing to whoever was given a seat: that they are asked to judge, and how to answer."""

from collections.abc import Iterable
from typing import Any, Final

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from voting.judging.models import Judge, Panel, Seat
from voting.judging.page_context import panel_name
from voting.judging.queries.reaching import (
    address_of,
    finds_the_seat,
    has_link,
    judges_address,
)
from voting.judging.queries.seats import due_at
from voting.judging.services import pool
from voting.judging.services.locking import lock_season_of
from voting.roles.services import LINK_DAYS
from voting.seasons.page_context import full_moment
from voting.seasons.services import RuleBroken

# In the language that most judges read; no account says which one it prefers.
LANGUAGE: Final = "zh-hans"


@transaction.atomic
def ask(seats: Iterable[Seat], *, by: User) -> None:
    """Write to the judges of seats that wait for an answer, as far as an address is known.

    Whoever has an account is led to the judges' page. All others are sent a personal link, unless
    one that was sent before can still be taken. Never in a rehearsal, and never about sheets out of
    files. What cannot be sent undoes nothing: ``queries.reaching.unreached`` names who was left
    out. The season is locked, and judges that are written to together are too.
    """
    for seat in seats:
        panel = seat.panel
        if (
            panel.season.rehearsal_of_id is not None
            or panel.closed_at is not None
            or seat.how == Seat.How.IMPORTED
            or seat.state != Seat.State.INVITED
        ):
            continue
        # Afresh: another seat may have had a link made meanwhile.
        rows = Judge.objects.select_related("user", "invitation__accepted_by")
        judge = rows.get(pk=seat.judge_id)
        address = address_of(judge)
        if not address:
            continue
        link, needs_one = "", not finds_the_seat(judge)
        link_sent = needs_one and has_link(judge)
        if needs_one and not link_sent and not (link := _link_for(judge, by)):
            continue
        _write(address, panel, link=link, link_sent=link_sent)


@transaction.atomic
def ask_again(*, judge_id: int, by: User) -> None:
    """Write to a judge about all seats that wait for an answer, at an address learned only now."""
    lock_season_of(Judge.objects.values_list("season_id", flat=True).get(pk=judge_id))
    rows = Seat.objects.filter(judge=judge_id).select_related("panel__season").order_by("panel")
    ask(rows, by=by)


def _link_for(judge: Judge, by: User) -> str:
    """Make a judge's link; "" if whoever seats may not give the role."""
    reason = _("judge of the panel")
    try:
        # What it refuses goes alone: the seat stays.
        with transaction.atomic(), translation.override(LANGUAGE):
            return pool.make_link(judge_id=judge.pk, by=by, reason=reason)[1]
    except RuleBroken:
        return ""


def _write(address: str, panel: Panel, *, link: str, link_sent: bool) -> None:
    due, season = due_at(panel), panel.season
    with translation.override(LANGUAGE):
        words: dict[str, Any] = {
            "season": season,
            "panel": panel_name(panel)["text"] if panel.name else "",
            "due": full_moment(due, season.time_zone) if due else "",
            "link": link,
            "days": LINK_DAYS,
            "link_sent": link_sent,
            "page": judges_address(season),
        }
        subject = _("You are asked to judge: %(season)s") % {"season": season.name}
        text = render_to_string("judging/email/asked.txt", words)
    transaction.on_commit(lambda: send_mail(subject, text, None, [address]), robust=True)
