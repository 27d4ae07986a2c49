"""An opened panel holds the rules by which it marks, though they are a draft still."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from tests import make
from tests.console.part_pages import adding, address, filled, pages_of, sent
from tests.judging import world
from tests.racing import at_once
from voting.judging.services import panels
from voting.seasons import drafting
from voting.seasons.counting import declared_components
from voting.seasons.declaring import declare_components
from voting.seasons.models import RuleSheet, Season
from voting.seasons.queries import season_by_slug
from voting.seasons.services import RuleBroken, RulesHeld, export_season, import_season

pytestmark = pytest.mark.django_db
SAID = "has been opened"


def opened() -> Season:
    """Make a draft in its panel review, with an opened panel."""
    board, _seats = world.opened(world.season(slug="held"))
    return season_by_slug(board.season.slug)


def rules_of(season: Season) -> dict[str, Any]:
    return RuleSheet.objects.values().get(season=season)


def lighter(season: Season) -> Any:
    """Return what is declared with other weights."""
    declared = declared_components(season_by_slug(season.slug))
    panel, public = declared.components
    moved = [
        msgspec.structs.replace(panel, weight=panel.weight - 10),
        msgspec.structs.replace(public, weight=public.weight + 10),
    ]
    return msgspec.structs.replace(declared, components=tuple(moved))


def change(season: Season) -> None:
    declare_components(
        slug=season.slug, declared=lighter(season), seen=drafting.state(season), actor="a",
        reason="r",
    )  # fmt: skip


def test_components_change_until_a_panel_is_opened_and_never_after() -> None:
    made = season_by_slug(world.season(slug="held").slug)
    change(made)
    board, _seats = world.opened(season_by_slug(made.slug))
    season = season_by_slug(made.slug)
    before = rules_of(season)
    with pytest.raises(RulesHeld, match=SAID):
        change(season)
    panels.close_panel(panel_id=board.pk, by=world.organiser(), reason="r")
    with pytest.raises(RulesHeld, match=SAID):
        change(season)
    assert rules_of(season) == before


def test_the_form_of_the_rules_changes_other_rules_only() -> None:
    season = opened()
    before = rules_of(season)
    plain = {"min_choices": 1, "identity_level": "anonymous"}
    words = {"slug": season.slug, "caps": [], "actor": "a", "reason": "r"}
    for fields in (
        {"ties": {"chain": ["public", "shared"]}}, {"consolidation": None},
        {"honours": {"order": "all", "places": 1}}, {"public_weight": 90, "panel_weight": 10},
    ):  # fmt: skip
        with pytest.raises(RulesHeld, match=SAID):
            drafting.update_rules(fields=plain | fields, seen=drafting.state(season), **words)
    assert rules_of(season) == before
    drafting.update_rules(
        fields=plain | {"display": "hidden", "ties": before["ties"]},
        seen=drafting.state(season), **words,
    )  # fmt: skip
    assert rules_of(season) == before | {"display": "hidden"}


def test_a_season_file_and_a_preset_are_refused_as_well(tmp_path: Path) -> None:
    season = opened()
    before = rules_of(season)
    text = export_season(slug=season.slug).replace("weight: '70'", "weight: '60'")
    file = tmp_path / "season.yaml"
    file.write_text(text.replace("weight: '30'", "weight: '40'"), encoding="utf-8")
    with pytest.raises(RulesHeld, match=SAID):
        import_season(raw=file.read_bytes(), file_name="season.yaml")
    with pytest.raises(CommandError, match=SAID):
        call_command("season_import", str(file))
    now = timezone.now()
    with pytest.raises(RuleBroken, match="already"):
        drafting.create_season(
            preset="parts-four", slug=season.slug, name="n", organiser="o", opens_at=now,
            closes_at=now + timedelta(days=1), actor="a",
        )  # fmt: skip
    assert rules_of(season) == before


def test_the_pages_say_why_and_ask_nothing() -> None:
    season = opened()
    before = rules_of(season)
    client = world.browser(world.organiser())
    for page in [*pages_of(season), adding(season), adding(season, "hours")]:
        answer = client.get(page)
        assert answer.status_code == 200
        assert SAID in answer.content.decode()
        assert "form" not in answer.context or answer.context["form"] is None
    assert client.post(address(season), {"weight_panel": "1"}).status_code == 422

    rules = f"/en/console/seasons/{season.slug}/rules/"
    form = client.get(rules).context["form"]
    assert not {"public_weight", "panel_method", "tie_1", "ties_only_at_line"} & form.fields.keys()
    # What a browser sends of questions that are not asked any more changes nothing.
    answer = sent(client, rules, min_choices="2", tie_1="lot", public_weight="99")
    assert answer.status_code == 302
    assert rules_of(season) == before | {"min_choices": 2}


def test_a_page_that_was_open_before_the_panel_is_refused(client: Client) -> None:
    made = world.season(slug="held")
    client.force_login(world.organiser())
    plain = client.get(address(made)).context["form"]
    values = filled(plain) | {"reason": "r", "weight_panel": "60", "weight_public": "40"}
    world.opened(season_by_slug(made.slug))
    before = rules_of(made)
    answer = client.post(address(made), values)
    assert answer.status_code == 422
    assert escape("so that nobody can choose them") in answer.content.decode()
    assert rules_of(made) == before


def test_other_seasons_and_panels_that_are_not_open_hold_nothing() -> None:
    opened()
    made = world.season(slug="free")
    world.seated(world.panel(made), world.judge(made))
    change(season_by_slug(made.slug))
    assert declared_components(season_by_slug(made.slug)).components[0].weight == 60


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_opening_a_panel_and_changing_the_rules_do_not_cross() -> None:
    made = world.season(slug="held")
    board = world.panel(made)
    world.seated(board, world.judge(made))
    season, boss = season_by_slug(made.slug), world.organiser()
    told = at_once(
        lambda: change(season), lambda: panels.open_panel(panel_id=board.pk, by=boss)
    )  # fmt: skip
    board.refresh_from_db()
    declared = declared_components(season_by_slug(made.slug)).components[0]
    # Whichever came first: the panel marks by what the rules say.
    assert told in (["RulesHeld", "done"], ["done", "done"])
    assert board.declared["weight"] == str(declared.weight)


def test_rules_of_components_are_read_only_in_the_administration() -> None:
    season = opened()
    page = world.browser(world.organiser()).get(
        f"/admin/seasons/rulesheet/{season.rule_sheet.pk}/change/"
    )
    assert page.status_code == 200
    names = set(page.context["adminform"].form.fields)
    assert not names & {"consolidation", "honours", "ties", "panel", "conversion", "public_weight"}


def test_without_a_panel_a_draft_is_free() -> None:
    season = season_by_slug(make.season(slug="plain").slug)
    drafting.update_rules(
        slug=season.slug, fields={"min_choices": 1, "public_weight": 10, "panel_weight": 90},
        caps=[], seen=drafting.state(season), actor="a", reason="r",
    )  # fmt: skip
    assert rules_of(season)["public_weight"] == 10


def test_places_and_names_of_categories_stand_still_too() -> None:
    season = opened()
    rows = [
        {"pk": one.pk, "name": one.name, "name_en": one.name_en, "places": one.places}
        for one in season.categories.order_by("position")
    ]

    def send(changed: list[dict[str, Any]]) -> None:
        drafting.set_categories(
            slug=season.slug, rows=changed, seen=drafting.state(season), actor="a", reason="r"
        )

    for change_of in ({"places": 9}, {"name": "另一类"}):
        with pytest.raises(RulesHeld, match=SAID):
            send([rows[0] | change_of, *rows[1:]])
    send([rows[0] | {"name_en": "Another word"}, *rows[1:]])
    assert season.categories.get(pk=rows[0]["pk"]).name_en == "Another word"
