"""What of results goes with a rehearsal."""

from django.db import transaction

from voting.results.evidence import FILES
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
    batches = FigureBatch.objects.filter(season=season)
    scans = list(batches.exclude(evidence="").values_list("evidence", flat=True).distinct())
    transaction.on_commit(lambda: FILES.delete(scans))
    for rows in (
        Conferral.objects.filter(season=season),
        PublishedResult.objects.filter(snapshot__season=season),
        ResultSnapshot.objects.filter(season=season),
        Figure.objects.filter(batch__season=season),
        batches,
        Ruling.objects.filter(season=season),
    ):
        rows.delete()
