"""How many ballots have come in: hour by hour today, and in all. Never for whom, never by unit."""

from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Count, ExpressionWrapper, F, IntegerField, Sum, Value

from voting.ballots.models import Ballot, LedgerCursor
from voting.seasons.models import Season

HOUR_MS: Final = 3_600_000
# The drawing, in units of its own: a bar for each hour, lines at a half and the whole.
WIDTH: Final = 480
HEIGHT: Final = 120
FOOT: Final = 36  # for the hours below, and the top line of the text above
_ROUND: Final = (1, 2, 4, 5, 8, 10)


def turnout(season: Season, now: datetime) -> dict[str, Any]:
    """Return today's ballots by hour on the season's clock, and all so far. Two queries."""
    zone = ZoneInfo(season.time_zone)
    local = now.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    start_ms = int(midnight.timestamp() * 1000)
    hours = _by_hour(season.pk, start_ms, int(now.timestamp() * 1000))
    top = _top(max(hours, default=0))
    step = WIDTH / max(24, len(hours))
    bars = [
        {
            "hour": (midnight.astimezone(ZoneInfo("UTC")) + timedelta(hours=number))
            .astimezone(zone)
            .hour,
            "ballots": ballots,
            "x": round(number * step + step * 0.15, 2),
            "y": round(HEIGHT - ballots / top * HEIGHT, 2),
            "width": round(step * 0.7, 2),
            "height": round(ballots / top * HEIGHT, 2),
            "running": number == len(hours) - 1,
        }
        for number, ballots in enumerate(hours)
    ]
    return {
        "today": sum(hours),
        "total": LedgerCursor.objects.filter(season=season).aggregate(n=Sum("entries"))["n"] or 0,
        "bars": bars,
        "top": top,
        "half": top // 2 if top > 1 else None,
        "width": WIDTH,
        "height": HEIGHT,
        "whole_height": HEIGHT + FOOT,
        "foot": HEIGHT + 19,
        "middle": HEIGHT / 2,
        "ticks": [{"x": round(hour * step + step / 2, 2), "hour": hour} for hour in (0, 6, 12, 18)],
    }


def _by_hour(season_id: int, start_ms: int, now_ms: int) -> list[int]:
    number = ExpressionWrapper(
        (F("accepted_ms") - Value(start_ms)) / Value(HOUR_MS), output_field=IntegerField()
    )
    found = dict(
        Ballot.objects.filter(season_id=season_id, accepted_ms__gte=start_ms)
        .order_by()
        .annotate(number=number)
        .values("number")
        .annotate(n=Count("*"))
        .values_list("number", "n")
    )
    # The vote store's clock may be a little ahead of this machine's.
    last = max([(now_ms - start_ms) // HOUR_MS, *found])
    return [found.get(hour, 0) for hour in range(last + 1)]


def _top(most: int) -> int:
    """Return a round number that is not below the tallest bar."""
    scale = 1
    while most > 10 * scale:
        scale *= 10
    return next(round_one * scale for round_one in _ROUND if round_one * scale >= most)
