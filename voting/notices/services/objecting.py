"""Receiving an objection: from the public page, or one that came on paper."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from voting.audit.services import record
from voting.notices.models import (
    NoticeEntry,
    NoticeKind,
    Objection,
    ObjectionEvent,
    ObjectionEvidence,
    Objector,
    PublicNotice,
)
from voting.notices.queries import calendar, latest
from voting.notices.queries.objections import digest
from voting.notices.services.errors import AlreadySettled, NoticeOver, NoticeRuleBroken
from voting.rules.workdays import add_working_days
from voting.seasons.models import Season

# Without letters and digits that look alike.
LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH: Final = 16
NUMBER_LENGTH: Final = 8
_Channel = Objection.Channel


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that has been checked and lies in the private files."""

    kind: str  # of ObjectionEvidence.Kind
    name: str
    path: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody objects, and who they are.

    ref: whose entry it concerns, empty for the notice as a whole. ground: of ``Objection.Ground``.
    objector: the fields of ``Objector``.
    """

    ref: str
    ground: str
    text: str
    objector: Mapping[str, str]
    evidence: Sequence[StoredFile] = ()


@dataclass(frozen=True, slots=True)
class Received:
    """An objection that was taken, or had been taken before under the same code."""

    objection: Objection
    again: bool


def new_code() -> str:
    """Return a secret code for a receipt: 80 random bits."""
    return "".join(secrets.choice(LETTERS) for _place in range(CODE_LENGTH))


def tidy_code(text: str) -> str:
    """Return a typed code in its one spelling, or an empty text if it cannot be one."""
    code = "".join(letter for letter in text.upper() if letter.isalnum())
    return code if len(code) == CODE_LENGTH and set(code) <= set(LETTERS) else ""


@transaction.atomic
def submit(
    *,
    season_id: int,
    kind: str = NoticeKind.CANDIDATE,
    code: str,
    statement: Statement,
    channel: str = Objection.Channel.WEB,
    received_at: datetime | None = None,
    submitted_by: int | None = None,
    actor: str = "",
) -> Received:
    """Take an objection, with a receipt under a secret code.

    code: of ``new_code``; the same one again changes nothing, so that a form that is sent twice
    makes one objection. received_at: for what came on paper, the day of posting. actor: who
    entered it; empty for the objector. By this site it must come before the notice ends; on paper
    it is taken at any time, and may then be refused as late.
    Raises NoticeOver, NoticeRuleBroken.
    """
    # The season's row is the gate: a second version that is being published goes first or last.
    season = Season.objects.select_for_update().get(pk=season_id)
    known = Objection.objects.filter(code_digest=digest(code)).first()
    if known is not None:
        return Received(known, again=True)
    now = timezone.now()
    notice = latest(season, kind)
    if notice is None:
        raise NoticeOver(_("There is no notice yet, so nothing can be objected to."))
    if channel == _Channel.WEB and now >= notice.ends_at:
        raise NoticeOver(
            _(
                "The notice has ended, and objections can no longer be taken here. You can still "
                "write to the office that issued it."
            )
        )
    entry = _entry(notice, statement.ref)
    at = received_at or now
    objection = Objection.objects.create(
        notice=notice, entry=entry, number=_new_number(), code_digest=digest(code),
        channel=channel, ground=statement.ground, text=statement.text, received_at=at,
        submitted_by_id=submitted_by,
        decide_by=add_working_days(
            at.astimezone(ZoneInfo(season.time_zone)).date(), notice.decision_days, calendar()
        ).day,
    )  # fmt: skip
    Objector.objects.create(objection=objection, **_tidied(statement.objector))
    _store(objection, statement.evidence, now)
    ObjectionEvent.objects.create(
        objection=objection, at=now, action=ObjectionEvent.Action.RECEIVED, actor=actor
    )
    record(
        actor=actor or "objector", action="objection.receive", season=season.slug,
        target=objection.number,
        after={"ground": statement.ground, "channel": channel, "ref": statement.ref},
    )  # fmt: skip
    return Received(objection, again=False)


@transaction.atomic
def add_evidence(*, objection_id: int, told: str, evidence: Iterable[StoredFile]) -> Objection:
    """Take what the objector hands in later. Raises AlreadySettled once it is decided."""
    objection = Objection.objects.select_for_update().get(pk=objection_id)
    if not objection.is_open:
        raise AlreadySettled(_("This objection is settled. What is new needs a new one."))
    now = timezone.now()
    _store(objection, evidence, now)
    ObjectionEvent.objects.create(
        objection=objection, at=now, action=ObjectionEvent.Action.ADDED, told=told
    )
    record(
        actor="objector", action="objection.add", season=objection.notice.season.slug,
        target=objection.number,
    )  # fmt: skip
    return objection


def _entry(notice: PublicNotice, ref: str) -> NoticeEntry | None:
    if not ref:
        return None
    entry = notice.entries.filter(ref=ref).first()
    if entry is None:
        raise NoticeRuleBroken(
            _("This name is no longer in the notice. Look at the notice again, please.")
        )
    return entry


def _tidied(objector: Mapping[str, str]) -> dict[str, Any]:
    return {name: value.strip() for name, value in objector.items()}


def _new_number() -> str:
    return "".join(secrets.choice(LETTERS) for _place in range(NUMBER_LENGTH))


def _store(objection: Objection, evidence: Iterable[StoredFile], now: datetime) -> None:
    ObjectionEvidence.objects.bulk_create(
        ObjectionEvidence(
            objection=objection, kind=one.kind, name=one.name, path=one.path,
            media_type=one.media_type, size=one.size, sha256=one.sha256, added_at=now,
        )
        for one in evidence
    )  # fmt: skip
