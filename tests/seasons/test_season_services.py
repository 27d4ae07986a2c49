"""Import, export, fingerprint and the questions that other parts ask."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.forms.models import model_to_dict
from django.utils.translation import override
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from tests.seasons.files import changed, small_season
from voting.nominations.models import Nomination
from voting.seasons import queries
from voting.seasons.models import Nominee, RuleSheet, Season, SeasonEvent, UnitQuota
from voting.seasons.season_file import SeasonFileInvalid
from voting.seasons.services import (
    RuleBroken,
    SeasonFrozen,
    export_season,
    import_season,
)
from voting.units.models import Tier, Unit

pytestmark = pytest.mark.django_db

NEW_YEAR = datetime(2026, 12, 31, 20, 30, tzinfo=UTC)  # in Shanghai it is 2027 already


def everything(slug: str) -> list[Any]:
    """All rows of a season as plain values, without the numbers that a database gives."""
    season = queries.season_by_slug(slug)
    own = {"id", "season", "category", "sheet"}
    rows = [season, season.rule_sheet, *season.rule_sheet.caps.all(), *season.windows.all()]
    for category in season.categories.all():
        rows += [category, *category.nominees.all()]
    rows += season.past_winners.all()
    return [
        {key: value for key, value in model_to_dict(row).items() if key not in own}
        | {"withdrawn_at": getattr(row, "withdrawn_at", None)}
        for row in rows
    ]


def test_import_makes_a_draft_with_everything_in_the_file() -> None:
    season = small_season()

    assert season.phase == Season.Phase.DRAFT
    assert season.opens_at == datetime(2026, 11, 16, 1, tzinfo=UTC)
    assert [str(cap) for cap in season.rule_sheet.caps.all()] == [
        "season × day × ballots ≤ 1",
        "season × ballot × choices ≤ 3",
    ]
    assert [
        (category.position, category.name, [str(row) for row in category.nominees.all()])
        for category in season.categories.all()
    ] == [(1, "志愿者", ["8 李四", "007 张三"]), (2, "项目", ["A1 净水"])]
    assert [str(winner) for winner in season.past_winners.all()] == ["2025 王五"]
    assert len(season.windows.all()) == 1


def test_import_again_replaces_the_draft_as_a_whole() -> None:
    first = small_season()
    SeasonEvent.objects.create(season=first, action="check", actor="staff", reason="trial")

    again = import_season(
        raw=changed(
            ("name: 小城公益之星", "name: 新名"),
            ("      - number: 8\n        name: 李四\n        strokes: 4\n", ""),
            ("max: 3}", "max: 2}"),
        ),
        file_name="small.yaml",
    )

    assert (again.pk, again.name) == (first.pk, "新名")
    assert sorted(Nominee.objects.values_list("ballot_number", flat=True)) == ["007", "A1"]
    assert [cap.max for cap in again.rule_sheet.caps.all()] == [1, 2]
    assert RuleSheet.objects.count() == 1


def test_import_again_forgets_what_the_file_no_longer_says() -> None:
    small_season(
        ("organiser:", "contact_phone: 12345\n  organiser:"),
        ("min_choices: 2", "display: hidden"),
    )

    season = small_season()

    assert season.contact_phone == ""
    assert season.rule_sheet.display == RuleSheet.Display.LIVE


def test_file_with_a_fault_leaves_everything_as_it_was() -> None:
    small_season()
    before = everything("small")

    with pytest.raises(SeasonFileInvalid):
        small_season(("name: 李四", "name: "), ("name: 小城公益之星", "name: 新名"))

    assert everything("small") == before


def test_file_with_a_fault_makes_no_season() -> None:
    with pytest.raises(SeasonFileInvalid):
        small_season(("name: 李四", "name: "))
    assert not Season.objects.exists()


@pytest.mark.parametrize("phase", [phase for phase in Season.Phase if phase != "draft"])
def test_season_that_was_opened_is_not_replaced(phase: str) -> None:
    small_season()
    Season.objects.update(phase=phase)
    before = everything("small")

    with pytest.raises(SeasonFrozen, match="small"):
        small_season(("name: 小城公益之星", "name: 新名"))

    assert everything("small") == before


def test_draft_whose_sheet_is_frozen_is_not_replaced() -> None:
    small_season()
    RuleSheet.objects.update(frozen_at=NEW_YEAR, fingerprint="f" * 64)

    with pytest.raises(SeasonFrozen):
        small_season()


@pytest.mark.parametrize("what", ["category", "nominee", "quota"])
def test_draft_that_others_work_on_is_not_replaced(what: str) -> None:
    season = small_season()
    category, nominee = season.categories.first(), season.nominees.first()
    if what == "quota":
        tier = Tier.objects.create(position=1, name="所")
        unit = Unit.objects.create(code="A", name="A", tier=tier)
        UnitQuota.objects.create(season=season, unit=unit, category=category, most=1)
    else:
        Nomination.objects.create(
            season=season, route="self", state_since=NEW_YEAR,
            state="withdrawn" if what == "nominee" else "draft",
            category=category if what == "category" else None,
            nominee=nominee if what == "nominee" else None,
        )  # fmt: skip
    before = everything("small")

    words = "exceptions for units: 1" if what == "quota" else "nominations: 1"
    with override("en"), pytest.raises(RuleBroken, match=f"{words}.*another slug"):
        small_season(("name: 小城公益之星", "name: 新名"))

    assert everything("small") == before


def test_nominations_that_hang_on_no_category_are_in_nobodys_way() -> None:
    season = small_season()
    Nomination.objects.create(season=season, route="self", state_since=NEW_YEAR)
    assert small_season(("name: 小城公益之星", "name: 新名")).name == "新名"


def test_other_seasons_are_not_touched_by_a_replacement() -> None:
    import_season(raw=changed(("slug: small", "slug: other")), file_name="other.yaml")
    before = everything("other")

    small_season()
    small_season()

    assert everything("other") == before


def test_export_imports_to_the_same_season() -> None:
    small_season(
        ("organiser:", "contact_phone: 0739-1\n  help_points: |\n    一楼\n    二楼\n  organiser:"),
        ("strokes: 4", "strokes: 4\n        withdrawn_at: 2026-11-20 10:00:30"),
        ("min_choices: 2", "display: daily"),
    )
    before = everything("small")
    text = export_season(slug="small")

    import_season(raw=text.encode(), file_name="again.yaml")

    assert everything("small") == before
    assert export_season(slug="small") == text


def test_export_is_written_for_people() -> None:
    line = "公益" * 190
    small_season(("strokes: 4", f"summary: {line}"))

    text = export_season(slug="small")

    assert f"        summary: {line}\n" in text
    assert '      - number: "007"\n' in text
    assert "        deeds: |-\n          第一段。\n\n          第二段。\n" in text
    assert '        drawing: {kind: person, glasses: "yes"}\n' in text
    assert "  opens_at: 2026-11-16 09:00\n" in text
    assert "    - {scope: season, period: day, counts: ballots, max: 1}\n" in text
    assert [row for row in text.splitlines() if row and not row.startswith((" ", "-"))] == [
        "season:",
        "rules:",
        "windows:",
        "categories:",
        "past_winners:",
    ]


def test_exported_times_keep_the_hour_that_clocks_repeat() -> None:
    season = small_season(
        ("Asia/Shanghai", "America/New_York"),
        ("opens_at: 2026-11-16 09:00", "opens_at: 2026-11-01 01:30-05:00"),
        ("- starts_at: 2026-11-16 09:00", "- starts_at: 2026-11-01 01:30-05:00"),
    )
    import_season(raw=export_season(slug="small").encode(), file_name="again.yaml")
    assert queries.season_by_slug("small").opens_at == season.opens_at


def test_line_ends_of_browsers_are_no_change_of_text() -> None:
    small_season()
    Nominee.objects.filter(ballot_number="8").update(deeds="一\r\n\r\n二")

    import_season(raw=export_season(slug="small").encode(), file_name="again.yaml")

    assert Nominee.objects.get(ballot_number="8").deeds == "一\n\n二"


TRICKY = "\u2028\u2029\ufeff\n \t:#-'\"公益𠮷|>&*!%@`{}[]"

texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from(TRICKY),
    max_size=60,
).map(lambda text: text.strip())  # fmt: skip


@example(deeds="一\u2028二\ufeff三\n四\u2029五\u200d六", summary="x\u2028y")
@example(deeds="# a\n- b: c\n\n? d\n...\n---\ne", summary="null")
@example(deeds="a\n b\n\tc \nd", summary="2026-11-16 09:00:00")
@given(deeds=texts, summary=texts.map(lambda text: " ".join(text.split())))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None
)
def test_any_text_survives_export_and_import(deeds: str, summary: str) -> None:
    small_season()
    Nominee.objects.filter(ballot_number="8").update(deeds=deeds, summary=summary)

    import_season(raw=export_season(slug="small").encode(), file_name="again.yaml")

    nominee = Nominee.objects.get(ballot_number="8")
    assert (nominee.deeds, nominee.summary) == (deeds, summary)


def test_shifted_season_has_been_open_for_two_days_and_has_five_to_go() -> None:
    season = import_season(
        raw=changed(
            ("  - starts_at: 2026-11-16 09:00\n", "".join(
                f"  - starts_at: 2026-11-{day} 09:00\n" for day in (16, 20, 26)
            )),
            ("strokes: 4", "withdrawn_at: 2026-11-17 09:00"),
            ("strokes: 7", "withdrawn_at: 2026-11-29 09:00"),
        ),
        file_name="small.yaml",
        shift_to=NEW_YEAR,
    )  # fmt: skip

    zone = ZoneInfo("Asia/Shanghai")
    assert [f"{at.astimezone(zone):%m-%d %H:%M}" for at in (season.opens_at, season.closes_at)] == [
        "12-30 09:00",
        "01-06 18:00",
    ]
    assert [f"{row.starts_at.astimezone(zone):%m-%d %H:%M}" for row in season.windows.all()] == [
        "12-30 09:00",
        "01-03 09:00",
    ]
    withdrawn = dict(Nominee.objects.values_list("ballot_number", "withdrawn_at"))
    assert withdrawn["8"] == datetime(2026, 12, 31, 1, tzinfo=UTC)
    assert withdrawn["007"] == NEW_YEAR  # nobody has withdrawn in the future


def test_season_by_slug_takes_the_same_queries_however_much_there_is(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    small_season()
    with django_assert_num_queries(6):
        everything("small")

    nominees = "".join(f"      - {{number: {n}, name: x}}\n" for n in range(100, 150))
    small_season(
        ("      - number: 8\n", nominees + "      - number: 8\n"),
        ("past_winners:\n", "past_winners:\n  - {edition: 2024, category: x, name: y}\n"),
    )
    with django_assert_num_queries(6):
        everything("small")


def test_season_by_slug_of_none_is_told() -> None:
    with pytest.raises(Season.DoesNotExist):
        queries.season_by_slug("none")


def test_public_does_not_see_drafts() -> None:
    for slug, phase, day in (("a", "draft", 20), ("b", "open", 16), ("c", "closed", 18)):
        import_season(
            raw=changed(
                ("slug: small", f"slug: {slug}"),
                ("opens_at: 2026-11-16", f"opens_at: 2026-11-{day}"),
                ("starts_at: 2026-11-16", f"starts_at: 2026-11-{day}"),
            ),
            file_name="x",
        )
        Season.objects.filter(slug=slug).update(phase=phase)

    assert [season.slug for season in queries.public_seasons()] == ["c", "b"]
