"""Votes in doubt are held back by two people: they do not count, and what they change is said."""

import json

import pytest
from django.urls import reverse

from accounts.models import User
from tests.results import world
from tests.roles.people import browser, member
from voting.results import stored_inputs
from voting.results.computing import compute, inputs_of
from voting.results.models import FigureBatch, ResultSnapshot
from voting.results.services import sealing
from voting.results.services.figures import hold, import_votes, release
from voting.seasons.models import Season
from voting.seasons.queries import season_by_slug
from voting.seasons.services import RuleBroken

pytestmark = pytest.mark.django_db

REASON = "三十张选票笔迹相同"


def with_doubtful_votes() -> tuple[Season, FigureBatch]:
    """The season, and a second box of paper votes by which 102 overtakes 101."""
    season = world.filled()
    (batch,) = import_votes(season=season, raw=world.votes({"102": 300}), file_name="box2.csv")
    return season, batch


def honoured(season: Season) -> list[str]:
    (ranking,) = compute(inputs_of(season_by_slug(season.slug)))
    return [one for one, own in ranking.awarded.outcomes.items() if own.state == "in"]


def signed_by_two(season: Season, batch: FigureBatch, first: User, second: User) -> None:
    page = reverse("console:figures_one", args=[season.slug, batch.pk])
    before = batch.state
    browser(first).post(page, {"hold": "1", "reason": REASON})
    batch.refresh_from_db()
    assert batch.state == before  # one person alone changes nothing
    proposal = season.proposals.get(kind="figures.hold", state="waiting")
    approval = reverse("console:approval", args=[season.slug, proposal.pk])
    shown = browser(second).get(approval).content.decode()
    seen = shown.split('name="seen" value="')[1].split('"')[0]
    assert browser(second).post(approval, {"approve": "1", "seen": seen}).status_code == 302
    batch.refresh_from_db()


def test_two_people_hold_votes_back_and_let_them_count_again() -> None:
    season, batch = with_doubtful_votes()
    first, second = world.organisers(season)
    assert honoured(season) == ["102"]

    signed_by_two(season, batch, first, second)
    assert (batch.state, batch.held_because) == (FigureBatch.State.HELD, REASON)
    assert honoured(season) == ["101"]
    signed_by_two(season, batch, second, first)
    assert (batch.state, batch.held_because) == (FigureBatch.State.COUNTED, "")
    assert honoured(season) == ["102"]


def test_a_sealed_result_says_what_is_held_and_what_it_would_change() -> None:
    season, batch = with_doubtful_votes()
    hold(batch_id=batch.pk, actor="李敏", reason=REASON)
    world.sealed_and_published(season)
    snapshot = ResultSnapshot.objects.get()

    assert sealing.recomputed(snapshot)
    assert snapshot.sources["held"] == [
        {"component": "public", "sha256": batch.fingerprint, "reason": REASON}
    ]
    (ranking,) = json.loads(snapshot.result)["rankings"]
    scenario = {(one["kind"], one["detail"]): one for one in ranking["robustness"]["scenarios"]}[
        "figures", f"public {batch.fingerprint[:8]}"
    ]
    assert (scenario["gained"], scenario["lost"]) == (["102"], ["101"])

    page = member("organiser", season).get(reverse("results:result", args=["over"]))
    shown = page.content.decode()
    assert REASON in shown
    assert f"what is held back counted (public {batch.fingerprint[:8]})" in shown


def test_inputs_without_anything_held_keep_their_bytes() -> None:
    season, batch = with_doubtful_votes()
    plain = stored_inputs.written(inputs_of(season), rules="x")
    assert b'"held"' not in plain
    hold(batch_id=batch.pk, actor="李敏", reason=REASON)
    held = stored_inputs.written(inputs_of(season), rules="x")
    again = stored_inputs.read(held)
    assert again == inputs_of(season)
    assert stored_inputs.written(again, rules="x") == held
    release(batch_id=batch.pk, actor="李敏", reason="笔迹鉴定无误")
    assert stored_inputs.written(inputs_of(season), rules="x") == plain


def test_what_cannot_be_held_is_refused_and_stays() -> None:
    season, batch = with_doubtful_votes()
    with pytest.raises(RuleBroken, match="Say why"):
        hold(batch_id=batch.pk, actor="李敏", reason=" ")
    with pytest.raises(RuleBroken, match="not as they were"):
        release(batch_id=batch.pk, actor="李敏", reason=REASON)
    Season.objects.filter(pk=season.pk).update(phase="announced")
    with pytest.raises(RuleBroken, match="announced"):
        hold(batch_id=batch.pk, actor="李敏", reason=REASON)
    batch.refresh_from_db()
    assert batch.state == FigureBatch.State.COUNTED
