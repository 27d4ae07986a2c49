"""Judging is rehearsed in the browser: opened, marked, closed, a result seen, all of it wiped."""

from typing import Any

import pytest
from django.test import Client
from redis import Redis

from accounts.models import User
from tests import make
from tests.judging import world
from tests.roles.people import browser, granted, person
from voting.judging.blind import code_of
from voting.judging.models import Calibration, Judge, Mark, Panel, ScoreSheet, Seat, SeatEvent
from voting.judging.services import practising
from voting.judging.services.errors import JudgingRefused
from voting.judging.services.rehearsing import invent_marks
from voting.judging.services.wiping import is_judging
from voting.results.models import PublishedResult, ResultSnapshot
from voting.seasons.models import Season

pytestmark = [pytest.mark.django_db, pytest.mark.both]

BAND = "nothing that is marked here counts"
TABLES = (Calibration, Judge, Mark, Panel, ScoreSheet, Seat, SeatEvent)


@pytest.fixture
def real() -> Season:
    made = world.season(caps=make.UNLIMITED)
    make.keyring().make()
    return made


@pytest.fixture
def organiser(real: Season) -> Client:
    user = person("袁秋萍")
    granted(user, "organiser", real)
    return browser(user)


def begun(organiser: Client, real: Season) -> tuple[str, Season]:
    """Begin a rehearsal; return the address of its page, and itself."""
    answer = organiser.post(f"/en/console/seasons/{real.slug}/rehearsals/", {"reason": "彩排"})
    return answer.headers["Location"], Season.objects.get(rehearsal_of=real)


def real_rows(real: Season) -> list[list[dict[str, object]]]:
    """Return all that judging keeps of the season itself."""
    of = {
        Calibration: {"panel__season": real}, Judge: {"season": real}, Panel: {"season": real},
        Mark: {"sheet__seat__panel__season": real}, ScoreSheet: {"seat__panel__season": real},
        Seat: {"panel__season": real}, SeatEvent: {"seat__panel__season": real},
    }  # fmt: skip
    return [list(model.objects.filter(**of[model]).order_by("pk").values()) for model in TABLES]


def test_a_panel_of_the_season_is_rehearsed_from_example_to_result_and_wiped(
    organiser: Client, real: Season, redis: Redis
) -> None:
    board = world.panel(real, name="志愿者组")
    practising.set_calibration(
        panel_id=board.pk, name="样例", deeds="修车。", explanation="够了。", by=world.organiser(),
        marks={"duration": "5", "help": "6", "example": "3", "conduct": "5"},
    )  # fmt: skip
    world.seated(board, world.judge(real, "J1"), world.judge(real, "J2"), ready=False)
    before = real_rows(real)
    page, copy = begun(organiser, real)

    # Before the rules are frozen there is nothing to press.
    assert "judging-open" not in organiser.get(page).content.decode()
    organiser.post(page, {"action": "open"})
    assert 'value="judging-open"' in organiser.get(page).content.decode()
    organiser.post(page, {"action": "judging-open"})
    shown = organiser.get(page).content.decode()
    assert "0 of 2 have submitted" in shown
    assert f"/en/judging/{copy.slug}/" in shown

    seat = marked_by_a_judge(copy)
    assert "1 of 2 have submitted" in organiser.get(page).content.decode()

    # The other sheet is filled in at the press of a button; what the judge gave stays.
    organiser.post(page, {"action": "judging-invent"})
    given = Mark.objects.filter(sheet__seat=seat, sheet__nominee__isnull=False)
    assert {one.points for one in given} == {10}
    assert "2 of 2 have submitted" in organiser.get(page).content.decode()
    assert organiser.get(page).context["result"] is None
    organiser.post(page, {"action": "judging-close"})
    copy.refresh_from_db()
    make.ballots(redis, copy, 2, "101")
    make.copied(redis)
    organiser.post(page, {"action": "close"})
    make.copied(redis)
    shown = organiser.get(page)
    assert "What would come out" in shown.content.decode()
    seen_by_nobody_else(page, copy, shown.context["result"])
    assert real_rows(real) == before

    organiser.post(page, {"action": "wipe"})
    assert list(Season.objects.all()) == [real]
    assert real_rows(real) == before
    assert [model.objects.count() for model in TABLES] == [len(rows) for rows in before]


def marked_by_a_judge(copy: Season) -> Seat:
    """Mark as a judge of the season, from the invitation on; each page says what it is."""
    panel = Panel.objects.get(season=copy)
    seat = panel.seats.select_related("judge__user", "panel__season").get(judge__key="J1")
    judge = world.browser(seat)
    for answer in ({"answer": "confirm"}, {"answer": "declare", "agreed": "on"}):
        judge.post(world.address(panel, "answer/"), answer)
    keys = ("duration", "help", "example", "conduct")
    pieces = [{"code": "practice", "field": f"c_{key}", "value": "5"} for key in keys]
    assert {one["state"] for one in world.save(judge, panel, *pieces)} == {"saved"}
    seat.refresh_from_db()
    world.mark_all(seat, "10")
    code = code_of(panel, world.first(panel).pk)
    pages = [
        f"/en/judging/{copy.slug}/",
        *(world.address(panel, rest) for rest in (
            "practice/", f"{code}/", f"{code}/recuse/", "order/", f"compare/?a={code}", "submit/",
        )),
    ]  # fmt: skip
    without = [
        at for at in pages if BAND not in judge.get(at, follow=True).content.decode()
    ]  # fmt: skip
    assert without == []
    judge.post(world.address(panel, "submit/"))
    return seat


def seen_by_nobody_else(page: str, copy: Season, result: dict[str, Any]) -> None:
    """Look as somebody who is not signed in."""
    assert result["problem"] == ""
    assert [len(one["rows"]) + len(one["without"]) for one in result["lists"]] == [3, 2]
    totals = [row["total"] for one in result["lists"] for row in one["rows"]]
    visitor = Client()
    for rest in ("result/", "result/c1/", "result/n/101/", "result/v1/result.json"):
        answer = visitor.get(f"/en/s/{copy.slug}/{rest}")
        text = answer.content.decode()
        assert answer.status_code == 404 or not [one for one in totals if one in text]
    assert copy.slug not in visitor.get("/en/").content.decode()
    assert visitor.get(page).status_code == 302
    assert not ResultSnapshot.objects.exists()
    assert not PublishedResult.objects.exists()


def test_without_panels_yet_invented_judges_rehearse(
    organiser: Client, real: Season, redis: Redis
) -> None:
    page, copy = begun(organiser, real)

    for action in ("open", "judging-open", "judging-invent", "judging-close", "close"):
        assert organiser.post(page, {"action": action}).status_code == 302
    make.copied(redis)

    assert [one.key for one in Judge.objects.filter(season=copy)] == [
        f"Rehearsal {number}" for number in range(1, 6)
    ]
    assert Seat.objects.filter(panel__season=copy, submitted_at__isnull=False).count() == 5
    assert organiser.get(page).context["result"]["problem"] == ""
    assert not Judge.objects.filter(season=real).exists()
    organiser.post(page, {"action": "wipe"})
    assert not Judge.objects.exists()


@pytest.mark.parametrize(
    "component",
    [
        {"panel": {"method": "exponential"}},
        {"panel": {"method": "votes", "picks": 2}, "conversion": {"how": "share_of_leader"}},
    ],
    ids=["ranks", "picks"],
)
def test_panels_that_rank_or_pick_are_rehearsed_too(redis: Redis, component: object) -> None:
    real = world.season(component, caps=make.UNLIMITED)  # type: ignore[arg-type]
    make.keyring().make()
    organiser = browser(person("袁秋萍", is_superuser=True))
    page, copy = begun(organiser, real)

    for action in ("open", "judging-open", "judging-invent"):
        organiser.post(page, {"action": action})

    assert Seat.objects.filter(panel__season=copy, submitted_at__isnull=False).count() == 5
    for seat in Seat.objects.filter(panel__season=copy):
        marks = Mark.objects.filter(sheet__seat=seat).order_by("points")
        found = [int(one.points) for one in marks]
        assert found == ([1, 1, 2, 2, 3] if "conversion" not in component else [1] * 4)  # type: ignore[operator]


def test_a_season_without_a_panel_has_no_judging_to_rehearse(redis: Redis) -> None:
    real = make.season(
        slug="here", caps=make.UNLIMITED, sheet={"public_weight": 100, "panel_weight": 0}
    )
    make.keyring().make()
    organiser = browser(person("袁秋萍", is_superuser=True))
    page, _copy = begun(organiser, real)

    assert organiser.get(page).context["judging"] is None
    assert not Panel.objects.exists()


def test_marks_are_invented_in_a_rehearsal_alone(real: Season) -> None:
    _board, (seat,) = world.opened(real)
    boss: User = world.organiser()

    with pytest.raises(JudgingRefused, match="no rehearsal"):
        invent_marks(rehearsal_id=real.pk, by=boss)

    seat.refresh_from_db()
    assert (seat.submitted_at, Mark.objects.count()) == (None, 0)


def test_a_rehearsal_keeps_no_account_from_being_erased(organiser: Client, real: Season) -> None:
    judge = world.judge(real, "J1")
    world.seated(world.panel(real), judge)
    page, copy = begun(organiser, real)
    organiser.post(page, {"action": "open"})
    organiser.post(page, {"action": "judging-open"})
    Seat.objects.filter(panel__season=copy).update(state="ready", declared_at=real.opens_at)

    assert judge.user is not None
    assert not is_judging(judge.user)
