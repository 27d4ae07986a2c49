"""Shortlists: where everybody stands, which quota moved whom, and what confirming does."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from tests.review import world
from voting.audit.models import AuditEntry
from voting.nominations.models import Contact, Merge, Nomination, Shortlist, ShortlistEntry
from voting.nominations.queries import proposed_nominees
from voting.nominations.readiness import readiness
from voting.nominations.review import standing
from voting.nominations.services import deciding, merging, shortlists
from voting.nominations.services.deciding import Recused
from voting.nominations.services.errors import ChangedMeanwhile, NotNow
from voting.nominations.services.shortlists import DoesNotFit
from voting.rules.shortlisting import eph_within_units, place
from voting.seasons.models import Category, Season, Stage

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "units", "per_unit", "expected"),
    [
        ({"a": 9, "b": 8, "c": 7}, {}, None, {"a": "through", "b": "through", "c": "line"}),
        ({"a": 9, "b": 8, "c": 8}, {}, None, {"a": "through", "b": "tie", "c": "tie"}),
        ({"a": 9, "b": 8, "c": 7}, {"a": "x", "b": "x"}, 1,
         {"a": "through", "b": "unit", "c": "through"}),
        ({"a": 9, "b": 9, "c": 7}, {"a": "x", "b": "x"}, 1,
         {"a": "tie", "b": "tie", "c": "through"}),
        ({"a": 9, "b": 9, "c": 9}, {"a": "x", "b": "x"}, 1,
         {"a": "tie", "b": "tie", "c": "through"}),
        ({"a": 9, "b": 8, "c": 8, "d": 8}, {"a": "x", "b": "x"}, 1,
         {"a": "through", "b": "unit", "c": "tie", "d": "tie"}),
        ({"a": 1}, {}, None, {"a": "through"}),
        ({}, {}, None, {}),
    ],
)  # fmt: skip
def test_places_go_by_count_within_the_quota_and_ties_stay_open(
    values: dict[str, int], units: dict[str, str], per_unit: int | None, expected: dict[str, str]
) -> None:
    assert place(values, places=2, units=units, per_unit=per_unit) == expected


def test_eph_counts_again_without_the_one_too_many_of_a_unit() -> None:
    ballots = [{"a"}] * 5 + [{"b"}] * 4 + [{"c"}] * 3

    result, off = eph_within_units(ballots, places=2, units={"a": "x", "b": "x"}, per_unit=1)

    assert (result.finalists, off) == (("a", "c"), ("b",))


def group(season: Season, name: str, nominators: int, by: User, **fields: Any) -> Nomination:
    """Put somebody forward so often, and put the nominations together."""
    lead = world.nomination(season, name, **fields)
    for _again in range(nominators - 1):
        other = world.nomination(season, name)
        merging.merge(nomination_id=other.pk, into_id=lead.pk, user=by, reason="同一人")
    lead.refresh_from_db()
    return lead


def accept(one: Nomination, by: User) -> Nomination:
    one = world.checked(Nomination.objects.get(pk=one.pk), by)
    return deciding.accept(nomination_id=one.pk, user=by, seen=one.version)


def category(season: Season) -> Category:
    return season.categories.get(position=1)


def rule(season: Season, by: User | None = None, **fields: Any) -> Shortlist:
    plain = {"method": "count", "places": 2, "names_each": 5, "over_full": "keep"}
    user = by or User.objects.get_or_create(email="rules@example.org", name="定规则")[0]
    return shortlists.set_rule(
        category_id=category(season).pk, user=user, reason="章程第八条", **plain | fields
    )  # fmt: skip


def confirm(season: Season, user: User, chosen: tuple[Nomination, ...] = (), **words: Any) -> Any:
    here = category(season)
    seen = standing.digest(standing.standing(here, standing.shortlist_of(here)))
    return shortlists.confirm(
        category_id=here.pk, user=user, chosen=[one.pk for one in chosen],
        **{"reason": "会议决定", "seen": seen} | words,
    )  # fmt: skip


def test_raw_nominations_count_once_for_each_nominator(season: Season, reviewer: User) -> None:
    somebody = world.person("热心人")
    lead = group(season, "范玉莲", 3, reviewer)
    Nomination.objects.filter(pk__in=[lead.pk, lead.merged.all()[0].nomination_id]).update(
        nominator=somebody
    )
    rule(season)

    found = standing.standing(category(season), standing.shortlist_of(category(season)))

    assert [(row.name, row.lines, row.nominators, row.placing) for row in found.rows] == [
        ("范玉莲", 3, 2, "through")
    ]
    assert list(found.repeated.values()) == [2]
    assert found.rows[0].why == "Through: 2 nominators"


def test_one_mailbox_or_number_is_one_nominator_however_it_is_typed(
    season: Season, reviewer: User
) -> None:
    typed = [
        ("a@qq.com", ""), ("A+1@QQ.com", "13900139000"), ("a+2@qq.com", ""), ("b@qq.com", ""),
        ("", "13800138000"), ("", "138 0013 8000"), ("", "+8613800138000"), ("", "0739-8230000"),
    ]  # fmt: skip
    lead = group(season, "范玉莲", len(typed), reviewer)
    family = [lead.pk, *lead.merged.values_list("nomination", flat=True)]
    for pk, (email, phone) in zip(family, typed, strict=True):
        Contact.objects.filter(nomination=pk).update(
            nominator_email=email,
            nominator_phone=phone,
            nominator_name="",
            confirmed_at="2027-01-01T00:00Z",
        )

    found = standing.standing(category(season), standing.shortlist_of(category(season)))

    assert [(row.lines, row.nominators) for row in found.rows] == [(8, 4)]
    assert sorted(found.repeated.values()) == [3, 3]


def test_the_quota_of_a_unit_moves_the_next_one_up_and_says_so(
    season: Season, reviewer: User
) -> None:
    town = world.unit("11")
    for name, number, unit in (("甲一", 3, town), ("甲二", 2, town), ("乙一", 1, None)):
        group(season, name, number, reviewer, unit=unit)
    rule(season, per_unit=1)

    found = standing.standing(category(season), standing.shortlist_of(category(season)))

    assert [(row.name, row.placing) for row in found.rows] == [
        ("甲一", "through"), ("甲二", "unit"), ("乙一", "through"),
    ]  # fmt: skip
    assert "its unit has its 1 places already" in found.rows[1].why


def test_confirming_leaves_who_is_not_through_off_the_list(season: Season, reviewer: User) -> None:
    leads = [accept(group(season, f"候选{n}", n, reviewer), reviewer) for n in (3, 2, 1)]
    one = leads[2].nominee
    one.name_en, one.summary = "Number One", "改过的一句话"
    one.save()
    rule(season)

    confirm(season, reviewer)

    assert [nominee.name for nominee in proposed_nominees(season)] == ["候选2", "候选3"]
    out = Nomination.objects.get(pk=leads[2].pk)
    assert (out.state, out.nominee) == ("not_listed", None)
    assert out.events.last().reason.startswith("未入围" if out.language != "en" else "Not short")
    assert [(e.position, e.is_through, e.why, e.nominators)
            for e in ShortlistEntry.objects.all()] == [
        (1, True, "through", 3), (2, True, "through", 2), (3, False, "line", 1),
    ]  # fmt: skip
    assert AuditEntry.objects.get(action="shortlist.confirm").after["through"] == [
        "候选3", "候选2",
    ]  # fmt: skip
    with pytest.raises(NotNow):
        rule(season)

    shortlists.reopen(category_id=category(season).pk, user=reviewer, reason="漏算")
    back = Nomination.objects.get(pk=leads[2].pk)
    assert back.state == "accepted"
    assert (back.nominee.name_en, back.nominee.summary) == ("Number One", "改过的一句话")
    assert proposed_nominees(season).count() == 3


def test_a_tie_waits_for_a_person_and_only_the_tied_can_be_chosen(
    season: Season, reviewer: User
) -> None:
    a, b, c = (accept(group(season, f"候选{n}", n, reviewer), reviewer) for n in (3, 1, 1))
    rule(season)
    for chosen in ((a,), (b, c)):
        with pytest.raises(DoesNotFit):
            confirm(season, reviewer, chosen)
    assert not ShortlistEntry.objects.exists()

    confirm(season, reviewer, (c,))

    assert {n.pk for n in proposed_nominees(season)} == {a.nominee_id, c.nominee_id}
    chosen = ShortlistEntry.objects.get(nomination=c)
    assert (chosen.why, chosen.chosen) == ("chosen", True)
    assert Nomination.objects.get(pk=b.pk).state == "not_listed"


def test_the_office_decides_within_places_and_quota(season: Season, reviewer: User) -> None:
    town = world.unit("11")
    a, b = (accept(world.nomination(season, name, unit=town), reviewer) for name in ("甲", "乙"))
    waiting = world.nomination(season, "丙")
    rule(season, method="decision", per_unit=1)
    with pytest.raises(DoesNotFit, match="at most 1 of one unit"):
        confirm(season, reviewer, (a, b))
    with pytest.raises(DoesNotFit, match="still under review: 丙"):
        confirm(season, reviewer, (waiting,))
    with pytest.raises(ChangedMeanwhile):
        confirm(season, reviewer, (a,), seen="0" * 16)
    near = world.nomination(season, "丁", nominator=reviewer)
    with pytest.raises(Recused):
        confirm(season, reviewer, (a,))
    Nomination.objects.filter(pk=near.pk).update(nominator=None)
    confirm(season, reviewer, (a,))
    assert {one.name for one in proposed_nominees(season)} == {"甲"}


def test_who_is_close_sets_no_rule_and_nobody_does_once_the_review_is_over(
    season: Season, reviewer: User, other: User
) -> None:
    now = timezone.now()
    review = Stage.objects.create(season=season, kind="eligibility_review",
                                  starts_at=now + timedelta(hours=1),
                                  ends_at=now + timedelta(hours=2))  # fmt: skip
    joined = world.nomination(season, "丁", nominator=reviewer, state="merged")
    lead = world.nomination(season, "丁")
    Merge.objects.create(nomination=joined, into=lead, merged_by=other, reason="同一人")

    with pytest.raises(Recused):
        rule(season, reviewer)
    assert not Shortlist.objects.exists()
    rule(season, other, places=3)  # before the review begins, so that nobody fits it to a result
    entry = AuditEntry.objects.get(action="shortlist.rule")
    assert (entry.actor, entry.reason, entry.after["places"]) == ("乙", "章程第八条", 3)

    Stage.objects.filter(pk=review.pk).update(starts_at=now - timedelta(hours=3),
                                              ends_at=now - timedelta(hours=2))  # fmt: skip
    Stage.objects.create(season=season, kind="judging", starts_at=now - timedelta(hours=1),
                         ends_at=now + timedelta(days=1))  # fmt: skip
    with pytest.raises(NotNow, match="The review is over"):
        rule(season, other, places=1)
    assert Shortlist.objects.get().places == 3


def test_opening_waits_for_decisions_and_begun_shortlists(season: Season, reviewer: User) -> None:
    assert readiness(season) == []
    one = world.nomination(season)
    rule(season, places=5)
    assert [(item.done, item.blocks) for item in readiness(season)] == [
        (False, True), (False, True), (True, False),
    ]  # fmt: skip
    accept(one, reviewer)
    confirm(season, reviewer)
    assert all(item.done for item in readiness(season))
