"""What the public sees of the tallies: the display rule, and the frames that tell of a change.

Live shows the present, delayed the past, daily one moment of each day, rank only the order, and
hidden nothing before the announcement. Turnout is a switch of its own. What is not published here
is published nowhere: every surface reads the published state and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
# How much older than an hour the tallies for "an hour ago" may be, after a restart.
TOLERANCE_MS: Final = 10 * MINUTE_MS
# Into how many steps a delay is divided at most; bounds what has to be remembered.
DELAY_STEPS: Final = 120

# These alone make no frame of their own: they ride on others, or on the next pulse.
RIDERS: Final = frozenset({"version", "updated_ms", "taken_ms", "viewers", "lag_ms"})
# Every frame carries these; of all others only what has changed.
ALWAYS: Final = ("turnout", "minute_ms", "viewers", "lag_ms", "phase")

PublishedState = dict[str, Any]
Frame = dict[str, Any]


class SeasonFacts(Protocol):
    """What the display rule needs to know of a season."""

    @property
    def slug(self) -> str: ...  # noqa: D102 -- fields, named as in the models
    @property
    def epoch(self) -> int: ...  # noqa: D102
    @property
    def phase(self) -> str: ...  # noqa: D102
    @property
    def opens_ms(self) -> int: ...  # noqa: D102
    @property
    def closes_ms(self) -> int: ...  # noqa: D102
    @property
    def display(self) -> str: ...  # noqa: D102
    @property
    def display_delay_minutes(self) -> int: ...  # noqa: D102
    @property
    def display_hour(self) -> int: ...  # noqa: D102
    @property
    def time_zone(self) -> str: ...  # noqa: D102
    @property
    def turnout_public(self) -> bool: ...  # noqa: D102
    @property
    def category_of(self) -> Mapping[str, int]: ...  # noqa: D102
    @property
    def withdrawn(self) -> frozenset[str]: ...  # noqa: D102
    @property
    def stopped(self) -> bool: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The tallies of one moment, by ballot number; a number that is missing has none."""

    at_ms: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Activity:
    """How much is going on, whoever is chosen.

    minute_ms: start of the last minute in ``per_minute``; all of its minutes are over.
    """

    ballots: int
    per_minute: Sequence[int]
    minute_ms: int
    viewers: int
    lag_ms: int | None


def phase_at(season: SeasonFacts, now_ms: int) -> str:
    """Return the phase; voting is over at ``closes_ms`` whether or not somebody has closed it."""
    if season.phase in {"open", "paused"} and now_ms >= season.closes_ms:
        return "closed"
    return season.phase


def moment(season: SeasonFacts, now_ms: int) -> int | None:
    """Return for which moment numbers may be shown (Unix milliseconds), None for no moment.

    After voting has closed, live and delayed show the final tallies; daily does so at its next
    hour, hidden after the announcement. Except for live and rank only while voting is open, it
    is a whole minute or the closing time.
    """
    phase = phase_at(season, now_ms)
    final = min(now_ms, season.closes_ms)
    if season.display == "hidden":
        return final if phase == "announced" else None
    if season.display == "daily" and phase != "announced":
        hour = _hour_before(season, now_ms)
        return None if hour < season.opens_ms else min(hour, season.closes_ms)
    if phase in {"closed", "announced"}:
        return final
    if season.display == "delayed":
        step = delay_step(season)
        return (now_ms - season.display_delay_minutes * MINUTE_MS) // step * step
    return now_ms


def hour_before(season: SeasonFacts, now_ms: int) -> int | None:
    """Return the whole minute an hour before what is shown, None where no change is shown."""
    over = phase_at(season, now_ms) in {"closed", "announced"}
    shown_ms = moment(season, now_ms)
    if shown_ms is None or over or season.display in {"daily", "hidden"}:
        return None
    earlier = shown_ms // MINUTE_MS * MINUTE_MS - HOUR_MS
    return earlier if earlier >= season.opens_ms else None


def delay_step(season: SeasonFacts) -> int:
    """Return in which steps delayed numbers move on, in milliseconds: whole minutes."""
    return max(1, season.display_delay_minutes // DELAY_STEPS) * MINUTE_MS


def is_kept(season: SeasonFacts, minute_ms: int, now_ms: int) -> bool:
    """Return whether the tallies of a past minute may still be needed."""
    if season.display in {"live", "rank_only"}:
        return minute_ms >= now_ms - HOUR_MS - TOLERANCE_MS - MINUTE_MS
    if season.display == "delayed":
        step = delay_step(season)
        reach = season.display_delay_minutes * MINUTE_MS + HOUR_MS + TOLERANCE_MS + 2 * step
        return minute_ms % step == 0 and minute_ms >= now_ms - reach
    if season.display == "daily":
        return minute_ms == moment(season, now_ms)
    return False


def ranks(season: SeasonFacts, counts: Mapping[str, int]) -> dict[str, int | None]:
    """Return each nominee's rank within the category: 1, 2, 2, 4; None for who has withdrawn."""
    standing: dict[int, list[int]] = {}
    for number, category in season.category_of.items():
        if number not in season.withdrawn:
            standing.setdefault(category, []).append(counts.get(number, 0))
    first = {
        (category, votes): position
        for category, tallies in standing.items()
        # From the last to the first: of equal tallies the best position is written last.
        for position, votes in reversed(list(enumerate(sorted(tallies, reverse=True), 1)))
    }
    return {
        number: None if number in season.withdrawn else first[(category, counts.get(number, 0))]
        for number, category in season.category_of.items()
    }


def publish(
    previous: PublishedState | None,
    season: SeasonFacts,
    *,
    shown: Snapshot | None,
    earlier: Mapping[str, int] | None,
    activity: Activity,
    now_ms: int,
) -> PublishedState:
    """Return what may be known now, still without a version of its own.

    shown: the tallies of ``moment``, or None as long as they are not known; then the numbers
        published before stay. earlier: those of ``hour_before``.
    While the season's count is stopped, what was published last stays, marked ``frozen``.
    """
    if season.stopped and previous is not None:
        return previous | {"frozen": True, "updated_ms": now_ms}
    public = season.turnout_public and not season.stopped
    shown_ms = moment(season, now_ms)
    nominees: dict[str, dict[str, int | None]] = {}
    taken_ms = now_ms
    if shown is not None and shown_ms is not None and not season.stopped:
        nominees, taken_ms = _nominees(season, shown.counts, earlier), shown_ms
    elif shown_ms is not None and previous is not None and previous["display"] == season.display:
        nominees, taken_ms = previous["nominees"], previous["taken_ms"]
    return {
        "season": season.slug,
        "epoch": season.epoch,
        "version": previous["version"] if previous else 0,
        "updated_ms": now_ms,
        "taken_ms": taken_ms,
        "display": season.display,
        "phase": phase_at(season, now_ms),
        "opens_ms": season.opens_ms,
        "closes_ms": season.closes_ms,
        "turnout": activity.ballots if public else None,
        "per_minute": list(activity.per_minute) if public else None,
        "minute_ms": activity.minute_ms if public else None,
        "viewers": activity.viewers,
        # The lag moves with the ballots: it would tell of a turnout that is not public.
        "lag_ms": activity.lag_ms if public else None,
        "next_ms": _next_ms(season, now_ms),
        "frozen": season.stopped,
        "nominees": nominees,
    }


def is_news(previous: PublishedState | None, state: PublishedState) -> bool:
    """Return whether the state differs in anything that deserves a frame at once."""
    return previous is None or any(
        previous.get(name) != value for name, value in state.items() if name not in RIDERS
    )


def has_riders(previous: PublishedState, state: PublishedState) -> bool:
    """Return whether a pulse should become a frame, to carry what alone makes none."""
    moved = state["display"] in {"delayed", "daily"} and previous["taken_ms"] != state["taken_ms"]
    return moved or any(previous[name] != state[name] for name in ("viewers", "lag_ms"))


def frame(previous: PublishedState | None, state: PublishedState) -> Frame:
    """Return the message that leads from one published state to the next.

    ``previous`` is None in a frame that cannot tell the whole change: everybody then fetches the
    state, as after a gap.
    """
    known = previous["nominees"] if previous else {}
    whole = previous is not None and known.keys() <= state["nominees"].keys()
    told: Frame = {
        "t": "frame",
        "epoch": state["epoch"],
        "version": state["version"],
        "previous": previous["version"] if previous is not None and whole else None,
        "updated_ms": state["updated_ms"],
        "taken_ms": state["taken_ms"],
    }
    told |= {name: state[name] for name in ALWAYS}
    if previous is not None:
        told |= {
            name: value
            for name, value in state.items()
            if name not in RIDERS and name != "nominees" and previous.get(name) != value
        }
    told["nominees"] = {
        number: entry for number, entry in state["nominees"].items() if known.get(number) != entry
    }
    return told


def pulse(state: PublishedState) -> Frame:
    """Return the message that says: still the same."""
    return {"t": "pulse", "version": state["version"], "updated_ms": state["updated_ms"]}


def apply(state: PublishedState, told: Frame) -> PublishedState | None:
    """Return the state after a frame or pulse; None if one between was missed.

    An old message changes nothing.
    """
    if told["t"] == "pulse":
        if told["version"] != state["version"]:
            return state if told["version"] < state["version"] else None
        return state | {"updated_ms": told["updated_ms"]}
    if told["version"] <= state["version"]:
        return state
    if told["previous"] != state["version"] or told["epoch"] != state["epoch"]:
        return None
    named = {name: value for name, value in told.items() if name not in {"t", "previous"}}
    return state | named | {"nominees": state["nominees"] | told["nominees"]}


def _nominees(
    season: SeasonFacts, counts: Mapping[str, int], earlier: Mapping[str, int] | None
) -> dict[str, dict[str, int | None]]:
    now = ranks(season, counts)
    # Before the first vote everybody was first: no place to have moved from. Where numbers are
    # hidden, that would tell "none" from "the same for all", so there it is left as it is.
    told = season.display == "rank_only" or any((earlier or {}).values())
    was = ranks(season, earlier) if earlier is not None and told else dict.fromkeys(now)
    if season.display == "rank_only":
        return {number: {"rank": rank, "was": was[number]} for number, rank in now.items()}
    return {
        number: {"votes": counts.get(number, 0), "rank": rank, "was": was[number]}
        for number, rank in now.items()
    }


def _hour_before(season: SeasonFacts, now_ms: int) -> int:
    """Return the last display hour up to now."""
    zone = ZoneInfo(season.time_zone)
    local = datetime.fromtimestamp(now_ms / 1000, zone)
    today = local.replace(hour=season.display_hour, minute=0, second=0, microsecond=0, fold=0)
    found = int(today.timestamp() * 1000)
    return found if found <= now_ms else int((today - timedelta(days=1)).timestamp() * 1000)


def _next_ms(season: SeasonFacts, now_ms: int) -> int | None:
    """Return when numbers come next under daily, None when none are to come."""
    if season.display != "daily" or season.phase in {"draft", "announced"}:
        return None
    last = _hour_before(season, now_ms)
    if last >= season.closes_ms:
        return None
    zone = ZoneInfo(season.time_zone)
    following = datetime.fromtimestamp(max(last, season.opens_ms - 1) / 1000, zone)
    following = following.replace(hour=season.display_hour, minute=0, second=0, microsecond=0)
    while int(following.timestamp() * 1000) <= max(now_ms, season.opens_ms - 1):
        following += timedelta(days=1)
    return int(following.timestamp() * 1000)
