"""Opening, pausing, closing: who and why, in SQL first, and after commit in the vote store.

Opening needs two people. In the browser the second one approves what the first one proposed, and
``freeze`` runs in the transaction of that approval; the command names both.

Pausing and closing are the other way round: what cannot be stopped must not be called so, and the
vote store's script decides which ballot was the last. Each can be repeated when its second half
failed.
"""

from datetime import datetime
from typing import Any, Final

import redis
import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from voting.audit.services import record
from voting.ballots.models import LedgerCursor
from voting.ballots.services.durability import require_durable
from voting.ballots.services.errors import (
    NotLoaded,
    NotReadyToOpen,
    SamePerson,
    StillRunning,
    StoreEmpty,
    WrongPhase,
)
from voting.ballots.services.loading import load_epoch
from voting.ballots.services.readiness import obstacles
from voting.ballots.services.store_lock import store_lock
from voting.ballots.stores import keyring
from voting.hotpath import gate
from voting.hotpath.keys import slice_keys
from voting.seasons import numbering, queries
from voting.seasons.models import Nominee, RuleSheet, Season, SeasonEvent
from voting.seasons.services import fingerprint

log = structlog.get_logger(__name__)

# Loading takes about a second. If the store goes away meanwhile, its lock is left behind so long.
LONGEST_LOADING_SECONDS: Final = 60.0


def _locked(slug: str) -> Season:
    return Season.objects.select_for_update().get(slug=slug)


def _note(
    season: Season, action: str, actor: str, reason: str, *, target: str = "", **detail: Any
) -> None:
    SeasonEvent.objects.create(
        season=season, action=action, actor=actor, reason=reason, detail=detail
    )
    record(
        actor=actor, action=f"voting.{action}", season=season.slug, target=target, after=detail,
        reason=reason,
    )  # fmt: skip


def open_voting(
    *, slug: str, actor: str, approver: str, reason: str, client: redis.Redis
) -> Season:
    """Open voting at the server, in the name of two people whom nobody here has seen sign.

    actor, approver, reason: who opens it, who has agreed, and why; all go on record, and that it
        was done this way too.
    Returns the opened season.
    Raises Season.DoesNotExist, SamePerson, WrongPhase unless it is a draft, NotReadyToOpen if
        something is missing, StoreUnsafe if the vote store may lose ballots, NotLoaded if it went
        away between the commit and the last step.
    Source: README, "What is promised", P7.
    """
    if _same(actor, approver):
        raise SamePerson(_("Opening needs two people; the second one must be somebody else."))
    require_durable(client)
    with transaction.atomic():
        season = freeze(slug=slug, actor=actor, approver=approver, reason=reason, way="command")
    try:
        load_opened(season, client)
    except RedisError as error:
        raise NotLoaded(
            _("Voting is open on record, but the vote store takes no ballots yet: %(error)s. "
              "manage.py rebuild %(slug)s finishes it.") % {"error": error, "slug": slug}
        ) from error  # fmt: skip
    return season


def freeze(*, slug: str, actor: str, approver: str, reason: str, way: str) -> Season:
    """Give ballot numbers, freeze the rules and open the season on record; no vote store yet.

    Call it in the transaction in which the second person approves; ``load_after_commit`` then
    does the rest. way: ``approval`` or ``command``.
    Raises WrongPhase unless it is a draft, NotReadyToOpen if something is missing.
    """
    season = _locked(slug)
    if season.phase != Season.Phase.DRAFT:
        raise WrongPhase(_("Only a draft can be opened; this season is %(phase)s.")
                         % {"phase": season.get_phase_display()})  # fmt: skip
    # Locked before it is read for the fingerprint: no limit slips in between the two.
    sheet = RuleSheet.objects.select_for_update().get(season=season)
    missing = obstacles(queries.season_by_slug(slug))
    if missing:
        raise NotReadyToOpen("\n".join(missing))
    numbers = numbering.assign(season)
    sheet.frozen_at = timezone.now()
    sheet.fingerprint = fingerprint(season)
    sheet.save()
    season.phase = Season.Phase.OPEN
    season.epoch = 1
    season.save()
    for number in range(season.slices):
        LedgerCursor.objects.create(season=season, slice=number, epoch=season.epoch)
    # Before anybody can see the season open: the writer could not go on without the key.
    keyring().make_season(season.slug)
    _note(
        season, "open", actor, reason, fingerprint=sheet.fingerprint, approver=approver, way=way,
        **numbers,
    )  # fmt: skip
    return season


def load_opened(season: Season, client: redis.Redis) -> None:
    """Load a season that has just been opened into the vote store.

    Until the last step a voter is told to wait. Nothing happens if somebody has rebuilt it
    meanwhile. Raises StillRunning, RedisError; ``rebuild`` then finishes the job, and only that:
    a step whose answer was lost may have let ballots in, which loading again would drop.
    """
    with store_lock(client, season.slug, seconds=LONGEST_LOADING_SECONDS):
        if Season.objects.filter(pk=season.pk, epoch=season.epoch).exists():
            load_epoch(season, client, run=gate.run_id(client))


def load_after_commit(season: Season, client: redis.Redis) -> None:
    """Have the vote store loaded once the opening stands; a failure is only logged.

    The season is open then, and takes no ballots: pages say so, and offer to finish it.
    """

    def load() -> None:
        try:
            load_opened(season, client)
        except (RedisError, StillRunning) as error:
            log.error("voting is open, and the vote store is not loaded", season=season.slug,
                      error=repr(error), command=f"manage.py rebuild {season.slug}")  # fmt: skip

    transaction.on_commit(load)


def _same(actor: str, approver: str) -> bool:
    return not approver.strip() or actor.strip().casefold() == approver.strip().casefold()


def _change_phase(season: Season, phase: str, client: redis.Redis) -> None:
    for number in range(season.slices):
        answer = gate.set_phase(client, slice_keys(season.slug, number, season.epoch), phase)
        if answer is gate.PhaseChange.EMPTY:
            raise StoreEmpty(_("The vote store must be rebuilt first: manage.py rebuild %(slug)s")
                             % {"slug": season.slug})  # fmt: skip
        if answer is gate.PhaseChange.FINAL:
            raise WrongPhase(_("Voting is closed, and stays so."))


def pause_voting(
    *,
    slug: str,
    actor: str,
    reason: str,
    client: redis.Redis,
    reason_en: str = "",
    until: datetime | None = None,
) -> Season:
    """Take no ballots until voting is resumed; the reason is shown to voters.

    until: when voting is expected back; it is not resumed by itself. Safe to repeat when the
    second half failed, or with another reason.
    Raises WrongPhase unless voting is open, StoreEmpty.
    """
    season = Season.objects.get(slug=slug)
    if season.phase not in (Season.Phase.OPEN, Season.Phase.PAUSED):
        raise WrongPhase(_("Only an open season can be paused."))
    # The vote store first: what cannot be stopped must not be called paused.
    _change_phase(season, "paused", client)
    with transaction.atomic():
        season = _locked(slug)
        if season.phase not in (Season.Phase.OPEN, Season.Phase.PAUSED):
            raise WrongPhase(_("Voting is closed, and stays so."))
        season.phase, season.pause_reason = Season.Phase.PAUSED, reason[:200]
        season.pause_reason_en, season.pause_until = reason_en[:300], until
        season.save()
        _note(season, "pause", actor, reason, until=until.isoformat() if until else "")
    return season


def resume_voting(*, slug: str, actor: str, reason: str, client: redis.Redis) -> Season:
    """Take ballots again; safe to repeat. Raises WrongPhase unless voting is paused, StoreEmpty."""
    with transaction.atomic():
        season = _locked(slug)
        if season.phase not in (Season.Phase.OPEN, Season.Phase.PAUSED) or not season.epoch:
            raise WrongPhase(_("Only a paused season can be resumed."))
        if season.phase == Season.Phase.OPEN and not season.events.filter(action="pause").exists():
            raise WrongPhase(_("Only a paused season can be resumed."))
        season.phase, season.pause_until = Season.Phase.OPEN, None
        season.pause_reason = season.pause_reason_en = ""
        season.save()
        _note(season, "resume", actor, reason)
    _change_phase(season, "open", client)
    return season


def close_voting(
    *,
    slug: str,
    actor: str,
    reason: str,
    client: redis.Redis,
    approver: str = "",
    way: str = "command",
) -> Season:
    """End voting: no ballot after the closing entry counts, all before it do.

    After ``closes_at`` this only writes down what the script has been doing by itself. Before, it
    needs two people. approver: the second one; way: as in ``freeze``.
    Raises SamePerson, WrongPhase if the season was never opened or is closed, StoreEmpty.
    """
    with transaction.atomic():
        season = _locked(slug)
        if season.phase not in (Season.Phase.OPEN, Season.Phase.PAUSED):
            raise WrongPhase(_("Only an opened season can be closed."))
        # Two who signed are two, though they may have the same name.
        alone = not approver if way == "approval" else _same(actor, approver)
        if timezone.now() < season.closes_at and alone:
            raise SamePerson(
                _("Closing before the time needs two people; the second must be somebody else.")
            )
        _change_phase(season, "closed", client)
        season.phase = Season.Phase.CLOSED
        now = timezone.now()
        season.closed_at = now if now < season.closes_at else None
        season.save()
        _note(season, "close", actor, reason, approver=approver, way=way)
    return season


def withdraw_nominee(
    *, slug: str, number: str, actor: str, reason: str, client: redis.Redis
) -> Nominee:
    """Let a nominee get no new choices; those received stay, and are shown as withdrawn.

    Raises Nominee.DoesNotExist, StoreEmpty if the vote store does not know the nominee.
    """
    with transaction.atomic():
        season = _locked(slug)
        nominee = Nominee.objects.get(season=season, ballot_number=number)
        if nominee.withdrawn_at is None:
            nominee.withdrawn_at = timezone.now()
            # This alone: texts and photos may go at the same moment, with the consent to them.
            nominee.save(update_fields=["withdrawn_at"])
            _note(
                season, "withdraw", actor, reason, target=f"{number} {nominee.name}",
                number=number,
            )  # fmt: skip
    if season.phase in (Season.Phase.OPEN, Season.Phase.PAUSED):
        for slice_number in range(season.slices):
            keys = slice_keys(season.slug, slice_number, season.epoch)
            if gate.withdraw(client, keys, number) is gate.Withdrawal.UNKNOWN:
                raise StoreEmpty(_("The vote store does not know this nominee."))
    return nominee
