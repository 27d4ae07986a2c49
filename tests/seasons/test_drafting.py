"""Drafts made and changed in the browser: nothing half, nothing over somebody else's change."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests import make
from voting.seasons import drafting
from voting.seasons.drafting import ChangedMeanwhile
from voting.seasons.models import Category, RuleSheet, Season, SeasonEvent
from voting.seasons.presets import presets
from voting.seasons.queries import season_by_slug
from voting.seasons.services import RuleBroken, SeasonFrozen, canonical_rules, fingerprint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

WHO = {"actor": "袁秋萍", "reason": "会议决定"}
RULES = {
    "min_choices": 2, "display": "hidden", "display_hour": 18, "display_delay_minutes": 0,
    "turnout_public": False, "public_weight": 40, "panel_weight": 60,
    "identity_level": "anonymous",
}  # fmt: skip
CAPS = [("season", "ballot", "choices", 5), ("season", "season", "ballots", 1)]


def begun(slug: str = "s27", preset: str = "daily-1-10", **words: Any) -> Season:
    now = timezone.now()
    return drafting.create_season(
        **{
            "preset": preset, "slug": slug, "name": "二〇二七", "organiser": "办公室",
            "opens_at": now + timedelta(days=3), "closes_at": now + timedelta(days=9),
            "actor": "袁秋萍",
        } | words
    )  # fmt: skip


def seen(slug: str = "s27") -> str:
    return drafting.state(season_by_slug(slug))


def rules_of(slug: str = "s27") -> bytes:
    return canonical_rules(season_by_slug(slug))


@pytest.mark.parametrize("key", presets())
def test_every_preset_makes_a_draft_that_says_what_the_preset_says(key: str) -> None:
    season = season_by_slug(begun(preset=key).slug)
    preset, sheet = presets()[key], season.rule_sheet

    assert season.phase == Season.Phase.DRAFT
    assert season.identity_level == preset.identity_level
    assert (sheet.min_choices, sheet.display) == (preset.rules.min_choices, preset.rules.display)
    assert sheet.public_weight + sheet.panel_weight == 100
    assert sorted((c.scope, c.period, c.counts, c.max) for c in sheet.caps.all()) == sorted(
        preset.caps
    )
    assert season.events.get().detail == {"preset": key}


def test_an_address_is_given_once_and_times_must_run_forward() -> None:
    begun()
    with pytest.raises(RuleBroken, match="address"):
        begun()
    with pytest.raises(RuleBroken, match="close after"):
        begun(slug="other", closes_at=timezone.now())
    assert Season.objects.count() == RuleSheet.objects.count() == 1


def test_a_copy_takes_rules_and_categories_but_no_nominees() -> None:
    old = make.season(slug="s26", sheet={"min_choices": 2, "public_weight": 45, "panel_weight": 55},
                      windows=[timedelta(0), timedelta(days=2), timedelta(days=5)],
                      contact_phone="0739")  # fmt: skip
    now = timezone.now()
    drafting.copy_season(
        source="s26", slug="s27", name="新", organiser="新办", actor="甲",
        opens_at=now + timedelta(days=300), closes_at=now + timedelta(days=304),
    )  # fmt: skip
    new, old = season_by_slug("s27"), season_by_slug("s26")

    assert (new.name, new.organiser, new.contact_phone) == ("新", "新办", "0739")
    assert (new.rule_sheet.min_choices, new.rule_sheet.public_weight) == (2, 45)
    assert new.rule_sheet.pk != old.rule_sheet.pk
    assert new.rule_sheet.caps.count() == old.rule_sheet.caps.count() > 0
    assert [one.name for one in new.categories.all()] == [one.name for one in old.categories.all()]
    assert new.nominees.count() == 0
    assert [window.starts_at - new.opens_at for window in new.windows.all()] == [
        timedelta(0), timedelta(days=2),
    ]  # fmt: skip


def test_rules_are_replaced_as_a_whole_and_the_change_is_on_record() -> None:
    begun()
    drafting.update_rules(slug="s27", fields=dict(RULES), caps=CAPS, seen=seen(), **WHO)
    season = season_by_slug("s27")

    assert (
        sorted((c.scope, c.period, c.counts, c.max) for c in season.rule_sheet.caps.all()) == CAPS
    )
    assert (season.rule_sheet.min_choices, season.rule_sheet.display) == (2, "hidden")
    event = season.events.get(action="rules")
    assert (event.actor, event.reason) == ("袁秋萍", "会议决定")


def test_limits_that_contradict_are_refused_and_nothing_is_left() -> None:
    begun()
    before = rules_of()
    with pytest.raises(RuleBroken, match="min_choices 9"):
        drafting.update_rules(
            slug="s27", fields={**RULES, "min_choices": 9}, caps=CAPS, seen=seen(), **WHO
        )
    assert rules_of() == before
    assert not SeasonEvent.objects.filter(action="rules").exists()


def test_a_form_that_is_out_of_date_overwrites_nothing() -> None:
    begun()
    early = seen()
    drafting.update_rules(slug="s27", fields=dict(RULES), caps=CAPS, seen=early, **WHO)
    after = rules_of()
    for change in (
        lambda: drafting.update_rules(
            slug="s27", fields=dict(RULES), caps=CAPS[:1], seen=early, **WHO
        ),
        lambda: drafting.set_categories(slug="s27", rows=[], seen=early, **WHO),
    ):
        with pytest.raises(ChangedMeanwhile):
            change()
    assert rules_of() == after


def test_what_has_been_opened_is_not_touched() -> None:
    season = begun()
    sheet = season.rule_sheet
    sheet.frozen_at, sheet.fingerprint = timezone.now(), fingerprint(season)
    sheet.save()
    season.phase = Season.Phase.OPEN
    season.save()
    details = {name: getattr(season, name) for name in drafting.DETAILS}
    for change in (
        lambda: drafting.update_rules(
            slug="s27", fields=dict(RULES), caps=CAPS, seen=seen(), **WHO
        ),
        lambda: drafting.update_details(slug="s27", fields=details, seen=seen(), **WHO),
        lambda: drafting.set_categories(slug="s27", rows=[], seen=seen(), **WHO),
    ):
        with pytest.raises(SeasonFrozen):
            change()


def category(name: str, pk: int | None = None, places: int = 1) -> dict[str, Any]:
    return {"pk": pk, "name": name, "name_en": "", "places": places}


def test_categories_are_added_renamed_swapped_and_taken_out() -> None:
    begun()
    drafting.set_categories(
        slug="s27", rows=[category("甲"), category("乙"), category("丙")], seen=seen(), **WHO
    )
    first, second, _third = Category.objects.order_by("position")
    drafting.set_categories(
        slug="s27",
        rows=[category("甲", second.pk, 3), category("乙", first.pk), category("丁")],
        seen=seen(),
        **WHO,
    )
    assert list(Category.objects.order_by("position").values_list("pk", "name", "places"))[:2] == [
        (second.pk, "甲", 3), (first.pk, "乙", 1),
    ]  # fmt: skip
    assert [one.name for one in Category.objects.order_by("position")] == ["甲", "乙", "丁"]


def test_a_category_with_nominees_stays_and_foreign_ones_are_not_touched() -> None:
    make.season(slug="s26")
    begun()
    foreign = Category.objects.filter(season__slug="s26").first()
    assert foreign is not None
    with pytest.raises(RuleBroken, match="same name"):
        drafting.set_categories(
            slug="s27", rows=[category("甲"), category("甲")], seen=seen(), **WHO
        )
    drafting.set_categories(slug="s27", rows=[category("甲", foreign.pk)], seen=seen(), **WHO)
    with pytest.raises(RuleBroken, match="has nominees"):
        drafting.set_categories(slug="s26", rows=[], seen=seen("s26"), **WHO)
    foreign.refresh_from_db()
    assert foreign.season.slug == "s26"
    assert Category.objects.filter(season__slug="s26").count() == 2
