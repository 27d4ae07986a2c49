"""Plain functions that make what tests need in the database; a test passes what it is about."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import redis
from django.utils import timezone

from voting.ballots.services.following import copy_all
from voting.ballots.services.opening import open_voting
from voting.ballots.stores import cache_store, keyring
from voting.hotpath import gate
from voting.hotpath.keys import SliceKeys, slice_keys, slice_of
from voting.seasons.models import Cap, Category, Nominee, RuleSheet, Season, VotingWindow

_number = count(1)

# One ballot a day with at most three choices: what most tests need.
DAILY = (("season", "ballot", "choices", 3), ("season", "day", "ballots", 1))
# As many ballots as anybody likes, with at most ten choices each.
UNLIMITED = (("season", "ballot", "choices", 10),)
NOMINEES = {1: ("101", "102", "103"), 2: ("201", "202")}


def season(
    *,
    caps: Iterable[tuple[str, str, str, int]] = DAILY,
    nominees: Mapping[int, Sequence[str]] | None = None,
    sheet: Mapping[str, Any] | None = None,
    windows: Iterable[timedelta] = (),
    **fields: Any,
) -> Season:
    """Make a draft whose voting time began yesterday and ends in five days.

    caps: (scope, period, counts, max). nominees: category position -> ballot numbers.
    sheet: fields of the rule sheet. windows: starts, counted from the opening.
    """
    now = timezone.now()
    plain = {
        "slug": f"s{next(_number)}",
        "name": "测试评选",
        "organiser": "测试单位",
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=5),
        "time_zone": _zone_far_from_midnight(now),
    }
    made = Season.objects.create(**plain | fields)
    rules = RuleSheet.objects.create(
        season=made, **{"rate_interval_ms": 1, "rate_burst": 1000} | dict(sheet or {})
    )
    for scope, period, counts, most in caps:
        Cap.objects.create(sheet=rules, scope=scope, period=period, counts=counts, max=most)
    for start in windows:
        VotingWindow.objects.create(season=made, starts_at=made.opens_at + start)
    for position, numbers in (NOMINEES if nominees is None else nominees).items():
        category = Category.objects.create(season=made, position=position, name=f"奖项{position}")
        for number in numbers:
            nominee(made, category, number)
    return made


def _zone_far_from_midnight(now: datetime) -> str:
    """Return a time zone in which no day ends while a test runs."""
    hour = now.astimezone(ZoneInfo("Asia/Shanghai")).hour
    return "Asia/Shanghai" if 1 <= hour < 23 else "America/New_York"


def nominee(made: Season, category: Category, number: str, **fields: Any) -> Nominee:
    """Put a nominee on a draft's list."""
    plain = {"ballot_number": number, "name": f"候选人{number}"}
    return Nominee.objects.create(season=made, category=category, **plain | fields)


def opened(client: redis.Redis, **fields: Any) -> Season:
    """Make a season and open its vote in the given vote store."""
    draft = season(**fields)
    keyring().make()
    return open_voting(
        slug=draft.slug, actor="test", approver="second", reason="to test", client=client
    )


def voter_key(number: int | None = None) -> str:
    """Return 32 hexadecimal digits that stand for a voter; the same for the same number."""
    return (
        secrets.token_hex(16)
        if number is None
        else f"{number * 2654435761 % 2**32:08x}{number:024x}"
    )


def keys_of(made: Season, voter: str) -> SliceKeys:
    """Return the keys of the slice that serves a voter."""
    return slice_keys(made.slug, slice_of(bytes.fromhex(voter), made.slices), made.epoch)


def evidence(voter: str, **fields: str) -> str:
    """Return the line that a ballot carries into the ledger."""
    plain = {
        "voter": voter, "device": "", "prefix": "0f" * 16, "day": "20000", "fresh": "0",
        "changed": "0", "age": "1500", "browser": "wechat", "referrer": "own", "work": "",
    }  # fmt: skip
    return ",".join((plain | fields).values())


def ballot(
    client: redis.Redis,
    made: Season,
    *choices: str,
    voter: str | None = None,
    vote: str | None = None,
    **fields: Any,
) -> gate.CastResult:
    """Put one ballot before the script, as the endpoint does once it has admitted it."""
    voter = voter or voter_key()
    plain = {
        "vote": vote or secrets.token_hex(16),
        "expires_ms": 2**45,
        "voter": voter,
        "prefix": "0f" * 16,
        "fresh": False,
        "evidence": evidence(voter),
        "choices": sorted(choices) or ["101"],
    }
    keys = keys_of(made, voter)
    return gate.cast(client, lambda run: gate.cast_arguments(keys, run=run, **plain | fields))


def ballots(client: redis.Redis, made: Season, number: int, *choices: str) -> list[str]:
    """Cast so many ballots, each by a voter of their own; return their vote ids."""
    votes = [secrets.token_hex(16) for _ in range(number)]
    for vote in votes:
        assert ballot(client, made, *choices, vote=vote).outcome is gate.Outcome.ACCEPTED
    return votes


def copied(client: redis.Redis) -> int:
    """Copy what waits in the streams into the ledger; return how many ballots that were."""
    return copy_all(client, cache_store())


def season_key(made: Season) -> bytes:
    """Return the key of a season's nullifiers."""
    return keyring().season(made.slug)
