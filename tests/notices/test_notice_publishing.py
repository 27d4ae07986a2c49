"""From a list of proposed nominees to a notice that nobody can change."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import make
from tests.notices.conftest import objection, person, published
from voting.approvals import services as approvals
from voting.audit.models import AuditEntry
from voting.notices import queries, services
from voting.notices.models import NoticeEntry, PublicNotice
from voting.notices.services.publishing import fingerprint_of
from voting.seasons.models import Nominee, RuleSheet, Season
from voting.units.models import Tier, Unit

pytestmark = pytest.mark.django_db

# A Thursday afternoon in China; the State Council's schedule moves no day of this fortnight.
THURSDAY = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


@pytest.fixture
def thursday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: THURSDAY)


def test_a_notice_stands_for_five_working_days_from_the_day_after(
    season: Season, thursday: None
) -> None:
    notice = published(season)

    assert (notice.starts_on, notice.last_day) == (date(2026, 11, 27), date(2026, 12, 3))
    # Midnight at the end of 3 December in China.
    assert notice.ends_at == datetime(2026, 12, 3, 16, 0, tzinfo=UTC)
    assert notice.unknown_years == []


def test_a_year_that_nobody_knows_is_named_until_the_table_has_it(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2031, 1, 30, 8, 0, tzinfo=UTC))
    first = published(season)
    services.set_calendar(
        year=2031, days=[(date(2031, 2, 3), "holiday", "春节"), (date(2031, 2, 8), "make_up", "")],
        complete=True, source="国办发明电〔2030〕9号", actor="甲", reason="通知已发布",
    )  # fmt: skip
    again = published(season, "again", "节假日安排已公布，重新计算公示期。")

    assert (first.unknown_years, first.last_day) == ([2031], date(2031, 2, 6))
    assert (again.unknown_years, again.last_day) == ([], date(2031, 2, 7))


def test_rules_may_count_calendar_days_and_other_numbers(season: Season, thursday: None) -> None:
    RuleSheet.objects.filter(season=season).update(
        candidate_notice_days=7, notice_working_days=False
    )
    notice = published(season)

    assert (notice.days, notice.counts_working_days) == (7, False)
    assert (notice.starts_on, notice.last_day) == (date(2026, 11, 27), date(2026, 12, 3))
    assert notice.ends_at == datetime(2026, 12, 3, 16, 0, tzinfo=UTC)


def test_the_list_stands_as_it_was_published_whatever_becomes_of_the_nominees(
    season: Season,
) -> None:
    notice = published(season)
    names = [entry.name for entry in queries.entries_of(notice)]
    Nominee.objects.filter(season=season).update(name="改名")

    assert names == ["候选人101", "候选人102", "候选人103", "候选人201", "候选人202"]
    assert [entry.name for entry in queries.entries_of(notice)] == names
    assert fingerprint_of(notice) == notice.fingerprint


def test_units_of_that_name_are_noted_for_recusal(season: Season) -> None:
    tier = Tier.objects.create(position=1, name="站")
    Unit.objects.create(code="111", name="大塘村", tier=tier)
    Unit.objects.create(code="121", name="大塘村", tier=tier, closed_at=timezone.now())
    Nominee.objects.filter(ballot_number="101").update(unit="大塘村")

    first = queries.entries_of(published(season)).first()

    assert first is not None
    assert first.unit_codes == ["111", "121"]


@pytest.mark.both
@pytest.mark.parametrize("table", [PublicNotice, NoticeEntry])
def test_what_was_published_can_neither_change_nor_go(season: Season, table: Any) -> None:
    published(season)
    rows, text = table.objects.all(), "title" if table is PublicNotice else "name"

    for change in (lambda: rows.update(**{text: "x"}), lambda: rows._raw_delete(rows.db)):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert PublicNotice.objects.get().entries.count() == 5


def test_publication_takes_two_people_and_what_they_both_saw(season: Season) -> None:
    first, second = person("袁秋萍"), person("罗小满")
    proposal = services.propose_publication(
        season_id=season.pk, kind="candidate", issue="first", reason="", user=first
    )
    with pytest.raises(approvals.OwnProposal):
        approvals.approve(
            proposal_id=proposal.pk, user=first, seen=services.state_now(season),
            carry_out=services.carry_out,
        )  # fmt: skip
    assert not PublicNotice.objects.exists()

    approvals.approve(
        proposal_id=proposal.pk, user=second, seen=services.state_now(season),
        carry_out=services.carry_out,
    )  # fmt: skip

    notice = PublicNotice.objects.get()
    assert (notice.published_by, notice.approved_by) == ("袁秋萍", "罗小满")
    labels = {line["label"] for line in proposal.difference}
    assert {"标题", "正文", "发布单位", "奖项1", "奖项2"} <= labels
    assert AuditEntry.objects.filter(action="notice.publish", season=season.slug).count() == 1


def test_a_list_that_changed_meanwhile_is_not_published(season: Season) -> None:
    proposal = services.propose_publication(
        season_id=season.pk, kind="candidate", issue="first", reason="", user=person("袁秋萍")
    )
    Nominee.objects.filter(ballot_number="101").update(name="另一个人")

    with pytest.raises(approvals.ProposalStale):
        approvals.approve(
            proposal_id=proposal.pk, user=person("罗小满"), seen=services.state_now(season),
            carry_out=services.carry_out,
        )  # fmt: skip
    assert not PublicNotice.objects.exists()


@pytest.mark.parametrize(
    ("issue", "reason", "said"),
    [
        ("first", "", "There is a notice already"),
        ("correction", " ", "Say why there is another version"),
        ("again", "", "Say why there is another version"),
    ],
)
def test_another_version_says_why(season: Season, issue: str, reason: str, said: str) -> None:
    published(season)
    with pytest.raises(services.NoticeRuleBroken, match=said):
        published(season, issue, reason)
    assert PublicNotice.objects.count() == 1


def test_a_correction_keeps_the_period_and_brings_no_new_name(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: THURSDAY)
    first = published(season)
    monkeypatch.setattr(timezone, "now", lambda: THURSDAY + timedelta(days=3))
    Nominee.objects.filter(ballot_number="101").update(name="候选人甲")
    second = published(season, "correction", "更正一处姓名。")
    made = make.nominee(season, season.categories.get(position=1), "104")

    with pytest.raises(services.NoticeRuleBroken, match="候选人104 was not in the notice before"):
        published(season, "correction", "增补一人。")
    monkeypatch.setattr(timezone, "now", lambda: first.ends_at)
    with pytest.raises(services.NoticeRuleBroken, match="The period is over"):
        published(season, "correction", "过期更正。")
    third = published(season, "again", "增补一人。")

    assert (second.version, second.ends_at) == (2, first.ends_at)
    assert (third.version, third.starts_on) == (3, date(2026, 12, 5))
    assert third.entries.filter(ref=f"nominee:{made.pk}").exists()


def test_a_name_is_corrected_though_the_stage_was_moved_after_publishing(season: Season) -> None:
    first = published(season)
    now = timezone.now()
    season.stages.create(
        kind="candidate_notice", starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=9)
    )
    Nominee.objects.filter(season=season, ballot_number="101").update(name="更正后的姓名")

    assert published(season, "correction", "更正一处姓名。").last_day == first.last_day
    with pytest.raises(services.NoticeRuleBroken, match="set the dates of the stages first"):
        published(season, "again", "另行公示。")


def test_a_correction_corrects_something_and_a_new_period_need_not(season: Season) -> None:
    published(season)
    for act in (
        lambda: published(season, "correction", "更正。"),
        lambda: services.propose_publication(
            season_id=season.pk, kind="candidate", issue="correction", reason="更正。",
            user=person("袁秋萍"),
        ),
    ):  # fmt: skip
        with pytest.raises(services.NoticeRuleBroken, match="there is nothing to correct"):
            act()
    assert not season.proposals.exists()
    published(season, "again", "重新计算公示期。")
    Nominee.objects.filter(ballot_number="101").update(name_en="Somebody")
    assert published(season, "correction", "补充英文姓名。").version == 3


def test_nothing_is_published_without_names_or_a_way_to_reach_somebody(season: Season) -> None:
    empty = make.season(nominees={}, contact_phone="1")
    mute = make.season()
    for one, said in ((empty, "Nobody is proposed"), (mute, "Say where people can object")):
        with pytest.raises(services.NoticeRuleBroken, match=said):
            published(one)
    assert not PublicNotice.objects.exists()


def test_whom_an_upheld_objection_removes_stays_off_the_next_version(season: Season) -> None:
    published(season)
    made = objection(season)
    handler = person("罗小满")
    services.accept(objection_id=made.pk, user=handler)
    services.take_on(objection_id=made.pk, user=handler)
    services.decide(
        objection_id=made.pk, user=handler, outcome="upheld", effect="remove",
        decision="情况属实。", public_summary="经核查，一名候选人不符合条件。",
    )  # fmt: skip

    listed = queries.proposed(season, before=queries.latest(season))
    assert listed.struck == ("候选人101",)
    assert [entry.name for entry in listed.removed] == ["候选人101"]
    assert list(queries.uncarried(season, "candidate", queries.latest(season))) == [made]
    second = published(season, "correction", "经核查，取消一名候选人。")
    assert second.entries.count() == 4
    assert not queries.uncarried(season, "candidate", second).exists()
    assert Nominee.objects.get(ballot_number="101").withdrawn_at is not None


def test_three_hundred_names_cost_as_many_questions_as_five(season: Season) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as counted:
            services.propose_publication(
                season_id=season.pk, kind="candidate", issue="first", reason="",
                user=person("甲"),
            )  # fmt: skip
        waiting = season.proposals.get(state="waiting")
        approvals.withdraw_proposal(proposal_id=waiting.pk, user=waiting.proposed_by)
        return len(counted)

    few = asked()
    category = season.categories.get(position=1)
    Nominee.objects.bulk_create(
        Nominee(season=season, category=category, ballot_number=f"9{n}", name=f"候选{n}")
        for n in range(300)
    )
    assert asked() == few


@pytest.mark.both
@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"version": 2}, "another_notice_says_why"),
        ({"kind": "rumour"}, "notice_words_are_known"),
        ({"ends_at": THURSDAY}, "notice_ends_after_it_starts"),
        ({"fingerprint": ""}, "notice_says_by_whom"),
        ({}, "notice_version_once"),
    ],
)
def test_the_database_refuses_notices_that_cannot_be(
    season: Season, fields: dict[str, Any], name: str
) -> None:
    plain = {
        "season": season, "kind": "candidate", "version": 1, "issue": "first", "title": "公示",
        "body": "正文", "office": "办公室", "published_at": THURSDAY, "published_by": "甲",
        "days": 5, "counts_working_days": True,
        "starts_on": date(2026, 11, 27), "last_day": date(2026, 12, 3),
        "ends_at": THURSDAY + timedelta(days=8), "fingerprint": "0" * 64,
    }  # fmt: skip
    if not fields:
        PublicNotice.objects.create(**plain)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        PublicNotice.objects.create(**plain | fields)
    assert name in str(caught.value) or "notices_publicnotice.version" in str(caught.value)
