"""What opening voting and closing it before its time mean to the two people who sign."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voting.approvals.kinds import Kind, Line
from voting.approvals.models import Proposal
from voting.audit.services import name_of
from voting.ballots import rules_text
from voting.ballots.services import opening
from voting.ballots.services.durability import require_durable
from voting.ballots.stores import vote_store
from voting.console.number_context import numbers_context
from voting.roles.permissions import Permission
from voting.seasons import drafting, numbering
from voting.seasons.models import Season
from voting.seasons.page_context import full_moment, zone_text
from voting.seasons.services import fingerprint


def times_text(season: Season) -> str:
    """Say from when to when voting is open or was, and by which clock."""
    return _("%(opens)s to %(closes)s, %(zone)s") % {
        "opens": full_moment(season.opens_at, season.time_zone),
        "closes": full_moment(season.ends_at, season.time_zone),
        "zone": zone_text(season.time_zone),
    }


def _opening_state(season: Season) -> str:
    numbers = numbering.numbers_of(season)
    parts = [season.phase, drafting.state(season), fingerprint(season, numbers.of)]
    return sha256("\n".join(parts).encode()).hexdigest()


def _opening_labels() -> list[str]:
    return [_("Voting"), _("Rules"), _("Nominees"), _("Fingerprint of the rules")]


def _opening_difference(season: Season, _payload: Mapping[str, Any]) -> list[Line]:
    voting, rules, listed, mark = _opening_labels()
    words = rules_text.rules_in_words(season)
    nominees = sum(len(one.nominees.all()) for one in season.categories.all())
    return [
        Line(voting, _("a draft that nobody can vote in"), times_text(season)),
        Line(rules, _("can be changed by one person"), _("; ").join(words["chips"])),
        Line(
            listed, _("can be added and taken out"),
            _("%(n)s, with fixed ballot numbers") % {"n": nominees},
        ),
        Line(
            mark, _("none yet"),
            fingerprint(season, numbering.numbers_of(season).of),
        ),
    ]  # fmt: skip


def _open(proposal: Proposal) -> None:
    client = vote_store()
    # Looked at before anything is written: a store that is away now would only leave a season
    # behind that is open and takes no ballots.
    require_durable(client)
    season = opening.freeze(
        slug=proposal.season.slug,
        actor=name_of(proposal.proposed_by),
        approver=name_of(proposal.decided_by),
        reason=proposal.reason,
        way="approval",
    )
    opening.load_after_commit(season, client)


def _closing_state(season: Season) -> str:
    # A pause in between changes nothing about it.
    running = season.phase in {Season.Phase.OPEN, Season.Phase.PAUSED}
    told = [str(running), season.closes_at.isoformat()]
    return sha256("\n".join(told).encode()).hexdigest()


def _closing_difference(season: Season, _payload: Mapping[str, Any]) -> list[Line]:
    return [
        Line(
            _("Voting ends"), full_moment(season.closes_at, season.time_zone),
            _("when the second person signs"),
        )
    ]  # fmt: skip


def _close(proposal: Proposal) -> None:
    opening.close_voting(
        slug=proposal.season.slug,
        actor=name_of(proposal.proposed_by),
        approver=name_of(proposal.decided_by),
        reason=proposal.reason,
        client=vote_store(),
        way="approval",
    )


OPENING = Kind(
    name="voting.open",
    title=gettext_lazy("Open voting"),
    consequence=gettext_lazy(
        "Opening freezes the rules. Later changes need two people, a public reason, and apply "
        "forward only."
    ),
    state=_opening_state,
    difference=_opening_difference,
    labels=_opening_labels,
    carry_out=_open,
    template="console/_opening_details.html",
    details=lambda season: {
        "rules": rules_text.rules_in_words(season, with_nominees=True),
        **numbers_context(season),
    },
    leads_to="console:voting",
    begins_at="console:opening",
)
CLOSING = Kind(
    name="voting.close",
    title=gettext_lazy("Close voting before its time"),
    consequence=gettext_lazy(
        "No ballot counts after that. Closed voting stays closed; all ballots before count."
    ),
    state=_closing_state,
    difference=_closing_difference,
    labels=lambda: [_("Voting ends")],
    carry_out=_close,
    proposes=Permission.VOTING_OPERATE,
    leads_to="console:voting",
    begins_at="console:voting",
)
