"""Proposing, approving and returning. Who proposes cannot approve."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from voting.approvals.models import Proposal
from voting.audit.services import name_of, record
from voting.seasons import queries
from voting.seasons.models import Season
from voting.seasons.services import RuleBroken

# Differences are kept in this language, so that their pages can say in which they are.
KEPT_IN: Final = "zh-hans"
# Kinds whose difference names who is honoured.
UNTOLD: Final = frozenset({"result.seal", "notice.publish_result"})


class AlreadyWaiting(RuleBroken):
    """Something of this kind waits for approval already."""


class AlreadyDecided(RuleBroken):
    """Somebody has decided meanwhile."""


class OwnProposal(RuleBroken):
    """Who proposed it must not be the second person."""


class ProposalStale(RuleBroken):
    """What it was based on has changed since."""


@transaction.atomic
def propose(
    *,
    season_id: int,
    kind: str,
    user: User,
    reason: str,
    payload: Mapping[str, Any] | None = None,
    difference: Sequence[Mapping[str, str]] = (),
    seen: str = "",
) -> Proposal:
    """Sign a change as the first person; nothing happens before a second one approves.

    kind: such as ``voting.open``; one of a kind can wait in a season. difference: what is shown
    to the second person, each with label, before and after. seen: the state that it is based on.
    Raises AlreadyWaiting.
    """
    season = Season.objects.get(pk=season_id)
    try:
        with transaction.atomic():
            proposal = Proposal.objects.create(
                season=season, kind=kind, payload=dict(payload or {}),
                difference=[dict(line) for line in difference], reason=reason, seen=seen,
                proposed_by=user,
            )  # fmt: skip
    except IntegrityError as error:
        raise AlreadyWaiting(
            _("This waits for a second person already. Have it approved or returned first.")
        ) from error
    _log(proposal, user, "propose", reason)
    return proposal


@transaction.atomic
def approve(
    *,
    proposal_id: int,
    user: User,
    seen: str,
    carry_out: Callable[[Proposal], object],
    state: Callable[[Season], str] | None = None,
    note: str = "",
) -> Proposal:
    """Sign as the second person, and carry the change out in the same transaction.

    seen: the state that the second person looked at. state: gives the state of the season, which
    is locked then; without it nothing but ``seen`` is compared. carry_out: makes the change; what
    it does outside the database belongs into ``transaction.on_commit``. If it raises, nothing has
    been approved.
    Raises AlreadyDecided, OwnProposal, ProposalStale, and what carry_out raises.
    """
    proposal = _waiting(proposal_id)
    if proposal.proposed_by_id == user.pk:
        raise OwnProposal(_("You signed first; another person must approve."))
    if proposal.seen != seen or not _is_still(proposal, state):
        raise ProposalStale(
            _("What this is based on has changed since. Return it, and have it proposed again.")
        )
    _decide(proposal, Proposal.State.APPROVED, user, note)
    carry_out(proposal)
    return proposal


@transaction.atomic
def return_proposal(*, proposal_id: int, user: User, note: str) -> Proposal:
    """Send it back with a note. Raises AlreadyDecided."""
    return _decide(_waiting(proposal_id), Proposal.State.RETURNED, user, note)


@transaction.atomic
def withdraw_proposal(*, proposal_id: int, user: User) -> Proposal:
    """Take one's own proposal back. Raises AlreadyDecided, OwnProposal if it is somebody else's."""
    proposal = _waiting(proposal_id)
    if proposal.proposed_by_id != user.pk:
        raise OwnProposal(_("Only the person who signed first can take this back."))
    return _decide(proposal, Proposal.State.WITHDRAWN, user, "")


def _is_still(proposal: Proposal, state: Callable[[Season], str] | None) -> bool:
    """Return whether the season is as it was when the first person signed, and keep it so."""
    if state is None:
        return True
    Season.objects.select_for_update().get(pk=proposal.season_id)
    return proposal.seen == state(queries.season_by_slug(proposal.season.slug))


def _waiting(proposal_id: int) -> Proposal:
    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    if proposal.state != Proposal.State.WAITING:
        raise AlreadyDecided(_("Somebody has decided this meanwhile. Look at it again."))
    return proposal


def _decide(proposal: Proposal, state: Proposal.State, user: User, note: str) -> Proposal:
    proposal.state, proposal.decided_by, proposal.decided_at = state, user, timezone.now()
    proposal.decision_note = note[:300]
    proposal.save()
    _log(proposal, user, state.value, note)
    return proposal


def _log(proposal: Proposal, user: User, what: str, reason: str) -> None:
    record(
        actor=name_of(user), action=f"approval.{what}", season=proposal.season.slug,
        target=f"{proposal.kind} {proposal.pk}", reason=reason,
        # Whoever reads the log need not be allowed to know a result before everybody is.
        after={}
        if proposal.kind in UNTOLD
        else {line["label"]: line["after"] for line in proposal.difference},
    )  # fmt: skip
