"""Amending frozen rules: two people, a public reason, forward only, and no other way in."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from tests import make
from voting.audit.models import AuditEntry
from voting.seasons import amending
from voting.seasons.amending import Change, NotAmendable, amend_rules, changes_of, check
from voting.seasons.frozen_guard import AMENDMENT_MESSAGE, MESSAGE
from voting.seasons.models import Category, RuleAmendment, RuleSheet, Season
from voting.seasons.queries import season_by_slug
from voting.seasons.services import fingerprint

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("english"),
    pytest.mark.both,
]


@pytest.fixture
def people() -> tuple[User, User]:
    return (
        User.objects.create_user("one@example.org", password="x"),
        User.objects.create_user("two@example.org", password="x"),
    )


def frozen(phase: str = "open", **fields: Any) -> Season:
    season = season_by_slug(make.season(**fields).slug)
    sheet = season.rule_sheet
    sheet.frozen_at, sheet.fingerprint = timezone.now(), fingerprint(season)
    sheet.save()
    season.phase = phase
    season.save()
    return season_by_slug(season.slug)


def amend(season: Season, people: tuple[User, User], **wanted: Any) -> RuleAmendment:
    return amend_rules(
        season_id=season.pk, wanted=wanted, reason="台风停电", proposed_by=people[0],
        approved_by=people[1],
    )  # fmt: skip


def again(season: Season) -> Season:
    return season_by_slug(season.slug)


def refused(change: Callable[[], Any], message: str = MESSAGE) -> None:
    with pytest.raises(IntegrityError, match=message), transaction.atomic():
        change()


def test_an_amendment_changes_the_rules_and_is_on_record(people: tuple[User, User]) -> None:
    season = frozen()
    first, later = season.rule_sheet.fingerprint, season.closes_at + timedelta(days=2)

    amend(season, people, closes_at=later, display="daily", display_hour=20)
    amend(season, people, result_notice_days=7)

    now = again(season)
    assert (now.closes_at, now.rule_sheet.display, now.rule_sheet.display_hour) == (
        later, "daily", 20,
    )  # fmt: skip
    assert (now.rule_sheet.version, now.rule_sheet.result_notice_days) == (2, 7)
    assert now.rule_sheet.fingerprint == fingerprint(now) != first
    one, two = now.amendments.order_by("number")
    assert (one.fingerprint_before, one.fingerprint_after) == (first, two.fingerprint_before)
    assert two.fingerprint_after == now.rule_sheet.fingerprint
    assert changes_of(one)[1:] == [
        Change("display", "live", "daily"),
        Change("display_hour", 18, 20),
    ]
    before, after = changes_of(one)[0][1:]
    assert datetime.fromisoformat(after) - datetime.fromisoformat(before) == timedelta(days=2)
    assert changes_of(two) == [Change("result_notice_days", 5, 7)]
    assert [event.reason for event in now.events.filter(action="amend")] == ["台风停电"] * 2
    entry = AuditEntry.objects.filter(action="rules.amend").order_by("pk")[1]
    assert (entry.before, entry.after) == ({"result_notice_days": 5}, {"result_notice_days": 7})


def test_one_person_alone_amends_nothing(people: tuple[User, User]) -> None:
    season = frozen()
    with pytest.raises(NotAmendable, match="two people"):
        amend(season, (people[0], people[0]), display="hidden")
    row = {
        "season": season, "number": 1, "reason": "r", "before": {}, "display": "hidden",
        "fingerprint_before": season.rule_sheet.fingerprint, "fingerprint_after": "f" * 64,
    }  # fmt: skip
    refused(
        lambda: RuleAmendment.objects.create(**row, proposed_by=people[0], approved_by=people[0]),
        "two_people_amend|CHECK",
    )
    refused(
        lambda: RuleAmendment.objects.create(
            **row | {"reason": ""}, proposed_by=people[0], approved_by=people[1]
        ),
        "amendment_says_why|CHECK",
    )
    assert again(season).rule_sheet.version == 0


NEVER = [
    {"min_choices": 1}, {"public_weight": 10}, {"conversion": {}}, {"panel": {}}, {"ties": {}},
    {"shortlisting": {}}, {"time_zone": "UTC"}, {"identity_level": "verified"}, {"rate_burst": 1},
    {"notice_working_days": False}, {"opens_at": timezone.now()},
]  # fmt: skip
BACKWARD: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"closes_at": timezone.now()}),
    ({}, {"closes_at": None}),
    ({"display": "hidden"}, {"display": "live"}),
    ({"display": "hidden"}, {"display": "rank_only"}),
    ({"display": "rank_only"}, {"display": "daily"}),
    ({"display": "daily"}, {"display": "delayed", "display_delay_minutes": 5}),
    ({"display": "delayed", "display_delay_minutes": 30}, {"display_delay_minutes": 5}),
    ({"display": "delayed", "display_delay_minutes": 30}, {"display": "rank_only"}),
    ({}, {"display": "delayed"}),
    ({}, {"display_delay_minutes": 5}),
    ({}, {"display_hour": 12}),
    ({"display": "daily"}, {"display_hour": 24}),
    ({"turnout_public": False}, {"turnout_public": True}),
    ({}, {"result_notice_days": 4}),
    ({}, {"candidate_notice_days": 61}),
    ({}, {}),
    ({}, {"display": "live"}),
]


def test_what_ballots_are_worth_never_changes_and_nothing_is_taken_back() -> None:
    season = frozen()
    for wanted in NEVER:
        with pytest.raises(NotAmendable, match="any more"):
            check(season, wanted)
    for number, (sheet, wanted) in enumerate(BACKWARD):
        other = frozen(sheet=sheet, slug=f"back{number}", nominees={})
        with pytest.raises(NotAmendable):
            check(other, wanted)


def test_each_direction_that_is_open_can_be_gone() -> None:
    season = frozen()
    for wanted in (
        {"closes_at": season.closes_at + timedelta(minutes=1)},
        {"closes_at": (season.closes_at + timedelta(minutes=1)).isoformat()},
        {"display": "delayed", "display_delay_minutes": 10},
        {"display": "rank_only"}, {"display": "hidden"}, {"turnout_public": False},
        {"candidate_notice_days": 6}, {"result_notice_days": 60},
    ):  # fmt: skip
        assert {change.field for change in check(season, wanted)} == wanted.keys()


def test_what_can_still_change_depends_on_where_the_season_is() -> None:
    draft = season_by_slug(make.season(slug="draft").slug)
    assert amending.fields_of(draft) == []
    assert amending.fields_of(frozen(slug="on"))[:2] == ["closes_at", "display"]
    notices = ["candidate_notice_days", "result_notice_days"]
    assert amending.fields_of(frozen(phase="closed", slug="shut")) == notices
    assert amending.fields_of(frozen(phase="announced", slug="out")) == []
    ended = frozen(slug="ended", closes_at=timezone.now() - timedelta(hours=1))
    assert amending.fields_of(ended) == notices
    with pytest.raises(NotAmendable):
        check(ended, {"closes_at": timezone.now() + timedelta(days=1)})
    old = frozen(slug="old", sheet={"fingerprint_format": 1})
    assert not set(notices) & set(amending.fields_of(old))


def test_rules_frozen_by_the_first_form_are_amended_in_it(people: tuple[User, User]) -> None:
    season = frozen(sheet={"fingerprint_format": 1})
    amend(season, people, display="hidden")
    now = again(season)
    assert (now.rule_sheet.fingerprint_format, now.rule_sheet.fingerprint) == (1, fingerprint(now))


def test_no_value_changes_without_the_row_that_names_it(people: tuple[User, User]) -> None:
    """What SQL, a shell or the administration could try; each is refused by the database."""
    season = frozen()
    sheets, seasons = RuleSheet.objects.filter(season=season), Season.objects.filter(pk=season.pk)
    before, later = season.rule_sheet.fingerprint, season.closes_at + timedelta(days=1)
    for fields in (
        {"display": "hidden"}, {"version": 1}, {"fingerprint": "f" * 64}, {"turnout_public": False},
        {"version": 1, "fingerprint": "f" * 64, "display": "hidden"},
        {"result_notice_days": 9}, {"conversion": {"how": "log"}}, {"frozen_at": None},
    ):  # fmt: skip
        refused(lambda fields=fields: sheets.update(**fields))
    refused(lambda: seasons.update(closes_at=later))
    row = {
        "season": season, "before": {}, "reason": "r", "proposed_by": people[0],
        "approved_by": people[1], "fingerprint_before": before, "fingerprint_after": "f" * 64,
    }  # fmt: skip
    for wrong in (
        {"number": 2}, {"number": 1, "fingerprint_before": "0" * 64},
        {"number": 1, "closes_at": season.closes_at - timedelta(hours=1)},
    ):  # fmt: skip
        refused(lambda wrong=wrong: RuleAmendment.objects.create(**row | wrong), AMENDMENT_MESSAGE)

    RuleAmendment.objects.create(**row, number=1, display="hidden", closes_at=later)

    # The row alone changes no rule, and no other value can use it.
    refused(lambda: sheets.update(version=1, fingerprint="f" * 64, display="daily"))
    refused(lambda: sheets.update(version=1, fingerprint="f" * 64))
    refused(lambda: sheets.update(version=1, fingerprint="e" * 64, display="hidden"))
    refused(lambda: sheets.update(
        version=1, fingerprint="f" * 64, display="hidden", turnout_public=False
    ))  # fmt: skip
    refused(lambda: sheets.update(
        version=1, fingerprint="f" * 64, display="hidden", min_choices=2
    ))  # fmt: skip
    refused(lambda: seasons.update(closes_at=later))  # before the sheet says so
    assert sheets.update(version=1, fingerprint="f" * 64, display="hidden") == 1
    refused(lambda: seasons.update(closes_at=later + timedelta(days=1)))
    refused(lambda: seasons.update(closes_at=later, slug="other"))
    assert seasons.update(closes_at=later) == 1
    refused(lambda: seasons.update(closes_at=season.closes_at))
    refused(lambda: sheets.update(display="live"))
    refused(lambda: Category.objects.filter(season=season).update(places=9))


def test_amendments_are_only_ever_added_and_only_to_frozen_rules(
    people: tuple[User, User],
) -> None:
    season = frozen()
    amend(season, people, display="hidden")
    rows = RuleAmendment.objects.all()
    for change in (lambda: rows.update(reason="x"), lambda: rows._raw_delete(rows.db)):
        refused(change, "append-only")
    draft = make.season(slug="draft")
    refused(
        lambda: RuleAmendment.objects.create(
            season=draft, number=1, before={}, reason="r", proposed_by=people[0],
            approved_by=people[1], fingerprint_before="a" * 64, fingerprint_after="f" * 64,
        ),
        AMENDMENT_MESSAGE,
    )  # fmt: skip
    refused(lambda: RuleSheet.objects.filter(season=draft).update(version=1), "only_frozen|CHECK")


def test_a_proposal_that_rests_on_other_rules_is_stale(people: tuple[User, User]) -> None:
    season = frozen()
    seen = amending.state(season)
    assert len(seen) == 64
    amend(season, people, result_notice_days=6)
    assert amending.state(again(season)) != seen
