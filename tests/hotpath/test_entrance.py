"""What is decided about a request before anything costs a round trip."""

import pytest

from voting.hotpath.admission import (
    MAX_CHOICES,
    find_cookie,
    read_ballot,
    read_nothing,
    read_token,
    refusal,
)
from voting.hotpath.evidence import browser_family, parse_evidence, referrer_class
from voting.hotpath.flood import FloodBucket
from voting.hotpath.gate import CastResult, Outcome
from voting.hotpath.origin import Entrance, header_table
from voting.hotpath.problems import PROBLEMS, Problem

ENTRANCE = Entrance(hosts=["star.example.org"], origins=["https://star.example.org"])
GOOD = {
    b"host": b"star.example.org",
    b"sec-fetch-site": b"same-origin",
    b"origin": b"https://star.example.org",
    b"content-type": b"application/json",
}


def code_of(method: str = "POST", **changes: bytes | None) -> str:
    headers = dict(GOOD)
    for name, value in changes.items():
        key = name.replace("_", "-").encode()
        if value is None:
            headers.pop(key, None)
        else:
            headers[key] = value
    try:
        ENTRANCE.check(method, headers)
    except Problem as problem:
        return problem.code
    return "ok"


@pytest.mark.parametrize(
    ("host", "is_known"),
    [
        (b"stars.example", True),
        (b"a.stars.example:8000", True),
        (b"A.B.Stars.example", True),
        (b"notstars.example", False),
        (b"stars.example.evil", False),
        (b".", False),
        (b"", False),
    ],
)
def test_a_name_with_a_dot_before_it_stands_for_its_subdomains(host: bytes, is_known: bool) -> None:
    entrance = Entrance(hosts=[".stars.example"], origins=[])
    code = "ok"
    try:
        entrance.check_host({b"host": host})
    except Problem as problem:
        code = problem.code

    assert code == ("ok" if is_known else "unknown-host")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "ok"),
        ({"sec_fetch_site": None}, "ok"),
        ({"origin": None}, "ok"),
        ({"sec_fetch_site": None, "origin": None}, "forbidden-origin"),
        ({"sec_fetch_site": b"same-site"}, "forbidden-origin"),
        ({"sec_fetch_site": b"cross-site"}, "forbidden-origin"),
        ({"sec_fetch_site": b"none"}, "forbidden-origin"),
        ({"sec_fetch_site": b"Same-Origin"}, "forbidden-origin"),
        ({"sec_fetch_site": b""}, "forbidden-origin"),
        ({"origin": b"null"}, "forbidden-origin"),
        ({"origin": b"http://star.example.org"}, "forbidden-origin"),
        ({"origin": b"https://star.example.org.evil.example"}, "forbidden-origin"),
        ({"origin": b"https://star.example.org/"}, "forbidden-origin"),
        ({"sec_fetch_site": None, "origin": b"null"}, "forbidden-origin"),
        ({"host": b"star.example.org:443"}, "ok"),
        ({"host": b"STAR.example.org"}, "ok"),
        ({"host": b"evil.example"}, "unknown-host"),
        ({"host": b"star.example.org.evil.example"}, "unknown-host"),
        ({"host": b"star.example.org:443:443"}, "unknown-host"),
        ({"host": b"evil.example:star.example.org"}, "unknown-host"),
        ({"host": b""}, "unknown-host"),
        ({"host": None}, "unknown-host"),
        ({"content_type": b"application/json; charset=utf-8"}, "wrong-media-type"),
        ({"content_type": b"text/plain"}, "wrong-media-type"),
        ({"content_type": b"application/x-www-form-urlencoded"}, "wrong-media-type"),
        ({"content_type": b"Application/JSON"}, "wrong-media-type"),
        ({"content_type": None}, "wrong-media-type"),
        ({"content_encoding": b"gzip"}, "wrong-media-type"),
        ({"content_length": b"4096"}, "ok"),
        ({"content_length": b"4097"}, "too-large"),
        ({"content_length": b"-1"}, "bad-request"),
        ({"content_length": b"0x10"}, "bad-request"),
        ({"content_length": b""}, "bad-request"),
    ],
)
def test_only_a_json_post_of_this_site_comes_in(
    changes: dict[str, bytes | None], code: str
) -> None:
    assert code_of(**changes) == code


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "post"])
def test_other_methods_are_refused(method: str) -> None:
    assert code_of(method) == "wrong-method"


def test_an_absurd_length_is_too_large() -> None:
    assert code_of(content_length=b"9" * 5000) == "too-large"


@pytest.mark.parametrize(
    "name", [b"host", b"origin", b"content-type", b"sec-fetch-site", b"content-length"]
)
def test_header_that_must_be_single_comes_once(name: bytes) -> None:
    with pytest.raises(Problem) as caught:
        header_table([(name, b"1"), (b"cookie", b"a=1"), (name, b"1")])
    assert caught.value.code == "bad-request"


def test_other_repeated_headers_are_joined() -> None:
    lines = [(b"cookie", b"a=1"), (b"x-forwarded-for", b"1.1.1.1")] * 2

    assert header_table(lines) == {
        b"cookie": b"a=1; a=1", b"x-forwarded-for": b"1.1.1.1, 1.1.1.1",
    }  # fmt: skip


def test_many_known_hosts_do_not_fill_the_memory() -> None:
    entrance = Entrance(hosts=["star.example.org"], origins=[])
    for port in range(1000):
        entrance.check_host({b"host": b"star.example.org:%d" % port})

    assert len(entrance._known_hosts) == 64


def read(body: bytes) -> str:
    try:
        read_ballot(body)
    except Problem as problem:
        return problem.code
    return "ok"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"token":"t","choices":["107","305"]}', "ok"),
        (b' {\n"choices" : [ "1" ] , "token" : "t" } ', "ok"),
        (b'{"token":"t","choices":["1"],"token":"t"}', "bad-request"),
        (b'{"token":"t","choices":["1"],"choices":["1"]}', "bad-request"),
        (b'{"token":"t","choices":["1"],"\\u0074oken":"t"}', "bad-request"),
        (b'{"\\u0074oken":"t","choices":["1"]}', "bad-request"),
        (b'{"token":"t","choices":["\\u0031"]}', "bad-request"),
        (b'{"token":"t\\"","choices":["1"]}', "bad-request"),
        (b'{"token":"t","choices":["1","1"]}', "duplicate-choice"),
        (b'{"token":"t","choices":[]}', "too-few"),
        (b'{"token":"t","choices":[1]}', "bad-request"),
        (b'{"token":"t","choices":[null]}', "bad-request"),
        (b'{"token":"t","choices":"1"}', "bad-request"),
        (b'{"token":"t","choices":{"0":"1"}}', "bad-request"),
        (b'{"token":1,"choices":["1"]}', "bad-request"),
        (b'{"token":null,"choices":["1"]}', "bad-request"),
        (b'{"token":["t"],"choices":["1"]}', "bad-request"),
        (b'{"token":"t"}', "bad-request"),
        (b'{"choices":["1"]}', "bad-request"),
        (b'{"token":"t","choices":["1"],"x":1}', "unknown-field"),
        (b'{"token":"t","choices":["1"],"Token":"t"}', "unknown-field"),
        (b'{"token":"t","choices":["123456789"]}', "bad-request"),
        (b'{"token":"t","choices":[""]}', "bad-request"),
        (b'{"token":"t","choices":["1 "]}', "bad-request"),
        (b'{"token":"t","choices":["1,2"]}', "bad-request"),
        (b'{"token":"t","choices":["1|2"]}', "bad-request"),
        (b'{"token":"t","choices":["#"]}', "bad-request"),
        ('{"token":"t","choices":["１"]}'.encode(), "bad-request"),
        ('{"token":"t","choices":["中"]}'.encode(), "bad-request"),
        (b'{"token":"t","choices":[NaN]}', "bad-request"),
        (b'{"token":"t","choices":["1"]}{}', "bad-request"),
        (b'{"token":"t","choices":["1"],}', "bad-request"),
        (b"{'token':'t','choices':['1']}", "bad-request"),
        (b'{"token":"t","choices":["1"]', "bad-request"),
        (b'{"token":"\xff","choices":["1"]}', "bad-request"),
        (b'{"token":"\xed\xa0\x80","choices":["1"]}', "bad-request"),
        (b'\xef\xbb\xbf{"token":"t","choices":["1"]}', "bad-request"),
        (b'{"token":"t\x00","choices":["1"]}', "bad-request"),
        (b"[" * 4096, "bad-request"),
        (b'{"a":' * 819, "unknown-field"),
        (b'{"token":' + b"[" * 4000, "bad-request"),
        (b"", "bad-request"),
        (b"null", "bad-request"),
        (b'"x"', "bad-request"),
    ],
)
def test_ballot_is_strict_json(body: bytes, code: str) -> None:
    assert read(body) == code


def test_64_choices_are_read_and_65_are_too_many() -> None:
    numbers = [f'"{number}"' for number in range(MAX_CHOICES + 1)]

    assert read(b'{"token":"t","choices":[%s]}' % ",".join(numbers[:-1]).encode()) == "ok"
    assert read(b'{"token":"t","choices":[%s]}' % ",".join(numbers).encode()) == "too-many"


def test_token_query_and_empty_body_are_strict_too() -> None:
    assert read_token(b'{"token":"t"}') == "t"
    read_nothing(b" {} ")
    for reader, body in (
        (read_token, b'{"token":"t","token":"u"}'),
        (read_token, b'{"token":"t","x":1}'),
        (read_token, b"{}"),
        (read_nothing, b'{"x":1}'),
        (read_nothing, b"[]"),
        (read_nothing, b""),
    ):
        with pytest.raises(Problem):
            reader(body)


def test_cookie_is_found_by_its_whole_name() -> None:
    header = b"xvoter-s=no; voter-s2=no; voter-s=yes; voter-s=later"

    assert find_cookie(header, b"voter-s") == "yes"
    assert find_cookie(header, b"voter") is None
    assert find_cookie(None, b"voter-s") is None
    assert find_cookie(b"voter-s=\xff\xfe", b"voter-s") == "\xff\xfe"


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome < 0])
def test_every_refusal_of_the_script_is_a_documented_problem(outcome: Outcome) -> None:
    details: dict[Outcome, tuple[object, ...]] = {
        Outcome.NOT_OPEN: (b"5",),
        Outcome.CLOSED: (b"5",),
        Outcome.TOO_FEW: (2, 1),
        Outcome.TOO_MANY: (2, 3),
        Outcome.CATEGORY_FULL: (b"2", 1, 3),
        Outcome.UNKNOWN_NOMINEE: (b"9",),
        Outcome.WITHDRAWN: (b"9",),
        Outcome.ALREADY_VOTED: (b"", b"5:" + b"ab" * 16),
        Outcome.NOMINEE_USED: (b"7", b"1"),
        Outcome.RATE_LIMITED: (b"12.5",),
    }
    stored = b"5||||1" if outcome is Outcome.TOKEN_USED else b""

    problem = refusal(CastResult(outcome, stored, details.get(outcome, ())), b"v" * 16)

    assert problem.code == outcome.name.lower().replace("_", "-").replace(
        "expired", "expired-token"
    )
    assert PROBLEMS[problem.code][0] == problem.status
    assert (b"content-type", b"application/problem+json") in problem.headers()


def test_retry_after_is_whole_seconds_rounded_up() -> None:
    values = {
        wait: dict(Problem("rate-limited", retry_ms=wait).headers())[b"retry-after"]
        for wait in (0, 1, 999, 1000, 1001, 60_000)
    }

    assert values == {0: b"1", 1: b"1", 999: b"1", 1000: b"1", 1001: b"2", 60_000: b"60"}


def test_flood_bucket_counts_each_network_alone_and_forgets_the_oldest() -> None:
    bucket = FloodBucket(per_second=10, burst=3, most=2)
    waits = [bucket.wait_seconds(b"a", 100.0) for _ in range(4)]

    assert waits[:3] == [0.0, 0.0, 0.0]
    assert waits[3] == pytest.approx(0.1)
    assert bucket.wait_seconds(b"b", 100.0) == 0.0
    assert bucket.wait_seconds(b"a", 100.11) == 0.0
    assert bucket.wait_seconds(b"c", 100.0) == 0.0
    assert len(bucket._arrival) == 2


def test_evidence_holds_no_text_that_somebody_sent() -> None:
    origins = frozenset({b"https://star.example.org"})

    assert [
        browser_family(agent) for agent in (b"", b"x MicroMessenger/8 Chrome", b"Chrome", b"|,\n")
    ] == ["none", "wechat", "chrome", "other"]
    assert [
        referrer_class(referrer, origins)
        for referrer in (
            None,
            b"",
            b"https://star.example.org/a",
            b"https://star.example.org.evil/",
        )
    ] == ["none", "none", "own", "other"]
    with pytest.raises(ValueError, match="unpack"):
        parse_evidence("too,few")
