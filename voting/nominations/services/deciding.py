"""Decisions about a nomination: each locks it, looks whether it still holds, and says who and why.

``seen``: the version of the nomination that the page showed; a nominator's change or another
reviewer's decision in between is not decided over.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from accounts.sentences import joined
from voting.audit.services import name_of, record
from voting.nominations.models import (
    ChecklistItem,
    Clearance,
    Decision,
    DecisionReason,
    Merge,
    Nomination,
)
from voting.nominations.review import checklist, queue
from voting.nominations.review.defaults import items_for, reasons_for
from voting.nominations.review.parts import named
from voting.nominations.services.errors import ChangedMeanwhile, NotNow
from voting.nominations.services.listing import (
    map_merged,
    must_be_draft,
    must_be_time_of_review,
    put_on_list,
    take_off_list,
)
from voting.nominations.services.locking import locked_with_season
from voting.nominations.services.states import move, note
from voting.seasons.models import Season
from voting.seasons.services import RuleBroken

State = Nomination.State
Kind = Decision.Kind


class Recused(RuleBroken):
    """Who is close to a nomination does not decide about it."""


class NotEligible(RuleBroken):
    """The checklist or a clearance stands against it."""


class ReasonMissing(RuleBroken):
    """A decision against somebody says why."""


@transaction.atomic
def accept(*, nomination_id: int, user: User, seen: int, remark: str = "") -> Nomination:
    """Accept a nomination and put it on the list of nominees.

    remark: for reviewers only; needed where an office has spoken against it.
    Raises ChangedMeanwhile, NotNow, Recused, NotEligible.
    """
    nomination = locked(nomination_id, user, seen)
    _must_be_under_review(nomination)
    must_be_draft(nomination.season)
    problems = checklist.stops(checklist.lines(nomination))
    if queue.second_look(nomination.season_id):
        first = queue.passed_by(nomination)
        if first is None:
            problems.append(_("The preliminary review has not been passed yet."))
        elif first.decided_by_id == user.pk:
            problems.append(_("You did the preliminary review; another person has to accept."))
    against = Clearance.objects.filter(
        nomination=nomination, struck_at=None, result=Clearance.Result.AGAINST
    )
    if not remark and against.exists():
        problems.append(
            _("An office has spoken against it: say in the remark why it is accepted all the same.")
        )
    if problems:
        raise NotEligible(joined(problems))
    nominee = put_on_list(nomination)
    done = move(
        nomination_id=nomination_id, to=State.ACCEPTED, action="accept", actor=name_of(user),
        nominee_id=nominee.pk,
    )  # fmt: skip
    map_merged(done, nominee.pk)
    tell_merged(done, "lead_accepted", name_of(user), "")
    decided(done, Kind.ACCEPT, user, remark=remark)
    return done


@transaction.atomic
def pass_on(*, nomination_id: int, user: User, seen: int, remark: str = "") -> Nomination:
    """Pass the preliminary review; another person accepts. Raises like ``accept``."""
    nomination = locked(nomination_id, user, seen)
    _must_be_under_review(nomination)
    problems = checklist.stops(checklist.lines(nomination))
    if problems:
        raise NotEligible(joined(problems))
    if not queue.second_look(nomination.season_id):
        raise NotNow(_("This season accepts without a preliminary review."))
    if queue.passed_by(nomination) is not None:
        raise NotNow(_("The preliminary review has been passed already."))
    decided(nomination, Kind.PASS, user, remark=remark)
    note(nomination=nomination, action="pass", actor=name_of(user), is_public=False)
    return nomination


@transaction.atomic
def return_for_correction(
    *,
    nomination_id: int,
    user: User,
    seen: int,
    reason_code: str,
    text: str = "",
    fields: Sequence[str] = (),
    remark: str = "",
) -> Nomination:
    """Give a nomination back to its nominator, who may correct it and send it in again.

    reason_code: of a ``DecisionReason``. text: what exactly is wrong. fields: which parts.
    Raises ChangedMeanwhile, NotNow, Recused, ReasonMissing.
    """
    nomination = locked(nomination_id, user, seen)
    _must_be_under_review(nomination)
    reason, words = worded(nomination, DecisionReason.Kind.RETURN, reason_code, text)
    if fields:
        with override(nomination.language):
            words = _("%(reason)s (to correct: %(parts)s)") % {
                "reason": words, "parts": named(fields),
            }  # fmt: skip
    done = move(
        nomination_id=nomination_id, to=State.RETURNED, action="return", actor=name_of(user),
        reason=words, detail={"fields": list(fields)},
    )  # fmt: skip
    decided(done, Kind.RETURN, user, reason=reason, text=words, fields=fields, remark=remark)
    return done


@transaction.atomic
def reject(
    *,
    nomination_id: int,
    user: User,
    seen: int,
    reason_code: str,
    text: str = "",
    remark: str = "",
) -> Nomination:
    """Do not accept a nomination, or no longer. Raises like ``return_for_correction``."""
    nomination = locked(nomination_id, user, seen)
    reason, words = worded(nomination, DecisionReason.Kind.REJECT, reason_code, text)
    listed = nomination.nominee_id
    if listed is not None:
        must_be_draft(nomination.season)
    done = move(
        nomination_id=nomination_id, to=State.REJECTED, action="reject", actor=name_of(user),
        reason=words,
    )  # fmt: skip
    if listed is not None:
        take_off_list(listed)
    tell_merged(done, "lead_rejected", name_of(user), words)
    decided(done, Kind.REJECT, user, reason=reason, text=words, remark=remark)
    return done


@transaction.atomic
def reopen(*, nomination_id: int, user: User, seen: int, text: str) -> Nomination:
    """Take a decision back; the nomination is under review again. Raises like ``reject``."""
    nomination = locked(nomination_id, user, seen)
    if nomination.state not in {State.ACCEPTED, State.REJECTED, State.NOT_LISTED}:
        raise NotNow(_("There is no decision that could be taken back."))
    if not text.strip():
        raise ReasonMissing(_("Say why the decision is taken back."))
    listed = nomination.nominee_id
    if listed is not None:
        must_be_draft(nomination.season)
    done = move(
        nomination_id=nomination_id, to=State.RESUBMITTED, action="reopen", actor=name_of(user),
        reason=text,
    )  # fmt: skip
    if listed is not None:
        take_off_list(listed)
    tell_merged(done, "lead_reopened", name_of(user), text)
    decided(done, Kind.REOPEN, user, text=text)
    return done


def locked(nomination_id: int, user: User, seen: int) -> Nomination:
    """Return a nomination, locked with its season, that a user may decide about as they saw it.

    Raises NotNow outside the time of review, ChangedMeanwhile, Recused.
    """
    nomination = locked_with_season(nomination_id)
    must_be_time_of_review(nomination.season)
    if nomination.version != seen:
        raise ChangedMeanwhile(
            _("This nomination has changed since you opened it. Look at it again, then decide.")
        )
    why = queue.recusal(user, nomination)
    if why:
        raise Recused(why)
    return nomination


def worded(
    nomination: Nomination, kind: str, reason_code: str, text: str
) -> tuple[DecisionReason, str]:
    """Return a reason of the list, and what the nominator reads in their language.

    Raises ReasonMissing if there is no such reason, or if it says "something else" only.
    """
    seed(nomination.season)
    reason = DecisionReason.objects.filter(
        season_id=nomination.season_id, kind=kind, code=reason_code, is_offered=True
    ).first()
    if reason is None:
        raise ReasonMissing(_("Choose a reason."))
    if reason.code == "other" and not text.strip():
        raise ReasonMissing(_("Say in your own words why."))
    in_chinese = nomination.language.startswith("zh")
    words = reason.text if in_chinese else reason.text_en or reason.text
    if reason.code == "other":
        words = ""
    with override(nomination.language):
        joined = _("%(reason)s: %(text)s") % {"reason": words, "text": text}
    return reason, (joined if words and text else words or text)[:1000]


def decided(
    nomination: Nomination,
    kind: str,
    user: User,
    *,
    reason: DecisionReason | None = None,
    text: str = "",
    fields: Sequence[str] = (),
    remark: str = "",
) -> Decision:
    """Put a decision on record; call it inside the transaction that carries it out.

    nomination: as the decision leaves it, since its version is kept.
    """
    return Decision.objects.create(
        nomination=nomination, kind=kind, reason=reason, text=text[:1000], fields=list(fields),
        note=remark[:500], decided_by=user, version=nomination.version,
    )  # fmt: skip


def log(nomination: Nomination, user: User, what: str, **words: Any) -> None:
    """Write into the audit log what somebody did to a nomination besides its state."""
    record(
        actor=name_of(user), action=f"nomination.{what}", season=nomination.season.slug,
        unit=nomination.unit.code if nomination.unit else "",
        target=f"{nomination.code} {nomination.name}", **words,
    )  # fmt: skip


def tell_merged(lead: Nomination, action: str, actor: str, text: str) -> None:
    """Tell the nominators of what was put together with a nomination what became of it."""
    for merge in Merge.objects.filter(into=lead, undone_at=None).select_related("nomination"):
        note(nomination=merge.nomination, action=action, actor=actor, reason=text)


def seed(season: Season) -> None:
    """Give a season its own copy of the default checklist and reasons, if it has none yet."""
    if not DecisionReason.objects.filter(season=season).exists():
        DecisionReason.objects.bulk_create(reasons_for(season), ignore_conflicts=True)
    if not ChecklistItem.objects.filter(season=season).exists():
        ChecklistItem.objects.bulk_create(items_for(season), ignore_conflicts=True)


def _must_be_under_review(nomination: Nomination) -> None:
    if nomination.state not in queue.WAITING:
        raise NotNow(
            _("This nomination is in the state “%(state)s” by now. Look at it again.")
            % {"state": nomination.get_state_display()}
        )
