"""The public page of the draws: what it says when, that its lines hold, and what it never says."""

import html
import json
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests import make
from tests.judging.draws import announced, approved, drawn, panel_of, pool, proposed, taken_off, two
from tests.results import world as results
from tests.roles.people import browser
from voting.judging.models import Judge, Panel, PanelDraw, Recusal, Seat
from voting.judging.services import drawing, panels, seats
from voting.judging.services.importing import import_scores
from voting.results.services.figures import import_votes
from voting.rules.numbering import draw_order
from voting.seasons import publication
from voting.seasons.models import Season
from voting.seasons.queries import season_by_slug
from voting.seasons.services import RuleBroken

pytestmark = pytest.mark.django_db
KEYS = [f"ins{n}" for n in range(1, 5)] + [f"ind{n}" for n in range(1, 4)]


@pytest.fixture(autouse=True)
def styles(collected_static: Path, english: None) -> None:
    """Pages find their styles and speak English."""


@pytest.fixture
def season() -> Season:
    made = make.season(slug="here", phase="open", time_zone="Asia/Shanghai")
    pool(made)
    return made


def page(slug: str = "here", rest: str = "", language: str = "en") -> str:
    answer = Client().get(f"/{language}/s/{slug}/judges/{rest}")
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def line_of(text: str, place: int = 0) -> str:
    """Return what somebody copies out of the page."""
    return html.unescape(
        re.findall(r'<pre class="draw-command"[^>]*><code>(.*?)</code>', text)[place]
    )


def run(line: str, folder: Path) -> list[str]:
    """Run a line as it stands in a shell; return what it prints."""
    done = subprocess.run(
        ["bash", "-c", line], cwd=folder, capture_output=True, check=True, text=True
    )
    return done.stdout.splitlines()


def test_there_is_no_page_before_something_is_announced(season: Season) -> None:
    panel, people = panel_of(season), two(season)
    assert Client().get("/en/s/here/judges/").status_code == 404
    assert Client().get("/en/s/here/judges/draws.json").status_code == 404
    rules = reverse("ballots:rules", args=["here"])
    assert "/judges/" not in Client().get("/en/s/here/").content.decode()
    assert "/judges/" not in Client().get(rules).content.decode()
    announced(panel, people[0], {"institution": 2, "": 1})
    assert "/en/s/here/judges/" in Client().get(rules).content.decode()
    # The season's own page leads there too: with a ballot, in large type, and before there is one.
    for view in ("", "?view=elder"):
        assert "/en/s/here/judges/" in Client().get(f"/en/s/here/{view}").content.decode()
    Season.objects.update(phase="draft", published_at=timezone.now())
    assert "/en/s/here/judges/" in Client().get("/en/s/here/").content.decode()
    Season.objects.update(phase="open")
    text = page()
    assert "Before it is used, a seed loses spaces at its ends" in text
    assert "12月1日上证综合指数收盘点位" in text
    assert "Who can be drawn: 7 judges" in text
    assert all(f"<b>{key}</b>" in text for key in KEYS)
    assert "draw-command" not in text.partition("Check the fingerprints")[0]


@pytest.mark.parametrize("seed", ["3888.60", 'it\'s 3888 "点" $HOME !x', "-1 深证 %s"])
def test_the_line_on_the_page_prints_the_order(
    season: Season, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, seed: str
) -> None:
    people = two(season)
    Judge.objects.create(
        season=season, key="王 '评' $委", name="王", email="w@example.org", seat_type="individual"
    )
    draw = announced(panel_of(season), people[0], {"institution": 2, "": 1})
    drawn(draw, people, seed, monkeypatch)
    order = list(draw_order([*KEYS, "王 '评' $委"], seed))
    text = page()
    assert run(line_of(text), tmp_path) == order
    rows = re.findall(r'<th scope="row">([^<]*)<', text)
    assert [html.unescape(one) for one in rows] == order


def test_the_fingerprints_of_the_download_are_those_of_the_page(
    season: Season, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    panel, people = panel_of(season), two(season)
    first = announced(panel, people[0], {"institution": 1})
    approved(proposed(first, people[0], reason="评委库缺人"), people[1])
    second = announced(panel, people[1], {"institution": 2, "": 1})
    drawn(second, people, "3888.60", monkeypatch)
    raw = page(rest="draws.json")
    (tmp_path / "here-judges.json").write_text(raw, encoding="utf-8")
    text = page()
    assert run(line_of(text, -1), tmp_path) == [
        f"评委会 1 {first.fingerprint}", f"评委会 2 {second.fingerprint}",
    ]  # fmt: skip
    shown = [
        re.sub(r"<[^>]*>|\s", "", one)
        for one in re.findall(r'class="fingerprint">(.*?)</dd>', text)
    ]
    assert shown == [second.fingerprint, first.fingerprint]
    found = json.loads(raw)["draws"]
    assert found[0]["withdrawn"]["reason"] == "评委库缺人"
    assert found[1]["drawn"]["order"] == list(draw_order(KEYS, "3888.60"))
    assert "Two people withdrew this announcement" in text
    assert "评委库缺人" in text


def test_it_says_who_declined_and_who_came_instead(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, people = panel_of(season), two(season)
    late = Judge.objects.create(season=season, key="named1")
    panels.seat_judges(panel_id=panel.pk, judge_ids=[late.pk], by=people[0])
    draw = announced(panel, people[0], {"institution": 2})
    gone, stays = drawn(draw, people, "7", monkeypatch)
    user = User.objects.create_user("declines@example.org", name="不来")
    Judge.objects.filter(pk=gone.judge_id).update(user=user)
    seats.decline(seat_id=gone.pk, user=user, reason="家里有事")
    instead = drawing.replace_from_draw(panel_id=panel.pk, seat_id=gone.pk, by=people[0])
    text = page()
    row = re.findall(rf'<th scope="row">{gone.judge.key}<.*?</tr>', text)[0]
    assert "has declined" in row
    assert f"replaced by {instead.judge.key}" in row
    row = re.findall(rf'<th scope="row">{instead.judge.key}<.*?</tr>', text)[0]
    assert f"in place of {gone.judge.key}" in row
    assert "<b>sits</b>" in re.findall(rf'<th scope="row">{stays.judge.key}<.*?</tr>', text)[0]
    assert "named1" in text.partition("Named by the organisers, not drawn")[2][:30]
    (found,) = json.loads(page(rest="draws.json"))["draws"]
    assert {
        "judge": instead.judge.key, "seat_type": "institution", "state": "sits",
        "in_place_of": gone.judge.key, "taken_off_because": None,
    } in found["drawn"]["seats"]  # fmt: skip
    assert "家里有事" not in text


def test_whom_two_organisers_took_off_is_said_with_their_reason(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = two(season)
    draw = announced(panel_of(season), people[0], {"institution": 2})
    gone, _stays = drawn(draw, people, "7", monkeypatch)
    taken_off(gone, people, "连续三次缺席")
    row = re.findall(rf'<th scope="row">{gone.judge.key}<.*?</tr>', page())[0]
    assert "taken off by the organisers" in row
    assert "连续三次缺席" in row
    (found,) = json.loads(page(rest="draws.json"))["draws"]
    told = {one["judge"]: one["taken_off_because"] for one in found["drawn"]["seats"]}
    assert told[gone.judge.key] == "连续三次缺席"


def test_a_season_with_a_draw_stays_public(season: Season) -> None:
    Season.objects.update(phase="draft", published_at=timezone.now())
    announced(panel_of(season), two(season)[0], {"": 2})
    with pytest.raises(RuleBroken, match="stays public"):
        publication.hide_season(slug=season.slug, actor="李敏", reason="x")


def test_it_says_nothing_else_of_judges(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    panel, people = panel_of(season), two(season)
    Judge.objects.filter(season=season).update(
        name="秘密姓名", name_en="Secret Name", email="secret@example.org", organisation="秘密单位",
        related=["秘密亲友"],
    )  # fmt: skip
    draw = announced(panel, people[0], {"institution": 2})
    first, _second = drawn(draw, people, "7", monkeypatch)
    Recusal.objects.create(
        seat=first,
        nominee=season.nominees.first(),
        reason="related",
        source="declared",
        note="秘密",
    )
    for language in ("en", "zh-hans"):
        for rest in ("", "draws.json"):
            text = page(rest=rest, language=language)
            assert not [
                one
                for one in ("秘密", "Secret", "secret", "李敏", "王强", "related")
                if one in text
            ]


def test_a_rehearsal_and_a_hidden_season_show_nothing(season: Season) -> None:
    people = two(season)
    announced(panel_of(season), people[0], {"": 1})
    rehearsal = make.season(slug="r-1", phase="open", rehearsal_of=season)
    row = PanelDraw.objects.get()
    PanelDraw.objects.create(
        panel=Panel.objects.create(season=rehearsal, component="panel"), number=1, pool=row.pool,
        seats=row.seats, source=row.source, announced_at=row.announced_at, seed_at=row.seed_at,
        fingerprint=row.fingerprint,
    )  # fmt: skip
    assert Client().get("/en/s/r-1/judges/").status_code == 404
    assert browser(people[0]).get("/en/s/r-1/judges/draws.json").status_code == 404
    Season.objects.filter(pk=season.pk).update(phase="draft", published_at=None)
    assert Client().get("/en/s/here/judges/").status_code == 404


def test_the_withdrawal_is_signed_on_the_panel_page(season: Season) -> None:
    panel, people = panel_of(season), two(season)
    draw = announced(panel, people[0], {"": 2})
    here = reverse("console:panel", args=["here", panel.pk])
    client = browser(people[0])
    seen = client.get(here).context["undraw_form"].initial["seen"]
    assert (
        client.post(here, {"do": "draw", "seed": "1", "reason": "x", "seen": seen}).status_code
        == 422
    )
    assert client.post(here, {"do": "undraw", "reason": "", "seen": seen}).status_code == 422
    assert client.post(here, {"do": "undraw", "reason": "缺人", "seen": seen}).status_code == 302
    assert "has signed the withdrawal" in client.get(here).content.decode()
    waiting = season.proposals.get()
    sign = reverse("console:approval", args=["here", waiting.pk])
    assert browser(people[1]).post(sign, {"seen": waiting.seen}).status_code == 302
    shown = client.get(here).content.decode()
    assert "Withdrawn before" in shown
    assert "Announce a new draw" in shown
    draw.refresh_from_db()
    assert draw.end.reason == "缺人"


def test_without_a_public_season_the_form_does_not_stand_there(season: Season) -> None:
    panel, people = panel_of(season), two(season)
    here = reverse("console:panel", args=["here", panel.pk])
    Season.objects.update(phase="draft", published_at=None)
    shown = browser(people[0]).get(here).content.decode()
    assert reverse("console:season_publish", args=["here"]) in shown.partition("draw-title")[2]
    assert 'value="announce"' not in shown
    Season.objects.update(published_at=timezone.now())
    assert 'value="announce"' in browser(people[0]).get(here).content.decode()


def test_the_panel_page_seats_the_next_one(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    Judge.objects.filter(season=season, key__in=["ins3", "ins4"]).delete()
    panel, people = panel_of(season), two(season)
    Judge.objects.create(season=season, key="extra", name="另请", email="extra@example.org")
    draw = announced(panel, people[0], {"institution": 1})
    (first,) = drawn(draw, people, "7", monkeypatch)
    client, here = browser(people[0]), reverse("console:panel", args=["here", panel.pk])
    assert 'value="replace"' not in client.get(here).content.decode()
    Seat.objects.filter(pk=first.pk).update(state="declined")
    card = client.get(here).content.decode().partition('id="next-title"')[2]
    assert first.judge.key in card.partition("Seat the next one")[0]
    answer = client.post(here, {"do": "replace", "seat": first.pk})
    assert (answer.status_code, answer.headers["Location"]) == (302, here)
    second = Seat.objects.get(replaces=first)
    shown = client.get(here).content.decode()
    assert f"In place of {first.judge.key}: {second.judge.key}." in shown
    assert 'value="replace"' not in shown
    assert client.post(here, {"do": "replace", "seat": first.pk}).status_code == 422
    assert client.post(here, {"do": "replace", "seat": 0}).status_code == 404
    # Then nobody of that type is left: somebody is named, and the seat is not empty any more.
    Seat.objects.filter(pk=second.pk).update(state="left")
    card = client.get(here).content.decode().partition('id="next-title"')[2]
    assert "Nobody is left in the pool for this seat" in card
    assert 'href="#name-judges"' in card
    extra = Judge.objects.get(key="extra")
    assert client.post(here, {"do": "seat", "judges": [str(extra.pk)]}).status_code == 302
    extra.seats.update(
        invited_at=draw.seed_at + timedelta(minutes=1)
    )  # the table has its own clock
    assert "Nobody is left in the pool" not in client.get(here).content.decode()


def test_today_says_when_a_seed_can_be_entered(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, people = panel_of(season), two(season)
    draw = announced(panel, people[0], {"": 2})
    today = reverse("console:season", args=["here"])
    said = "The seed of an announced draw can be entered"
    assert said not in browser(people[0]).get(today).content.decode()
    monkeypatch.setattr("django.utils.timezone.now", lambda: draw.seed_at)
    assert said in browser(people[0]).get(today).content.decode()
    proposed(draw, people[0], "3888.60")
    assert said not in browser(people[0]).get(today).content.decode()


def test_the_result_leads_to_the_draw() -> None:
    season = results.over(phase="open")
    pool(season)
    announced(panel_of(season), two(season)[0], {"": 1})
    Season.objects.filter(pk=season.pk).update(phase="closed")
    season = season_by_slug("over")
    import_scores(season=season, raw=results.scores(), file_name="s.csv", actor="operator")
    import_votes(season=season, raw=results.votes(), file_name="v.csv")
    results.sealed_and_published(season)
    shown = Client().get(reverse("results:result", args=["over"])).content.decode()
    assert reverse("judges:draws", args=["over"]) in shown
