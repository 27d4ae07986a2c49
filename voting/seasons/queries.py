"""What other parts ask about seasons."""

from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Length

from voting.seasons.models import Category, Nominee, RuleSheet, Season


def season_by_slug(slug: str) -> Season:
    """Return a season with its rule sheet, caps, windows, categories, nominees and past winners.

    That takes 6 queries, however many there are. Nominees stand below their category, shorter
    ballot numbers first, so that 9 comes before 10. Raises Season.DoesNotExist.
    """
    return _complete(Season.objects.all()).get(slug=slug)


def public_seasons() -> QuerySet[Season]:
    """Return the seasons that the public may know of, the latest first."""
    return Season.objects.exclude(phase=Season.Phase.DRAFT).order_by("-opens_at", "-pk")


def seasons_with_rules() -> QuerySet[Season]:
    """Return the seasons that have a rule sheet, drafts too, the latest first."""
    return Season.objects.filter(rule_sheet__isnull=False).order_by("-opens_at", "-pk")


def is_frozen(season: Season | None) -> bool:
    """Return whether the season has been opened, so that its rules stand still."""
    if season is None:
        return False
    sheets = RuleSheet.objects.filter(season=season, frozen_at__isnull=False)
    return season.phase != Season.Phase.DRAFT or sheets.exists()


def _complete(seasons: QuerySet[Season]) -> QuerySet[Season]:
    nominees = Nominee.objects.order_by(Length("ballot_number"), "ballot_number", "pk")
    categories = Category.objects.order_by("position").prefetch_related(
        Prefetch("nominees", nominees)
    )
    return seasons.select_related("rule_sheet").prefetch_related(
        "rule_sheet__caps", "windows", Prefetch("categories", categories), "past_winners"
    )
