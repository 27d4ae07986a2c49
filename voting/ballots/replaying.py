"""Replaying recorded ballots through HTTP, resumable at any moment.

What has been sent is kept in a file beside the recording: after a kill, the same tokens are sent
again, and the server answers each with the reply that it had given.
"""

import asyncio
import csv
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from voting.ballots.http_voter import GaveUp, HttpVoter, new_session


class BadRecording(Exception):
    """The file is not a recording of ballots; says which line and why."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded ballot."""

    key: str
    voter: str
    choices: tuple[str, ...]
    at: float  # seconds after the first ballot; 0 where the recording has no times


@dataclass(slots=True)
class Report:
    """How a replay went."""

    sent: int = 0
    accepted: int = 0
    retries: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    unanswered: int = 0
    choices: Counter[str] = field(default_factory=Counter)


def read_recording(path: Path) -> list[Recorded]:
    """Return the ballots of a CSV file with columns voter, nominee and, if it likes, time, ballot.

    One row is one ballot of one choice, unless ``ballot`` groups rows. ``time`` is in Unix
    milliseconds or seconds. Ballots come in the order of their times.
    Raises BadRecording.
    """
    grouped: dict[str, tuple[str, list[str], float]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = {"voter", "nominee"} - set(reader.fieldnames or ())
        if missing:
            raise BadRecording(f"{path.name}: line 1 lacks the column {', '.join(sorted(missing))}")
        for row in reader:
            line = reader.line_num
            voter, nominee = (row["voter"] or "").strip(), (row["nominee"] or "").strip()
            if not voter or not nominee:
                raise BadRecording(f"{path.name}: line {line}: voter or nominee is empty")
            try:
                at = float(row.get("time") or 0)
            except ValueError as error:
                raise BadRecording(f"{path.name}: line {line}: time is not a number") from error
            name = (row.get("ballot") or "").strip()
            key = f"ballot {name}" if name else f"line {line}"
            known = grouped.setdefault(key, (voter, [], at))
            if known[0] != voter:
                raise BadRecording(f"{path.name}: line {line}: ballot {name} has two voters")
            known[1].append(nominee)
    # Thirteen digits are milliseconds.
    scale = 1000.0 if any(at > 1e11 for _voter, _choices, at in grouped.values()) else 1.0
    first = min((at for _voter, _choices, at in grouped.values()), default=0.0)
    ballots = [
        Recorded(key, voter, tuple(choices), (at - first) / scale)
        for key, (voter, choices, at) in grouped.items()
    ]
    return sorted(ballots, key=lambda ballot: ballot.at)


class Progress:
    """What has been sent and answered, on disk."""

    def __init__(self, path: Path) -> None:
        self.file = sqlite3.connect(path)
        self.file.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "CREATE TABLE IF NOT EXISTS voter (name TEXT PRIMARY KEY, cookie TEXT NOT NULL);"
            "CREATE TABLE IF NOT EXISTS ballot (key TEXT PRIMARY KEY, token TEXT NOT NULL,"
            " outcome TEXT);"
        )

    def cookies(self) -> dict[str, str]:
        """Return every voter's cookie."""
        return dict(self.file.execute("SELECT name, cookie FROM voter"))

    def ballots(self) -> dict[str, tuple[str, str | None]]:
        """Return token and outcome of every ballot that was begun."""
        rows = self.file.execute("SELECT key, token, outcome FROM ballot")
        return {key: (token, outcome) for key, token, outcome in rows}

    def begin(self, ballot: Recorded, cookie: str, token: str) -> None:
        """Note the token before the ballot is sent, so that it is never sent under another."""
        self.file.execute("INSERT OR REPLACE INTO voter VALUES (?, ?)", (ballot.voter, cookie))
        self.file.execute("INSERT OR REPLACE INTO ballot VALUES (?, ?, NULL)", (ballot.key, token))
        self.file.commit()

    def end(self, ballot: Recorded, outcome: str) -> None:
        """Note a definite answer."""
        self.file.execute("UPDATE ballot SET outcome = ? WHERE key = ?", (outcome, ballot.key))
        self.file.commit()

    def close(self) -> None:
        """Close the file."""
        self.file.close()


class Replay:
    """Sends recorded ballots, each voter's in order, many voters at a time."""

    def __init__(
        self, ballots: list[Recorded], *, url: str, season: str, progress: Progress,
        speed: float | None = None, voters_at_once: int = 32, patience_seconds: float = 120.0,
        told: Callable[[str], object] = lambda _outcome: None,
    ) -> None:  # fmt: skip
        self.ballots = ballots
        self.url = url
        self.season = season
        self.progress = progress
        self.speed = speed
        self.voters_at_once = voters_at_once
        self.patience_seconds = patience_seconds
        self.told = told
        self.report = Report()

    async def run(self) -> Report:
        """Send what has no definite answer yet; return how all of it went."""
        queues: dict[str, list[Recorded]] = defaultdict(list)
        for ballot in self.ballots:
            queues[ballot.voter].append(ballot)
        cookies, begun = self.progress.cookies(), self.progress.ballots()
        places = asyncio.Semaphore(self.voters_at_once if self.speed is None else len(queues) or 1)
        started = asyncio.get_running_loop().time()
        async with new_session() as session:
            await asyncio.gather(
                *(
                    self._voter(session, queue, cookies.get(name, ""), begun, places, started)
                    for name, queue in queues.items()
                )
            )
        return self.report

    async def _voter(
        self,
        session: aiohttp.ClientSession,
        queue: list[Recorded],
        cookie: str,
        begun: dict[str, tuple[str, str | None]],
        places: asyncio.Semaphore,
        started: float,
    ) -> None:
        voter = HttpVoter(
            session, self.url, self.season, cookie=cookie, patience_seconds=self.patience_seconds
        )
        async with places:
            for ballot in queue:
                token, outcome = begun.get(ballot.key, ("", None))
                if outcome is None and self.speed is not None:
                    now = asyncio.get_running_loop().time()
                    await asyncio.sleep(max(0.0, started + ballot.at / self.speed - now))
                if outcome is None:
                    outcome = await self._send(voter, ballot, token)
                self._count(ballot, outcome)
        self.report.retries += voter.retries

    async def _send(self, voter: HttpVoter, ballot: Recorded, token: str) -> str | None:
        try:
            if not token:
                token = str((await voter.token())["token"])
                self.progress.begin(ballot, voter.cookie, token)
            answer = await voter.cast(token, ballot.choices)
            if answer.outcome == "expired-token":
                # Definite: that one was not counted, so a new token is no second ballot.
                token = str((await voter.token())["token"])
                self.progress.begin(ballot, voter.cookie, token)
                answer = await voter.cast(token, ballot.choices)
        except GaveUp:
            return None
        outcome = "accepted" if answer.counted else answer.outcome
        self.progress.end(ballot, outcome)
        return outcome

    def _count(self, ballot: Recorded, outcome: str | None) -> None:
        self.report.sent += 1
        if outcome is None:
            self.report.unanswered += 1
        elif outcome == "accepted":
            self.report.accepted += 1
            self.report.choices.update(ballot.choices)
        else:
            self.report.refused[outcome] += 1
        self.told(outcome or "unanswered")
