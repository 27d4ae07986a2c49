"""Filling the vote store for an epoch, from rule sheet, ledger and evidence."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import redis
from django.conf import settings

from voting.ballots import queries
from voting.ballots.models import Ballot, Choice, Evidence, LedgerCursor
from voting.hotpath import epoch as store
from voting.hotpath.keys import SliceKeys, slice_keys
from voting.hotpath.stream import uses
from voting.seasons.models import Season

CHUNK = 5000


def milliseconds(moment: datetime) -> int:
    """Return Unix time in milliseconds."""
    return int(moment.timestamp() * 1000)


def plan_of(season: Season) -> store.Plan:
    """Return what the script needs of the rule sheet.

    Caps come in the order in which they are checked: within the ballot, window, day, season.
    """
    sheet = season.rule_sheet
    order = {"ballot": 0, "window": 1, "day": 2, "season": 3}
    caps = sorted(sheet.caps.all(), key=lambda cap: (order[cap.period], cap.pk))
    return store.Plan(
        least=sheet.min_choices,
        caps=tuple(
            (
                cap.scope[0] + cap.period[0] + cap.counts[0],
                cap.scope[0],
                cap.period[0],
                cap.counts[0],
                cap.max,
            )
            for cap in caps
        ),
        interval_ms=sheet.rate_interval_ms,
        burst=sheet.rate_burst,
        fresh_interval_ms=60_000 / sheet.fresh_per_minute,
        fresh_burst=sheet.fresh_burst,
        longest_stream=settings.LONGEST_BACKLOG,
    )


def periods_of(season: Season) -> list[store.Period]:
    """Return the table of days and windows, one row per start of either.

    Days are calendar days in the season's time zone, with 23 or 25 hours where clocks change.
    """
    zone = ZoneInfo(season.time_zone)
    opens, closes = season.opens_at.astimezone(zone), season.closes_at.astimezone(zone)
    days = [opens]
    midnight = datetime(opens.year, opens.month, opens.day, tzinfo=zone)
    while (midnight := midnight + timedelta(days=1)).astimezone(UTC) < closes.astimezone(UTC):
        days.append(midnight)
    windows = [opens] + [
        window.starts_at.astimezone(zone)
        for window in season.windows.all()
        if season.opens_at < window.starts_at < season.closes_at
    ]
    day_ends = _ends([milliseconds(day) for day in days])
    window_ends = _ends([milliseconds(window) for window in windows])
    starts = sorted({milliseconds(moment) for moment in (*days, *windows)})
    rows = []
    for start in starts:
        day_at = max(i for i, day in enumerate(days) if milliseconds(day) <= start)
        window_at = max(i for i, window in enumerate(windows) if milliseconds(window) <= start)
        rows.append(
            store.Period(
                start_ms=start,
                day=f"d{days[day_at]:%Y%m%d}",
                window=f"w{window_at + 1}",
                next_day_ms=day_ends[day_at],
                next_window_ms=window_ends[window_at],
            )
        )
    return rows


def _ends(starts: list[int]) -> list[int | None]:
    return [after for _start, after in pairwise(starts)] + [None]


def load_epoch(season: Season, client: redis.Redis, *, run: str) -> None:
    """Write everything of the season's present epoch; each slice goes live as its last step.

    Safe to repeat, as long as the epoch takes no ballots yet.
    """
    numbers = {nominee.pk: nominee.ballot_number for nominee in season.nominees.order_by("pk")}
    categories = {
        nominee.ballot_number: f"{nominee.category.position}{'x' if nominee.withdrawn_at else ''}"
        for nominee in season.nominees.select_related("category")
    }
    plan, periods = plan_of(season), periods_of(season)
    for number in range(season.slices):
        keys = slice_keys(season.slug, number, season.epoch)
        store.drop_slice(client, season.slug, number, season.epoch)
        tallies = dict.fromkeys(numbers.values(), 0)
        tallies.update(queries.recount(season.pk, slice_number=number))
        store.put_slice(
            client,
            keys,
            plan=plan,
            periods=periods,
            nominees=categories,
            tallies=tallies,
            ballots=Ballot.objects.filter(season=season, slice=number).count(),
            opening={"epoch": season.epoch, "fingerprint": season.rule_sheet.fingerprint},
        )
        _load_voters(season, number, keys, client, periods)
        _load_replies(season, number, keys, client, numbers)
    # The closing entry decides, even where whoever closed did not get as far as writing it down.
    ended = LedgerCursor.objects.filter(season=season, ended_ms__isnull=False).exists()
    closed = ended or season.phase == Season.Phase.ANNOUNCED
    for number in range(season.slices):
        store.put_meta(
            client,
            slice_keys(season.slug, number, season.epoch),
            phase="closed" if closed else season.phase,
            opens_ms=milliseconds(season.opens_at),
            closes_ms=milliseconds(season.ends_at),
            run=run,
        )
    write_directory(season, client)


def write_directory(season: Season, client: redis.Redis) -> None:
    """Tell the web processes of a season's epoch."""
    store.write_directory(
        client,
        season.slug,
        store.DirectoryEntry(
            epoch=season.epoch,
            slices=season.slices,
            level=season.identity_level,
            token_ms=season.rule_sheet.token_minutes * 60_000,
            opens_ms=milliseconds(season.opens_at),
            closes_ms=milliseconds(season.ends_at),
        ),
    )


def _load_voters(
    season: Season,
    number: int,
    keys: SliceKeys,
    client: redis.Redis,
    periods: list[store.Period],
) -> None:
    """Put back every voter's counters of periods that are not over, highest number first."""
    now_ms = milliseconds(datetime.now(UTC))
    ends: dict[str, int | None] = {"s": None}
    closes_ms = milliseconds(season.closes_at)
    for period in periods:
        for name, end in ((period.day, period.next_day_ms), (period.window, period.next_window_ms)):
            if (end or closes_ms) + store.REPLY_MS > now_ms:
                ends[name] = (end or closes_ms) + store.REPLY_MS
    last_seen = ("ballot__accepted_ms", "ballot__vote_id", "voter_key", "slots")
    rows = (
        Evidence.objects.filter(season=season, slice=number)
        .order_by("ballot_id")
        .values_list(*last_seen)
        .iterator(CHUNK)
    )
    pipeline = client.pipeline(transaction=False)
    waiting = 0
    for accepted_ms, vote_id, voter_key, slots in rows:
        by_period: dict[str, dict[str, int]] = {}
        for use in uses(slots):
            if use.period in ends:
                name = use.cap + (f":{use.scope}" if use.scope else "")
                by_period.setdefault(use.period, {})[name] = use.number
        for period_name, counters in by_period.items():
            key = f"{keys.voter}{voter_key.hex}:{period_name}"
            # Later ballots come later, and their numbers are higher: the last one stays.
            fields: dict[Any, Any] = {**counters, "r": f"{accepted_ms}:{vote_id.hex}", "g": 0}
            pipeline.hset(key, mapping=fields)
            end = ends[period_name]
            if end is not None:
                pipeline.pexpireat(key, end)
            waiting += 1
        if waiting >= CHUNK:
            pipeline.execute()
            waiting = 0
    pipeline.execute()


def _load_replies(
    season: Season, number: int, keys: SliceKeys, client: redis.Redis, numbers: dict[int, str]
) -> None:
    """Put back the replies of the last 26 hours, so that a retry still finds its answer.

    What is left and when the next period starts was true when the ballot came, and is left out.
    """
    since_ms = milliseconds(datetime.now(UTC)) - store.REPLY_MS
    ballots = Ballot.objects.filter(season=season, slice=number, accepted_ms__gte=since_ms)
    for chunk in _chunks(ballots.order_by("id").values_list("id", "vote_id", "accepted_ms")):
        chosen: dict[int, list[str]] = {pk: [] for pk, _vote, _at in chunk}
        for ballot_id, nominee_id in Choice.objects.filter(
            ballot_id__gte=chunk[0][0], ballot_id__lte=chunk[-1][0]
        ).values_list("ballot_id", "nominee_id"):
            if ballot_id in chosen:
                chosen[ballot_id].append(numbers[nominee_id])
        pipeline = client.pipeline(transaction=False)
        for pk, vote_id, accepted_ms in chunk:
            reply = f"{accepted_ms}||||{','.join(sorted(chosen[pk]))}"
            left = max(1, accepted_ms - since_ms)
            pipeline.set(keys.reply + vote_id.hex, reply, px=left)
        pipeline.execute()


def _chunks(rows: Any) -> Iterator[list[Any]]:
    chunk = []
    for row in rows.iterator(CHUNK):
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
