"""The voter of replays and tests: it retries what is passing, and nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from voting.ballots.http_voter import GaveUp, HttpVoter, new_session

STANDS = {"code": "7F3KQ9MD2XWT", "accepted_ms": 5}


def problem(code: str, status: int, **members: Any) -> web.Response:
    return web.json_response(
        {"type": f"/problems/{code}", "status": status, **members}, status=status
    )


async def cast(answers: list[web.Response], *, patience: float = 5) -> tuple[Any, list[Any]]:
    """Cast a ballot at a server that gives these answers; return the outcome and what came."""
    came: list[Any] = []
    rest: Iterator[web.Response] = iter(answers)

    async def answer(request: web.Request) -> web.Response:
        came.append(await request.json())
        return next(rest)

    application = web.Application()
    application.router.add_post("/api/seasons/s/ballots", answer)
    async with TestServer(application) as server, new_session() as session:
        voter = HttpVoter(session, str(server.make_url("/")), "s", patience_seconds=patience)
        return (await voter.cast("token", ["101"])).outcome, came


async def test_ballot_is_sent_again_with_the_same_token_until_the_answer_is_definite() -> None:
    outcome, came = await cast(
        [
            problem("busy", 503, retry_ms=1),
            problem("unknown-outcome", 503, retry_ms=1),
            problem("rate-limited", 429, retry_ms=1),
            web.json_response(STANDS, status=200),
        ]
    )

    assert outcome == "repeated"
    assert came == [{"token": "token", "choices": ["101"]}] * 4


@pytest.mark.parametrize("code", ["already-voted", "closed", "expired-token"])
async def test_definite_refusal_ends_it(code: str) -> None:
    outcome, came = await cast([problem(code, 403)])

    assert (outcome, len(came)) == (code, 1)


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_error_page_of_a_proxy_is_no_definite_answer(status: int) -> None:
    page = web.Response(status=status, text="<html>Bad gateway</html>", content_type="text/html")

    outcome, came = await cast([page, web.json_response(STANDS, status=201)])

    assert (outcome, len(came)) == ("accepted", 2)


async def test_voter_gives_up_when_nobody_answers() -> None:
    with pytest.raises(GaveUp, match="busy"):
        await cast([problem("busy", 503, retry_ms=1) for _ in range(9)], patience=0.3)
