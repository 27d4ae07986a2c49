"""Sealing, announcing and whatever changes a result wait for each other, and read what holds."""

import json
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone
from django.utils.translation import override

from tests.racing import at_once
from tests.results import world
from tests.roles.people import person
from voting.judging.services.importing import import_scores
from voting.results.models import FigureBatch, ResultSnapshot
from voting.results.services import announcing, figures, ruling, sealing
from voting.seasons.models import Season
from voting.seasons.services import RuleBroken

CHECKED = {"is_showcase": False, "approval_authority": "县政府", "approval_ref": "〔2026〕1 号",
           "approved_places": 1}  # fmt: skip
SIGNED = {"actor": "李敏", "approved_by": "王强", "reason": "公示期满，无异议"}


def with_one_waiting() -> tuple[Season, FigureBatch]:
    """The season, all but announced, and one more box of votes that somebody has entered."""
    season = world.filled()
    sealing.seal(slug=season.slug, **SIGNED)
    (batch,) = figures.import_votes(
        season=season, raw=world.votes({"102": 300}), file_name="box2.csv", user=person("赵云")
    )
    return season, batch


def change(season: Season, what: str) -> Any:
    """Return an act on the figures of a season whose announcement may come in between."""
    box = {"season": season, "raw": world.votes({"102": 7}), "file_name": "late.csv"}
    if what == "import":
        return lambda: figures.import_votes(**box)
    if what == "rule":
        return lambda: ruling.rule_out(
            season=season, component="panel", part="甲", rule="exclude", stand_ins=[], actor="李敏",
            approved_by="王强", reason="评委泄露分数",
        )  # fmt: skip
    batch = FigureBatch.objects.get(component="public", state=FigureBatch.State.COUNTED)
    if what == "hold":
        return lambda: figures.hold(batch_id=batch.pk, actor="李敏", reason="笔迹相同")
    if what == "withdraw":
        return lambda: figures.withdraw(batch_id=batch.pk, actor="李敏", reason="数错了")
    if what == "release":
        figures.hold(batch_id=batch.pk, actor="李敏", reason="笔迹相同")
        return lambda: figures.release(batch_id=batch.pk, actor="李敏", reason="查明")
    (waiting,) = figures.import_votes(**box, user=person("赵云"))
    user = person("王强")
    return lambda: figures.confirm(batch_id=waiting.pk, user=user)


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
@pytest.mark.parametrize("what", ["confirm", "hold", "release", "withdraw", "import", "rule"])
def test_what_changes_figures_waits_for_who_announces(what: str) -> None:
    """They see the season as whoever held it left it, and not as it was when they began."""
    act = change(world.filled(), what)
    holding, told = Event(), []

    def changed() -> None:
        holding.wait(10)
        try:
            with override("en"):
                act()
        except RuleBroken as error:
            told.append(str(error))
        finally:
            connections.close_all()

    thread = Thread(target=changed)
    thread.start()
    with transaction.atomic():
        Season.objects.select_for_update().get(slug="over")
        holding.set()
        thread.join(0.5)
        waits = thread.is_alive()
        Season.objects.filter(slug="over").update(phase="announced")
    thread.join(30)
    assert waits
    assert len(told) == 1
    assert "announced" in told[0]


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_a_result_is_announced_with_the_files_that_it_was_sealed_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    season, batch = with_one_waiting()
    over_at = world.notices.publish(
        season_id=season.pk, kind="result", issue="first", **SIGNED
    ).ends_at
    monkeypatch.setattr(timezone, "now", lambda: over_at)
    user = person("王强")

    told = at_once(
        lambda: figures.confirm(batch_id=batch.pk, user=user),
        lambda: announcing.announce(slug=season.slug, **SIGNED),
    )

    assert told == ["RuleBroken", "done"]
    season.refresh_from_db()
    batch.refresh_from_db()
    announced = season.phase == Season.Phase.ANNOUNCED
    assert announced != (batch.state == FigureBatch.State.COUNTED)


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_the_files_named_by_a_sealed_result_are_those_that_are_in_it() -> None:
    season, batch = with_one_waiting()
    user = person("王强")

    def confirm() -> None:
        figures.confirm(batch_id=batch.pk, user=user)

    def seal() -> None:
        sealing.seal(slug=season.slug, **SIGNED)

    at_once(confirm, seal)
    snapshot = ResultSnapshot.objects.order_by("version").last()
    assert snapshot is not None
    votes = json.loads(snapshot.inputs)["given"]["public"]["numbers"]["102"]
    assert (votes, len(snapshot.sources["files"])) in {("180", 1), ("480", 2)}


@pytest.mark.django_db
@pytest.mark.parametrize("showcase", [True, False])
def test_files_come_in_by_the_phase_and_the_rules_of_now(*, showcase: bool) -> None:
    """Whoever brings one has looked at the season before: meanwhile it was announced."""
    season = world.over(**{} if showcase else CHECKED)
    signed = {"actor": "李敏", "approved_by": "王强", "reason": "现场记录"}
    rules = season.rule_sheet
    before = rules.panel
    type(rules).objects.filter(pk=rules.pk).update(panel=before | {"highest": 10})
    with pytest.raises(RuleBroken, match="to 10"):
        import_scores(season=season, raw=world.scores(), file_name="scores.csv", **signed)
    type(rules).objects.filter(pk=rules.pk).update(panel=before)
    Season.objects.filter(pk=season.pk).update(phase="announced")

    with pytest.raises(RuleBroken, match="announced"):
        import_scores(season=season, raw=world.scores(), file_name="scores.csv", **signed)
    with pytest.raises(RuleBroken, match="announced"):
        figures.import_votes(season=season, raw=world.votes(), file_name="votes.csv")
    assert not FigureBatch.objects.exists()
