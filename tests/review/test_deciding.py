"""Decisions: what each does, who must not make it, and that a refusal leaves nothing behind."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from tests.review import world
from voting.audit.models import AuditEntry
from voting.nominations.models import (
    CheckAnswer,
    Clearance,
    Decision,
    Nomination,
    NominationEvent,
    ReviewSettings,
)
from voting.nominations.queries import proposed_nominees
from voting.nominations.review import checklist, queue
from voting.nominations.services import bulk, checking, deciding, merging, shortlists
from voting.nominations.services.deciding import NotEligible, ReasonMissing
from voting.nominations.services.errors import ChangedMeanwhile, NotNow
from voting.seasons.models import NominationSettings, Nominee, Season

pytestmark = pytest.mark.django_db


def left_behind() -> tuple[int, ...]:
    tables = (Decision, NominationEvent, Nominee, AuditEntry, CheckAnswer)
    return tuple(table.objects.count() for table in tables)


def accepted(one: Nomination, by: User) -> Nomination:
    world.checked(one, by)
    return deciding.accept(nomination_id=one.pk, user=by, seen=one.version)


def test_accepting_puts_somebody_on_the_list(season: Season, reviewer: User) -> None:
    one = accepted(world.nomination(season, unit=world.unit("11")), reviewer)

    assert one.state == "accepted"
    assert [(n.name, n.unit, n.summary, n.ballot_number) for n in proposed_nominees(season)] == [
        ("范玉莲", "单位11", "六年照看孩子。", "")
    ]
    assert one.nominee == Nominee.objects.get()
    assert [(d.kind, d.decided_by) for d in one.decisions.all()] == [("accept", reviewer)]
    assert [e.action for e in one.events.all()] == ["accept"]


def test_several_are_accepted_though_none_has_a_number_yet(season: Season, reviewer: User) -> None:
    for name in ("甲一", "甲二", "甲三"):
        accepted(world.nomination(season, name), reviewer)

    assert Nominee.objects.filter(ballot_number="").count() == 3


def test_an_open_question_or_a_no_stops_accepting(season: Season, reviewer: User) -> None:
    one = world.nomination(season)
    before = left_behind()
    with pytest.raises(NotEligible, match="has answered: 3"):
        deciding.accept(nomination_id=one.pk, user=reviewer, seen=one.version)
    assert left_behind() == before

    world.checked(one, reviewer)
    checking.answer(nomination_id=one.pk, user=reviewer, answers={"record": ("no", "失信")})
    with pytest.raises(NotEligible, match="No negative events"):
        deciding.accept(nomination_id=one.pk, user=reviewer, seen=one.version)
    assert not Nominee.objects.exists()


@pytest.mark.parametrize(
    ("fields", "code", "found"),
    [
        ({"birth_year": 1980}, "age", "yes"),
        ({"birth_year": 2020, "age": "child"}, "age", "no"),
        ({"birth_year": None, "age": ""}, "age", ""),
        ({"birth_year": None, "age": "", "kind": "team"}, "age", "na"),
        ({"service_hours": 20}, "hours", "yes"),
        ({"service_hours": "19.5"}, "hours", "no"),
        ({"service_hours": None}, "hours", ""),
        ({"birth_year": None, "age": "minor"}, "guardian", "no"),
        ({}, "guardian", "na"),
        ({}, "consent", "yes"),
        ({}, "one-category", "yes"),
    ],
)
def test_the_program_finds_out_what_it_can(
    season: Season, fields: dict[str, Any], code: str, found: str
) -> None:
    one = world.nomination(season, **fields)

    lines = {line.item.code: line for line in checklist.lines(one)}

    assert lines[code].found is not None
    assert lines[code].found.answer == found
    assert lines["record"].found is None


def test_many_hours_are_written_as_numbers_are(season: Season) -> None:
    one = world.nomination(season, service_hours="1320.5")

    lines = {line.item.code: line for line in checklist.lines(one)}

    assert lines["hours"].found is not None
    assert lines["hours"].found.text == "1,320.5 hours are given"


def test_a_namesake_in_another_category_and_an_earlier_winner_are_pointed_out(
    season: Season,
) -> None:
    world.nomination(season, "範玉蓮", position=2)
    season.past_winners.create(edition="第一届", category="x", name="范玉莲")

    lines = {line.item.code: line for line in checklist.lines(world.nomination(season))}

    assert [lines[code].holds for code in ("one-category", "past-winner")] == ["", ""]
    assert lines["one-category"].found.text == "The same name stands in: 奖项2"
    assert "第一届 范玉莲" in lines["past-winner"].found.text


def test_a_persons_answer_holds_over_what_was_found(season: Season, reviewer: User) -> None:
    one = world.nomination(season, service_hours=5)
    checking.answer(nomination_id=one.pk, user=reviewer, answers={"hours": ("yes", "另有证明")})

    line = next(line for line in checklist.lines(one) if line.item.code == "hours")

    assert (line.found.answer, line.holds) == ("no", "yes")
    assert AuditEntry.objects.get(action="nomination.check").after == {"hours": "yes 另有证明"}
    checking.answer(nomination_id=one.pk, user=reviewer, answers={"hours": ("", "")})
    assert not CheckAnswer.objects.exists()


def test_an_objection_of_an_office_needs_a_remark(season: Season, reviewer: User) -> None:
    one = world.checked(world.nomination(season), reviewer)
    clearance = checking.add_clearance(
        nomination_id=one.pk, user=reviewer, issuer="县税务局", issued_on=date(2026, 11, 2),
        result="against",
    )  # fmt: skip
    with pytest.raises(NotEligible, match="spoken against it"):
        deciding.accept(nomination_id=one.pk, user=reviewer, seen=one.version)

    checking.strike_clearance(clearance_id=clearance.pk, user=reviewer, reason="录错了")
    with pytest.raises(NotNow):
        checking.strike_clearance(clearance_id=clearance.pk, user=reviewer, reason="再次")
    assert deciding.accept(nomination_id=one.pk, user=reviewer, seen=one.version).nominee


def test_returning_and_rejecting_say_why_in_the_nominators_language(
    season: Season, reviewer: User
) -> None:
    one = world.nomination(season)
    before = left_behind()
    for code, text in (("", "x"), ("nothing", "x"), ("other", " ")):
        with pytest.raises(ReasonMissing):
            deciding.reject(nomination_id=one.pk, user=reviewer, seen=one.version,
                            reason_code=code, text=text)  # fmt: skip
    assert left_behind() == before

    done = deciding.return_for_correction(
        nomination_id=one.pk, user=reviewer, seen=one.version, reason_code="photos",
        text="请重拍", fields=["portrait"], remark="内部",
    )  # fmt: skip
    event = done.events.get()
    assert (done.state, event.detail) == ("returned", {"fields": ["portrait"]})
    assert event.reason.startswith("照片不清楚或缺少说明")
    assert "请重拍" in event.reason
    assert "内部" not in event.reason
    assert done.decisions.get().note == "内部"
    done = deciding.reject(nomination_id=one.pk, user=reviewer, seen=done.version,
                           reason_code="scope")  # fmt: skip
    assert (done.state, done.events.last().reason) == ("rejected", "不属于本次评选范围")


def test_a_decision_can_be_taken_back_and_the_list_follows(season: Season, reviewer: User) -> None:
    one = accepted(world.nomination(season), reviewer)
    with pytest.raises(ReasonMissing):
        deciding.reopen(nomination_id=one.pk, user=reviewer, seen=one.version, text=" ")

    back = deciding.reopen(nomination_id=one.pk, user=reviewer, seen=one.version, text="重核")
    assert (back.state, back.nominee, Nominee.objects.count()) == ("resubmitted", None, 0)
    again = deciding.accept(nomination_id=one.pk, user=reviewer, seen=back.version)
    gone = deciding.reject(nomination_id=one.pk, user=reviewer, seen=again.version,
                           reason_code="scope")  # fmt: skip
    assert (gone.state, gone.nominee_id, Nominee.objects.count()) == ("rejected", None, 0)
    assert [d.kind for d in one.decisions.all()] == ["accept", "reopen", "accept", "reject"]


def test_the_list_stands_still_once_voting_was_opened(season: Season, reviewer: User) -> None:
    one = world.checked(world.nomination(season), reviewer)
    done = accepted(world.nomination(season, "王一"), reviewer)
    Season.objects.filter(pk=season.pk).update(phase="closed")
    before = left_behind()
    for act, row in ((deciding.accept, one), (deciding.reopen, done)):
        words = {"text": "x"} if act is deciding.reopen else {}
        with pytest.raises(NotNow, match="frozen"):
            act(nomination_id=row.pk, user=reviewer, seen=row.version, **words)
    assert left_behind() == before


def test_nobody_decides_over_a_change_in_between(season: Season, reviewer: User) -> None:
    one = world.checked(world.nomination(season), reviewer)
    Nomination.objects.filter(pk=one.pk).update(version=one.version + 1)
    before = left_behind()

    with pytest.raises(ChangedMeanwhile):
        deciding.accept(nomination_id=one.pk, user=reviewer, seen=one.version)

    assert left_behind() == before


def test_a_second_look_is_by_a_second_person(season: Season, reviewer: User, other: User) -> None:
    ReviewSettings.objects.create(season=season, second_look=True)
    one = world.checked(world.nomination(season), reviewer)
    with pytest.raises(NotEligible, match="preliminary review has not been passed"):
        deciding.accept(nomination_id=one.pk, user=other, seen=one.version)
    deciding.pass_on(nomination_id=one.pk, user=reviewer, seen=one.version)
    with pytest.raises(NotNow):
        deciding.pass_on(nomination_id=one.pk, user=other, seen=one.version)
    with pytest.raises(NotEligible, match="another person"):
        deciding.accept(nomination_id=one.pk, user=reviewer, seen=one.version)
    assert deciding.accept(nomination_id=one.pk, user=other, seen=one.version).state == "accepted"


def test_what_was_passed_before_a_correction_is_looked_at_anew(
    season: Season, reviewer: User, other: User
) -> None:
    ReviewSettings.objects.create(season=season, second_look=True)
    one = world.checked(world.nomination(season), reviewer)
    deciding.pass_on(nomination_id=one.pk, user=reviewer, seen=one.version)
    one = deciding.return_for_correction(nomination_id=one.pk, user=other, seen=one.version,
                                         reason_code="texts")  # fmt: skip
    one = deciding.move(nomination_id=one.pk, to="resubmitted", action="resubmit", actor="x")
    with pytest.raises(NotEligible, match="preliminary"):
        deciding.accept(nomination_id=one.pk, user=other, seen=one.version)


def test_a_pass_goes_by_what_was_looked_at_and_not_by_the_clock(
    season: Season, reviewer: User, other: User
) -> None:
    ReviewSettings.objects.create(season=season, second_look=True)
    later = timezone.now() + timedelta(hours=1)  # the clock that noted the state was ahead
    one = world.checked(world.nomination(season, state_since=later), reviewer)
    deciding.pass_on(nomination_id=one.pk, user=reviewer, seen=one.version)
    passed = queue.passed_by(one)
    assert passed is not None
    assert passed.version == one.version
    # A change of the same moment, or of a clock that was behind, is a change all the same.
    Nomination.objects.filter(pk=one.pk).update(
        version=one.version + 1, state_since=F("created_at")
    )
    one.refresh_from_db()
    assert queue.passed_by(one) is None
    with pytest.raises(NotEligible, match="preliminary review has not been passed"):
        deciding.accept(nomination_id=one.pk, user=other, seen=one.version)


def test_a_pass_for_one_category_is_none_for_another(
    season: Season, reviewer: User, other: User
) -> None:
    ReviewSettings.objects.create(season=season, second_look=True)
    one = world.checked(world.nomination(season), reviewer)
    deciding.pass_on(nomination_id=one.pk, user=reviewer, seen=one.version)
    one = bulk.assign_category(
        nomination_id=one.pk, seen=one.version, user=other,
        category_id=season.categories.get(position=2).pk,
    )  # fmt: skip
    assert queue.passed_by(one) is None
    deciding.pass_on(nomination_id=one.pk, user=other, seen=one.version)
    assert queue.passed_by(one) is not None


def test_a_pass_from_before_versions_were_kept_goes_by_the_time(
    season: Season, reviewer: User
) -> None:
    one = world.nomination(season)
    Decision.objects.create(nomination=one, kind="pass", decided_by=reviewer)
    assert queue.passed_by(one) is not None
    one.state_since = timezone.now() + timedelta(seconds=1)
    assert queue.passed_by(one) is None


@pytest.mark.both
def test_decisions_are_never_changed_or_deleted(season: Season, reviewer: User) -> None:
    accepted(world.nomination(season), reviewer)
    for change in (lambda: Decision.objects.update(note="x"), Decision.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Decision.objects.get().note == ""


@pytest.mark.both
@pytest.mark.parametrize(
    ("constraint", "row"),
    [
        ("decision_kind_is_known", lambda one, by: Decision(nomination=one, kind="x",
                                                            decided_by=by)),
        ("decision_says_why", lambda one, by: Decision(nomination=one, kind="reject",
                                                       decided_by=by)),
        ("clearance_result_is_known", lambda one, by: Clearance(
            nomination=one, issuer="x", issued_on=date(2026, 1, 1), result="x", added_by=by)),
        ("clearance_says_who_gave_it", lambda one, by: Clearance(
            nomination=one, issuer="", issued_on=date(2026, 1, 1), result="clear", added_by=by)),
        ("clearance_scan_has_a_size", lambda one, by: Clearance(
            nomination=one, issuer="x", issued_on=date(2026, 1, 1), result="clear", added_by=by,
            content_type="image/png")),
    ],
)  # fmt: skip
def test_the_tables_refuse_what_cannot_be(
    season: Season, reviewer: User, constraint: str, row: Any
) -> None:
    one = world.nomination(season)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row(one, reviewer).save()


def test_reviewing_waits_for_the_end_of_nominations_where_the_season_says_so(
    season: Season, reviewer: User
) -> None:
    now = timezone.now()
    one, two = world.checked(world.nomination(season), reviewer), world.nomination(season, "乙")
    NominationSettings.objects.create(season=season, review_while_nominating=False)
    stage = season.stages.create(
        kind="nominations", starts_at=now - timedelta(days=2), ends_at=now + timedelta(days=2)
    )
    acts: list[Callable[[], Any]] = [
        lambda: deciding.accept(nomination_id=one.pk, user=reviewer, seen=one.version),
        lambda: checking.answer(nomination_id=two.pk, user=reviewer, answers={}),
        lambda: merging.not_the_same(first_id=one.pk, second_id=two.pk, user=reviewer),
        lambda: shortlists.confirm(
            category_id=one.category_id or 0, user=reviewer, reason="x", seen=""
        ),
    ]

    for act in acts:
        with pytest.raises(NotNow, match="not reviewed now"):
            act()
    assert not Nominee.objects.exists()
    stage.delete()
    season.stages.create(
        kind="nominations", starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1)
    )
    for act in acts[:3]:
        act()
    assert Nominee.objects.count() == 1
