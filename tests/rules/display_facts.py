"""A season as the display rule sees it, for its tests."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from voting.rules import display
from voting.rules.display import Activity, PublishedState, Snapshot

SHANGHAI = ZoneInfo("Asia/Shanghai")
CATEGORIES = {"101": 1, "102": 1, "103": 1, "104": 1, "201": 2, "202": 2}


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp() * 1000)


OPENS, CLOSES = ms("2026-11-16 09:00"), ms("2026-11-30 18:00")
NOON = ms("2026-11-20 12:00")


@dataclass(frozen=True)
class Facts:
    slug: str = "s"
    epoch: int = 1
    phase: str = "open"
    opens_ms: int = OPENS
    closes_ms: int = CLOSES
    display: str = "live"
    display_delay_minutes: int = 60
    display_hour: int = 18
    time_zone: str = "Asia/Shanghai"
    turnout_public: bool = True
    category_of: dict[str, int] = field(default_factory=lambda: dict(CATEGORIES))
    withdrawn: frozenset[str] = frozenset()
    stopped: bool = False


def activity(ballots: int = 10, **fields: int) -> Activity:
    plain = {"ballots": ballots, "per_minute": [1, 2], "minute_ms": 0, "viewers": 3, "lag_ms": 200}
    return Activity(**plain | fields)


def published(
    facts: Facts, counts: dict[str, int] | None, now_ms: int = NOON, **fields: object
) -> PublishedState:
    shown = None if counts is None else Snapshot(now_ms, counts)
    plain = {"earlier": None, "activity": activity()}
    return display.publish(None, facts, shown=shown, now_ms=now_ms, **plain | fields)
