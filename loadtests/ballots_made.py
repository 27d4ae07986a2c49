"""Ballots made beforehand: tokens and cookies signed with the server's own keys."""

import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from voting.hotpath import admission
from voting.hotpath.keyring import Keyring
from voting.hotpath.network import prefix_of
from voting.hotpath.tokens import new_voter, sign_cookie

AGENT = (
    "Mozilla/5.0 (Linux; Android 13; V2244A Build/TP1A.220624.014; wv) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.49"
)
CATEGORIES = 4
TOKEN_MS = 30 * 60_000
DAY_MS = 86_400_000
HEADERS = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: keep-alive\r\n"
    "Content-Length: {length}\r\nUser-Agent: {agent}\r\nContent-Type: application/json\r\n"
    "Accept: */*\r\nOrigin: http://127.0.0.1:{port}\r\nSec-Fetch-Site: same-origin\r\n"
    "Referer: http://127.0.0.1:{port}/zh-hans/s/{slug}/\r\nAccept-Encoding: gzip, deflate\r\n"
    "Accept-Language: zh-CN,zh;q=0.9\r\n{cookie}\r\n"
)


@dataclass(frozen=True, slots=True)
class Made:
    """One ballot of a voter who has never voted: as a request, and as what the script gets."""

    cookie: str
    token: str
    choices: tuple[str, ...]


def numbers(count: int) -> list[str]:
    """Return the ballot numbers of a measured season: as many digits as all of them need."""
    digits = max(3, len(str(count)))
    return [f"{number:0{digits}}" for number in range(1, count + 1)]


def category_of(position: int) -> int:
    """Return the category of the nominee at a position of ``numbers``, from 0."""
    return position % CATEGORIES + 1


def choose(names: list[str], count: int, chance: random.Random) -> tuple[str, ...]:
    """Return distinct choices, some nominees being far better known than others."""
    found: set[str] = set()
    while len(found) < min(count, len(names)):
        found.add(names[int(len(names) * chance.random() ** 2)])
    return tuple(sorted(found))


def make(
    keyring: Keyring, *, slug: str, names: list[str], choices: int, count: int
) -> Iterator[Made]:
    """Yield ballots by voters seen for the first time a few minutes to days ago."""
    chance = random.Random()
    now_ms = int(time.time() * 1000)
    prefix = prefix_of("127.0.0.1")
    for _ in range(count):
        voter = new_voter(now_ms=now_ms - chance.randrange(3 * DAY_MS))
        cookie = sign_cookie(keyring.voter, season=slug, voter=voter)
        token, _expires = admission.issue_token(
            keyring, season=slug, cookie=cookie, prefix=prefix, lifetime_ms=TOKEN_MS, now_ms=now_ms
        )
        yield Made(cookie, token, choose(names, choices, chance))


def request(*, port: int, slug: str, action: str, body: dict[str, Any], cookie: str = "") -> bytes:
    """Return the bytes of one request, as a phone in WeChat sends it."""
    payload = json.dumps(body, separators=(",", ":"))
    head = HEADERS.format(
        path=f"/api/seasons/{slug}/{action}",
        port=port,
        slug=slug,
        length=len(payload),
        agent=AGENT,
        cookie=f"Cookie: voter-{slug}={cookie}\r\n" if cookie else "",
    )
    return (head + payload).encode()


def ballot_request(made: Made, *, port: int, slug: str) -> bytes:
    """Return the request that casts a ballot."""
    body = {"token": made.token, "choices": list(made.choices)}
    return request(port=port, slug=slug, action="ballots", body=body, cookie=made.cookie)


def script_arguments(
    made: Made, *, keyring: Keyring, slug: str, epoch: int, run: bytes
) -> tuple[Any, ...]:
    """Return what the endpoint would call the script with for this ballot."""
    now_ms = int(time.time() * 1000)
    body = json.dumps({"token": made.token, "choices": list(made.choices)}).encode()
    ballot = admission.admit(
        keyring,
        season=slug,
        level="anonymous",
        cookie=made.cookie,
        body=body,
        client=admission.Client(prefix_of("127.0.0.1"), AGENT.encode(), None),
        origins=frozenset(),
        now_ms=now_ms,
    )
    keys = admission.keys_for(slug, epoch, 1, ballot.voter)
    return admission.call_arguments(ballot, keys, run)
