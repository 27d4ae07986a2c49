"""The lock under which results change: the season's, before any row of theirs.

Sealing and announcing hold it from the first look to the last word. Whoever changes what they look
at waits for them, and reads the season only then.
"""

from voting.seasons.models import Season
from voting.seasons.queries import season_by_slug


def locked_season(season_id: int) -> Season:
    """Return a season as ``season_by_slug`` does, as it stands now, locked until commit."""
    slug = Season.objects.select_for_update().values_list("slug", flat=True).get(pk=season_id)
    return season_by_slug(slug)
