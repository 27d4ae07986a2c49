"""The steps to ballot numbers while a season is a draft: how they are given, and the public draw.

A draw has two steps, each a season event that nobody can change: first the list of nominees is
fixed by its SHA-256, together with the words that say where the seed will come from; later the
seed itself. Whoever does not like what came out can only announce another draw, with the first
one in sight. A seed that the organiser commits to beforehand would not do: it could have been
chosen among many.
"""

from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from voting.audit.services import record
from voting.seasons import drafting, queries
from voting.seasons.models import Season, SeasonEvent
from voting.seasons.numbering import ANNOUNCE, SEED, Draw, draw_keys, draw_of, list_hash
from voting.seasons.services import RuleBroken

LONGEST_SEED: Final = 200


class DrawRefused(RuleBroken):
    """The draw is not at this step."""


@transaction.atomic
def set_numbering(*, slug: str, numbering: str, seen: str, actor: str, reason: str) -> Season:
    """Choose how a draft's nominees get their numbers.

    seen: ``drafting.state`` when the form was shown. Raises SeasonFrozen, ChangedMeanwhile.
    """
    season = drafting.locked_draft(slug, seen)
    season.numbering = Season.Numbering(numbering)
    season.save(update_fields=["numbering"])
    _note(season, "numbers", actor, reason, numbering=numbering)
    return season


@transaction.atomic
def announce_draw(*, slug: str, source: str, seen: str, actor: str, reason: str) -> Draw:
    """Fix and publish the list of nominees by its SHA-256, and say where the seed will come from.

    source: in words that leave no choice, such as the closing figure of a named index on a day to
    come. Raises SeasonFrozen, ChangedMeanwhile, DrawRefused without nominees, or while nobody but
    the organisers can see the season.
    """
    season = drafting.locked_draft(slug, seen)
    if season.numbering != Season.Numbering.DRAW:
        raise DrawRefused(_("Choose the draw as the way to ballot numbers first."))
    if not queries.is_public(season):
        raise DrawRefused(
            _("Publish the season first, so that everybody can see the announcement.")
        )
    keys = draw_keys(season)
    if not keys:
        raise DrawRefused(_("There is no nominee to draw a number for."))
    event = _note(
        season, ANNOUNCE, actor, reason, source=source, list_hash=list_hash(keys),
        nominees=len(keys),
    )  # fmt: skip
    return Draw(source, event.at, event.detail["list_hash"])


@transaction.atomic
def draw_numbers(*, slug: str, seed: str, seen: str, actor: str, reason: str) -> Draw:
    """Enter the seed of the draw that was announced. It cannot be replaced.

    Raises SeasonFrozen, ChangedMeanwhile, DrawRefused if nothing was announced, if the seed is
    there already, or if nominees have changed since.
    """
    season = drafting.locked_draft(slug, seen)
    draw = draw_of(season)
    if draw is None or season.numbering != Season.Numbering.DRAW:
        raise DrawRefused(_("Announce the draw first, before anybody can know the seed."))
    if draw.seed:
        raise DrawRefused(
            _("The seed is there already. Another one needs a new announcement, with its reason.")
        )
    if draw.list_hash != list_hash(draw_keys(season)):
        raise DrawRefused(
            _("Nominees have changed since the draw was announced. Announce it again.")
        )
    seed = " ".join(seed.split())
    if not seed or len(seed) > LONGEST_SEED:
        raise DrawRefused(_("A seed is one line of text that is not empty."))
    event = _note(season, SEED, actor, reason, seed=seed)
    return Draw(draw.source, draw.announced_at, draw.list_hash, seed, event.at)


def _note(season: Season, action: str, actor: str, reason: str, **detail: Any) -> SeasonEvent:
    record(actor=actor, action=f"season.{action}", season=season.slug, after=detail, reason=reason)
    return SeasonEvent.objects.create(
        season=season, action=action, actor=actor, reason=reason, detail=detail
    )
