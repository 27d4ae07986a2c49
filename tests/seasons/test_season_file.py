"""What the file may say, and what an organiser is told when it says something else."""

import time
from datetime import UTC, datetime

import pytest

from tests.seasons.files import SMALL, changed, fault, faults
from voting.seasons.season_file import SeasonContent, SeasonFileInvalid, parse
from voting.seasons.season_file.nodes import MAX_BYTES

pytestmark = pytest.mark.usefixtures("english")


def read(*replacements: tuple[str, str]) -> SeasonContent:
    return parse(changed(*replacements), file_name="small.yaml")


def test_small_file_reads_as_it_is_meant() -> None:
    content = read()

    assert content.season["opens_at"] == datetime(2026, 11, 16, 1, tzinfo=UTC)
    assert content.season["identity_level"] == "anonymous"
    assert content.rules["min_choices"] == 2
    assert content.caps[0] == {"scope": "season", "period": "day", "counts": "ballots", "max": 1}
    assert content.windows == [{"starts_at": datetime(2026, 11, 16, 1, tzinfo=UTC)}]
    assert [category.fields["position"] for category in content.categories] == [1, 2]
    nominee = content.categories[0].nominees[0]
    assert nominee["ballot_number"] == "007"
    assert nominee["deeds"] == "第一段。\n\n第二段。"
    assert nominee["drawing"] == {"kind": "person", "glasses": "yes"}
    assert nominee["figures"] == [
        {"value": "126", "unit": "期", "unit_en": "", "label": "公益课堂", "label_en": ""}
    ]
    assert nominee["scenes"] == [{"scene": "truck", "caption": "送书", "caption_en": ""}]
    assert content.categories[0].nominees[1]["ballot_number"] == "8"
    assert content.past_winners[0]["edition"] == "2025"


@pytest.mark.parametrize(
    ("written", "kept"), [('"007"', "007"), ("007", "007"), ("7", "7"), ("1e3", "1e3")]
)
def test_ballot_number_is_the_text_that_was_written(written: str, kept: str) -> None:
    content = read(('number: "007"', f"number: {written}"))
    assert content.categories[0].nominees[0]["ballot_number"] == kept


@pytest.mark.parametrize(
    ("written", "kept"), [("yes", "yes"), ("true", "yes"), ("No", "no"), ('"no"', "no")]
)
def test_yes_and_no_of_a_drawing_survive_yaml(written: str, kept: str) -> None:
    content = read(("glasses: yes", f"glasses: {written}"))
    assert content.categories[0].nominees[0]["drawing"]["glasses"] == kept


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2026-11-16 09:00", 1),
        ("2026-11-16T09:00:00", 1),
        ('"2026-11-16 09:00"', 1),
        ("2026-11-16 09:00+09:00", 0),
        ("2026-11-16T09:00:00Z", 9),
        ("2026-11-16 09:00:00 +00:00", 9),
    ],
)
def test_time_without_zone_is_the_seasons(written: str, hour: int) -> None:
    content = read(
        ("opens_at: 2026-11-16 09:00", f"opens_at: {written}"),
        ("windows:\n  - starts_at: 2026-11-16 09:00\n", ""),
    )
    assert content.season["opens_at"] == datetime(2026, 11, 16, hour, tzinfo=UTC)


def test_byte_order_mark_of_windows_editors_is_no_problem() -> None:
    assert parse(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode(), file_name="x") == read()


def test_all_faults_are_shown_at_once_in_the_order_of_the_file() -> None:
    raw = changed(
        ("slug: small", "slug: a b"),
        ("max: 1}", "max: -1}"),
        ("name: 李四", "nam: 李四"),
    )
    assert [problem[:2] for problem in faults(raw)] == [
        (2, "season.slug"),
        (11, "rules.caps[1].max"),
        (31, "categories[1].nominees[2].name"),
        (32, "categories[1].nominees[2].nam"),
    ]


def test_message_lists_twenty_problems_and_says_that_there_are_more() -> None:
    nominees = "".join(f'      - {{number: "{n}", name: x, kind: y}}\n' for n in range(100, 130))

    with pytest.raises(SeasonFileInvalid) as raised:
        parse(
            changed(("      - number: 8\n", nominees + "      - number: 8\n")), file_name="a.yaml"
        )

    lines = str(raised.value).splitlines()
    assert lines[0] == "Nothing was imported: 30 problems in a.yaml."
    assert lines[1] == (
        "a.yaml, line 31, categories[1].nominees[2].kind: found “y”. "
        "Allowed: one of person, team, project, community."
    )
    assert len(lines) == 22
    assert lines[-1] == "Only the first 20 are listed."


def test_strokes_are_needed_where_they_give_the_order() -> None:
    assert fault(("time_zone:", "order: strokes\n  time_zone:"), ("        strokes: 4\n", "")) == (
        32,
        "categories[1].nominees[2].strokes",
        "nothing",
        "the strokes of the first character, since order is strokes",
    )


@pytest.mark.parametrize("start", ["2026-03-08 02:30", "2026-11-01 01:30"])
def test_hour_that_is_skipped_or_repeated_wants_an_offset(start: str) -> None:
    found = fault(
        ("Asia/Shanghai", "America/New_York"),
        ("opens_at: 2026-11-16 09:00", f"opens_at: {start}"),
        ("windows:\n  - starts_at: 2026-11-16 09:00\n", ""),
    )
    assert found[:3] == (4, "season.opens_at", f"“{start}”")


def test_window_limit_without_windows_is_refused() -> None:
    assert fault(
        ("period: day", "period: window"), ("windows:\n  - starts_at: 2026-11-16 09:00\n", "")
    )[:3] == (10, "rules.caps", "a limit for each window, and no windows")


def test_windows_start_with_the_season() -> None:
    later = ("  - starts_at: 2026-11-16 09:00", "  - starts_at: 2026-11-17 09:00")
    assert fault(later)[:3] == (14, "windows[1]", "windows that all start later")


def test_limits_must_be_written_even_where_there_are_none() -> None:
    no_caps = SMALL[: SMALL.index("  caps:")] + SMALL[SMALL.index("windows:") :]
    assert [problem[:2] for problem in faults(no_caps.encode())] == [(8, "rules.caps")]
    assert parse(no_caps.replace("min_choices: 2", "caps: []").encode(), file_name="x").caps == []


def test_more_choices_than_nominees_allow_is_out_of_reach() -> None:
    found = fault(
        ("min_choices: 2", "min_choices: 3"),
        ("scope: season, period: ballot", "scope: category, period: ballot"),
        ("max: 3}", "max: 1}"),
    )
    assert found[2] == "min_choices 3"


@pytest.mark.parametrize(
    ("raw", "line", "found"),
    [
        (b"", 1, "an empty file"),
        (b"# nothing\n", 1, "an empty file"),
        (b"season: [\n", 2, None),
        (b"season:\n\tslug: x\n", 2, None),
        (b"a: 1\n---\nb: 2\n", 2, None),
        ("season:\n  slug：x\n  name: y\n".encode(), 3, None),
        ("season:\n  name: 张三".encode("gbk"), 2, "bytes that are not UTF-8"),
        ("season: 张三".encode("utf-16"), 1, "bytes that are not UTF-8"),
        (b"season:\n  slug: \x07\n", 2, "the character U+0007"),
        (b"a: &x [1]\nb: *x\n", 1, "an anchor that is used elsewhere: &x"),
        (b"a: &x [*x]\n", 1, "an anchor that is used elsewhere: &x"),
        (b"x" * (MAX_BYTES + 1), 1, f"{MAX_BYTES + 1} bytes"),
        (b"[" * 2_000, 1, None),
        (b"just a text", 1, "“just a text”"),
    ],
)
def test_what_is_no_season_at_all_is_one_problem(raw: bytes, line: int, found: str | None) -> None:
    (problem,) = faults(raw)
    assert problem[0] == line
    assert found is None or problem[2] == found


def test_full_width_colon_is_explained() -> None:
    hint = "a half-width colon with a blank behind it, “key: value”"
    assert faults("season：\n".encode())[0][3] == hint
    assert fault(("name: 王五", "name: 王五\n    unit：某局: x"))[3] == hint


def test_alias_bomb_is_refused_at_once() -> None:
    bomb = "a0: &a0 [x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
    )
    began = time.monotonic()

    (problem,) = faults(bomb.encode())

    assert problem[3].startswith("no anchors and aliases")
    assert time.monotonic() - began < 2


def test_more_than_ten_thousand_nominees_are_refused() -> None:
    rows = "".join(f"      - {{number: {n}, name: x}}\n" for n in range(10_001))
    assert fault(("      - number: 8\n", rows + "      - number: A8\n"))[:3] == (
        18,
        "categories[1].nominees",
        "10003",
    )
