"""Keeping out: what a judge declares, what the organisers order, and what the program finds."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from voting.approvals.models import Proposal
from voting.audit.services import name_of, record
from voting.judging.models import Judge, Panel, Recusal, Seat
from voting.judging.queries.seats import is_for_two, may_mark, nominees_of_panel
from voting.judging.services.errors import JudgingRefused, MustKeepOut, SheetLocked
from voting.judging.services.locking import locked_as_signed, locked_seat
from voting.nominations.models import Nomination
from voting.roles.queries import active_grants
from voting.rules.folding import fold
from voting.seasons.models import Nominee
from voting.units import queries as unit_queries
from voting.units.models import Unit

Reason = Recusal.Reason
Source = Recusal.Source
ORDER: Final = "judging.recuse"


@transaction.atomic
def declare_recusal(
    *, seat_id: int, user: User, nominee_id: int, reason: str, note: str = ""
) -> Recusal:
    """Let a judge step back from a nominee. Raises JudgingRefused, MustKeepOut, SheetLocked."""
    seat = locked_seat(seat_id)
    if seat.judge.user_id != user.pk:
        raise JudgingRefused(_("This is somebody else's seat."))
    if seat.submitted_at is not None:
        raise SheetLocked(_("Your sheet has been submitted. Ask the organisers to reopen it."))
    if not may_mark(seat, nominee_id):
        raise MustKeepOut(_("You do not mark this nominee."))
    if reason not in Reason:
        raise JudgingRefused(_("Choose a reason."))
    recusal = _keep(seat, nominee_id, reason, Source.DECLARED, note)
    _log(recusal, "recuse", name_of(user), note)
    return recusal


@transaction.atomic
def order_recusal(
    *, seat_id: int, by: User, nominee_id: int, reason: str, note: str = "",
    second: User | None = None,
) -> Recusal:  # fmt: skip
    """Keep a judge out of a nominee. Raises JudgingRefused if that is so already.

    Marks that were given stay in the table and are no longer handed on; so where ``is_for_two``
    holds nobody does it without a second, who has signed as well.
    """
    seat = locked_seat(seat_id)
    _refuse_own_panel(seat, by)
    if seat.panel.closed_at is not None:
        raise JudgingRefused(_("The panel has been closed."))
    if reason not in Reason:
        raise JudgingRefused(_("Choose a reason."))
    if seat.recusals.filter(nominee=nominee_id, lifted_at=None).exists():
        raise JudgingRefused(_("This judge keeps out of this nominee already."))
    if not nominees_of_panel(seat.panel).filter(pk=nominee_id).exists():
        raise JudgingRefused(_("This nominee is not before this panel."))
    if second is None and is_for_two(seat):
        raise JudgingRefused(
            _(
                "This judge was drawn in public or has submitted: two people keep such a one out "
                "of a nominee."
            )
        )
    recusal = _keep(seat, nominee_id, reason, Source.ORDERED, note)
    _log(recusal, "recuse", name_of(by), note, second)
    return recusal


def carry_out_recusal(proposal: Proposal) -> Recusal:
    """Keep a judge out of a nominee: for ``approvals.approve``, inside its transaction."""
    said, second = proposal.payload, proposal.decided_by
    seat = locked_as_signed(proposal)
    if second is not None:
        _refuse_own_panel(seat, second)
    return order_recusal(
        seat_id=seat.pk, by=proposal.proposed_by, nominee_id=int(said["nominee"]),
        reason=said["why"], note=proposal.reason, second=second,
    )  # fmt: skip


@transaction.atomic
def lift_recusal(*, recusal_id: int, by: User, because: str) -> Recusal:
    """Let a judge mark a nominee again, with a reason. The program does not find it anew.

    Raises JudgingRefused, SheetLocked while the judge's sheet is submitted.
    """
    # The seat first, as whoever else changes its recusals does.
    seat = locked_seat(Recusal.objects.values_list("seat", flat=True).get(pk=recusal_id))
    found = Recusal.objects.select_for_update(of=("self",)).select_related("nominee")
    recusal = found.get(pk=recusal_id)
    recusal.seat = seat
    _refuse_own_panel(seat, by)
    if recusal.lifted_at is not None:
        raise JudgingRefused(_("This recusal was lifted already."))
    if not because.strip():
        raise JudgingRefused(_("Say why."))
    if seat.submitted_at is not None:
        # The submitted sheet would lack a nominee.
        raise SheetLocked(_("The sheet has been submitted. Reopen it first."))
    recusal.lifted_at, recusal.lifted_by = timezone.now(), name_of(by)
    recusal.lifted_because = because.strip()[:300]
    recusal.save(update_fields=["lifted_at", "lifted_by", "lifted_because"])
    _log(recusal, "unrecuse", name_of(by), because)
    return recusal


@dataclass(slots=True)
class _Judge:
    """What ties a judge to nominees."""

    user_id: int | None
    name: str
    addresses: frozenset[str]
    related: frozenset[str]
    units: frozenset[int] = frozenset()
    unit_names: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Nominee:
    """Who stands behind a nominee."""

    names: set[str] = field(default_factory=set)
    nominator_ids: set[int] = field(default_factory=set)
    nominator_names: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    units: set[int] = field(default_factory=set)
    unit_names: set[str] = field(default_factory=set)


@transaction.atomic
def detect(*, seat_id: int) -> list[Recusal]:
    """Find of whom a judge must keep out by what is known, and put it on record.

    A recusal of this kind that organisers have lifted is not made anew. Returns the new ones.
    """
    seat = locked_seat(seat_id)
    return detect_on(seat.panel, [seat])


def detect_on(panel: Panel, seats: Collection[Seat]) -> list[Recusal]:
    """Do so for several seats of a panel at once; queries grow with what is found alone.

    panel, seats: locked, as of ``locking``.
    """
    judges = _of_judges([seat.judge for seat in seats])
    settled = set(
        Recusal.objects.filter(
            Q(lifted_at=None) | Q(source=Source.DETECTED), seat__in=seats
        ).values_list("seat", "nominee")
    )
    nominees = list(nominees_of_panel(panel))
    behind = _behind(nominees)
    made = []
    for seat in seats:
        for one in nominees:
            if (seat.pk, one.pk) in settled:
                continue
            reason = _ground(judges[seat.judge_id], behind[one.pk])
            if reason:
                recusal = _keep(seat, one.pk, reason, Source.DETECTED, "")
                recusal.nominee = one
                _log(recusal, "recuse", "program", "")
                made.append(recusal)
    return made


def found_late(seat: Seat, nominee_id: int) -> bool:
    """Return whether a judge must keep out of a nominee after all, and put that on record.

    For who came onto the list, or was changed, after the panel was opened. Five queries, and a
    look at all nominees only if there is something to find.
    """
    settled = Q(lifted_at=None) | Q(source=Source.DETECTED)
    if seat.submitted_at is not None or seat.recusals.filter(settled, nominee=nominee_id).exists():
        return False
    behind = _behind(nominees_of_panel(seat.panel).filter(pk=nominee_id))
    if nominee_id not in behind:
        return False
    if not _ground(_of_judges([seat.judge])[seat.judge_id], behind[nominee_id]):
        return False
    detect(seat_id=seat.pk)
    return True


def _ground(judge: _Judge, nominee: _Nominee) -> str:
    """Return why a judge keeps out; empty if nothing is known."""
    if judge.name and judge.name in nominee.names:
        return Reason.SELF
    if (
        judge.user_id in nominee.nominator_ids
        or judge.addresses & nominee.addresses
        or (judge.name and judge.name in nominee.nominator_names)
    ):
        return Reason.NOMINATOR
    if judge.units & nominee.units or judge.unit_names & nominee.unit_names:
        return Reason.SAME_UNIT
    if judge.related & (nominee.names | nominee.nominator_names):
        return Reason.RELATED
    return ""


def _of_judges(judges: Collection[Judge]) -> dict[int, _Judge]:
    """Return what ties judges to nominees, by key. Three queries, however many judges."""
    grants = active_grants().filter(
        user__in={one.user_id for one in judges if one.user_id}, unit__isnull=False
    )
    own: dict[int, set[int]] = {one.pk: {one.unit_id} if one.unit_id else set() for one in judges}
    for user_id, unit_id in grants.values_list("user", "unit"):
        for one in judges:
            if one.user_id == user_id:
                own[one.pk].add(unit_id)
    same = unit_queries.same_units({unit_id for units in own.values() for unit_id in units})
    return {
        one.pk: _of_judge(one, [unit for unit_id in own[one.pk] for unit in same[unit_id]])
        for one in judges
    }


def _of_judge(judge: Judge, own: Collection[Unit]) -> _Judge:
    user = judge.user
    names = {fold(judge.organisation)}
    units: set[int] = set()
    for unit in own:
        units.add(unit.pk)
        names |= {fold(unit.name), fold(unit.name_en)}
    known = (judge.email, user.email if user else "", (user.phone or "") if user else "")
    return _Judge(
        user_id=judge.user_id,
        name=fold(judge.name),
        addresses=frozenset(one.lower() for one in known if one),
        related=frozenset(fold(str(name)) for name in judge.related) - {""},
        units=frozenset(units),
        unit_names=frozenset(names - {""}),
    )


def source_id(nominee: Nominee) -> int:
    """Return the key of the nominee whose nominations these are: a rehearsal's has its original."""
    return nominee.copied_from_id or nominee.pk


def _behind(nominees: Iterable[Nominee]) -> dict[int, _Nominee]:
    """Return who stands behind each nominee, by key. Three queries."""
    nominees = list(nominees)
    found: dict[int, _Nominee] = {}
    by_source: dict[int, list[_Nominee]] = {}
    for one in nominees:
        behind = _Nominee(
            names={fold(one.name), fold(one.name_en)} - {""},
            unit_names={fold(one.unit), fold(one.unit_en)} - {""},
        )
        found[one.pk] = behind
        by_source.setdefault(source_id(one), []).append(behind)
    nominations = Nomination.objects.filter(nominee__in=by_source).select_related(
        "contact", "unit", "nominator"
    )
    for nomination in nominations:
        for behind in by_source[nomination.nominee_id or 0]:
            _add(behind, nomination)
    merged = Unit.objects.exclude(merged_into=None).values_list("name", "merged_into__name")
    # A name that a unit had before it was merged means the unit that it went into, too.
    newer = {fold(old): fold(new) for old, new in merged}
    for behind in found.values():
        behind.unit_names |= {newer[name] for name in behind.unit_names if name in newer}
    return found


def _add(behind: _Nominee, nomination: Nomination) -> None:
    if nomination.nominator is not None:
        behind.nominator_ids.add(nomination.nominator.pk)
        behind.nominator_names |= {fold(nomination.nominator.name)} - {""}
    if nomination.unit is not None:
        behind.units.add(nomination.unit.pk)
        behind.unit_names.add(fold(nomination.unit.name))
    behind.unit_names |= {fold(nomination.organisation)} - {""}
    behind.names |= {fold(nomination.name), fold(nomination.name_en)} - {""}
    contact = getattr(nomination, "contact", None)
    if contact is not None:
        behind.nominator_names |= {fold(contact.nominator_name)} - {""}
        behind.addresses |= {
            one.lower() for one in (contact.nominator_email, contact.nominator_phone) if one
        }


def _keep(seat: Seat, nominee_id: int, reason: str, source: str, note: str) -> Recusal:
    return Recusal.objects.create(
        seat=seat, nominee_id=nominee_id, reason=reason, source=source, note=note.strip()[:300]
    )


def _refuse_own_panel(seat: Seat, by: User) -> None:
    if Seat.objects.filter(panel=seat.panel_id, judge__user=by).exists():
        raise JudgingRefused(_("You sit on this panel yourself. Ask another organiser."))


def _log(recusal: Recusal, what: str, actor: str, reason: str, second: User | None = None) -> None:
    seat = recusal.seat
    more = {"approved_by": name_of(second)} if second is not None else {}
    record(
        actor=actor, action=f"judging.{what}", season=seat.panel.season.slug,
        target=f"{seat.judge.key} · {recusal.nominee}",
        after={"recusal": recusal.reason, "source": recusal.source, **more}, reason=reason,
    )  # fmt: skip
