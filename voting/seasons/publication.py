"""Letting the public see a season before it can be voted in: the call for nominations."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from voting.seasons.history import note
from voting.seasons.holding import public_because
from voting.seasons.models import Season
from voting.seasons.readiness import Item, to_publish
from voting.seasons.services import RuleBroken


class NotPublishable(RuleBroken):
    """Something is missing that the public needs; one line for each thing."""


@transaction.atomic
def publish_season(*, slug: str, actor: str, reason: str) -> Season:
    """Let everybody see a draft's front page: its dates, its call, its rules as they stand.

    Nominees stay hidden until voting is opened or a notice names them. Safe to repeat.
    Raises NotPublishable if something is missing, RuleBroken for a rehearsal or what is public.
    """
    season = Season.objects.select_for_update().get(slug=slug)
    if season.rehearsal_of_id is not None:
        raise RuleBroken(_("A rehearsal is never published."))
    if season.phase != Season.Phase.DRAFT:
        raise RuleBroken(_("This season has been opened; everybody can see it."))
    if season.published_at is not None:
        return season
    missing = [item.text for item in missing_to_publish(season)]
    if missing:
        raise NotPublishable("\n".join(missing))
    season.published_at = timezone.now()
    season.save(update_fields=["published_at"])
    note(season, "publish", actor=actor, reason=reason)
    return season


@transaction.atomic
def hide_season(*, slug: str, actor: str, reason: str) -> Season:
    """Take a published draft back from the public; its nominators still find their own pages.

    Raises RuleBroken if it has been opened or is not published.
    """
    season = Season.objects.select_for_update().get(slug=slug)
    if season.phase != Season.Phase.DRAFT or season.published_at is None:
        raise RuleBroken(_("Only a published draft can be hidden again."))
    if because := public_because(season):
        raise RuleBroken(because)
    was = season.published_at
    season.published_at = None
    season.save(update_fields=["published_at"])
    note(season, "hide", actor=actor, reason=reason, before={"published_at": was.isoformat()})
    return season


def missing_to_publish(season: Season) -> list[Item]:
    """Return what keeps a season from being published."""
    return [item for item in to_publish(season) if item.blocks and not item.done]
