"""Everything that needs two people, by name, and how the two of them sign it."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from voting.approvals import queries, services
from voting.approvals.kinds import Kind
from voting.approvals.models import Proposal
from voting.audit.services import name_of
from voting.console.amending_kinds import AMENDING
from voting.console.draw_kinds import DRAWING, WITHDRAWING_DRAW
from voting.console.notice_kinds import PUBLISHING, PUBLISHING_RESULT
from voting.console.opening_kinds import CLOSING, OPENING
from voting.console.result_kinds import (
    ANNOUNCING,
    HOLDING,
    REVOKING,
    RULING,
    SEALING,
    WITHDRAWING,
)
from voting.console.seat_kinds import CLOSING_PANEL, LEAVING, RECUSING
from voting.roles.queries import may
from voting.seasons.models import Season
from voting.seasons.services import RuleBroken

_ALL: Final = (
    OPENING,
    CLOSING,
    AMENDING,
    PUBLISHING,
    SEALING,
    PUBLISHING_RESULT,
    ANNOUNCING,
    REVOKING,
    RULING,
    HOLDING,
    WITHDRAWING,
    DRAWING,
    WITHDRAWING_DRAW,
    LEAVING,
    RECUSING,
    CLOSING_PANEL,
)
KINDS: Final[Mapping[str, Kind]] = {kind.name: kind for kind in _ALL}


class NotAllowed(RuleBroken):
    """One of the two may not sign this."""


def sign_first(
    kind: Kind, season: Season, *, user: User, reason: str, seen: str, **payload: Any
) -> Proposal:
    """Propose a change. seen: the state of the season that the person looked at.

    season: as ``seasons.queries.season_by_slug`` returns it. The difference is written down, in
    Chinese. Raises NotAllowed, ProposalStale, AlreadyWaiting.
    """
    if not may(user, kind.proposes, season):
        raise NotAllowed(_("You may not sign this."))
    if kind.state(season) != seen:
        raise services.ProposalStale(_("Changed since you opened it; please review again."))
    with translation.override(services.KEPT_IN):
        lines = [line._asdict() for line in kind.difference(season, payload)]
    return services.propose(
        season_id=season.pk, kind=kind.name, user=user, reason=reason, payload=payload,
        difference=lines, seen=seen,
    )  # fmt: skip


def sign_second(proposal: Proposal, *, user: User, seen: str, note: str = "") -> Proposal:
    """Approve a change and carry it out. seen: the state that the person looked at.

    Raises NotAllowed, OwnProposal, AlreadyDecided, ProposalStale, and what the change raises.
    """
    kind = KINDS[proposal.kind]
    if not may(user, kind.approves, proposal.season):
        raise NotAllowed(_("You may not sign this."))
    if not may(proposal.proposed_by, kind.proposes, proposal.season):
        raise NotAllowed(
            _("%(person)s signed first and may not do so any more. Return it.")
            % {"person": name_of(proposal.proposed_by)}
        )
    return services.approve(
        proposal_id=proposal.pk, user=user, seen=seen, state=kind.state,
        carry_out=kind.carry_out, note=note,
    )  # fmt: skip


def is_stale(proposal: Proposal, season: Season) -> bool:
    """Return whether a waiting proposal can no longer be approved: what was signed has changed.

    season: its season, as ``seasons.queries.season_by_slug`` returns it. A few queries.
    """
    kind = KINDS.get(proposal.kind)
    waits = proposal.state == Proposal.State.WAITING
    return kind is not None and waits and kind.state(season) != proposal.seen


def send_back(proposal: Proposal, *, user: User, note: str) -> Proposal:
    """Return a change unsigned. Raises NotAllowed, AlreadyDecided."""
    if not may(user, KINDS[proposal.kind].approves, proposal.season):
        raise NotAllowed(_("You may not sign this."))
    return services.return_proposal(proposal_id=proposal.pk, user=user, note=note)


def title_of(name: str) -> str:
    """Return what a kind of proposal is called; one of former days keeps its code."""
    kind = KINDS.get(name)
    return str(kind.title) if kind else name


def labels_of(name: str) -> dict[str, str]:
    """Return the labels in the reader's language, by how differences of a kind are kept."""
    kind = KINDS.get(name)
    if kind is None:
        return {}
    with translation.override(services.KEPT_IN):
        kept = kind.labels()
    return dict(zip(kept, kind.labels(), strict=True))


def visible_to(user: Any) -> QuerySet[Proposal]:
    """Return the proposals of all states that a user may sign or has signed."""
    return queries.may_decide(user, {kind.name: kind.approves for kind in KINDS.values()})
