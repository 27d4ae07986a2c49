"""Once numbers can be seen, nobody alone changes them; what is signed is what is sealed."""

from typing import Any

import pytest
from django.urls import reverse

from tests.results import world
from tests.results.test_sealing import published, sealed
from tests.roles.people import browser, granted, member, person
from voting.judging.models import Judge, Panel, Seat
from voting.judging.services import assigning, panels, recusing
from voting.judging.services.errors import JudgingRefused, PanelStandsStill
from voting.judging.services.panels import Settings
from voting.results.computing import inputs_of
from voting.results.models import FigureBatch, ResultSnapshot
from voting.results.services import announcing, sealing
from voting.seasons.models import RuleSheet, Season
from voting.seasons.queries import season_by_slug
from voting.seasons.services import RuleBroken

pytestmark = pytest.mark.django_db


def judged(**fields: Any) -> tuple[Season, Panel, Seat]:
    """Make the season with one judge who marked on the platform; the panel is open."""
    season = world.filled(**fields)
    Panel.objects.update(opened_at=season.opens_at)
    Seat.objects.filter(judge__key="甲").update(how="drawn", declared_at=season.opens_at)
    return season, Panel.objects.get(), Seat.objects.get(judge__key="甲")


def test_numbers_wait_until_every_panel_has_been_closed() -> None:
    season, panel, _seat = judged()
    client = member("organiser", season)
    page = reverse("console:result", args=["over"])
    shown = client.get(page).content.decode()
    assert "88.6" not in shown
    assert "has not been closed" in shown
    with pytest.raises(RuleBroken, match="has not been closed"):
        sealed(season)
    panels.close_panel(panel_id=panel.pk, by=person(), reason="评审结束")
    assert "88.6" in client.get(page).content.decode()


def test_nobody_alone_changes_panels_once_numbers_can_be_seen() -> None:
    season, panel, seat = judged()
    by = person()
    panels.close_panel(panel_id=panel.pk, by=by, reason="评审结束")
    friend = Judge.objects.create(season=season, key="己")
    nominee = season.nominees.get(ballot_number="102")
    for act in (
        lambda: panels.create_panel(season_id=season.pk, settings=Settings("panel"), by=by),
        lambda: panels.seat_judges(panel_id=panel.pk, judge_ids=[friend.pk], by=by),
    ):
        with pytest.raises(PanelStandsStill, match="two people"):
            act()
    with pytest.raises(JudgingRefused, match="closed"):
        recusing.order_recusal(seat_id=seat.pk, by=by, nominee_id=nominee.pk, reason="other")


def test_whoever_sits_on_a_panel_arranges_nothing_there() -> None:
    season, panel, seat = judged(phase="open")
    by = person()
    Judge.objects.filter(key="甲").update(user=by)
    nominee = season.nominees.get(ballot_number="102")
    Panel.objects.update(per_nominee=2)
    with pytest.raises(JudgingRefused, match="sit on this panel"):
        recusing.order_recusal(seat_id=seat.pk, by=by, nominee_id=nominee.pk, reason="other")
    with pytest.raises(JudgingRefused, match="sit on this panel"):
        assigning.assign_by_hand(
            panel_id=panel.pk, seat_id=seat.pk, nominee_id=nominee.pk, on=True, by=by
        )


def test_what_was_signed_is_what_is_sealed() -> None:
    season = world.filled()
    signed = sealing.seal_state(season)
    season.nominees.filter(ballot_number="101").update(withdrawn_at=season.opens_at)
    with pytest.raises(RuleBroken, match="signed anew"):
        sealing.seal(slug="over", actor="李敏", approved_by="王强", signed=signed)
    assert not ResultSnapshot.objects.exists()


def test_two_people_of_one_name_can_sign() -> None:
    season = world.filled()
    made = sealing.seal(slug=season.slug, actor="张伟", approved_by="张伟")
    assert made.version == 1


def test_a_result_that_is_out_of_date_is_not_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    season = world.filled()
    sealed(season)
    notice = published(season)
    monkeypatch.setattr("django.utils.timezone.now", lambda: notice.ends_at)
    season.nominees.filter(ballot_number="101").update(withdrawn_at=season.opens_at)
    with pytest.raises(RuleBroken, match="Something has changed"):
        announcing.announce(slug="over", actor="李敏", approved_by="王强", reason="公示期满")


def test_a_lot_is_drawn_by_the_rules_that_stood_before_anybody_was_level() -> None:
    season = world.filled()
    assert inputs_of(season).seed == ""
    season.rule_sheet.frozen_at, season.rule_sheet.fingerprint = season.opens_at, "ab" * 32
    season.rule_sheet.save()
    assert inputs_of(season_by_slug("over")).seed == "ab" * 32
    # An amendment gives the rules another fingerprint, and the lot no other seed.
    season.amendments.create(
        number=1, turnout_public=False, before={}, reason="x", proposed_by=person(),
        approved_by=person(), fingerprint_before="ab" * 32, fingerprint_after="cd" * 32,
    )  # fmt: skip
    RuleSheet.objects.filter(season=season).update(
        version=1, turnout_public=False, fingerprint="cd" * 32
    )
    assert inputs_of(season_by_slug("over")).seed == "ab" * 32


def test_figures_that_count_go_by_two_people_only() -> None:
    season = world.filled()
    first, second = world.organisers(season)
    row = FigureBatch.objects.get()
    page = reverse("console:figures_one", args=["over", row.pk])
    browser(first).post(page, {"reason": "数错了"})
    row.refresh_from_db()
    assert row.state == FigureBatch.State.COUNTED
    proposal = season.proposals.get(kind="figures.withdraw")
    approval = reverse("console:approval", args=["over", proposal.pk])
    shown = browser(second).get(approval).content.decode()
    seen = shown.split('name="seen" value="')[1].split('"')[0]
    assert browser(second).post(approval, {"approve": "1", "seen": seen}).status_code == 302
    row.refresh_from_db()
    assert row.state == FigureBatch.State.WITHDRAWN


def test_the_log_does_not_name_whom_a_result_honours_before_everybody_knows() -> None:
    season = world.filled()
    first, _second = world.organisers(season)
    page = reverse("console:result", args=["over"])
    shown = browser(first).get(page).content.decode()
    seen = shown.split('value="seal"')[1].split('name="seen" value="')[1].split('"')[0]
    sent = {"action": "seal", "reason": "评审与投票均已结束", "seen": seen}
    assert browser(first).post(page, sent).status_code == 302
    reviewer = person()
    granted(reviewer, "integrity_reviewer", season)
    log = browser(reviewer).get(reverse("console:audit", args=["over"])).content.decode()
    assert "候选人101" not in log


def test_garbage_for_a_key_is_not_found() -> None:
    season, panel, seat = judged(phase="open")
    client = member("organiser", season)
    page = reverse("console:seat", args=["over", panel.pk, seat.pk])
    for sent in ({"do": "lift", "recusal": "abc"}, {"do": "assign", "nominee": "９"}):
        assert client.post(page, sent).status_code == 404
