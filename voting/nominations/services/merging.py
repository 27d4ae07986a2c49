"""Putting nominations together and taking them apart: nothing is lost, and the nominators know."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from voting.audit.services import name_of, record
from voting.nominations.models import Decision, Likeness, Merge, Nomination
from voting.nominations.review import queue
from voting.nominations.services.deciding import Recused, decided
from voting.nominations.services.errors import NotNow
from voting.nominations.services.listing import (
    must_be_draft,
    must_be_time_of_review,
    take_off_list,
)
from voting.nominations.services.locking import locked_season
from voting.nominations.services.states import move, note

State = Nomination.State


@transaction.atomic
def merge(*, nomination_id: int, into_id: int, user: User, reason: str) -> Merge:
    """Put a nomination together with another one, which stands for both from then on.

    The raw nomination stays as it came. What had been put together with it before moves along;
    if it was on the list of nominees, it is taken off. reason: both nominators read it.
    Raises NotNow, Recused.
    """
    nomination, lead = _two(nomination_id, into_id)
    must_be_draft(nomination.season)
    if nomination.pk == lead.pk or nomination.state not in queue.STANDING:
        raise NotNow(_("This nomination cannot be put together with another one now."))
    if lead.state not in queue.STANDING:
        raise NotNow(
            _("Choose a nomination that stands for itself and is under review or accepted.")
        )
    _neither_is_near(user, nomination, lead)
    listed = nomination.nominee_id
    done = move(
        nomination_id=nomination.pk, to=State.MERGED, action="merge", actor=name_of(user),
        reason=_told(nomination, lead, reason), detail={"into": lead.code},
    )  # fmt: skip
    Nomination.objects.filter(pk=nomination.pk).update(nominee_id=lead.nominee_id)
    if listed is not None:
        take_off_list(listed)
    made = _row(nomination, lead, user, reason)
    for child in Merge.objects.filter(into=nomination, undone_at=None).select_related("nomination"):
        _undo(child, user, reason)
        _row(child.nomination, lead, user, reason)
        Nomination.objects.filter(pk=child.nomination_id).update(nominee_id=lead.nominee_id)
        note(
            nomination=child.nomination, action="merge", actor=name_of(user),
            reason=_told(child.nomination, lead, reason),
        )  # fmt: skip
    with override(lead.language):
        text = _("Another nomination was put together with this one: %(reason)s") % {
            "reason": reason
        }
    note(nomination=lead, action="joined", actor=name_of(user), reason=text,
         detail={"from": nomination.code})  # fmt: skip
    decided(done, Decision.Kind.MERGE, user, text=reason, remark=lead.code)
    return made


@transaction.atomic
def unmerge(*, merge_id: int, user: User, reason: str) -> Nomination:
    """Take a nomination apart again, before voting opens; it is under review by itself.

    Raises NotNow, Recused.
    """
    found = Merge.objects.get(pk=merge_id)
    nomination, lead = _two(found.nomination_id, found.into_id)
    must_be_draft(nomination.season)
    row = Merge.objects.select_for_update().get(pk=merge_id)
    if row.undone_at is not None or nomination.state != State.MERGED:
        raise NotNow(_("These nominations have been taken apart already."))
    _neither_is_near(user, nomination, lead)
    done = move(
        nomination_id=nomination.pk, to=State.RESUBMITTED, action="unmerge", actor=name_of(user),
        reason=reason,
    )  # fmt: skip
    _undo(row, user, reason)
    note(nomination=lead, action="parted", actor=name_of(user), reason=reason)
    decided(done, Decision.Kind.UNMERGE, user, text=reason, remark=lead.code)
    return done


@transaction.atomic
def not_the_same(*, first_id: int, second_id: int, user: User) -> Likeness:
    """Remember that two nominations are not one; they are not suggested again. Raises Recused."""
    one, other = sorted((first_id, second_id))
    first, second = _two(one, other)
    _neither_is_near(user, first, second)
    likeness, _created = Likeness.objects.update_or_create(
        first_id=one, second_id=other,
        defaults={"verdict": "different", "verdict_by": user, "verdict_at": timezone.now()},
        create_defaults={
            "verdict": "different", "verdict_by": user, "verdict_at": timezone.now(), "percent": 0,
        },
    )  # fmt: skip
    record(
        actor=name_of(user), action="nomination.not_the_same", season=first.season.slug,
        target=f"{first.code} {first.name} / {second.code} {second.name}",
    )  # fmt: skip
    return likeness


def release(*, lead: Nomination, actor: str, reason: str) -> None:
    """Put what stood behind a nomination that goes away under review by itself again.

    Call it inside the transaction that takes the nomination away.
    """
    for row in Merge.objects.filter(into=lead, undone_at=None).select_related("nomination"):
        move(
            nomination_id=row.nomination_id, to=State.RESUBMITTED, action="unmerge", actor=actor,
            reason=_other_is_withdrawn(row.nomination),
        )  # fmt: skip
        _end(row, reason)


def part(*, nomination: Nomination, actor: str, reason: str) -> None:
    """Let a nomination that goes away no longer count for the one that stood for it.

    Call it inside the transaction that takes the nomination away.
    """
    for row in Merge.objects.filter(nomination=nomination, undone_at=None).select_related("into"):
        _end(row, reason)
        note(
            nomination=row.into, action="parted", actor=actor,
            reason=_other_is_withdrawn(row.into),
        )  # fmt: skip


def _two(one_id: int, other_id: int) -> tuple[Nomination, Nomination]:
    """Return both, locked: the season first, then in the order of their numbers."""
    season_id = Nomination.objects.values_list("season_id", flat=True).get(pk=one_id)
    season = locked_season(season_id)
    must_be_time_of_review(season)
    rows = {
        row.pk: row
        for row in Nomination.objects.select_for_update()
        .filter(pk__in=[one_id, other_id], season=season)
        .order_by("pk")
    }
    if other_id not in rows:
        raise NotNow(_("Both nominations must be of the same season."))
    for row in rows.values():
        row.season = season
    return rows[one_id], rows[other_id]


def _neither_is_near(user: User, *nominations: Nomination) -> None:
    for nomination in nominations:
        why = queue.recusal(user, nomination)
        if why:
            raise Recused(why)


def _row(nomination: Nomination, lead: Nomination, user: User, reason: str) -> Merge:
    one, other = sorted((nomination.pk, lead.pk))
    known = Likeness.objects.filter(first_id=one, second_id=other).first()
    return Merge.objects.create(
        nomination=nomination, into=lead, merged_by=user, reason=reason[:300],
        percent=known.percent if known else None,
    )  # fmt: skip


def _undo(row: Merge, user: User, reason: str) -> None:
    row.undone_by, row.undone_at, row.undone_reason = user, timezone.now(), reason[:300]
    row.save()


def _end(row: Merge, reason: str) -> None:
    """End it because one of the two has been withdrawn; no reviewer decided so."""
    row.undone_at, row.undone_reason = timezone.now(), reason[:300] or "—"
    row.save()


def _other_is_withdrawn(nomination: Nomination) -> str:
    with override(nomination.language):
        return _("The nomination that it was put together with has been withdrawn.")


def _told(nomination: Nomination, lead: Nomination, reason: str) -> str:
    with override(nomination.language):
        return _("Put together with the nomination of %(name)s in %(category)s: %(reason)s") % {
            "name": lead.name,
            "category": lead.category.name if lead.category else "",
            "reason": reason,
        }
