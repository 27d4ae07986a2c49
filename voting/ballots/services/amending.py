"""Carrying out an approved amendment: the rules in SQL, and after commit the vote store.

Only the end of voting stands in the vote store; everything else of an amendment is read from SQL.
If the store cannot be told at that moment, voting ends there as it was planned before, and
``tell_store`` can be repeated until it succeeds.
"""

import redis
import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from voting.approvals.models import Proposal
from voting.ballots.services.errors import StoreEmpty, WrongPhase
from voting.ballots.services.loading import milliseconds, periods_of, write_directory
from voting.ballots.stores import vote_store
from voting.hotpath import gate
from voting.hotpath.epoch import keep_voters
from voting.hotpath.keys import slice_keys
from voting.seasons import amending
from voting.seasons.models import RuleAmendment, Season
from voting.seasons.services import RuleBroken

log = structlog.get_logger(__name__)

KIND = "rules.amend"  # of proposals that amend rules


def amend(proposal: Proposal) -> RuleAmendment:
    """Change the rules as proposed; call it while approving, inside its transaction.

    proposal: approved at this moment; its payload holds the new values by field.
    Raises NotAmendable: nothing has been approved then.
    """
    if proposal.decided_by is None:
        raise amending.NotAmendable(_("Rules are amended by two people."))
    amendment = amending.amend_rules(
        season_id=proposal.season_id,
        wanted=proposal.payload,
        reason=proposal.reason,
        proposed_by=proposal.proposed_by,
        approved_by=proposal.decided_by,
    )
    if amendment.closes_at is not None:
        slug = amendment.season.slug
        transaction.on_commit(lambda: _tell_after_commit(slug))
    return amendment


def _tell_after_commit(slug: str) -> None:
    try:
        tell_store(slug=slug, client=vote_store())
    except (redis.RedisError, RuleBroken) as error:
        # The amendment holds; whoever looks at the season is told that the store lags behind.
        log.error("the vote store does not know the new end of voting", season=slug, error=error)


def tell_store(*, slug: str, client: redis.Redis) -> None:
    """Write the end of voting from SQL into the vote store; safe to repeat.

    Raises WrongPhase if voting has been closed there, StoreEmpty, RedisError.
    """
    season = Season.objects.select_related("rule_sheet").get(slug=slug)
    if season.phase not in {Season.Phase.OPEN, Season.Phase.PAUSED}:
        raise WrongPhase(_("Only an opened season can be extended."))
    closes_ms, periods = milliseconds(season.closes_at), periods_of(season)
    for number in range(season.slices):
        keys = slice_keys(season.slug, number, season.epoch)
        answer = gate.extend(
            client,
            keys,
            closes_ms=closes_ms,
            periods=[(period.start_ms, period.member()) for period in periods],
        )
        if answer is gate.Extension.EMPTY:
            raise StoreEmpty(_("The vote store must be rebuilt first: manage.py rebuild %(slug)s")
                             % {"slug": season.slug})  # fmt: skip
        if answer is gate.Extension.FINAL:
            raise WrongPhase(_("Voting is closed, and stays so."))
        if season.rule_sheet.caps.filter(period="window").exists():
            # A day ends within 25 hours, before its counters go; the last window now lasts longer.
            ends = {one.window: one.next_window_ms or closes_ms for one in periods}
            keep_voters(client, keys, ends)
    write_directory(season, client)


def is_store_behind(season: Season, client: redis.Redis) -> bool:
    """Return whether the vote store ends voting before the rules do. Raises RedisError."""
    if season.phase not in {Season.Phase.OPEN, Season.Phase.PAUSED}:
        return False
    closes_ms = milliseconds(season.closes_at)
    ends = (
        client.hget(slice_keys(season.slug, number, season.epoch).meta, "closes")
        for number in range(season.slices)
    )
    return any(end is None or int(end) < closes_ms for end in ends)
