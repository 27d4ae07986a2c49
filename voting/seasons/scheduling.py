"""Setting the dates of a season's stages: all of them at once, checked against each other."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from voting.rules.schedule import ORDER, Clash, Span, clashes, in_order
from voting.seasons import queries
from voting.seasons.history import difference, note
from voting.seasons.models import Season, Stage
from voting.seasons.page_context import full_moment, stage_text
from voting.seasons.queries import VOTING
from voting.seasons.services import ChangedMeanwhile, RuleBroken, SeasonFrozen

Times = tuple[datetime, datetime]

# What has led to an open vote stands still with its rules. A notice may still be on.
BEFORE_OPENING = frozenset(ORDER[: ORDER.index(VOTING) + 1]) - {Stage.Kind.CANDIDATE_NOTICE}


def schedule_state(season: Season) -> str:
    """Return what a form shows of the dates as 16 hexadecimal digits; they differ when it does."""
    shown = [
        (one.kind, one.starts_at.timestamp(), one.ends_at.timestamp())
        for one in queries.timeline(season)
    ]
    return sha256(repr(shown).encode()).hexdigest()[:16]


@transaction.atomic
def set_schedule(
    *, slug: str, times: Mapping[str, Times], seen: str, actor: str, reason: str
) -> Season:
    """Replace all stages of a season; one that is not named any more is taken out.

    times: kind (of ``rules.schedule.ORDER``, ``voting`` among them) to start and end. Without
    ``voting`` the voting time stays. seen: ``schedule_state`` when the form was shown.
    Raises RuleBroken with a line for each two stages that clash, SeasonFrozen if the season is
    open and a stage that led there would change, ChangedMeanwhile.
    """
    season = Season.objects.select_for_update().get(slug=slug)
    if schedule_state(season) != seen:
        raise ChangedMeanwhile(
            _(
                "Somebody else has changed these dates since you opened the page. What you typed "
                "is still here: compare it with the season in another window, then save again."
            )
        )
    before = {one.kind: (one.starts_at, one.ends_at) for one in queries.timeline(season)}
    after = {VOTING: before[VOTING]} | dict(times)
    if queries.is_frozen(season):
        for kind in BEFORE_OPENING:
            if before.get(kind) != after.get(kind):
                raise SeasonFrozen(
                    _("%(season)s has been opened: the dates of this stage stand still: %(stage)s.")
                    % {"season": season.name, "stage": stage_text(kind)}
                )
    spans = [Span(kind, *span) for kind, span in after.items()]
    wrong = clashes(spans)
    if wrong:
        by_kind = {span.kind: span for span in spans}
        raise RuleBroken("\n".join(clash_text(clash, by_kind, season.time_zone) for clash in wrong))
    _write(season, after)
    was, became = difference(
        dict.fromkeys(after) | _plain(before), dict.fromkeys(before) | _plain(after)
    )
    # While it is a draft, dates come and go; afterwards the public is told of each change.
    action = "stages" if season.phase == Season.Phase.DRAFT else "stages_moved"
    note(season, action, actor=actor, reason=reason, before=was, after=became)
    return season


def clash_text(clash: Clash, spans: Mapping[str, Span], zone: str) -> str:
    """Say in a sentence which two stages do not fit, and why."""
    first, second = stage_text(clash.first), stage_text(clash.second)
    if clash.reason == "empty":
        return _("“%(stage)s” must end after it starts.") % {"stage": first}
    dates = {
        "first": first,
        "second": second,
        "ends": full_moment(spans[clash.first].ends_at, zone),
        "starts": full_moment(spans[clash.second].starts_at, zone),
        "begins": full_moment(spans[clash.first].starts_at, zone),
    }
    if clash.reason == "order":
        return (
            _(
                "“%(first)s” comes before “%(second)s”, but would start later: %(begins)s, "
                "after %(starts)s."
            )
            % dates
        )
    return (
        _(
            "“%(first)s” and “%(second)s” clash: the first ends %(ends)s, the second starts "
            "%(starts)s already."
        )
        % dates
    )


def _write(season: Season, after: Mapping[str, Times]) -> None:
    opens_at, closes_at = after[VOTING]
    if (opens_at, closes_at) != (season.opens_at, season.ends_at):
        season.opens_at, season.closes_at = opens_at, closes_at
        season.save(update_fields=["opens_at", "closes_at"])
    kept = {kind: span for kind, span in after.items() if kind != VOTING}
    season.stages.exclude(kind__in=kept).delete()
    for kind, (starts_at, ends_at) in kept.items():
        Stage.objects.update_or_create(
            season=season, kind=kind, defaults={"starts_at": starts_at, "ends_at": ends_at}
        )


def _plain(times: Mapping[str, Times]) -> dict[str, list[str]]:
    spans = in_order(Span(kind, *span) for kind, span in times.items())
    return {span.kind: [span.starts_at.isoformat(), span.ends_at.isoformat()] for span in spans}
