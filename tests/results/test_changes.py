"""What the two who sign another version read, and what the public reads after a revocation."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.results import world
from voting.audit.models import AuditEntry
from voting.judging.services.importing import import_scores
from voting.notices import services as notices
from voting.notices.forms import grounds_of
from voting.notices.services.errors import NoticeRuleBroken
from voting.results.models import FigureBatch
from voting.results.services import announcing, figures, sealing
from voting.seasons.models import Season
from voting.seasons.queries import season_by_slug
from voting.seasons.services import RuleBroken

pytestmark = pytest.mark.django_db
SIGNED = {"actor": "李敏", "approved_by": "王强"}


@pytest.fixture(autouse=True)
def styles(collected_static: object, english: None) -> None:
    """Pages find their styles and speak English."""


def corrected(season: Season) -> None:
    """Bring marks in anew, in which the second nominee has less."""
    marks = {judge: own | {"102": own["102"] - 8} for judge, own in world.MARKS.items()}
    import_scores(
        season=season, raw=world.scores(marks), file_name="s.csv", actor="operator", replace=True
    )


def test_the_first_seal_shows_everybodys_rank_and_total() -> None:
    lines = sealing.seal_difference(world.filled())
    assert [line["before"] for line in lines] == ["", "", ""]
    assert lines[0]["label"].startswith("101 ")
    assert lines[0]["after"].startswith("rank 1, total ")
    assert lines[0]["after"].endswith("honoured")
    assert not lines[2]["after"].endswith("honoured")


def test_a_second_seal_shows_a_total_that_moved_though_nobody_else_is_honoured() -> None:
    season = world.filled()
    sealing.seal(slug="over", **SIGNED)
    corrected(season)
    (line,) = sealing.seal_difference(season_by_slug("over"))
    assert line["label"].startswith("102 ")
    assert line["before"] != line["after"]
    assert line["after"].startswith("rank 2, total ")


def test_another_file_of_the_same_numbers_is_another_result() -> None:
    season = world.filled()
    first = sealing.seal(slug="over", **SIGNED)
    assert sealing.is_sealed(season)
    figures.withdraw(batch_id=FigureBatch.objects.get().pk, actor="李敏", reason="票箱重贴封条")
    figures.import_votes(season=season, raw=world.votes() + b"\n", file_name="again.csv")
    assert not sealing.is_sealed(season)
    gone, new = sealing.seal_difference(season)
    assert {gone["before"], gone["after"], new["before"], new["after"]} == {"counts", ""}
    second = sealing.seal(slug="over", reason="票箱重贴封条", **SIGNED)
    assert second.inputs_fingerprint == first.inputs_fingerprint
    assert second.sources["files"] != first.sources["files"]
    with pytest.raises(RuleBroken, match="Nothing has changed"):
        sealing.seal(slug="over", reason="又一次", **SIGNED)


def test_a_number_is_corrected_within_the_same_period() -> None:
    season = world.filled()
    notice = world.sealed_and_published(season)
    again = {"season_id": season.pk, "kind": "result", "issue": "correction", **SIGNED}
    with pytest.raises(NoticeRuleBroken, match="nothing to correct"):
        notices.publish(reason="更正", **again)
    corrected(season)
    sealing.seal(slug="over", reason="登记错误", **SIGNED)
    second = notices.publish(reason="更正 102 的分数", **again)
    assert (second.version, second.ends_at) == (2, notice.ends_at)
    page = Client().get("/en/s/over/result/").content.decode()
    assert "Version 2" in page


def test_a_revoked_honour_is_not_shown_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    season = world.filled()
    (row, *_rest) = world.announced(season, monkeypatch)
    page = f"/en/s/over/result/n/{row.nominee.ballot_number}/"
    assert "Honoured" in Client().get(page).content.decode()
    announcing.revoke(conferral_id=row.pk, reason="事迹不实", **SIGNED)
    shown = Client().get(page).content.decode()
    assert "Honour revoked" in shown
    assert "事迹不实" in shown
    assert ">Honoured<" not in shown.replace("\n", "")


def test_marks_of_an_award_take_two_names_and_where_they_come_from(tmp_path: object) -> None:
    season = world.over(
        is_showcase=False, approval_authority="县政府", approval_ref="〔2026〕1 号",
        approved_places=1,
    )  # fmt: skip
    file = tmp_path / "s.csv"  # type: ignore[operator] # a path
    file.write_bytes(world.scores())
    for words in (
        [], ["--actor", "李敏", "--approver", "李敏", "--reason", "评审会"],
        ["--actor", "李敏", "--approver", "王强"],
    ):  # fmt: skip
        with pytest.raises(CommandError, match="two different people"):
            call_command("scores_import", season.slug, str(file), *words)
    call_command(
        "scores_import", season.slug, str(file), "--actor", "李敏", "--approver", "王强",
        "--reason", "11月20日评审会",
    )  # fmt: skip
    entry = AuditEntry.objects.get(action="judging.import")
    assert (entry.actor, entry.reason) == ("李敏", "11月20日评审会")
    assert entry.after["approved_by"] == "王强"


def test_columns_are_known_by_the_words_that_the_page_uses() -> None:
    season = world.over()
    raw = "渠道,候选人,票数\npublic,101,7\n".encode()
    (batch,) = figures.import_votes(season=season, raw=raw, file_name="v.csv")
    assert batch.figures.get().figure == 7
    with pytest.raises(RuleBroken, match=r"Channel \(channel\)"):
        figures.import_votes(season=season, raw=b"x\n1\n", file_name="w.csv")


def test_only_what_was_counted_can_be_counted_wrongly() -> None:
    assert "count" in dict(grounds_of("result"))
    assert "count" not in dict(grounds_of("candidate"))
