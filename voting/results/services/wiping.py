"""What of results goes with a rehearsal."""

from voting.results.models import (
    Conferral,
    Figure,
    FigureBatch,
    PublishedResult,
    ResultSnapshot,
    Ruling,
)
from voting.seasons.models import Season


def wipe(season: Season) -> None:
    """Delete figures and results of a rehearsal; its caller makes sure that it is one."""
    for rows in (
        Conferral.objects.filter(season=season),
        PublishedResult.objects.filter(snapshot__season=season),
        ResultSnapshot.objects.filter(season=season),
        Figure.objects.filter(batch__season=season),
        FigureBatch.objects.filter(season=season),
        Ruling.objects.filter(season=season),
    ):
        rows.delete()
