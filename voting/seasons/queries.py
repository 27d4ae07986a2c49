"""What other parts ask about seasons."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.db.models.functions import Length
from django.utils import timezone

from voting.rules.schedule import Span, in_order
from voting.seasons.models import Category, NominationSettings, Nominee, RuleSheet, Season, Stage

VOTING: Final = "voting"  # the stage that has no row: it is the season's own voting time
_UNDER_WAY: Final = frozenset({Season.Phase.OPEN, Season.Phase.PAUSED})


# late: its days are over, and what it is for has not happened.
State = Literal["done", "now", "later", "late"]


@dataclass(frozen=True, slots=True)
class TimelineStage:
    """One stage as it stands at a moment. kind: of ``rules.schedule.ORDER``."""

    kind: str
    starts_at: datetime
    ends_at: datetime  # exclusive
    state: State


@dataclass(frozen=True, slots=True)
class Quota:
    """How many nominations a unit has. None: no limit."""

    in_all: int | None
    per_category: int | None
    # Category's primary key to the number that holds there instead.
    exceptions: dict[int, int] = field(default_factory=dict)

    def of_category(self, category_id: int) -> int | None:
        """Return how many in one category."""
        return self.exceptions.get(category_id, self.per_category)


def season_by_slug(slug: str) -> Season:
    """Return a season with its rule sheet, caps, windows, categories, nominees and past winners.

    That takes 6 queries, however many there are. Nominees stand below their category, shorter
    ballot numbers first, so that 9 comes before 10. Raises Season.DoesNotExist.
    """
    return complete(season_alone(slug))


def season_alone(slug: str) -> Season:
    """Return a season with its rule sheet in one query. Raises Season.DoesNotExist."""
    return Season.objects.select_related("rule_sheet").get(slug=slug)


def complete(season: Season) -> Season:
    """Bring to a season what ``season_by_slug`` has besides, and return it: 5 queries."""
    nominees = Nominee.objects.order_by(Length("ballot_number"), "ballot_number", "pk")
    categories = Category.objects.order_by("position").prefetch_related(
        Prefetch("nominees", nominees)
    )
    prefetch_related_objects(
        [season], "rule_sheet__caps", "windows", Prefetch("categories", categories), "past_winners"
    )
    return season


def public_condition(path: str = "") -> Q:
    """Return the one condition under which the public may know of a season, beside lists of them.

    It has been published or opened, and is no rehearsal. path: to the season, such as ``season__``.
    """
    opened_or_published = Q(**{f"{path}published_at__isnull": False}) | ~Q(
        **{f"{path}phase": Season.Phase.DRAFT}
    )
    return opened_or_published & Q(**{f"{path}rehearsal_of__isnull": True})


def public_seasons() -> QuerySet[Season]:
    """Return the seasons that the public may know of, the latest first."""
    return Season.objects.filter(public_condition()).order_by("-opens_at", "-pk")


def is_public(season: Season) -> bool:
    """Return whether whoever has a season's address may see it.

    That is the condition of ``public_condition``, but an opened rehearsal can be seen too: nobody
    guesses its address.
    """
    return season.published_at is not None or season.phase != Season.Phase.DRAFT


def public_season(slug: str) -> Season:
    """Return a season as ``season_by_slug`` does. Raises Season.DoesNotExist if not public."""
    season = season_by_slug(slug)
    if not is_public(season):
        raise Season.DoesNotExist
    return season


def has_ballot(season: Season) -> bool:
    """Return whether a season's nominees are public: from opening on."""
    return season.phase != Season.Phase.DRAFT


def rehearsals_of(season: Season) -> QuerySet[Season]:
    """Return a season's rehearsals, the latest first."""
    return Season.objects.filter(rehearsal_of=season).order_by("-pk")


def ballot_exists(slug: str) -> bool:
    """Return whether there is a season of this address that has been opened."""
    return Season.objects.filter(slug=slug).exclude(phase=Season.Phase.DRAFT).exists()


def seasons_with_rules() -> QuerySet[Season]:
    """Return the seasons that have a rule sheet, drafts too, the latest first; no rehearsals."""
    return Season.objects.filter(rule_sheet__isnull=False, rehearsal_of=None).order_by(
        "-opens_at", "-pk"
    )


def is_frozen(season: Season | None) -> bool:
    """Return whether the season has been opened, so that its rules stand still."""
    if season is None:
        return False
    sheets = RuleSheet.objects.filter(season=season, frozen_at__isnull=False)
    return season.phase != Season.Phase.DRAFT or sheets.exists()


def timeline(season: Season, at: datetime | None = None) -> list[TimelineStage]:
    """Return the stages in their order, each done, going on or to come at a moment (now).

    One query, or none if ``stages`` has been prefetched. A vote that nobody has opened is to
    come, and an announcement that nobody has made is late, whatever their dates say.
    """
    now = at or timezone.now()
    return [
        TimelineStage(*span, state=_state(season, span, now)) for span in in_order(_spans(season))
    ]


def is_in_stage(season: Season, kind: str, at: datetime | None = None) -> bool:
    """Return whether a stage is going on at a moment, by the server's clock if none is given.

    The start belongs to a stage, the end does not. Always asks the database: a deadline that has
    just been moved holds at once.
    """
    now = at or timezone.now()
    if kind == VOTING:
        return _state(season, _voting(season), now) == "now"
    return season.stages.filter(kind=kind, starts_at__lte=now, ends_at__gt=now).exists()


def _spans(season: Season) -> list[Span]:
    stages = [Span(one.kind, one.starts_at, one.ends_at) for one in season.stages.all()]
    return [*stages, _voting(season)]


def _voting(season: Season) -> Span:
    return Span(VOTING, season.opens_at, season.ends_at)


def _state(season: Season, span: Span, now: datetime) -> State:
    if span.kind == VOTING:
        if season.phase == Season.Phase.DRAFT or now < span.starts_at:
            return "later"
        return "now" if season.phase in _UNDER_WAY and now < span.ends_at else "done"
    announced = season.phase == Season.Phase.ANNOUNCED
    if span.kind == Stage.Kind.ANNOUNCEMENT and (announced or now >= span.ends_at):
        return "done" if announced else "late"
    if now < span.starts_at:
        return "later"
    return "now" if now < span.ends_at else "done"


def nomination_settings(season: Season) -> NominationSettings:
    """Return a season's nomination settings; the defaults, unsaved, where it has none."""
    found = NominationSettings.objects.filter(season=season).first()
    return found or NominationSettings(season=season)


def quota_of(season: Season, unit_id: int) -> Quota:
    """Return what a unit may nominate: the season's settings and the exceptions for the unit."""
    usual, exceptions = quotas(season)
    return exceptions.get(unit_id, usual)


def quotas(season: Season) -> tuple[Quota, dict[int, Quota]]:
    """Return what a unit may nominate by the settings, and by unit where that differs."""
    settings = nomination_settings(season)
    usual = Quota(settings.quota_per_unit, settings.quota_per_category)
    rows: dict[int, dict[int | None, int]] = {}
    for unit, category, most in season.unit_quotas.values_list("unit", "category", "most"):
        rows.setdefault(unit, {})[category] = most
    return usual, {
        unit: Quota(
            found.pop(None, usual.in_all),
            usual.per_category,
            {category: most for category, most in found.items() if category is not None},
        )
        for unit, found in rows.items()
    }
