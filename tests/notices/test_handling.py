"""An objection on its way: who may handle it, in which order, and what stays on record."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import personal_data
from accounts.models import User
from tests.notices.conftest import objection, person, published
from voting.audit.models import AuditEntry
from voting.notices import queries, services
from voting.notices.models import (
    Objection,
    ObjectionEvent,
    Objector,
    PublicNotice,
    Recusal,
)
from voting.notices.personal_data import erase
from voting.notices.services.objecting import Statement, new_code, tidy_code
from voting.roles.models import Grant
from voting.seasons.models import Nominee, Season
from voting.units.models import ResponsiblePerson, Tier, Unit

pytestmark = pytest.mark.django_db

THURSDAY = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
DECISION = {"decision": "经核查，情况属实。", "public_summary": "一名候选人不符合条件。"}


@pytest.fixture
def notice(season: Season) -> PublicNotice:
    return published(season)


def looked_into(season: Season, handler: User, **fields: Any) -> Objection:
    made = objection(season, **fields)
    services.accept(objection_id=made.pk, user=handler, told="已受理。")
    return services.take_on(objection_id=made.pk, user=handler)


def state_of(made: Objection) -> tuple[str, str]:
    found = Objection.objects.select_related("handler").get(pk=made.pk)
    return (found.state, str(found.handler or ""))


def test_the_whole_way_stands_in_the_events_and_the_audit_log(
    season: Season, notice: PublicNotice
) -> None:
    handler = person("罗小满")
    made = looked_into(season, handler)
    services.answer(objection_id=made.pk, user=handler, told="正在核实签到记录。")
    services.note(objection_id=made.pk, user=handler, note="已致电村站。")
    services.decide(
        objection_id=made.pk, user=handler, outcome="partly", effect="correct", **DECISION
    )

    events = [(event.action, event.actor, event.told, event.note) for event in made.events.all()]
    assert events == [
        ("received", "", "", ""),
        ("accepted", "罗小满", "已受理。", ""),
        ("taken_on", "罗小满", "", ""),
        ("answered", "罗小满", "正在核实签到记录。", ""),
        ("noted", "罗小满", "", "已致电村站。"),
        ("decided", "罗小满", "经核查，情况属实。", ""),
    ]
    logged = AuditEntry.objects.filter(season=season.slug, target=made.number).order_by("pk")
    assert [entry.action for entry in logged] == [
        "objection.receive", "objection.accepted", "objection.taken_on", "objection.answered",
        "objection.noted", "objection.decided",
    ]  # fmt: skip
    assert "陈志远" not in str([(one.before, one.after, one.target) for one in logged])


def test_the_closing_second_decides_by_the_servers_clock(
    season: Season, notice: PublicNotice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: notice.ends_at - timedelta(microseconds=1))
    in_time = objection(season)
    monkeypatch.setattr(timezone, "now", lambda: notice.ends_at)
    with pytest.raises(services.NoticeOver, match="The notice has ended"):
        objection(season)
    posted = objection(season, channel="letter", received_at=notice.ends_at - timedelta(hours=1))

    assert set(Objection.objects.all()) == {in_time, posted}
    assert Objector.objects.count() == 2


def test_decisions_are_due_by_working_days(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: THURSDAY)
    draft = services.draft_of(season)
    services.save_draft(
        season_id=season.pk, kind="candidate", actor="甲",
        fields={"decision_days": 3, "title": draft.title, "body": draft.body},
    )  # fmt: skip
    published(season)
    made = objection(season)

    assert made.decide_by == date(2026, 12, 1)
    assert queries.counts(season, date(2026, 12, 1)) == (1, 1, 1, 0)
    assert queries.counts(season, date(2026, 12, 2)) == (1, 1, 0, 1)


def test_the_same_form_twice_makes_one_objection(season: Season, notice: PublicNotice) -> None:
    code = new_code()
    first = objection(season, code=code)
    second = objection(season, code=code, text="又一次")

    assert (first, Objection.objects.count(), second.text) == (second, 1, first.text)
    assert queries.by_code(season, code) == first
    assert code not in str(vars(first))


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        ("abcd-efgh 2345 6789", "ABCDEFGH23456789"),
        ("ABCDEFGH2345678", ""),
        ("ABCDEFGH2345678O", ""),
        ("", ""),
    ],
)
def test_codes_have_one_spelling(typed: str, tidy: str) -> None:
    assert tidy_code(typed) == tidy


def test_an_objection_to_somebody_who_is_not_in_the_notice_is_refused(
    season: Season, notice: PublicNotice
) -> None:
    with pytest.raises(services.NoticeRuleBroken, match="no longer in the notice"):
        objection(season, ref="nominee:0")
    assert not Objection.objects.exists()
    assert objection(season, ref="").entry is None


def test_before_the_notice_nothing_can_be_objected_to(season: Season) -> None:
    statement = Statement("", "other", "x", {"kind": "person", "name": "甲"})
    with pytest.raises(services.NoticeOver, match="no notice yet"):
        services.submit(season_id=season.pk, code=new_code(), statement=statement)
    assert not Objection.objects.exists()


def test_who_put_the_nominee_forward_or_objected_cannot_handle_it(season: Season) -> None:
    nominator, objector, namesake = person("甲"), person("乙"), person("陈 志远")
    reached = person("丙", phone="+8613800138000")
    notice = published(season)
    # The list of a notice cannot change, so this entry is the one of another version.
    listed = queries.entries_of(notice)[0]
    assert listed.nominators == []
    listed.pk, listed.position, listed.ref = None, 99, "nominee:x"
    listed.nominators = [nominator.pk]
    listed.save()
    made = objection(season, ref="nominee:x", submitted_by=objector.pk)

    for user, ground in (
        (nominator, "nominator"), (objector, "objector"), (namesake, "objector"),
        (reached, "objector"),
    ):  # fmt: skip
        with pytest.raises(services.MustRecuse) as refused:
            services.accept(objection_id=made.pk, user=user)
        assert refused.value.ground == ground
        # What is kept for good does not tell who objected.
        kept = "declared" if ground == "objector" else ground
        assert Recusal.objects.get(user=user).ground == kept
    assert state_of(made) == ("received", "")
    services.accept(objection_id=made.pk, user=person("丁"))


def test_people_of_the_nominees_unit_cannot_handle_it(season: Season) -> None:
    tiers = [Tier.objects.create(position=n, name=f"级{n}") for n in (1, 2, 3)]
    top = Unit.objects.create(code="1", name="县中心", tier=tiers[0])
    town = Unit.objects.create(code="11", name="东镇", tier=tiers[1], parent=top)
    village = Unit.objects.create(code="111", name="大塘村", tier=tiers[2], parent=town)
    other = Unit.objects.create(code="12", name="西镇", tier=tiers[1], parent=top)
    Nominee.objects.filter(ballot_number="101").update(unit="大塘村")
    published(season)
    made = objection(season)

    def with_role(unit: Unit | None, role: str = "reviewer") -> User:
        user = User.objects.create_user(f"{unit}@example.org", name=f"{unit}的人")
        Grant.objects.create(user=user, role=role, season=season, unit=unit, granted_by="x")
        return user

    responsible = person("周一", phone="+8613900000001")
    ResponsiblePerson.objects.create(
        unit=village, name="周一", phone="+8613900000001", starts_on=date(2026, 1, 1)
    )
    for user in (with_role(village), with_role(town), responsible):
        with pytest.raises(services.MustRecuse, match="belong to the unit of the nominee"):
            services.take_on(objection_id=made.pk, user=user)
    assert set(Recusal.objects.values_list("ground", flat=True)) == {"unit"}
    assert services.accept(objection_id=made.pk, user=with_role(other)).state == "accepted"


def test_who_steps_back_hands_it_on_and_stays_out(season: Season, notice: PublicNotice) -> None:
    first, second = person("甲"), person("乙")
    made = looked_into(season, first)
    services.recuse(objection_id=made.pk, user=first, note="与当事人是亲属。")

    assert state_of(made) == ("accepted", "")
    with pytest.raises(services.MustRecuse, match="stepped back"):
        services.take_on(objection_id=made.pk, user=first)
    services.take_on(objection_id=made.pk, user=second)
    assert state_of(made) == ("investigating", "乙")
    assert [(one.user, one.ground) for one in made.recusals.all()] == [(first, "declared")]


def test_of_two_handlers_one_is_told_that_the_other_was_quicker(
    season: Season, notice: PublicNotice
) -> None:
    first, second = person("甲"), person("乙")
    made = looked_into(season, first)
    with pytest.raises(services.NotYours, match="甲 handles this"):
        services.decide(
            objection_id=made.pk, user=second, outcome="upheld", effect="none", **DECISION
        )
    with pytest.raises(services.NoticeRuleBroken, match="Say why you take it over"):
        services.take_on(objection_id=made.pk, user=second)
    services.take_on(objection_id=made.pk, user=second, note="甲请假。")
    services.decide(objection_id=made.pk, user=second, outcome="upheld", effect="none", **DECISION)
    with pytest.raises(services.AlreadySettled, match="decided by now"):
        services.decide(
            objection_id=made.pk, user=first, outcome="not_upheld", effect="none", **DECISION
        )
    assert made.events.filter(action="decided").count() == 1
    assert Objection.objects.get().outcome == "upheld"


@pytest.mark.postgres
def test_no_opening_slips_into_a_decision(season: Season, notice: PublicNotice) -> None:
    handler = person("罗小满")
    made = looked_into(season, handler)
    with CaptureQueriesContext(connection) as queries_made:
        services.decide(
            objection_id=made.pk, user=handler, outcome="upheld", effect="remove", **DECISION
        )

    locks = [query["sql"] for query in queries_made if " FOR " in query["sql"]]
    assert [sql.partition(' FROM "')[2].partition('"')[0] for sql in locks] == [
        "seasons_season", "notices_objection",
    ]  # fmt: skip
    assert Nominee.objects.exclude(withdrawn_at=None).count() == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"outcome": "not_upheld", "effect": "remove"}, "leaves the list as it is"),
        ({"outcome": "upheld", "effect": "none", "decision": " "}, "needs a text"),
        ({"outcome": "upheld", "effect": "none", "public_summary": ""}, "needs a text"),
    ],
)
def test_a_decision_that_says_nothing_decides_nothing(
    season: Season, notice: PublicNotice, words: dict[str, str], said: str
) -> None:
    handler = person("甲")
    made = looked_into(season, handler)
    with pytest.raises(services.NoticeRuleBroken, match=said):
        services.decide(objection_id=made.pk, user=handler, **DECISION | words)
    assert state_of(made) == ("investigating", "甲")


def test_an_objection_to_the_notice_as_a_whole_takes_nobody_off(
    season: Season, notice: PublicNotice
) -> None:
    handler = person("甲")
    made = looked_into(season, handler, ref="")
    with pytest.raises(services.NoticeRuleBroken, match="concerns nobody in particular"):
        services.decide(
            objection_id=made.pk, user=handler, outcome="upheld", effect="remove", **DECISION
        )


def test_what_is_not_accepted_says_why(season: Season, notice: PublicNotice) -> None:
    handler = person("甲")
    made = objection(season)
    with pytest.raises(services.NoticeRuleBroken, match="Explain to the objector"):
        services.refuse(objection_id=made.pk, user=handler, refusal="no_lead", told="")
    services.refuse(
        objection_id=made.pk, user=handler, refusal="no_lead", told="没有可查证的线索。"
    )
    assert state_of(made) == ("not_accepted", "甲")
    with pytest.raises(services.AlreadySettled):
        services.accept(objection_id=made.pk, user=handler)
    with pytest.raises(services.AlreadySettled):
        services.add_evidence(objection_id=made.pk, told="补充", evidence=[])
    with pytest.raises(services.AlreadySettled):
        services.recuse(objection_id=made.pk, user=handler, note="x")


def test_the_objector_can_be_erased_once_it_is_settled(
    season: Season, notice: PublicNotice
) -> None:
    handler = person("甲")
    made = looked_into(season, handler)
    with pytest.raises(services.NoticeRuleBroken, match="While it is open"):
        services.erase_objector(objection_id=made.pk, actor="甲", reason="到期")
    services.decide(
        objection_id=made.pk, user=handler, outcome="not_upheld", effect="none", **DECISION
    )
    services.erase_objector(objection_id=made.pk, actor="甲", reason="保存期限已到")

    left = Objector.objects.get()
    assert (left.name, left.phone, left.email, left.erased_at is None) == ("", "", "", False)
    assert Objection.objects.get().text == "服务时长与事实不符。"
    assert made.events.last() == ObjectionEvent.objects.get(action="erased")


def test_objectors_are_erased_when_their_time_is_over(
    season: Season, notice: PublicNotice, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settled, waiting = objection(season), objection(season)
    services.refuse(
        objection_id=settled.pk, user=person("甲"), refusal="no_lead", told="线索不清。"
    )
    settings.OBJECTION_CONTACT_DAYS = 0
    call_command("notices_tidy")

    assert "objectors erased: 1" in capsys.readouterr().out
    assert Objector.objects.get(objection=settled).name == ""
    assert Objector.objects.get(objection=waiting).name == "陈志远"


@pytest.mark.both
@pytest.mark.parametrize("table", [ObjectionEvent, Recusal])
def test_events_and_recusals_stay_as_they_were(
    season: Season, notice: PublicNotice, table: Any
) -> None:
    made = objection(season)
    services.recuse(objection_id=made.pk, user=person("甲"), note="亲属")
    rows = table.objects.all()
    for change in (lambda: rows.update(note="x"), lambda: rows._raw_delete(rows.db)):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


@pytest.mark.both
@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"state": "lost"}, "objection_state_is_known"),
        ({"state": "not_accepted"}, "refused_objection_says_why"),
        ({"refusal": "late"}, "refused_objection_says_why"),
        ({"state": "decided", "outcome": "upheld"}, "decided_objection_says_what"),
        ({"outcome": "upheld"}, "decided_objection_says_what"),
        ({"state": "investigating"}, "somebody_looks_into_it"),
        ({"decided_at": THURSDAY}, "open_objection_has_no_end"),
        ({"effect": "remove"}, "only_an_upheld_objection_changes_the_list"),
        ({"text": ""}, "objection_says_something"),
    ],
)
def test_the_database_refuses_objections_that_cannot_be(
    season: Season, notice: PublicNotice, fields: dict[str, Any], name: str
) -> None:
    made = objection(season)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Objection.objects.filter(pk=made.pk).update(**fields)


@pytest.mark.both
def test_an_objector_has_a_name_until_it_is_erased(season: Season, notice: PublicNotice) -> None:
    objection(season)
    for fields in ({"name": ""}, {"erased_at": THURSDAY}):
        with pytest.raises(IntegrityError, match="objector_is_named"), transaction.atomic():
            Objector.objects.update(**fields)


def test_who_objected_takes_it_along_and_has_it_erased_once_it_is_settled(
    season: Season, notice: PublicNotice
) -> None:
    user, handler = person("陈志远"), person("罗小满")
    made = objection(season, submitted_by=user.pk)
    (told,) = personal_data.export(user)["objections"]
    assert (told["number"], told["name"], told["text"]) == (
        made.number, made.objector.name, made.text,
    )  # fmt: skip
    assert personal_data.export(handler)["objections"] == []
    assert [text for text in personal_data.hindrances(user) if "objection" in text]

    services.refuse(objection_id=made.pk, user=handler, refusal="no_lead", told="线索不足。")
    assert not [text for text in personal_data.hindrances(user) if "objection" in text]
    erase(user)

    made.objector.refresh_from_db()
    assert (made.objector.name, made.objector.phone, made.objector.erased_at is None) == (
        "", "", False,
    )  # fmt: skip
