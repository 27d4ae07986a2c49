"""A voter who votes through the public HTTP interface, as a browser with scripts does.

Replays, demo traffic and tests use it; it knows nothing of the server's inside.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

import aiohttp

LONGEST_PAUSE = 5.0
# Answers after which the same ballot may be sent again, with the same token.
PASSING = frozenset({"flooded", "rate-limited", "busy", "not-ready", "unknown-outcome"})


class GaveUp(Exception):
    """The server did not answer, or not definitely, as often as it was asked.

    outcome: what it said last, as in ``Answer``; "" where it said nothing.
    """

    def __init__(self, text: str, outcome: str = "") -> None:
        super().__init__(text)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Answer:
    """A definite answer: ``code`` of a problem, or "accepted" or "repeated"."""

    outcome: str
    members: dict[str, Any]

    @property
    def counted(self) -> bool:
        """Whether the ballot stands."""
        return self.outcome in {"accepted", "repeated"}


Sleep = Callable[[float], Awaitable[None]]


class HttpVoter:
    """One browser: its cookie, and the way it retries."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        season: str,
        *,
        cookie: str = "",
        patience_seconds: float = 120.0,
        forwarded_for: str = "",
        passing: frozenset[str] = PASSING,
    ) -> None:
        self.session = session
        self.url = url.rstrip("/")
        self.api = f"{self.url}/api/seasons/{season}"
        self.cookie = cookie
        self.patience_seconds = patience_seconds
        self.passing = passing
        self.retries = 0
        self.headers = {
            "Origin": self.url,
            "Sec-Fetch-Site": "same-origin",
            "Referer": f"{self.url}/zh-hans/s/{season}/",
            "User-Agent": "Mozilla/5.0 (Linux; Android 12) Chrome/110 Mobile MicroMessenger/8.0",
        }
        if forwarded_for:
            self.headers["X-Forwarded-For"] = forwarded_for

    async def token(self) -> dict[str, Any]:
        """Get a ballot token, and a cookie the first time. Raises GaveUp."""
        answer = await self._post("/token", {})
        if answer.outcome != "accepted":
            raise GaveUp(f"no token: {answer.outcome}", answer.outcome)
        return answer.members

    async def cast(self, token: str, choices: Sequence[str]) -> Answer:
        """Cast a ballot, again and again with the same token until the answer is definite.

        Raises GaveUp; the outcome is then not known.
        """
        return await self._post("/ballots", {"token": token, "choices": list(choices)})

    async def _post(self, path: str, body: dict[str, Any]) -> Answer:
        clock = asyncio.get_running_loop().time
        deadline = clock() + self.patience_seconds
        pause = 0.1
        last, outcome = "nothing was sent", ""
        while clock() < deadline:
            wait = pause * random.uniform(1.0, 1.5)  # noqa: S311 -- spreads retries, guards nothing
            try:
                answer = await self._once(path, body)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                last, outcome = repr(error), ""
            else:
                if answer.outcome not in self.passing:
                    return answer
                last = outcome = answer.outcome
                wait = max(wait, answer.members.get("retry_ms", 0) / 1000)
            self.retries += 1
            await asyncio.sleep(wait)
            pause = min(pause * 2, LONGEST_PAUSE)
        raise GaveUp(f"{path}: {last}", outcome)

    async def _once(self, path: str, body: dict[str, Any]) -> Answer:
        headers = {**self.headers, **({"Cookie": self.cookie} if self.cookie else {})}
        async with self.session.post(self.api + path, json=body, headers=headers) as response:
            for line in response.headers.getall("Set-Cookie", []):
                for name, morsel in SimpleCookie(line).items():
                    self.cookie = f"{name}={morsel.value}"
            try:
                members = await response.json(content_type=None)
            except ValueError as error:  # a proxy's error page: not this program's answer
                raise aiohttp.ClientError(f"HTTP {response.status}, no JSON") from error
            if response.status in {200, 201}:
                outcome = "repeated" if response.status == 200 and "code" in members else "accepted"
                return Answer(outcome, members)
            if response.status >= 500 and "type" not in members:
                raise aiohttp.ClientError(f"HTTP {response.status}")
            return Answer(str(members["type"]).rpartition("/")[2], members)


def new_session(*, timeout_seconds: float = 10.0, connections: int = 64) -> aiohttp.ClientSession:
    """Return a session without a cookie jar: each voter carries their own cookie."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=timeout_seconds),
        connector=aiohttp.TCPConnector(limit=connections),
        cookie_jar=aiohttp.DummyCookieJar(),
    )
