"""The one connection to the vote store: batches, lost connections, a server that starts again."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from config.embedded_store import EmbeddedStore
from tests import make
from tests.hotpath.booth import Booth
from voting.hotpath import gate
from voting.hotpath.gate import CAST, Outcome
from voting.hotpath.pipe import Arguments, ScriptPipe, Unanswered, Unavailable

SECONDS = 10.0


@pytest.fixture
async def pipe(store_url: str) -> AsyncIterator[ScriptPipe]:
    made = ScriptPipe(store_url, answer_seconds=2.0)
    await made.start()
    await until(lambda: made.is_connected)
    yield made
    await made.stop()


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(SECONDS):
        while not condition():  # noqa: ASYNC110 -- what is waited for sets no event
            await asyncio.sleep(0.01)


def ballot(booth: Booth, vote: str | None = None, voter: str | None = None) -> Arguments:
    """Return the arguments of a ballot, for whichever run of the server gets it."""
    voter = voter or secrets.token_hex(16)
    fields = {
        "vote": vote or secrets.token_hex(16), "expires_ms": 2**45, "voter": voter,
        "prefix": "0f" * 16, "fresh": False, "evidence": make.evidence(voter), "choices": ["101"],
    }  # fmt: skip
    return lambda run: gate.cast_arguments(booth.keys, run=run, **fields)


async def outcome(pipe: ScriptPipe, arguments: Arguments) -> Outcome:
    return gate.parse_cast(await pipe.call(CAST, arguments)).outcome


async def test_each_caller_gets_its_own_answer(redis: Redis, pipe: ScriptPipe) -> None:
    booth = Booth(redis)
    votes = [secrets.token_hex(16) for _ in range(300)]
    answers = await asyncio.gather(
        *(pipe.call(CAST, ballot(booth, vote, voter=vote)) for vote in votes)
    )

    stands = {entry.vote_id.hex(): str(entry.accepted_ms) for entry in booth.accepted()}
    assert [gate.parse_cast(answer).outcome for answer in answers] == [Outcome.ACCEPTED] * 300
    assert [answer[1].decode().split("|")[0] for answer in answers] == [
        stands[vote] for vote in votes
    ]
    assert booth.tallies() == {"#": 300, "101": 300}


async def test_one_of_many_simultaneous_ballots_is_accepted(redis: Redis, pipe: ScriptPipe) -> None:
    booth = Booth(redis)
    answers = await asyncio.gather(
        *(outcome(pipe, ballot(booth, voter="ab" * 16)) for _ in range(100))
    )

    assert answers.count(Outcome.ACCEPTED) == 1
    assert answers.count(Outcome.ALREADY_VOTED) == 99


async def test_forgotten_scripts_are_loaded_again(redis: Redis, pipe: ScriptPipe) -> None:
    booth = Booth(redis)
    assert await outcome(pipe, ballot(booth)) is Outcome.ACCEPTED
    redis.script_flush()

    with pytest.raises(Unanswered):
        await outcome(pipe, ballot(booth, "ab" * 16))
    await until(lambda: pipe.is_connected)
    assert await outcome(pipe, ballot(booth, "ab" * 16)) is Outcome.ACCEPTED
    assert booth.tallies() == {"#": 2, "101": 2}


async def test_restarted_server_is_another_run_and_must_be_approved(
    redis: Redis, vote_store: EmbeddedStore, pipe: ScriptPipe
) -> None:
    booth = Booth(redis)
    assert await outcome(pipe, ballot(booth, "ab" * 16)) is Outcome.ACCEPTED
    former = pipe.run
    vote_store.kill()
    vote_store.start()
    # An idle connection is found broken by the first who uses it.
    with pytest.raises(Unanswered):
        await outcome(pipe, ballot(booth))
    await until(lambda: pipe.is_connected and pipe.run != former)

    assert await outcome(pipe, ballot(booth, "ab" * 16)) is Outcome.REPEATED
    assert await outcome(pipe, ballot(booth)) is Outcome.NOT_READY
    gate.approve(redis, booth.keys, last_ms=0, last_seq=0)
    assert await outcome(pipe, ballot(booth)) is Outcome.ACCEPTED


async def test_a_server_that_is_away_was_not_asked(
    redis: Redis, vote_store: EmbeddedStore, pipe: ScriptPipe
) -> None:
    booth = Booth(redis)
    vote_store.kill()
    with pytest.raises(Unanswered):
        await outcome(pipe, ballot(booth))

    assert not pipe.is_connected
    with pytest.raises(Unavailable):
        await outcome(pipe, ballot(booth))


async def test_a_server_that_falls_silent_leaves_the_outcome_unknown(
    redis: Redis, store_url: str
) -> None:
    booth = Booth(redis)
    pipe = ScriptPipe(store_url, answer_seconds=0.2)
    await pipe.start()
    await until(lambda: pipe.is_connected)
    redis.execute_command("CLIENT", "PAUSE", "700", "WRITE")
    try:
        with pytest.raises(Unanswered, match="in time"):
            await outcome(pipe, ballot(booth, "ab" * 16))
        await asyncio.sleep(0.8)
        # The silent connection was given up. Whether the server still read the ballot is its
        # affair; the same one sent again counts once in either case.
        again = await outcome(pipe, ballot(booth, "ab" * 16))
        assert again in {Outcome.ACCEPTED, Outcome.REPEATED}
        assert pipe.reconnects == 2
    finally:
        await pipe.stop()
    assert booth.tallies() == {"#": 1, "101": 1}


async def test_no_more_wait_than_there_is_room_for(redis: Redis, store_url: str) -> None:
    booth = Booth(redis)
    pipe = ScriptPipe(store_url, most_waiting=10)
    await pipe.start()
    await until(lambda: pipe.is_connected)
    try:
        answers = await asyncio.gather(
            *(outcome(pipe, ballot(booth)) for _ in range(15)), return_exceptions=True
        )
    finally:
        await pipe.stop()

    assert answers[:10] == [Outcome.ACCEPTED] * 10
    assert [type(answer) for answer in answers[10:]] == [Unavailable] * 5
    assert booth.tallies() == {"#": 10, "101": 10}


async def test_an_error_of_the_script_is_the_callers_alone(redis: Redis, pipe: ScriptPipe) -> None:
    booth = Booth(redis)
    spoiled = Booth(redis, season="spoiled")
    redis.hset(spoiled.keys.meta, "plan", b"\xc1 no plan")
    bad, good = await asyncio.gather(
        outcome(pipe, ballot(spoiled)), outcome(pipe, ballot(booth)), return_exceptions=True
    )

    assert isinstance(bad, ResponseError)
    assert good is Outcome.ACCEPTED
    assert spoiled.tallies() == {}


class LoadingServer:
    """A stand-in for a server that reads a long file: it answers, and takes no scripts yet."""

    def __init__(self) -> None:
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while line := await reader.readline():
                for _ in range(int(line[1:])):
                    size = int((await reader.readline())[1:])
                    word = (await reader.readexactly(size + 2))[:-2].upper()
                    if word in {b"SCRIPT", b"INFO", b"CLIENT", b"HELLO", b"SELECT", b"PING"}:
                        command = word
                text = b"run_id:0123456789\r\n"
                writer.write(
                    b"-LOADING reading the data\r\n" if command == b"SCRIPT"
                    else b"$%d\r\n%s\r\n" % (len(text), text) if command == b"INFO"
                    else b"+OK\r\n"
                )  # fmt: skip
                await writer.drain()
        finally:
            writer.close()


async def test_waiting_for_a_server_that_reads_its_data_keeps_one_connection(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = str(tmp_path_factory.mktemp("s") / "s")
    stand_in = LoadingServer()
    server = await asyncio.start_unix_server(stand_in.serve, path)
    pipe = ScriptPipe(f"unix://{path}")
    await pipe.start()
    await until(lambda: stand_in.connections >= 4)
    assert pipe._client is not None
    in_use = len(pipe._client.connection_pool._in_use_connections)
    await pipe.stop()
    server.close()

    assert not pipe.is_connected
    assert in_use <= 1
