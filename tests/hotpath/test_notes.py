"""Cookie and token: what was not signed here, for this season and this purpose, is refused."""

import secrets
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.hotpath.sizes import Size
from voting.hotpath import tokens
from voting.hotpath.keyfiles import KeyMissing, make_key, read_key
from voting.hotpath.keyring import Keyring
from voting.hotpath.tokens import Forged, Keys, OfAnotherSeason

KEYS = Keys({1: b"1" * 32, 2: b"2" * 32})
VOTER = tokens.new_voter(now_ms=1_794_823_200_000)
COOKIE_TEXT = tokens.sign_cookie(KEYS, season="s", voter=VOTER)
TOKEN = tokens.Token(
    vote_id=b"v" * 16,
    issued_ms=1_794_823_200_000,
    expires_ms=1_794_825_000_000,
    cookie_hash=tokens.cookie_hash(COOKIE_TEXT),
    prefix_key=b"p" * 16,
    prefix_day=20_773,
    work=0,
)
TOKEN_TEXT = tokens.sign_token(KEYS, season="s", token=TOKEN)


def test_older_keys_verify_and_the_newest_signs() -> None:
    old = Keys({1: b"1" * 32})
    text = tokens.sign_token(old, season="s", token=TOKEN)

    assert tokens.open_token(KEYS, season="s", text=text) == TOKEN
    with pytest.raises(Forged):
        tokens.open_token(old, season="s", text=TOKEN_TEXT)
    with pytest.raises(Forged):
        tokens.open_token(Keys({2: b"another" * 5}), season="s", text=TOKEN_TEXT)


def test_notes_of_another_season_are_told_apart_from_forgeries() -> None:
    with pytest.raises(OfAnotherSeason):
        tokens.open_token(KEYS, season="t", text=TOKEN_TEXT)
    with pytest.raises(Forged):
        tokens.open_cookie(KEYS, season="t", text=COOKIE_TEXT)


def test_a_note_serves_no_other_purpose() -> None:
    with pytest.raises(Forged):
        tokens.open_token(KEYS, season="s", text=COOKIE_TEXT)
    with pytest.raises(Forged):
        tokens.open_cookie(KEYS, season="s", text=TOKEN_TEXT)


@pytest.mark.parametrize("text", [COOKIE_TEXT, TOKEN_TEXT], ids=["cookie", "token"])
def test_no_changed_bit_is_accepted(text: str) -> None:
    raw = bytearray(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    accepted = []
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        forged = urlsafe_b64encode(changed).decode().rstrip("=")
        try:
            if text == TOKEN_TEXT:
                tokens.open_token(KEYS, season="s", text=forged)
            else:
                tokens.open_cookie(KEYS, season="s", text=forged)
        except Forged:
            continue
        accepted.append(bit)

    assert accepted == []


def test_no_other_text_is_accepted(size: Size) -> None:
    @size(300, 50_000)
    @given(st.one_of(st.text(max_size=200), st.binary(max_size=150).map(lambda raw: raw.hex())))
    def check(text: str) -> None:
        for reader in (tokens.open_token, tokens.open_cookie):
            with pytest.raises(Forged):
                reader(KEYS, season="s", text=text)

    check()


def test_every_token_comes_back_as_it_went(size: Size) -> None:
    key = st.binary(min_size=16, max_size=16)
    times = st.integers(0, 2**62)

    @size(100, 10_000)
    @given(
        st.builds(
            tokens.Token,
            key,
            times,
            times,
            key,
            key,
            st.integers(0, 2**32 - 1),
            st.integers(0, 255),
        ),
        st.text(max_size=40),
    )
    def check(token: tokens.Token, season: str) -> None:
        text = tokens.sign_token(KEYS, season=season, token=token)

        assert tokens.open_token(KEYS, season=season, text=text) == token

    check()


def test_fresh_means_less_than_24_hours_to_the_hour() -> None:
    hour = tokens.HOUR_MS
    voter = replace(VOTER, first_seen_hour=1000)

    assert [voter.is_fresh(hours * hour) for hours in (1000, 1023, 1024, 2000)] == [
        True, True, False, False,
    ]  # fmt: skip


def test_receipt_code_survives_being_typed() -> None:
    code = tokens.receipt_code(b"v" * 16)
    spoken = code.lower().replace("0", "o").replace("1", "l")

    assert tokens.tidy_receipt_code(f" {spoken[:4]}-{spoken[4:8]} {spoken[8:]} ") == code
    assert tokens.tidy_receipt_code(code[:-1]) is None
    assert tokens.tidy_receipt_code(code[:-1] + "U") is None
    assert tokens.tidy_receipt_code("中" * 12) is None


def test_keys_are_made_once_private_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "a.key"
    with ThreadPoolExecutor(16) as makers:
        made = set(makers.map(lambda _number: make_key(path), range(32)))

    assert made == {read_key(path)}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["a.key"]


@pytest.mark.parametrize("content", [None, "not hexadecimal", "abc"])
def test_missing_or_damaged_key_is_said_and_not_replaced(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "a.key"
    if content is not None:
        path.write_text(content)

    with pytest.raises(KeyMissing):
        read_key(path)
    assert path.exists() == (content is not None)


def test_an_empty_key_file_is_no_key(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    path.write_text("\n")

    with pytest.raises(KeyMissing):
        read_key(path)


def test_keyring_says_what_is_missing(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    assert keyring.missing(["s"]) == ["voter", "ballot", "season s"]
    with pytest.raises(KeyMissing):
        _ = keyring.voter

    keyring.make()
    keyring.make_season("s")

    assert keyring.missing(["s"]) == []
    before = keyring.season("s")
    assert keyring.make_season("s") == before
    assert Keyring(tmp_path).ballot.by_id == keyring.ballot.by_id


def test_prefix_keys_of_two_days_have_nothing_in_common(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    prefix = secrets.token_bytes(4)
    keys = {keyring.prefix_key(prefix, day) for day in range(20_000, 20_010)}

    assert len(keys) == 10
    assert keyring.prefix_key(prefix, 20_000) in keys  # read again from its file
