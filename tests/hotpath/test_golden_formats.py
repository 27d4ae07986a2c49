"""The formats that cannot change (docs/formats.md), byte by byte, with fixed keys.

If one of these fails, the code is wrong and not the golden example: ballots, cookies and streams
of running seasons are written in these formats.
"""

import dataclasses
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import asdict
from redis import Redis

from tests.hotpath.booth import Booth, cap
from voting.hotpath import admission, epoch, stream, tokens
from voting.hotpath.gate import parse_reply
from voting.hotpath.keyring import Keyring, nullifier
from voting.hotpath.keys import DIRECTORY, slice_keys, slice_of

GOLDEN = Path(__file__).parent / "golden"


def golden(name: str) -> dict[str, Any]:
    example: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return example


def signing_keys(example: dict[str, Any]) -> tokens.Keys:
    return tokens.Keys({int(key): bytes.fromhex(value) for key, value in example["keys"].items()})


def test_key_names() -> None:
    example = golden("keys")

    assert example["directory"] == DIRECTORY
    assert slice_keys(**example["of"])._asdict() == example["names"]


def test_slice_of_a_voter() -> None:
    for voter, slices, number in golden("keys")["slices"]:
        assert slice_of(bytes.fromhex(voter), slices) == number


def test_plan_directory_and_period() -> None:
    example = golden("keys")
    plan = epoch.Plan(**example["plan"] | {"caps": tuple(map(tuple, example["plan"]["caps"]))})

    assert plan.packed().hex() == example["plan_packed"]
    assert epoch.Period(**example["period"]).member() == example["period_member"]
    entry = epoch.read_directory({b"s": json.dumps(example["directory_entry"]).encode()})["s"]
    assert dataclasses.asdict(entry) == example["directory_entry"]


def test_script_uses_the_key_names_and_writes_the_stream_entry(redis: Redis) -> None:
    example = golden("stream")
    fields = example["ballot"]
    booth = Booth(
        redis,
        season="s",
        nominees={"107": "1", "305": "3"},
        caps=[
            cap("season", "ballot", "choices", 10),
            cap("season", "day", "ballots", 3),
            cap("category", "day", "choices", 2),
            cap("nominee", "season", "choices", 1),
            cap("season", "season", "choices", 30),
        ],
    )
    redis.delete(booth.keys.periods)
    redis.zadd(booth.keys.periods, {"d20261116|w2|1995000000000|": 0})

    booth.cast(
        *fields["choices"], voter=fields["voter"], vote=fields["vote"], prefix=fields["prefix"]
    )

    written = redis.xrange(booth.keys.stream)[-1][1]
    accepted = written[b"b"].decode().split("|")[2]
    body = example["body"].replace("1794823200000", accepted)
    ours, golden_parts = written[b"b"].decode().split("|"), body.split("|")
    # Categories of one ballot come in no fixed order.
    assert sorted(ours.pop(4).split(";")) == sorted(golden_parts.pop(4).split(";"))
    assert ours == golden_parts
    assert sorted(redis.keys()) == sorted(name.encode() for name in example["keys_written"])


def test_stream_entry_is_read_back() -> None:
    example = golden("stream")
    fields = {b"b": example["body"].encode(), b"h": example["sha1"].encode()}

    entry = stream.parse(b"1794823200000-7", fields)

    assert isinstance(entry, stream.Accepted)
    read = {**asdict(entry), "evidence": asdict(entry.evidence)}
    read["vote_id"] = read["vote_id"].hex()
    for name in ("voter_key", "device_key", "prefix_key"):
        read["evidence"][name] = read["evidence"][name].hex()
    assert json.loads(json.dumps(read)) == example["read"]
    assert [list(asdict(use).values()) for use in stream.uses(entry.slots)] == example["uses"]


@pytest.mark.parametrize("kind", ["opening", "closing"])
def test_marker_is_read_back(kind: str) -> None:
    example = golden("stream")[kind]

    entry = stream.parse(
        b"5-0", {name.encode(): text.encode() for name, text in example["fields"].items()}
    )

    assert entry == stream.Marker(5, 0, example["kind"], tuple(example["read"]))
    assert epoch.entry_fields(example["fields"]["b"]) == example["fields"]


def test_stored_reply() -> None:
    for example in golden("stream")["replies"]:
        reply = parse_reply(example["stored"].encode())

        assert json.loads(json.dumps(msgspec.structs.asdict(reply))) == example["read"]


def test_cookie_bytes() -> None:
    example = golden("cookie")
    keys = signing_keys(example)
    voter = tokens.Voter(
        bytes.fromhex(example["voter"]["key"]),
        bytes.fromhex(example["voter"]["device"]),
        tokens.Level(example["voter"]["level"]),
        example["voter"]["first_seen_hour"],
    )

    assert tokens.sign_cookie(keys, season=example["season"], voter=voter) == example["text"]
    assert tokens.open_cookie(keys, season=example["season"], text=example["text"]) == voter
    assert tokens.cookie_hash(example["text"]).hex() == example["hash"]
    assert tokens.season_mark(example["season"]).hex() == example["season_mark"]
    assert admission.cookie_name("s", https=True) == example["name"]
    assert admission.cookie_name("s", https=False) == example["name_over_http"]


def test_token_bytes() -> None:
    example = golden("token")
    keys = signing_keys(example)
    token = tokens.Token(
        **{
            name: bytes.fromhex(value) if isinstance(value, str) else value
            for name, value in example["token"].items()
        }
    )

    assert tokens.sign_token(keys, season=example["season"], token=token) == example["text"]
    assert tokens.open_token(keys, season=example["season"], text=example["text"]) == token
    assert tokens.receipt_code(token.vote_id) == example["receipt_code"]


def test_prefix_key_and_nullifiers(tmp_path: Path) -> None:
    example = golden("nullifier")
    keyring = Keyring(tmp_path)
    (tmp_path / "days").mkdir()
    (tmp_path / "days" / f"{example['day']}.key").write_text(example["day_key"])

    prefix = keyring.prefix_key(bytes.fromhex(example["prefix"]), example["day"])

    assert prefix.hex() == example["prefix_key"]
    for fields in example["nullifiers"]:
        made = nullifier(
            bytes.fromhex(example["season_key"]),
            voter=bytes.fromhex(example["voter"]),
            cap=fields["cap"],
            scope=fields["scope"],
            period=fields["period"],
            number=fields["number"],
        )
        assert made.hex() == fields["nullifier"]
