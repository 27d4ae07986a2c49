"""Today from the end of voting to the certificates: each step is named to whoever can take it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests.judging.draws import announced as draw_announced
from tests.judging.draws import drawn, panel_of, pool, taken_off, two
from tests.notices.conftest import objection
from tests.results import world
from tests.roles.people import browser, granted, member, person
from voting.console import approval_kinds
from voting.console.result_kinds import SEALING
from voting.judging.models import Panel, Seat
from voting.judging.services import drawing
from voting.notices import services as notices
from voting.notices.models import Objection, PublicNotice
from voting.results.services import announcing, figures, sealing
from voting.seasons.models import Season, Stage
from voting.seasons.queries import season_by_slug

pytestmark = pytest.mark.django_db

PAGE = "/en/console/seasons/over/"
SEAL = "Votes and marks are in: the result can be sealed"
PUBLISH = "The result is sealed, and its notice has not been published"
ANNOUNCE = "The notice of the result is over: announce the result"


@pytest.fixture
def people(db: None) -> tuple[User, User]:
    """Two organisers of all seasons."""
    made = person("李敏"), person("王强")
    for one in made:
        granted(one, "organiser")
    return made


def things(someone: User | str) -> dict[str, Any]:
    """Return what there is to do for a person, or for somebody with a role, by its text."""
    found = browser(someone) if isinstance(someone, User) else member(someone)
    return {one["text"]: one for one in found.get(PAGE).context["todos"]}


def upheld(found: Objection, effect: str) -> None:
    handler = person(is_superuser=True)
    notices.accept(objection_id=found.pk, user=handler)
    notices.take_on(objection_id=found.pk, user=handler)
    notices.decide(
        objection_id=found.pk, user=handler, outcome="upheld", effect=effect,
        decision="核实属实。", public_summary="异议成立。",
    )  # fmt: skip


def seal(season: Season, reason: str = "") -> None:
    sealing.seal(slug=season.slug, actor="李敏", approved_by="王强", reason=reason)


def publish(season: Season, issue: str = "first", reason: str = "") -> PublicNotice:
    return notices.publish(
        season_id=season.pk, kind="result", issue=issue, reason=reason, actor="李敏",
        approved_by="王强",
    )  # fmt: skip


def test_the_end_of_voting_is_recorded_from_today_and_from_the_result(
    people: tuple[User, User],
) -> None:
    now = timezone.now()
    season = world.over(phase="open", opens_at=now - timedelta(days=9), closes_at=now)
    client = people[0]
    text, where = "Voting is over: record its end", f"{PAGE}voting/close/"
    assert things(client)[text]["url"] == where
    assert things(client)[text]["word"] == "Today"
    assert browser(client).get(where).status_code == 200
    assert f'href="{where}"' in browser(client).get(f"{PAGE}voting/").content.decode()
    assert f'<a href="{where}">' in browser(client).get(f"{PAGE}result/").content.decode()
    # An observer sees what is missing and may not do it: no way leads there.
    assert things("observer") == {}
    shown = member("observer").get(f"{PAGE}result/").content.decode()
    assert "Voting has not been closed yet." in shown
    assert "voting/" not in shown.partition("<main")[2]

    Season.objects.filter(pk=season.pk).update(closes_at=now + timedelta(days=1))
    assert text not in things(client)
    assert f'<a href="{PAGE}voting/">' in browser(client).get(f"{PAGE}result/").content.decode()
    Season.objects.filter(pk=season.pk).update(closes_at=now - timedelta(days=2))
    assert things(client)[text]["word"] == "Overdue"
    Season.objects.filter(pk=season.pk).update(phase="closed", closed_at=now)
    assert text not in things(client)


def test_from_sealing_to_the_certificates_one_step_is_named_at_a_time(
    people: tuple[User, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    season = world.filled()
    client, others = people
    assert list(things(client)) == [SEAL]
    assert things(client)[SEAL]["url"] == f"{PAGE}result/"

    approval_kinds.sign_first(
        SEALING, season_by_slug("over"), user=people[0], reason="完成", seen=SEALING.state(season)
    )
    assert things(client) == {}
    assert SEAL not in things(others)
    assert len(things(others)) == 1  # the second signature
    approval_kinds.send_back(season.proposals.get(), user=people[1], note="再看一遍")

    seal(season)
    assert list(things(client)) == [PUBLISH]
    assert browser(client).get(things(client)[PUBLISH]["url"]).status_code == 200
    notice = publish(season)
    assert things(client) == {}

    monkeypatch.setattr(timezone, "now", lambda: notice.ends_at)
    assert list(things(client)) == [ANNOUNCE]
    shown = browser(client).get(things(client)[ANNOUNCE]["url"].partition("#")[0]).content.decode()
    assert 'id="announce-title"' in shown
    announcing.announce(slug="over", actor="李敏", approved_by="王强", reason="公示期满")
    (text,) = things(client)
    assert text == "The result is announced: certificates can be printed"
    assert 'id="conferred-title"' in browser(client).get(f"{PAGE}result/").content.decode()
    later = notice.ends_at + timedelta(days=15)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert things(client) == {}


def test_an_upheld_objection_asks_for_another_version_and_its_notice(
    people: tuple[User, User],
) -> None:
    season = world.filled()
    client = people[0]
    seal(season)
    publish(season)
    made = objection(season, kind="result")
    assert list(things(client)) == [f"Objection {made.number}: decision due"]

    upheld(made, "remove")
    text = "An upheld objection changes the result: seal another version"
    assert list(things(client)) == [text]
    assert things(client)[text]["url"] == f"{PAGE}result/"
    seal(season, "异议成立")
    text = "Version 2 of the result is to be put on notice"
    assert list(things(client)) == [text]
    assert things(client)[text]["url"] == f"{PAGE}result-notice/prepare/"
    publish(season, "again", "异议成立")
    assert things(client) == {}


def test_a_corrected_entry_needs_a_notice_and_no_other_result(people: tuple[User, User]) -> None:
    season = world.filled()
    client = people[0]
    seal(season)
    publish(season)
    upheld(objection(season, kind="result"), "correct")
    assert list(things(client)) == ["Version 1 of the result is to be put on notice"]


def test_what_changes_the_result_after_sealing_is_noticed(people: tuple[User, User]) -> None:
    season = world.filled()
    client = people[0]
    seal(season)
    season.nominees.filter(ballot_number="101").update(withdrawn_at=timezone.now())
    assert list(things(client)) == [
        "The result has changed since it was sealed: seal another version"
    ]


def test_a_file_of_figures_waits_for_whoever_did_not_bring_it(people: tuple[User, User]) -> None:
    season = world.over()
    client, others = people
    world.import_scores(season=season, raw=world.scores(), file_name="s.csv", actor="operator")
    (batch,) = figures.import_votes(
        season=season, raw=world.votes(), file_name="votes.csv", user=people[0]
    )
    text = "A file of figures waits for your confirmation: votes.csv"
    assert text not in things(client)
    assert things(others)[text]["url"] == f"{PAGE}figures/{batch.pk}/"
    assert "200" not in things(others)[text]["detail"]
    assert SEAL not in things(others)
    figures.confirm(batch_id=batch.pk, user=people[1])
    assert list(things(others)) == [SEAL]


def test_a_panel_is_closed_when_all_have_submitted_or_its_day_has_passed(
    people: tuple[User, User],
) -> None:
    season = world.filled()
    client = people[0]
    Panel.objects.update(name="评委会", name_en="Committee", opened_at=season.opens_at)
    Seat.objects.filter(judge__key="甲").update(how="fixed", declared_at=season.opens_at)
    panel, now = Panel.objects.get(), timezone.now()

    text = "Everybody on “Committee” has submitted"
    assert things(client)[text]["url"] == f"{PAGE}panels/{panel.pk}/"
    assert SEAL not in things(client)

    Seat.objects.filter(judge__key="甲").update(submitted_at=None, state="ready")
    assert things(client) == {}  # the judge has time, as far as anybody has said
    season.stages.create(kind=Stage.Kind.JUDGING, starts_at=now - timedelta(days=9),
                         ends_at=now - timedelta(days=1))  # fmt: skip
    found = things(client)["“Committee” is still open though its day has passed"]
    assert (found["word"], found["detail"]) == ("Overdue", "1 judge has not submitted.")
    Panel.objects.update(opened_at=None)
    assert "“Committee” has not been opened yet" in things(client)
    assert things("reviewer") == {}
    assert things("observer") == {}


def test_what_no_panel_has_judged_is_named_once_voting_is_over(people: tuple[User, User]) -> None:
    world.over()
    client = people[0]
    (found,) = things(client).values()
    assert "no panel has judged" in found["text"]
    assert found["url"] == f"{PAGE}judging/"


def test_a_drawn_judge_who_is_gone_can_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    season = world.over(phase="open")
    pool(season, institutions=3, people=0)
    panel, people = panel_of(season), two(season)
    made = drawn(draw_announced(panel, people[0], {"institution": 2}), people, "7", monkeypatch)
    client = people[0]
    assert not [text for text in things(client) if "was drawn" in text]

    taken_off(made[0], people, "生病")
    text = f"{made[0].judge.key}, who was drawn, has left the panel"
    found = things(client)[text]
    assert found["url"] == f"{PAGE}panels/{panel.pk}/seats/{made[0].pk}/"
    assert "The next in the order of the draw" in found["detail"]
    drawing.replace_from_draw(panel_id=panel.pk, seat_id=made[0].pk, by=people[0])
    assert text not in things(client)

    Seat.objects.filter(pk=made[1].pk).update(state="declined")
    found = things(client)[f"{made[1].judge.key}, who was drawn, has declined"]
    assert "somebody can be named" in found["detail"]
    assert found["url"] == f"{PAGE}panels/{panel.pk}/"
    assert not [one for one in things("reviewer") if "was drawn" in one]


def test_nobody_else_is_told_of_the_result_and_no_number_stands_there(
    people: tuple[User, User],
) -> None:
    season = world.filled()
    client = people[0]
    for role in ("reviewer", "observer", "judge"):
        assert things(role) == {}
    shown = browser(client).get(PAGE).content.decode()
    assert SEAL in shown
    assert "88.6" not in shown
    assert "候选人101" not in shown
    seal(season)
    for role in ("reviewer", "observer", "judge"):
        assert things(role) == {}


def test_the_timeline_ticks_off_only_what_has_happened(
    people: tuple[User, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    season = world.filled()
    client, now = people[0], timezone.now()
    for place, kind in enumerate(("judging", "consolidation", "result_notice", "announcement")):
        season.stages.create(kind=kind, starts_at=now - timedelta(days=10 - place),
                             ends_at=now - timedelta(days=9 - place))  # fmt: skip

    def states() -> dict[str, str]:
        return {one["kind"]: one["state"] for one in browser(client).get(PAGE).context["timeline"]}

    assert states() == {
        "voting": "done", "judging": "done", "consolidation": "late", "result_notice": "late",
        "announcement": "late",
    }  # fmt: skip
    assert (
        'Announcement<span class="timeline-now">, overdue</span>'
        in browser(client).get(PAGE).content.decode()
    )
    seal(season)
    notice = publish(season)
    assert (states()["consolidation"], states()["result_notice"]) == ("done", "late")
    monkeypatch.setattr(timezone, "now", lambda: notice.ends_at)
    assert (states()["result_notice"], states()["announcement"]) == ("done", "late")
    announcing.announce(slug="over", actor="李敏", approved_by="王强", reason="公示期满")
    assert set(states().values()) == {"done"}
    assert (
        "overdue"
        not in browser(client).get(reverse("ballots:rules", args=["over"])).content.decode()
    )


def test_more_panels_and_judges_cost_no_more_queries(people: tuple[User, User]) -> None:
    season = world.over(phase="open")
    client = people[0]

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser(client).get(PAGE).status_code == 200
        return len(queries)

    def panels(number: int) -> None:
        for _panel in range(number):
            panel_of(season, opened_at=timezone.now())

    panels(1)
    few = asked()
    panels(9)
    assert asked() == few
