"""The order in which rows are locked, so that no two people wait for each other for ever.

First the season, then nominations, by number where they are several, then what belongs to them, and
nominees last. Who changes nothing but one nomination and what belongs to it (a draft, a file, a
code, a message) locks that nomination alone.
"""

from voting.nominations.models import Nomination
from voting.seasons.models import Season


def locked_season(season_id: int) -> Season:
    """Return the season, locked until commit. Decisions lock it first, then the nomination.

    What only refers to the season, such as new nominations, need not wait.
    """
    return Season.objects.select_for_update(no_key=True).get(pk=season_id)


def locked_with_season(nomination_id: int) -> Nomination:
    """Return a nomination, locked until commit after its season."""
    season_id = Nomination.objects.values_list("season_id", flat=True).get(pk=nomination_id)
    season = locked_season(season_id)
    nomination = Nomination.objects.select_for_update().get(pk=nomination_id)
    nomination.season = season
    return nomination
