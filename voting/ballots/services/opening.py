"""Opening, pausing, closing: who and why, in SQL first, and after commit in the vote store.

Pausing and closing are the other way round: what cannot be stopped must not be called so, and the
vote store's script decides which ballot was the last. Each can be repeated when its second half
failed.
"""

import redis
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from voting.ballots.models import LedgerCursor
from voting.ballots.services.durability import require_durable
from voting.ballots.services.errors import NotReadyToOpen, StoreEmpty, WrongPhase
from voting.ballots.services.loading import load_epoch
from voting.ballots.stores import keyring
from voting.hotpath import gate
from voting.hotpath.keys import slice_keys
from voting.seasons.models import Nominee, RuleSheet, Season, SeasonEvent
from voting.seasons.readiness import readiness
from voting.seasons.services import fingerprint


def _locked(slug: str) -> Season:
    return Season.objects.select_for_update().get(slug=slug)


def _note(season: Season, action: str, actor: str, reason: str, **detail: str | int) -> None:
    SeasonEvent.objects.create(
        season=season, action=action, actor=actor, reason=reason, detail=detail
    )


def open_voting(*, slug: str, actor: str, reason: str, client: redis.Redis) -> Season:
    """Freeze a draft's rules and let ballots come from its opening time on.

    actor, reason: who opens it and why; both go on record.
    Returns the opened season.
    Raises Season.DoesNotExist, WrongPhase unless it is a draft, NotReadyToOpen if something is
        missing, StoreUnsafe if the vote store may lose ballots.
    Source: README, "What is promised", P7.
    """
    require_durable(client)
    with transaction.atomic():
        season = _locked(slug)
        if season.phase != Season.Phase.DRAFT:
            raise WrongPhase(_("Only a draft can be opened; this season is %(phase)s.")
                             % {"phase": season.get_phase_display()})  # fmt: skip
        missing = [item.text for item in readiness(season) if item.blocks and not item.done]
        if missing:
            raise NotReadyToOpen("\n".join(missing))
        # Locked before it is read for the fingerprint: no limit slips in between the two.
        sheet = RuleSheet.objects.select_for_update().get(season=season)
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
        _note(season, "open", actor, reason, fingerprint=sheet.fingerprint)
    # Between the commit and the last line, a voter is told to wait; `rebuild` finishes the job.
    load_epoch(season, client, run=gate.run_id(client))
    return season


def _change_phase(season: Season, phase: str, client: redis.Redis) -> None:
    for number in range(season.slices):
        answer = gate.set_phase(client, slice_keys(season.slug, number, season.epoch), phase)
        if answer is gate.PhaseChange.EMPTY:
            raise StoreEmpty(_("The vote store must be rebuilt first: manage.py rebuild %(slug)s")
                             % {"slug": season.slug})  # fmt: skip
        if answer is gate.PhaseChange.FINAL:
            raise WrongPhase(_("Voting is closed, and stays so."))


def pause_voting(*, slug: str, actor: str, reason: str, client: redis.Redis) -> Season:
    """Take no ballots until voting is resumed; the reason is shown to voters.

    Safe to repeat when the second half failed.
    Raises WrongPhase unless voting is open, StoreEmpty.
    """
    season = Season.objects.get(slug=slug)
    if season.phase not in (Season.Phase.OPEN, Season.Phase.PAUSED):
        raise WrongPhase(_("Only an open season can be paused."))
    # The vote store first: what cannot be stopped must not be called paused.
    _change_phase(season, "paused", client)
    with transaction.atomic():
        season = _locked(slug)
        season.phase, season.pause_reason = Season.Phase.PAUSED, reason[:200]
        season.save()
        _note(season, "pause", actor, reason)
    return season


def resume_voting(*, slug: str, actor: str, reason: str, client: redis.Redis) -> Season:
    """Take ballots again; safe to repeat. Raises WrongPhase unless voting is paused, StoreEmpty."""
    with transaction.atomic():
        season = _locked(slug)
        if season.phase not in (Season.Phase.OPEN, Season.Phase.PAUSED) or not season.epoch:
            raise WrongPhase(_("Only a paused season can be resumed."))
        if season.phase == Season.Phase.OPEN and not season.events.filter(action="pause").exists():
            raise WrongPhase(_("Only a paused season can be resumed."))
        season.phase, season.pause_reason, season.pause_until = Season.Phase.OPEN, "", None
        season.save()
        _note(season, "resume", actor, reason)
    _change_phase(season, "open", client)
    return season


def close_voting(*, slug: str, actor: str, reason: str, client: redis.Redis) -> Season:
    """End voting: no ballot after the closing entry counts, all before it do.

    After ``closes_at`` this only writes down what the script has been doing by itself.
    Raises WrongPhase if the season was never opened or is closed, StoreEmpty.
    """
    with transaction.atomic():
        season = _locked(slug)
        if season.phase not in (Season.Phase.OPEN, Season.Phase.PAUSED):
            raise WrongPhase(_("Only an opened season can be closed."))
        _change_phase(season, "closed", client)
        season.phase = Season.Phase.CLOSED
        now = timezone.now()
        season.closed_at = now if now < season.closes_at else None
        season.save()
        _note(season, "close", actor, reason)
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
            nominee.save()
            _note(season, "withdraw", actor, reason, number=number)
    if season.phase in (Season.Phase.OPEN, Season.Phase.PAUSED):
        for slice_number in range(season.slices):
            keys = slice_keys(season.slug, slice_number, season.epoch)
            if gate.withdraw(client, keys, number) is gate.Withdrawal.UNKNOWN:
                raise StoreEmpty(_("The vote store does not know this nominee."))
    return nominee
