"""The scripts' headers are the contract between Lua and Python; these tests keep them true."""

import re
from enum import IntEnum

import pytest

from voting.hotpath import gate
from voting.hotpath.gate import LUA
from voting.hotpath.keys import SliceKeys, slice_keys

NAMES = ["approve", "cast", "extend", "peek", "read_tallies", "set_phase", "withdraw"]
OUTCOMES: dict[str, type[IntEnum]] = {
    "cast": gate.Outcome,
    "approve": gate.Approval,
    "set_phase": gate.PhaseChange,
    "withdraw": gate.Withdrawal,
    "extend": gate.Extension,
}


def header_and_body(name: str) -> tuple[str, str]:
    text = (LUA / f"{name}.lua").read_text(encoding="utf-8")
    header, _, body = text.partition("]]\n")
    return header, body


def test_every_script_is_looked_at() -> None:
    assert sorted(path.stem for path in LUA.glob("*.lua")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_script_begins_with_its_engine_and_its_name(name: str) -> None:
    header, _ = header_and_body(name)

    assert header.startswith(f"#!lua\n--[[\n{name}: ")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("table", ["KEYS", "ARGV"])
def test_body_uses_what_the_header_lists(name: str, table: str) -> None:
    header, body = header_and_body(name)
    pattern = rf"{table}\[(\d+)\]"
    used = set(re.findall(pattern, body))
    if name == "cast" and table == "ARGV":
        # The choices are taken together, from the sixth argument on.
        assert "unpack(ARGV, 6)" in body
        used.add("6")

    assert used == set(re.findall(pattern, header))


@pytest.mark.parametrize("name", NAMES)
def test_header_names_the_keys_as_python_does(name: str) -> None:
    header, _ = header_and_body(name)
    listed = re.findall(r"^  KEYS\[(\d)\]  (\w+)", header, re.MULTILINE)

    assert [int(number) for number, _word in listed] == list(range(1, len(listed) + 1))
    assert {word for _number, word in listed} <= set(SliceKeys._fields)


def test_header_of_cast_names_the_keys_in_the_order_in_which_python_passes_them() -> None:
    header, _ = header_and_body("cast")
    keys = slice_keys("season", 0, 1)
    passed = gate.cast_arguments(
        keys, run="R", vote="V", expires_ms=7, voter="W", prefix="P", fresh=True, evidence="E",
        choices=["1", "2"],
    )  # fmt: skip

    assert re.findall(r"KEYS\[\d\]  (\w+)", header) == list(SliceKeys._fields)
    assert passed[0] == len(SliceKeys._fields)
    assert passed[1:9] == (*keys[:5], keys.reply + "V", keys.voter + "W", keys.prefix + "P")


def test_header_of_cast_names_the_arguments_in_the_order_in_which_python_passes_them() -> None:
    header, _ = header_and_body("cast")
    passed = gate.cast_arguments(
        slice_keys("season", 0, 1), run="run", vote="vote", expires_ms=7, voter="W", prefix="P",
        fresh=True, evidence="evidence", choices=["choice 1", "choice 2"],
    )  # fmt: skip

    assert re.findall(r"ARGV\[\d\]  (\w+)", header) == [
        "run", "vote", "expires", "fresh", "evidence", "choices",
    ]  # fmt: skip
    assert passed[9:] == ("run", "vote", 7, "1", "evidence", "choice 1", "choice 2")


@pytest.mark.parametrize("name", OUTCOMES)
def test_header_lists_the_outcomes_of_the_enum(name: str) -> None:
    header, _ = header_and_body(name)
    listed = {
        word: int(code) for code, word in re.findall(r"^ +(-?\d+)  ([A-Z_]+)", header, re.MULTILINE)
    }

    assert listed == {outcome.name: outcome.value for outcome in OUTCOMES[name]}


@pytest.mark.parametrize("name", OUTCOMES)
def test_body_returns_the_outcomes_that_the_header_lists(name: str) -> None:
    header, body = header_and_body(name)
    listed = set(re.findall(r"^ +(-?\d+)  [A-Z_]+", header, re.MULTILINE))
    returned = set(re.findall(r"(?:return|wrong or) \{(-?\d+)", body))

    assert returned == listed


def test_body_of_cast_writes_nothing_before_its_last_refusal() -> None:
    _, body = header_and_body("cast")
    writes = [match.start() for match in re.finditer(r"'(XADD|HSET|SET|PEXPIREAT)'", body)]
    refusals = [match.start() for match in re.finditer(r"return \{-|return wrong", body)]

    assert min(writes) > max(refusals)
