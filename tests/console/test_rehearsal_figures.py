"""Figures from outside are invented in a rehearsal, so that every season's comes to a result."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from redis import Redis

from accounts.models import User
from tests import make
from tests.roles.people import browser, person
from voting.audit.models import AuditEntry
from voting.ballots.services.rehearsing import NoRehearsal
from voting.console import rehearsal_views
from voting.results.models import Figure, FigureBatch
from voting.results.services.figures import import_figures
from voting.results.services.rehearsing import invent_figures
from voting.seasons.models import Season
from voting.seasons.queries import season_by_slug

pytestmark = pytest.mark.django_db

LEADER = {"how": "share_of_leader"}
PANEL = {"method": "mean", "lowest": "0", "highest": "100"}
PUBLIC: dict[str, Any] = {"key": "public", "kind": "public", "weight": "20", "conversion": LEADER}
# One of each kind that nobody votes or marks for on this platform.
OUTSIDE: tuple[dict[str, Any], ...] = (
    {"key": "paper", "kind": "channel", "weight": "20", "conversion": LEADER, "name": "纸质票"},
    {"key": "hours", "kind": "hours", "weight": "20", "linear": {"low": "100", "high": "500"}},
    {"key": "points", "kind": "points", "weight": "20", "most": "0.6"},
    {"key": "bonus", "kind": "bonus", "each": "2", "cap": "5"},
    {"key": "seen", "kind": "points", "reference": True, "most": "30", "name": "参考"},
)


def season(*components: dict[str, Any], **fields: Any) -> Season:
    made = make.season(
        slug="here", caps=make.UNLIMITED, sheet={"consolidation": {"components": components}},
        **fields,
    )  # fmt: skip
    make.keyring().make()
    return made


@pytest.fixture(autouse=True)
def no_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    """No writer runs beside these tests: nobody need wait for it."""
    monkeypatch.setattr(rehearsal_views, "PATIENCE", 0)


@pytest.fixture
def boss() -> User:
    return person("袁秋萍", is_superuser=True)


@pytest.fixture
def organiser(boss: User) -> Client:
    return browser(boss)


def begun(organiser: Client) -> str:
    """Begin a rehearsal; return the address of its page."""
    answer = organiser.post("/en/console/seasons/here/rehearsals/", {"reason": "彩排"})
    return str(answer.headers["Location"])


def pressed(organiser: Client, page: str, *actions: str) -> Any:
    """Press buttons that the page offers, one after the other; return the page."""
    for action in actions:
        assert f'value="{action}"' in organiser.get(page).content.decode(), action
        assert organiser.post(page, {"action": action}).status_code == 302
    return organiser.get(page)


def voted(redis: Redis) -> None:
    copy = Season.objects.get(rehearsal_of__isnull=False)
    make.ballots(redis, copy, 2, "101")
    make.copied(redis)


def test_a_season_without_a_panel_is_rehearsed_to_a_result_and_wiped(
    organiser: Client, redis: Redis
) -> None:
    season(PUBLIC | {"weight": "40"}, *OUTSIDE)
    page = begun(organiser)
    assert "figures-invent" not in organiser.get(page).content.decode()
    pressed(organiser, page, "open")
    voted(redis)
    pressed(organiser, page, "close")
    make.copied(redis)

    shown = organiser.get(page)
    assert shown.context["judging"] is None
    assert [len(one["without"]) for one in shown.context["result"]["lists"]] == [3, 2]
    shown = pressed(organiser, page, "figures-invent")

    text = shown.content.decode()
    assert "Figures invented for: 纸质票, Hours of service" in text
    assert 'value="figures-invent"' not in text
    result = shown.context["result"]
    assert result["problem"] == ""
    assert [(len(one["rows"]), one["without"]) for one in result["lists"]] == [(3, []), (2, [])]
    assert {one.file_name for one in FigureBatch.objects.all()} == {"Invented for the rehearsal"}
    own = {
        key: set(Figure.objects.filter(batch__component=key).values_list("figure", flat=True))
        for key in ("paper", "hours", "points", "bonus", "seen")
    }
    assert all(200 <= hours <= 500 for hours in own["hours"])
    assert all(Decimal("0.3") <= points <= Decimal("0.6") for points in own["points"])
    assert own["bonus"] <= {0, 1, 2, 3}
    assert all(20 <= votes <= 400 for votes in own["paper"])
    entry = AuditEntry.objects.get(action="figures.rehearse")
    assert (entry.actor, entry.after) == (
        "袁秋萍", {"component": "paper, hours, points, bonus, seen"},
    )  # fmt: skip

    pressed(organiser, page, "wipe")
    assert not FigureBatch.objects.exists()
    assert [one.slug for one in Season.objects.all()] == ["here"]


def test_figures_come_with_the_sheets_of_the_judges(organiser: Client, redis: Redis) -> None:
    panel = {"key": "panel", "kind": "panel", "weight": "20", "panel": PANEL}
    season(PUBLIC, panel, *OUTSIDE)
    page = begun(organiser)
    shown = pressed(organiser, page, "open", "judging-open")
    assert "They are invented together with the open sheets" in shown.content.decode()
    assert 'value="figures-invent"' not in shown.content.decode()

    shown = pressed(organiser, page, "judging-invent", "judging-close", "close")

    assert [one["without"] for one in shown.context["result"]["lists"]] == [[], []]


def test_where_all_judges_have_marked_themselves_figures_are_a_step_of_their_own(
    organiser: Client, redis: Redis
) -> None:
    panel = {"key": "panel", "kind": "panel", "weight": "20", "panel": PANEL}
    season(PUBLIC, panel, *OUTSIDE)
    page = begun(organiser)
    pressed(organiser, page, "open", "judging-open", "judging-invent")
    Figure.objects.all().delete()
    FigureBatch.objects.all().delete()

    shown = pressed(organiser, page, "figures-invent", "judging-close", "close")

    assert [one["without"] for one in shown.context["result"]["lists"]] == [[], []]


def test_each_group_of_voters_has_votes_of_its_own_but_those_who_vote_here(
    organiser: Client, redis: Redis
) -> None:
    ranks = {"how": "rank_points", "points": [12, 10, 8]}
    season(
        PUBLIC | {"weight": "60", "conversion": ranks, "strata": ["北片", "南片", "online"],
                  "categories": ["奖项1", "奖项2"]},
        {"key": "sms", "kind": "channel", "weight": "40", "conversion": ranks,
         "strata": ["移动", "联通"], "categories": ["奖项2"]},
        {"key": "post", "kind": "channel", "weight": "40", "conversion": LEADER,
         "categories": ["奖项1"]},
    )  # fmt: skip
    page = begun(organiser)
    pressed(organiser, page, "open")

    shown = pressed(organiser, page, "figures-invent", "close")

    found = set(
        Figure.objects.values_list("batch__component", "stratum", "nominee__category__position")
    )
    assert found == {
        ("public", "北片", 1), ("public", "南片", 1), ("public", "北片", 2), ("public", "南片", 2),
        ("sms", "移动", 2), ("sms", "联通", 2), ("post", "", 1),
    }  # fmt: skip
    assert [one["without"] for one in shown.context["result"]["lists"]] == [[], []]


def test_what_was_brought_in_at_the_server_stays(
    organiser: Client, boss: User, redis: Redis
) -> None:
    season(PUBLIC | {"weight": "40"}, *OUTSIDE)
    page = begun(organiser)
    copy = season_by_slug(page.split("/")[-2])
    import_figures(
        season=copy, raw=b"component,nominee,figure\nhours,101,7\n", file_name="hours.csv"
    )
    pressed(organiser, page, "open", "figures-invent")

    assert list(Figure.objects.filter(batch__component="hours").values_list("figure")) == [(7,)]
    before = list(Figure.objects.order_by("pk").values())
    assert invent_figures(slug=copy.slug, by=boss) == []
    assert list(Figure.objects.order_by("pk").values()) == before


def test_the_same_rehearsal_has_the_same_figures(
    organiser: Client, boss: User, redis: Redis
) -> None:
    season(PUBLIC | {"weight": "40"}, *OUTSIDE)
    slug = begun(organiser).split("/")[-2]

    def invented() -> list[Any]:
        invent_figures(slug=slug, by=boss)
        rows = list(Figure.objects.order_by("pk").values_list("nominee", "stratum", "figure"))
        Figure.objects.all().delete()
        FigureBatch.objects.all().delete()
        return rows

    assert invented() == invented()


def test_figures_are_invented_in_a_rehearsal_alone(boss: User) -> None:
    real = season(PUBLIC | {"weight": "40"}, *OUTSIDE)

    with pytest.raises(NoRehearsal):
        invent_figures(slug=real.slug, by=boss)

    assert not FigureBatch.objects.exists()


def test_a_public_vote_alone_comes_to_a_result_too(organiser: Client, redis: Redis) -> None:
    season(PUBLIC | {"weight": "100"})
    page = begun(organiser)
    pressed(organiser, page, "open")
    voted(redis)

    organiser.post(page, {"action": "close"})
    make.copied(redis)

    shown = organiser.get(page)
    assert shown.context["figures"] is None
    first, _second = shown.context["result"]["lists"]
    assert first["rows"][0]["number"] == "101"
