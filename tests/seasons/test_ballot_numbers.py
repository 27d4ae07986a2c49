"""Ballot numbers that are given at opening: what they would be, the draw, and its honesty."""

import subprocess
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from tests import make
from voting.ballots.number_text import draw_context
from voting.seasons import drafting, number_draw, numbering
from voting.seasons.models import Category, Nominee, RuleSheet, Season, SeasonEvent
from voting.seasons.numbering import numbers_of
from voting.seasons.queries import season_by_slug
from voting.seasons.services import RuleBroken, SeasonFrozen, export_season, import_season

pytestmark = pytest.mark.django_db

WHO = {"actor": "袁秋萍", "reason": "会议决定"}
NAMES = {1: ("李白", "丁一", "王小明", "王一"), 2: ("欧阳修", "卜商")}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def draft(numbering: str = "by_strokes", **fields: Any) -> Season:
    plain = {"published_at": timezone.now()}
    made = make.season(numbering=numbering, nominees={1: [], 2: []}, **plain | fields)
    for category in made.categories.all():
        for name in NAMES[category.position]:
            make.nominee(made, category, "", name=name)
    return season_by_slug(made.slug)


def by_name(season: Season) -> dict[str, str]:
    season = season_by_slug(season.slug)
    found = numbers_of(season)
    return {found.keys[pk]: number for pk, number in found.of.items()}


def seen(season: Season) -> dict[str, str]:
    return {"slug": season.slug, "seen": drafting.state(season_by_slug(season.slug)), **WHO}


def test_strokes_decide_within_each_category() -> None:
    assert by_name(draft()) == {
        "丁一": "101", "王一": "102", "王小明": "103", "李白": "104",
        "卜商": "201", "欧阳修": "202",
    }  # fmt: skip


def test_a_character_without_a_count_stands_last_and_is_named() -> None:
    season = draft()
    make.nominee(season, season.categories.all()[1], "", name="Zoe")
    found = numbers_of(season_by_slug(season.slug))
    assert by_name(season)["Zoe"] == "203"
    assert "Z o e" in found.remark
    assert found.missing == ""


def test_more_than_nine_categories_are_numbered_through() -> None:
    season = make.season(numbering="by_strokes", nominees={n: [] for n in range(1, 11)})
    for category in season.categories.all():
        make.nominee(season, category, "", name=f"王{category.position}")
    assert sorted(by_name(season).values()) == [f"{n:02}" for n in range(1, 11)]


def test_numbers_as_entered_are_missed_one_by_one() -> None:
    season = draft("entered")
    Nominee.objects.filter(name="丁一").update(ballot_number="7")
    found = numbers_of(season_by_slug(season.slug))
    assert by_name(season)["丁一"] == "7"
    assert "among them" not in found.missing or "5" in found.missing
    assert "李白" in found.missing


def test_previews_have_a_number_for_everybody_and_nothing_is_written() -> None:
    for way in ("by_strokes", "entered", "drawn"):
        season = draft(way)
        numbering.fill(season)
        shown = [one.ballot_number for c in season.categories.all() for one in c.nominees.all()]
        assert all(shown)
        assert len(set(shown)) == 6
        assert not Nominee.objects.filter(season=season).exclude(ballot_number="").exists()


def test_giving_numbers_exchanges_those_that_were_entered() -> None:
    season = draft()
    Nominee.objects.filter(name="李白").update(ballot_number="101")  # what 丁一 is to get
    with transaction.atomic():
        record = numbering.assign(Season.objects.get(pk=season.pk))
    assert record == {"numbering": "by_strokes"}
    given = dict(Nominee.objects.values_list("name", "ballot_number"))
    assert (given["丁一"], given["李白"]) == ("101", "104")
    assert Nominee.objects.get(name="李白").strokes == 7


def test_names_that_are_equal_are_told_apart() -> None:
    season = make.season(numbering="drawn", nominees={1: []})
    category = season.categories.get()
    for name, unit in (
        ("王伟", "甲村"), ("王伟", "乙村"), ("王伟", "乙村"), ("王 \n 伟", ""),
        ("王伟 乙村 (1)", ""),
    ):  # fmt: skip
        make.nominee(season, category, "", name=name, unit=unit)
    keys = numbering.draw_keys(season_by_slug(season.slug))
    assert sorted(keys.values()) == [
        "王 伟", "王伟 乙村 (1)", "王伟 乙村 (2)", "王伟 乙村 (3)", "王伟 甲村",
    ]  # fmt: skip


def drawn(season: Season, seed: str = "3012.58") -> None:
    number_draw.announce_draw(source="3月3日上证综合指数收盘点位", **seen(season))
    number_draw.draw_numbers(seed=seed, **seen(season))


def test_a_draw_is_announced_then_drawn_and_can_be_repeated_in_a_terminal() -> None:
    season = draft("drawn")
    assert "have not been drawn" in numbers_of(season).missing
    drawn(season)
    with transaction.atomic():
        record = numbering.assign(Season.objects.get(pk=season.pk))
        Season.objects.filter(pk=season.pk).update(phase="open")
    opened = season_by_slug(season.slug)
    context = draw_context(opened, numbering.draws_of(opened))

    listed = "".join(f"{name}\n" for name in sorted(NAMES[1] + NAMES[2]))
    assert record["list_hash"] == sha256(listed.encode()).hexdigest()
    assert record["seed"] == "3012.58"
    for place, category in enumerate(context["categories"], 1):
        told = subprocess.run(
            ["bash", "-c", category["command"]], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        assert told == [f"{row['ticket']} {row['key']}" for row in category["rows"]]
        assert [row["number"] for row in category["rows"]] == [
            f"{place}{n:02}" for n in range(1, len(told) + 1)
        ]


def test_a_seed_that_a_shell_would_run_is_only_a_seed(tmp_path: Any) -> None:
    season = draft("drawn")
    drawn(season, seed=f"'; touch {tmp_path}/x; '$(touch {tmp_path}/y)")
    Season.objects.filter(pk=season.pk).update(phase="open")
    opened = season_by_slug(season.slug)
    for category in draw_context(opened, numbering.draws_of(opened))["categories"]:
        subprocess.run(["bash", "-c", category["command"]], capture_output=True, check=True)
    assert list(tmp_path.iterdir()) == []


def test_steps_out_of_order_are_refused_and_leave_nothing_behind() -> None:
    season = draft("drawn", published_at=None)
    with pytest.raises(number_draw.DrawRefused, match="Publish the season first"):
        number_draw.announce_draw(source="x", **seen(season))
    Season.objects.filter(pk=season.pk).update(published_at=timezone.now())
    with pytest.raises(number_draw.DrawRefused, match="Announce the draw first"):
        number_draw.draw_numbers(seed="1", **seen(season))
    number_draw.announce_draw(source="x", **seen(season))
    for seed in (" \n ", "1" * 201):
        with pytest.raises(number_draw.DrawRefused, match="one line"):
            number_draw.draw_numbers(seed=seed, **seen(season))
    Nominee.objects.filter(name="李白").update(name="李黑")
    with pytest.raises(number_draw.DrawRefused, match="Announce it again"):
        number_draw.draw_numbers(seed="1", **seen(season))
    Nominee.objects.filter(name="李黑").update(name="李白")
    number_draw.draw_numbers(seed="1", **seen(season))
    with pytest.raises(number_draw.DrawRefused, match="there already"):
        number_draw.draw_numbers(seed="2", **seen(season))
    with pytest.raises(drafting.ChangedMeanwhile):
        number_draw.announce_draw(source="y", **(seen(season) | {"seen": "0" * 16}))

    assert [draw.seed for draw in numbering.draws_of(season)] == ["1"]
    assert SeasonEvent.objects.filter(season=season).count() == 2


def test_a_draw_that_did_not_please_stays_in_sight() -> None:
    season = draft("drawn")
    drawn(season, seed="1")
    first = by_name(season)
    drawn(season, seed="2")
    assert by_name(season) != first
    draws = numbering.draws_of(season)
    assert [draw.seed for draw in draws] == ["1", "2"]
    context = draw_context(season_by_slug(season.slug), draws)
    assert [draw["counts"] for draw in context["draws"]] == [False, True]
    # While it is a draft the public page tells nobody's name.
    assert context["categories"] == []
    assert context["season"] is None


def test_nominees_who_come_after_the_draw_make_it_void() -> None:
    season = draft("drawn")
    drawn(season)
    make.nominee(season, season.categories.all()[0], "", name="后来人")
    found = numbers_of(season_by_slug(season.slug))
    assert "announced again" in found.missing
    with pytest.raises(RuleBroken, match="announced again"), transaction.atomic():
        numbering.assign(Season.objects.get(pk=season.pk))
    assert not Nominee.objects.exclude(ballot_number="").exists()


@pytest.mark.both
def test_the_way_to_numbers_is_chosen_in_a_draft_only() -> None:
    season = draft("entered")
    number_draw.set_numbering(numbering="by_strokes", **seen(season))
    season.refresh_from_db()
    assert season.numbering == "by_strokes"
    Season.objects.filter(pk=season.pk).update(phase="open")
    for act in (
        lambda: number_draw.set_numbering(numbering="drawn", **seen(season)),
        lambda: number_draw.announce_draw(source="x", **seen(season)),
        lambda: number_draw.draw_numbers(seed="x", **seen(season)),
    ):
        with pytest.raises(SeasonFrozen):
            act()
    with pytest.raises(IntegrityError, match="season_numbering_is_known"), transaction.atomic():
        Season.objects.filter(pk=season.pk).update(numbering="lucky")


@pytest.mark.both
def test_the_database_does_not_freeze_rules_over_a_nominee_without_a_number() -> None:
    season = draft()
    sheet = RuleSheet.objects.filter(season=season)
    frozen = {"frozen_at": timezone.now(), "fingerprint": "0" * 64}
    with pytest.raises(IntegrityError, match="no ballot number"), transaction.atomic():
        sheet.update(**frozen)
    for number, one in enumerate(Nominee.objects.filter(season=season), 1):
        Nominee.objects.filter(pk=one.pk).update(ballot_number=str(number))
    with pytest.raises(IntegrityError), transaction.atomic():
        Nominee.objects.filter(season=season, ballot_number="2").update(ballot_number="1")
    sheet.update(**frozen)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Nominee.objects.filter(season=season, ballot_number="1").update(ballot_number="")


def test_a_draft_without_numbers_is_written_to_a_file_and_read_again() -> None:
    season = draft()
    text = export_season(slug=season.slug)
    import_season(raw=text.encode(), file_name="again.yaml")
    assert export_season(slug=season.slug) == text
    assert Nominee.objects.filter(season=season, ballot_number="").count() == 6


def test_numbers_cost_as_many_queries_for_many_nominees() -> None:
    season = draft("drawn")
    drawn(season)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            numbers_of(season_by_slug(season.slug))
        return len(queries)

    few = asked()
    category = Category.objects.filter(season=season)[0]
    Nominee.objects.bulk_create(
        Nominee(season=season, category=category, name=f"王{n}") for n in range(300)
    )
    assert asked() == few
