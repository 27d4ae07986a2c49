"""The frozen rules as bytes: always the same ones, and every rule is among them."""

from datetime import UTC, datetime

import pytest

from tests.seasons.files import small_season
from voting.seasons.models import Season
from voting.seasons.season_file import sections
from voting.seasons.services import (
    FORMATS,
    canonical_rules,
    fingerprint,
)

pytestmark = pytest.mark.django_db

NEW_YEAR = datetime(2026, 12, 31, 20, 30, tzinfo=UTC)  # in Shanghai it is 2027 already


def test_canonical_rules_are_always_the_same_bytes() -> None:
    season = small_season()
    whole = (
        '{"caps":[["season","ballot","choices",3],["season","day","ballots",1]],'
        '"categories":[[1,"志愿者",2],[2,"项目",1]],"format":%d,'
        '"nominees":%s"rules":{%s},'
        '"season":{"closes_at":"2026-11-30T10:00:00Z","identity_level":"anonymous",'
        '"opens_at":"2026-11-16T01:00:00Z","slices":1,"slug":"small",'
        '"time_zone":"Asia/Shanghai"},"windows":["2026-11-16T01:00:00Z"]}'
    )
    first_form = '[["007","张三",1],["8","李四",1],["A1","净水",2]],'
    present_form = (
        '[["007","张三",1,"person","",{}],["8","李四",1,"person","",{}],'
        '["A1","净水",2,"project","",{}]],"past_winners":["王五"],'
    )
    assert canonical_rules(season).decode() == whole % (
        4,
        present_form,
        (
            '"candidate_notice_days":5,"consolidation":null,"conversion":{"bands":[],"how":"share_of_leader","points":[]},'
            '"display":"live","display_delay_minutes":0,"display_hour":18,'
            '"fresh_burst":60,"fresh_per_minute":30,'
            '"honours":{"order":"category","places":null,"quotas":[],"shared_line":"open"},'
            '"min_choices":2,"notice_working_days":true,'
            '"panel":{"decimals":2,"drop_high":1,"drop_low":1,"fall":85,"highest":"100","keep":3,'
            '"lowest":"0","method":"mean","min_marks":1,"picks":3,"points":[12,10,8,7,6,5,4,3,2,1],'
            '"shrink":"off","trim_from":5},"panel_weight":70,'
            '"public_weight":30,"rate_burst":5,"rate_interval_ms":1000,"result_notice_days":5,'
            '"shortlisting":{"limit":5,"method":"review","over_full":"keep","places":6},'
            '"ties":{"chain":["panel","jury_vote","shared"],"only_at_line":false},'
            '"token_minutes":30,"turnout_public":true'
        ),
    )
    assert len(fingerprint(season)) == 64
    # Rules that were frozen by the first form are still checked by it.
    season.rule_sheet.fingerprint_format = 1
    assert canonical_rules(season).decode() == whole % (
        1,
        first_form,
        (
            '"display":"live","display_delay_minutes":0,"display_hour":18,'
            '"fresh_burst":60,"fresh_per_minute":30,"min_choices":2,"panel_weight":70,'
            '"public_weight":30,"rate_burst":5,"rate_interval_ms":1000,"token_minutes":30,'
            '"turnout_public":true'
        ),
    )


def test_a_new_column_of_the_sheet_needs_a_new_form_of_the_rules() -> None:
    """The columns of the season file are those of the latest form, no more and no fewer."""
    assert {field.name for field in sections.RULES.values()} == set(FORMATS[max(FORMATS)])


def test_fingerprint_survives_export_and_import_elsewhere() -> None:
    before = fingerprint(small_season())
    small_season(("name: 李四", "name: 赵六"))
    assert fingerprint(Season.objects.get()) != before

    small_season()

    assert fingerprint(Season.objects.get()) == before


@pytest.mark.parametrize(
    "replacement",
    [
        ("max: 3}", "max: 2}"),
        ("min_choices: 2", "min_choices: 1"),
        ("min_choices: 2", "display: hidden"),
        ("places: 2", "places: 3"),
        ("name: 李四", "name: 李五"),
        ("number: 8", "number: 9"),
        ("kind: project, ", ""),
        ("strokes: 4", "unit: 城南街道"),
        ("strokes: 4", "traits: {rank: 县处级}"),
        ("name: 王五", "name: 王六"),
        ("2026-11-30 18:00", "2026-11-30 18:01"),
        ("organiser:", "identity_level: verified\n  organiser:"),
        ("organiser:", "slices: 2\n  organiser:"),
    ],
)
def test_every_rule_is_in_the_fingerprint(replacement: tuple[str, str]) -> None:
    before = fingerprint(small_season())
    assert fingerprint(small_season(replacement)) != before


def test_corrections_of_texts_leave_the_fingerprint() -> None:
    before = fingerprint(small_season())
    assert fingerprint(small_season(("strokes: 4", "summary: 好人"))) == before
