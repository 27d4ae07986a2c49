"""A crowd: voters who use the pages' own interface, and watchers on sockets.

``python -m loadtests.run_load`` starts it beside a site of its own and checks the outcome. It knows
the site from outside only: pages, JSON and sockets. Environment: SEASON (its short name), and
OUTCOME, a file into which the number of accepted ballots is written at the end.
"""

import json
import os
import random
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

import websocket
from locust import FastHttpUser, User, between, events, task

SEASON = os.environ.get("SEASON", "longhui-2026")
PAGE = f"/zh-hans/s/{SEASON}/"
API = f"/api/seasons/{SEASON}"
DATA = re.compile(r'<script id="season-data" type="application/json">(.*?)</script>', re.DOTALL)
SECTION = re.compile(r'<section class="category" id="category-(\d+)"(.*?)</section>', re.DOTALL)
NOMINEE = re.compile(r'<li class="nominee" id="[^"]*" data-number="(\w+)"')
TOKEN = re.compile(r"[A-Za-z0-9_-]{100,200}")
AGENT = "Mozilla/5.0 (Linux; Android 13) Chrome/116 Mobile MicroMessenger/8.0.49"
WATCHING_SECONDS = 4.0

accepted: Counter[str] = Counter()


@events.quitting.add_listener
def write_outcome(**_rest: Any) -> None:
    """Leave what was accepted for whoever compares it with the ledger."""
    if path := os.environ.get("OUTCOME"):
        Path(path).write_text(json.dumps(dict(accepted)), encoding="utf-8")


def choose(page: str) -> list[str]:
    """Return a ballot within the rules that the page states."""
    found = DATA.search(page)
    rules = json.loads(found[1]) if found else {}
    most = rules.get("max") or 10
    in_category = rules.get("category_max") or most
    wanted = random.randint(rules.get("min") or 1, most)
    chosen: list[str] = []
    for _category, section in SECTION.findall(page):
        numbers = NOMINEE.findall(section)
        count = min(in_category, wanted - len(chosen), len(numbers))
        chosen += random.sample(numbers, random.randint(min(1, count), count))
    random.shuffle(chosen)
    return chosen[:most]


class Voter(FastHttpUser):
    """Opens the page, chooses, thinks, votes; each time as somebody else."""

    weight = 3
    wait_time = between(0.2, 1.5)
    network_timeout = 20.0
    connection_timeout = 20.0

    def post(self, action: str, body: dict[str, Any], expected: int, name: str) -> dict[str, Any]:
        """Send JSON, and fail the request unless the status is the expected one."""
        origin = str(self.host).rstrip("/")
        headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin", "User-Agent": AGENT}
        with self.client.post(
            f"{API}/{action}", json=body, headers=headers, name=name, catch_response=True
        ) as response:
            members: dict[str, Any] = {}
            if response.status_code == expected:
                members = json.loads(response.text)
                response.success()
            else:
                response.failure(f"{response.status_code} {(response.text or '')[:200]}")
            return members

    @task
    def vote(self) -> None:
        """Vote once, and sometimes try what people try."""
        self.client.cookiejar.clear()
        page = self.client.get(PAGE, headers={"User-Agent": AGENT}, name="page").text or ""
        choices = choose(page)
        if not choices:
            return
        token = self.token("token")
        if not token:
            return
        time.sleep(random.uniform(0.1, 1.5))
        ballot = {"token": token, "choices": choices}
        answer = self.post("ballots", ballot, 201, "ballot")
        if not answer:
            return
        accepted["ballots"] += 1
        accepted["choices"] += len(choices)
        chance = random.random()
        if chance < 0.15:
            again = self.post("ballots", ballot, 200, "ballot, the same again")
            self.check(again.get("code") == answer["code"], "a repeated ballot has one receipt")
        elif chance < 0.3 and (second := self.token("token, second ballot")):
            refused = self.post(
                "ballots", {"token": second, "choices": choices}, 409, "ballot, a second one"
            )
            self.check(
                str(refused.get("type")).endswith("/already-voted"), "a second ballot is refused"
            )
        elif chance < 0.4:
            told = self.post("ballots/status", {"token": token}, 200, "status")
            self.check(told.get("code") == answer["code"], "status names the receipt")

    def token(self, name: str) -> str:
        """Get a ballot token."""
        token = str(self.post("token", {}, 200, name).get("token", ""))
        self.check(TOKEN.fullmatch(token) is not None, "a token is base64url")
        return token

    def check(self, holds: bool, what: str) -> None:  # noqa: FBT001 -- an assertion
        """Count what must hold as a request of its own."""
        self.environment.events.request.fire(
            request_type="CHECK", name=what, response_time=0, response_length=0, context={},
            exception=None if holds else AssertionError(what),
        )  # fmt: skip


class Watcher(User):
    """Looks at the live numbers for a while."""

    weight = 1
    wait_time = between(0.1, 0.5)

    @task
    def watch(self) -> None:
        """Open a socket, take the state, then frames that follow each other."""
        began, failure, frames = time.perf_counter(), None, 0
        try:
            frames = self.look()
        except (OSError, ValueError, websocket.WebSocketException) as error:
            failure = error
        self.environment.events.request.fire(
            request_type="WS", name="watch for a while", context={}, exception=failure,
            response_time=(time.perf_counter() - began) * 1000, response_length=frames,
        )  # fmt: skip

    def look(self) -> int:
        """Return how many frames came. Raises ValueError when one was missed."""
        origin = str(self.host).rstrip("/")
        address = f"ws{origin.removeprefix('http')}/ws/seasons/{SEASON}/tallies"
        socket = websocket.create_connection(address, timeout=10, origin=origin)
        try:
            state = json.loads(socket.recv())
            if state["t"] != "state":
                raise ValueError(f"the first message is {state['t']}")
            version, frames = state["version"], 0
            deadline = time.monotonic() + WATCHING_SECONDS
            while time.monotonic() < deadline:
                told = json.loads(socket.recv())
                if told["t"] == "frame":
                    if told["previous"] != version:
                        raise ValueError(f"frame {told['previous']} after {version}")
                    version, frames = told["version"], frames + 1
            return frames
        finally:
            socket.close()
