"""From the computed result to the certificate: sealed, published, objected to, announced."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.notices.conftest import objection
from tests.results import world
from tests.roles.people import browser, granted, member, person
from voting.notices import services as notices
from voting.notices.models import Objection, PublicNotice
from voting.results import stored_inputs
from voting.results.computing import inputs_of
from voting.results.models import Conferral, PublishedResult, ResultSnapshot
from voting.results.services import announcing, sealing, wiping
from voting.seasons.models import Season
from voting.seasons.queries import season_by_slug
from voting.seasons.services import RuleBroken, fingerprint

pytestmark = pytest.mark.django_db


def sealed(season: Season, reason: str = "") -> ResultSnapshot:
    return sealing.seal(slug=season.slug, actor="李敏", approved_by="王强", reason=reason)


def published(season: Season, issue: str = "first", reason: str = "") -> PublicNotice:
    return notices.publish(
        season_id=season.pk, kind="result", issue=issue, reason=reason, actor="李敏",
        approved_by="王强",
    )  # fmt: skip


def totals(snapshot: ResultSnapshot) -> dict[str, Any]:
    (ranking,) = json.loads(snapshot.result)["rankings"]
    return {one["number"]: one for one in ranking["nominees"]}


def test_a_sealed_result_is_the_one_that_was_worked_by_hand() -> None:
    season = world.filled()
    found = totals(sealed(season))

    # 70 per cent of the trimmed mean, 30 of the share of the leader's votes.
    assert found["101"]["total"] == "93"  # 90 x 0.7 + 100 x 0.3
    assert found["102"]["total"] == "88.6"  # 88 x 0.7 + 90 x 0.3
    assert found["103"]["total"] == "65.5"  # 85 x 0.7 + 20 x 0.3
    assert [found[one]["honoured"] for one in ("101", "102", "103")] == [True, False, False]
    assert found["101"]["parts"]["panel"]["panel"]["dropped"] == {"甲": "95", "戊": "85"}


def test_the_kept_inputs_give_the_same_bytes_again_and_a_changed_byte_does_not() -> None:
    snapshot = sealed(world.filled())

    assert sealing.recomputed(snapshot)
    assert sha256(snapshot.result.encode()).hexdigest() == snapshot.fingerprint
    snapshot.inputs = snapshot.inputs.replace('"200"', '"201"')
    assert not sealing.recomputed(snapshot)
    snapshot.inputs_fingerprint = sha256(snapshot.inputs.encode()).hexdigest()
    assert not sealing.recomputed(snapshot)


def test_inputs_survive_their_written_form() -> None:
    season = world.filled()
    inputs = inputs_of(season)
    raw = stored_inputs.written(inputs, rules=fingerprint(season))

    back = stored_inputs.read(raw)
    assert stored_inputs.written(back, rules=fingerprint(season)) == raw
    assert back.given["panel"].marks["甲"]["101"] == Decimal(95)
    with pytest.raises(ValueError, match="no inputs"):
        stored_inputs.read(b'{"format": 1}')


def test_nothing_is_sealed_while_the_vote_is_open_or_figures_wait() -> None:
    season = world.filled()
    Season.objects.filter(pk=season.pk).update(phase="open")
    with pytest.raises(RuleBroken, match="not been closed"):
        sealed(season)
    Season.objects.filter(pk=season.pk).update(phase="closed")
    season.figure_batches.update(state="waiting", confirmed_at=None)
    with pytest.raises(RuleBroken, match="waits for the second person"):
        sealed(season)
    assert not ResultSnapshot.objects.exists()


def test_the_same_result_is_not_sealed_twice_and_another_one_says_why() -> None:
    season = world.filled()
    sealed(season)
    with pytest.raises(RuleBroken, match="Nothing has changed"):
        sealed(season)
    season.nominees.filter(ballot_number="101").update(withdrawn_at=timezone.now())
    with pytest.raises(RuleBroken, match="Say why"):
        sealed(season)
    again = sealed(season, reason="101 退出")

    assert again.version == 2
    found = totals(again)
    assert found["101"]["without_total"] == "withdrawn"
    assert (found["102"]["rank"], found["102"]["honoured"]) == (1, True)
    # The votes of the one who left are gone too: 102 leads now.
    assert found["102"]["parts"]["public"]["points"] == "100"


def test_no_surface_shows_a_number_before_the_notice() -> None:
    season = world.filled()
    sealed(season)
    pages = [
        reverse("results:result", args=["over"]),
        reverse("results:explained", args=["over", "101"]),
        reverse("results:data", args=["over", 1, "result"]),
        reverse("results:data", args=["over", 1, "inputs"]),
        reverse("notices:result", args=["over"]),
    ]
    for page in pages:
        answer = Client().get(page)
        assert answer.status_code in {200, 404}
        for secret in (b"88.6", b"65.5", "候选人101".encode()):
            assert secret not in answer.content, page
    published(season)
    assert b"88.6" in Client().get(pages[0]).content


@pytest.mark.parametrize(("phase", "seen"), [("open", False), ("closed", True)])
def test_organisers_see_numbers_only_after_the_vote(phase: str, seen: bool) -> None:
    season = world.filled(phase=phase)
    page = member("organiser", season).get(reverse("console:result", args=["over"]))

    assert page.status_code == 200
    assert ("88.6" in page.content.decode()) is seen


def test_nothing_is_announced_while_an_objection_is_undecided(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    season = world.filled()
    sealed(season)
    over = published(season).ends_at
    objection(season, kind="result")
    monkeypatch.setattr(timezone, "now", lambda: over)
    with pytest.raises(RuleBroken, match="Objections to the result are undecided"):
        announcing.announce(slug="over", actor="李敏", approved_by="王强", reason="x")
    assert not Conferral.objects.exists()


def test_whoever_is_honoured_stands_in_the_notice_and_an_upheld_objection_moves_the_next_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    season = world.filled()
    with pytest.raises(RuleBroken, match="Nobody is proposed"):
        published(season)
    sealed(season)
    first = published(season)
    assert [entry.name for entry in first.entries.all()] == ["候选人101"]
    assert PublishedResult.objects.get().snapshot.version == 1

    found = objection(season, kind="result", ref=f"nominee:{season.nominees.first().pk}")
    handler = person("赵文", is_superuser=True)
    _upheld(found, handler)
    with pytest.raises(RuleBroken, match="cannot be announced"):
        _announced(season)
    second = sealed(season, reason="异议成立，101 不再列入")
    again = published(season, issue="again", reason="异议成立")

    assert [entry.name for entry in again.entries.all()] == ["候选人102"]
    assert totals(second)["101"]["without_total"] == "withdrawn"
    page = Client().get(reverse("results:result", args=["over"])).content.decode()
    assert "候选人102" in page
    assert "异议成立，101 不再列入" in page
    monkeypatch.setattr(timezone, "now", lambda: again.ends_at)
    (conferral,) = _announced(season)
    assert (conferral.name, conferral.place) == ("候选人102", 1)


def _upheld(found: Objection, handler: Any) -> None:
    notices.accept(objection_id=found.pk, user=handler)
    notices.take_on(objection_id=found.pk, user=handler)
    notices.decide(
        objection_id=found.pk, user=handler, outcome="upheld", effect="remove",
        decision="核实属实，取消资格。", public_summary="异议成立。",
    )  # fmt: skip


def _announced(season: Season) -> list[Conferral]:
    return announcing.announce(
        slug=season.slug, actor="李敏", approved_by="王强", reason="公示期满"
    )


def test_nothing_is_announced_before_the_notice_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    season = world.filled()
    sealed(season)
    notice = published(season)
    with pytest.raises(RuleBroken, match="still stands"):
        _announced(season)
    _at(monkeypatch, notice.ends_at - timedelta(seconds=1))
    with pytest.raises(RuleBroken, match="still stands"):
        _announced(season)
    _at(monkeypatch, notice.ends_at)
    (conferral,) = _announced(season)

    page = Client().get(reverse("results:certificate", args=[conferral.code])).content.decode()
    assert "候选人101" in page
    assert conferral.number in page
    assert "该证书真实有效" in page or "genuine" in page
    assert Client().get(reverse("results:certificate", args=["22222222222A"])).status_code == 404
    with pytest.raises(RuleBroken, match="already"):
        _announced(season)
    with pytest.raises(RuleBroken, match="announced"):
        sealed(season, reason="再来一次")


def _at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_what_is_revoked_says_so_on_the_page_of_the_certificate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    season = world.filled()
    sealed(season)
    _at(monkeypatch, published(season).ends_at)
    (conferral,) = _announced(season)
    announcing.revoke(
        conferral_id=conferral.pk, actor="李敏", approved_by="王强", reason="材料虚假"
    )

    page = Client().get(reverse("results:certificate", args=[conferral.code])).content.decode()
    assert "材料虚假" in page
    with pytest.raises(RuleBroken, match="already"):
        announcing.revoke(
            conferral_id=conferral.pk, actor="李敏", approved_by="王强", reason="再一次"
        )


def test_two_people_seal_and_announce_by_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    season = world.filled()
    first, second = world.organisers(season)
    page = reverse("console:result", args=["over"])
    _sign(browser(first), page, "seal", "评审与投票均已结束")
    proposal = season.proposals.get()
    assert proposal.kind == "result.seal"
    approval = reverse("console:approval", args=["over", proposal.pk])
    seen = _seen(browser(second).get(approval).content.decode())
    assert browser(first).post(approval, {"approve": "1", "seen": seen}).status_code == 422
    assert browser(second).post(approval, {"approve": "1", "seen": seen}).status_code == 302
    assert ResultSnapshot.objects.get().approved_by == "王强"

    notice = published(season_by_slug("over"))
    _at(monkeypatch, notice.ends_at)
    _sign(browser(first), page, "announce", "公示期满，无异议")
    proposal = season.proposals.get(state="waiting")
    approval = reverse("console:approval", args=["over", proposal.pk])
    seen = _seen(browser(second).get(approval).content.decode())
    assert browser(second).post(approval, {"approve": "1", "seen": seen}).status_code == 302
    assert Season.objects.get(pk=season.pk).phase == "announced"
    assert "候选人101" in browser(first).get(page).content.decode()


def _sign(client: Client, page: str, action: str, reason: str) -> None:
    shown = client.get(page).content.decode()
    form = shown[shown.index(f'name="action" value="{action}"') :]
    answer = client.post(page, {"action": action, "reason": reason, "seen": _seen(form)})
    assert answer.status_code == 302, answer.content.decode()


def _seen(page: str) -> str:
    at = page.index('name="seen" value="') + len('name="seen" value="')
    return page[at : page.index('"', at)]


def test_a_judge_or_reviewer_has_no_result_page() -> None:
    season = world.filled()
    judge = person()
    granted(judge, "judge", season)
    assert browser(judge).get(reverse("console:result", args=["over"])).status_code == 403


@pytest.mark.both
def test_a_sealed_result_is_never_changed_and_goes_only_with_a_rehearsal() -> None:
    season = world.filled()
    snapshot = sealed(season)
    for act in (
        lambda: ResultSnapshot.objects.filter(pk=snapshot.pk).update(reason="x"),
        lambda: ResultSnapshot.objects.filter(pk=snapshot.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()
    rehearsal = world.filled(slug="rehearsed", rehearsal_of=season)
    sealed(rehearsal)
    wiping.wipe(rehearsal)
    assert [one.season for one in ResultSnapshot.objects.all()] == [season]
