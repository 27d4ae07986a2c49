"""Answers to the checklist, clearances, and what a season asks its reviewers."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from voting.audit.services import record
from voting.nominations.models import (
    CheckAnswer,
    ChecklistItem,
    Clearance,
    DecisionReason,
    Nomination,
    ReviewSettings,
)
from voting.nominations.review import queue
from voting.nominations.services.deciding import Recused, log, seed
from voting.nominations.services.errors import NotNow
from voting.nominations.services.listing import must_be_time_of_review
from voting.nominations.services.locking import locked_season
from voting.seasons import queries as season_queries
from voting.seasons.services import SeasonFrozen


@transaction.atomic
def answer(
    *, nomination_id: int, user: User, answers: Mapping[str, tuple[str, str]]
) -> list[CheckAnswer]:
    """Answer questions of the checklist, by code: yes, no or na, and a note; empty takes one back.

    What was answered the same before keeps its person and time. Raises NotNow, Recused.
    """
    nomination = _open(nomination_id, user)
    seed(nomination.season)
    items = {one.code: one for one in ChecklistItem.objects.filter(season=nomination.season)}
    before = queue.answers(nomination)
    changed: dict[str, tuple[str, str]] = {}
    for code, (chosen, note) in answers.items():
        old = before.get(code)
        if (old.answer, old.note) == (chosen, note) if old else not chosen:
            continue
        changed[code] = (f"{old.answer} {old.note}".strip() if old else "", f"{chosen} {note}")
        if not chosen:
            CheckAnswer.objects.filter(nomination=nomination, item=items[code]).delete()
            continue
        CheckAnswer.objects.update_or_create(
            nomination=nomination, item=items[code],
            defaults={
                "answer": chosen, "note": note, "answered_by": user,
                "answered_at": timezone.now(),
            },
        )  # fmt: skip
    if changed:
        log(
            nomination, user, "check",
            before={code: old for code, (old, _new) in changed.items()},
            after={code: new.strip() for code, (_old, new) in changed.items()},
        )  # fmt: skip
    return list(queue.answers(nomination).values())


@transaction.atomic
def add_clearance(
    *,
    nomination_id: int,
    user: User,
    issuer: str,
    issued_on: date,
    result: str,
    note: str = "",
    scan: Mapping[str, Any] | None = None,
) -> Clearance:
    """Write down what an office said. scan: stem, content_type, bytes and sha256 of its scan.

    Raises NotNow, Recused.
    """
    nomination = _open(nomination_id, user)
    clearance = Clearance.objects.create(
        nomination=nomination, issuer=issuer, issued_on=issued_on, result=result, note=note,
        added_by=user, **dict(scan or {}),
    )  # fmt: skip
    # Not what it said: that is erased when the season has ended, and the log cannot forget.
    log(nomination, user, "clearance", after={"issuer": issuer})
    return clearance


@transaction.atomic
def strike_clearance(*, clearance_id: int, user: User, reason: str) -> Clearance:
    """Strike out what was written down wrongly; it stays readable. Raises NotNow, Recused."""
    found = Clearance.objects.select_related("nomination").get(pk=clearance_id)
    nomination = _open(found.nomination_id, user)
    clearance = Clearance.objects.select_for_update().get(pk=clearance_id)
    if clearance.struck_at is not None:
        raise NotNow(_("This clearance has been struck out already."))
    clearance.struck_at, clearance.struck_reason = timezone.now(), reason
    clearance.save()
    log(nomination, user, "strike_clearance", before={"issuer": clearance.issuer}, reason=reason)
    return clearance


@transaction.atomic
def set_up_review(
    *,
    season_id: int,
    actor: str,
    second_look: bool,
    items: Sequence[Mapping[str, Any]],
    reasons: Sequence[Mapping[str, Any]],
) -> None:
    """Change what reviewers are asked and may choose. Rows that were used stay, only not asked.

    items: code (empty: a new one), text, text_en, least, blocks, is_asked. reasons: kind, code,
    text, text_en, is_offered; in the order of the lists. Raises SeasonFrozen once voting has been
    opened: from then on this says what was asked.
    """
    season = locked_season(season_id)
    if season_queries.is_frozen(season):
        raise SeasonFrozen(_("Voting has been opened: reviewing is over, and this stands still."))
    seed(season)
    ReviewSettings.objects.update_or_create(season=season, defaults={"second_look": second_look})
    _write(ChecklistItem.objects.filter(season=season), ChecklistItem(season=season), items)
    for kind in DecisionReason.Kind.values:
        _write(
            DecisionReason.objects.filter(season=season, kind=kind),
            DecisionReason(season=season, kind=kind),
            [row for row in reasons if row["kind"] == kind],
        )
    record(
        actor=actor, action="review.settings", season=season.slug,
        after={
            "second_look": second_look,
            "asked": [row["text"] for row in items if row["is_asked"]],
            "reasons": [row["text"] for row in reasons if row["is_offered"]],
        },
    )  # fmt: skip


def _write(rows: Any, blank: Any, wanted: Sequence[Mapping[str, Any]]) -> None:
    known = {row.code: row for row in rows}
    for place, fields in enumerate(wanted, 1):
        row = known.get(fields["code"])
        if row is None:
            row = type(blank)(**{
                field.attname: getattr(blank, field.attname)
                for field in blank._meta.concrete_fields  # noqa: SLF001 -- Django's documented way
                if field.attname != "id"
            })  # fmt: skip
            row.code = _free_code(known)
            known[row.code] = row
        row.position = place
        for name, value in fields.items():
            if name not in {"code", "kind"}:
                setattr(row, name, value)
        row.save()


def _free_code(known: Mapping[str, Any]) -> str:
    number = len(known) + 1
    while f"own-{number}" in known:
        number += 1
    return f"own-{number}"


def _open(nomination_id: int, user: User) -> Nomination:
    nomination = Nomination.objects.select_for_update().get(pk=nomination_id)
    must_be_time_of_review(nomination.season)
    if nomination.state not in (*queue.WAITING, Nomination.State.RETURNED):
        raise NotNow(
            _("This nomination is in the state “%(state)s” by now. Look at it again.")
            % {"state": nomination.get_state_display()}
        )
    why = queue.recusal(user, nomination)
    if why:
        raise Recused(why)
    return nomination
