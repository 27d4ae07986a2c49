"""What ballot numbers would be, for the pages that show them."""

from typing import Any

from voting.seasons import numbering
from voting.seasons.models import Season
from voting.seasons.page_context import content


def numbers_context(season: Season) -> dict[str, Any]:
    """Return the categories with their nominees in the order of their numbers, and what is wrong.

    season: as ``seasons.queries.season_by_slug`` returns it.
    """
    numbers = numbering.numbers_of(season)
    categories = []
    for category in season.categories.all():
        nominees = [
            {
                "number": numbers.of[one.pk],
                "name": content(one.name, one.name_en),
                "unit": content(one.unit, one.unit_en),
                "withdrawn": one.withdrawn_at is not None,
            }
            for one in category.nominees.all()
        ]
        nominees.sort(key=lambda one: (len(str(one["number"])), one["number"]))
        categories.append(
            {
                "name": content(category.name, category.name_en),
                "places": category.places,
                "nominees": nominees,
            }
        )
    return {"categories": categories, "missing": numbers.missing, "remark": numbers.remark}
