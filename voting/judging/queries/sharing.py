"""Which panels mark the same nominees for the same part of the result.

A result knows marks by part, judge and nominee, so a judge on two such panels would have one mark
overwrite the other. So no two panels of a part share a category.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, Model, OuterRef, ProtectedError, QuerySet

from voting.judging.models import Panel, Seat
from voting.seasons.models import Category, Season


def keep_marked(instance: Category, **_words: Any) -> None:
    """Refuse to delete a category that a panel names: without one the panel would mark them all.

    A receiver of ``pre_delete``. Raises ProtectedError.
    """
    panels: set[Model] = set(Panel.objects.filter(categories=instance))
    if panels:
        raise ProtectedError("a panel marks this category", panels)


def counting_panels(season: Season) -> QuerySet[Panel]:
    """Return the panels whose marks count, or may count yet.

    Not among them: one that was closed before anybody had submitted. Another takes its place.
    """
    submitted = Seat.objects.filter(panel=OuterRef("pk"), submitted_at__isnull=False)
    return Panel.objects.filter(season=season).exclude(~Exists(submitted), closed_at__isnull=False)


def sharing(
    season: Season, component: str, category_ids: Iterable[int], *, but: int | None = None
) -> Panel | None:
    """Return a panel that marks one of these categories for the same part, or None. Two queries.

    category_ids: none means all of them. but: the key of a panel that does not count.
    """
    wanted = set(category_ids)
    found = counting_panels(season).filter(component=component)
    if but is not None:
        found = found.exclude(pk=but)
    for panel in found.order_by("pk").prefetch_related("categories"):
        own = {category.pk for category in panel.categories.all()}
        if not wanted or not own or wanted & own:
            return panel
    return None
