"""A rehearsal from opening to count, and its end: wiped without a trace but in the audit log.

Everything here refuses a season that is no rehearsal; and were that forgotten, the database would
still refuse (``seasons.rehearsal_guard``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import redis
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from voting.audit.services import record
from voting.ballots.models import (
    Ballot,
    Choice,
    Evidence,
    LedgerConflict,
    LedgerCursor,
    Slot,
    VerifiedIdentity,
    VerifiedVoter,
)
from voting.ballots.queries import ballot_count, recount
from voting.ballots.services.opening import close_voting, freeze, load_opened
from voting.ballots.services.reconciling import NotCopied, reconcile
from voting.ballots.stores import keyring
from voting.hotpath.epoch import drop_other_epochs
from voting.hotpath.gate import NotReady
from voting.hotpath.keys import DIRECTORY
from voting.seasons.models import (
    Cap,
    Category,
    Nominee,
    RuleAmendment,
    RuleSheet,
    Season,
    SeasonEvent,
    VotingWindow,
)
from voting.seasons.services import RuleBroken

NOBODY = "rehearsal"  # stands where a real season names the second person
# What topics above this one keep of a season, and how it goes with a rehearsal; by topic.
_wipers: Final[dict[str, Callable[[Season], None]]] = {}


def on_wipe(topic: str, wiper: Callable[[Season], None]) -> None:
    """Say how a topic that this one knows nothing of wipes a rehearsal. Once, at the start.

    It runs in the transaction of the wiping, before all rows that its own may refer to.
    """
    _wipers[topic] = wiper


class NoRehearsal(RuleBroken):
    """The season is a real one."""


@dataclass(frozen=True, slots=True)
class Count:
    """What a rehearsal came to. differences: between vote store, ledger and stream; best none."""

    ballots: int
    tallies: dict[str, int]
    differences: list[str]


def open_rehearsal(*, slug: str, actor: str, reason: str, client: redis.Redis) -> Season:
    """Freeze a rehearsal's rules and let ballots in, by the same code as a real opening.

    Raises NoRehearsal, RedisError if the store is away: nothing has been done then, unless it
    went in between; and what ``opening.freeze`` and ``load_opened`` raise.
    """
    client.ping()
    with transaction.atomic():
        rehearsal(slug)
        season = freeze(slug=slug, actor=actor, approver=NOBODY, reason=reason, way="rehearsal")
    load_opened(season, client)
    return season


def close_rehearsal(*, slug: str, actor: str, reason: str, client: redis.Redis) -> Season:
    """End a rehearsal's vote. Raises NoRehearsal, WrongPhase, StoreEmpty."""
    rehearsal(slug)
    return close_voting(slug=slug, actor=actor, approver=NOBODY, reason=reason, client=client)


def count_rehearsal(*, slug: str, client: redis.Redis, wait_seconds: float = 5.0) -> Count:
    """Recount a rehearsal from its ledger, and compare it with the vote store.

    Raises NoRehearsal.
    """
    season = rehearsal(slug)
    try:
        found = reconcile(slug=slug, client=client, wait_seconds=wait_seconds)
        differences = found.differences
    except (NotCopied, NotReady) as error:
        differences = [str(error)]
    return Count(ballot_count(season.pk), recount(season.pk), differences)


def wipe_rehearsal(*, slug: str, actor: str, reason: str, client: redis.Redis) -> None:
    """Delete a rehearsal as a whole: from the vote store, the ledger, the tables, the keys.

    The audit log keeps who rehearsed, and who wiped it. First the vote store forgets it, so that
    nobody can vote any more; should the rest fail then, it can be repeated.
    Raises NoRehearsal, RuleBroken if something else refers to it.
    """
    season = rehearsal(slug)
    client.hdel(DIRECTORY, slug)
    for number in range(season.slices):
        drop_other_epochs(client, slug, number, keep=-1)
    with transaction.atomic():
        # As the writer does: it holds the cursor first, and its ballots refer to the season then.
        list(LedgerCursor.objects.select_for_update().filter(season=season).order_by("pk"))
        season = Season.objects.select_for_update().get(pk=season.pk)
        ballots = ballot_count(season.pk)
        _delete(season)
        of = season.rehearsal_of
        record(
            actor=actor, action="season.rehearsal_wipe", season=of.slug if of else "",
            target=slug, before={"ballots": ballots}, reason=reason,
        )  # fmt: skip
    keyring().season_path(slug).unlink(missing_ok=True)


def rehearsal(slug: str) -> Season:
    """Return a rehearsal. Raises NoRehearsal, Season.DoesNotExist."""
    season = Season.objects.get(slug=slug)
    if season.rehearsal_of_id is None:
        raise NoRehearsal(_("This is no rehearsal: a real season is never played with or wiped."))
    return season


def _delete(season: Season) -> None:
    # Thawed first: nothing else lets rows go that the fingerprint covered.
    RuleSheet.objects.filter(season=season).update(frozen_at=None, fingerprint="")
    for wiper in _wipers.values():
        wiper(season)
    for rows in (
        Evidence.objects.filter(season=season),
        Slot.objects.filter(season=season),
        Choice.objects.filter(season=season),
        Ballot.objects.filter(season=season),
        LedgerConflict.objects.filter(season=season),
        LedgerCursor.objects.filter(season=season),
        VerifiedIdentity.objects.filter(season=season),
        VerifiedVoter.objects.filter(season=season),
        Nominee.objects.filter(season=season),
        Category.objects.filter(season=season),
        VotingWindow.objects.filter(season=season),
        Cap.objects.filter(sheet__season=season),
        RuleSheet.objects.filter(season=season),
        RuleAmendment.objects.filter(season=season),
        SeasonEvent.objects.filter(season=season),
    ):
        # Straight from the table: what refers to these rows goes with them here.
        rows._raw_delete(rows.db)  # noqa: SLF001 -- the reason stands above
    try:
        season.announcements.all().delete()
        season.delete()
    except ProtectedError as error:
        raise RuleBroken(
            _("Something still refers to this rehearsal: %(what)s.")
            % {"what": ", ".join(sorted({type(one).__name__ for one in error.protected_objects}))}
        ) from error
