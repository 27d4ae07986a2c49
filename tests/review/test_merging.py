"""Duplicates: found, put together by a person, taken apart, and nobody loses anything."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from accounts.models import User
from tests.review import world
from voting.nominations.models import Likeness, Merge, Nomination
from voting.nominations.review import likenesses, standing
from voting.nominations.services import deciding, likening, merging
from voting.nominations.services.deciding import Recused
from voting.nominations.services.errors import NotNow
from voting.nominations.services.sending import withdraw
from voting.seasons.models import Nominee, Season

pytestmark = pytest.mark.django_db


def pair(season: Season) -> tuple[Nomination, Nomination]:
    one = world.nomination(season, "范玉莲", unit=world.unit("11"))
    return one, world.nomination(season, "範玉蓮")


def states(*nominations: Nomination) -> list[str]:
    return [Nomination.objects.get(pk=one.pk).state for one in nominations]


def test_variants_of_a_name_are_found_when_they_come_in(season: Season) -> None:
    one, two = pair(season)
    world.nomination(season, "赵铁柱", headline="修桥。", summary="")

    assert likening.suggest_for(nomination_id=two.pk) == 1

    found = Likeness.objects.get()
    assert (found.first, found.second) == (one, two)
    assert found.percent >= 85
    assert likenesses.why(found.reasons)[0] == "the same name"


def test_the_whole_search_finds_the_same_text_under_another_name(
    season: Season, reviewer: User
) -> None:
    one, two = pair(season)
    three = world.nomination(season, "李四光", headline="六年照看孩子。")
    likening.suggest_for(nomination_id=three.pk)
    assert not Likeness.objects.exists()

    call_command("find_duplicates", season.slug)

    assert {(row.first, row.second) for row in Likeness.objects.all()} == {
        (one, two), (one, three), (two, three),
    }  # fmt: skip
    merging.not_the_same(first_id=three.pk, second_id=one.pk, user=reviewer)
    call_command("find_duplicates", season.slug)
    assert Likeness.objects.get(first=one, second=three).verdict == "different"
    assert likenesses.open_pairs(season).count() == 2


def test_merging_keeps_both_and_tells_both(
    season: Season, reviewer: User, django_capture_on_commit_callbacks: object
) -> None:
    one, two = pair(season)
    likening.search(season_id=season.pk)

    merge = merging.merge(nomination_id=two.pk, into_id=one.pk, user=reviewer, reason="同一人")

    assert states(one, two) == ["submitted", "merged"]
    assert merge.percent >= 85
    told = two.events.get()
    assert (told.action, told.is_public) == ("merge", True)
    assert told.reason == (
        "Put together with the nomination of 范玉莲 in 奖项1: 同一人"
        if two.language == "en" else told.reason
    )  # fmt: skip
    assert "范玉莲" in told.reason
    assert "同一人" in told.reason
    assert one.events.get().action == "joined"
    assert not likenesses.open_pairs(season).exists()


def test_what_was_put_together_goes_with_its_lead(season: Season, reviewer: User) -> None:
    one, two = pair(season)
    three = world.nomination(season, "范玉连")
    merging.merge(nomination_id=three.pk, into_id=two.pk, user=reviewer, reason="同一人")
    merging.merge(nomination_id=two.pk, into_id=one.pk, user=reviewer, reason="同一人")
    assert set(Merge.objects.filter(into=one, undone_at=None).values_list(
        "nomination", flat=True)) == {two.pk, three.pk}  # fmt: skip

    one = world.checked(Nomination.objects.get(pk=one.pk), reviewer)
    done = deciding.accept(nomination_id=one.pk, user=reviewer, seen=one.version)

    mapped = Nomination.objects.filter(nominee=done.nominee)
    assert {row.pk for row in mapped} == {one.pk, two.pk, three.pk}
    assert Nominee.objects.count() == 1
    assert two.events.last().action == "lead_accepted"


def test_an_accepted_one_can_still_turn_out_to_be_another(season: Season, reviewer: User) -> None:
    one, two = (world.checked(row, reviewer) for row in pair(season))
    for row in (one, two):
        deciding.accept(nomination_id=row.pk, user=reviewer, seen=row.version)
    merging.merge(nomination_id=two.pk, into_id=one.pk, user=reviewer, reason="同一人")

    one.refresh_from_db()
    two.refresh_from_db()
    assert (two.state, two.nominee_id) == ("merged", one.nominee_id)
    assert Nominee.objects.count() == 1


def test_taken_apart_it_is_under_review_by_itself(season: Season, reviewer: User) -> None:
    one, two = pair(season)
    merge = merging.merge(nomination_id=two.pk, into_id=one.pk, user=reviewer, reason="同一人")
    merging.unmerge(merge_id=merge.pk, user=reviewer, reason="两个人")

    assert states(one, two) == ["submitted", "resubmitted"]
    merge.refresh_from_db()
    assert (merge.undone_by, merge.undone_reason) == (reviewer, "两个人")
    assert [row.kind for row in two.decisions.all()] == ["merge", "unmerge"]
    with pytest.raises(NotNow):
        merging.unmerge(merge_id=merge.pk, user=reviewer, reason="再次")


def test_what_is_put_together_comes_back_when_its_lead_is_withdrawn(
    season: Season, reviewer: User
) -> None:
    one, two = pair(season)
    merging.merge(nomination_id=two.pk, into_id=one.pk, user=reviewer, reason="同一人")
    one = world.checked(Nomination.objects.get(pk=one.pk), reviewer)
    deciding.accept(nomination_id=one.pk, user=reviewer, seen=one.version)

    withdraw(nomination_id=one.pk, actor="推荐人", reason="本人不愿意")

    assert states(one, two) == ["withdrawn", "resubmitted"]
    assert not Nominee.objects.exists()
    assert Merge.objects.get().undone_reason == "本人不愿意"


def test_what_is_withdrawn_behind_its_lead_counts_no_more_and_holds_nothing_up(
    season: Season, reviewer: User
) -> None:
    one, two = pair(season)
    three = world.nomination(season, "范玉莲", language="en")
    for gone in (two, three):
        merging.merge(nomination_id=gone.pk, into_id=one.pk, user=reviewer, reason="同一人")
    one = world.checked(Nomination.objects.get(pk=one.pk), reviewer)
    accepted = deciding.accept(nomination_id=one.pk, user=reviewer, seen=one.version)

    withdraw(nomination_id=two.pk, actor="推荐人", reason="本人不愿意")

    assert states(one, two, three) == ["accepted", "withdrawn", "merged"]
    assert Merge.objects.get(nomination=two).undone_reason == "本人不愿意"
    assert Nomination.objects.get(pk=two.pk).nominee is None
    assert [(row.nominators, row.lines) for row in counted(one)] == [(2, 2)]
    assert accepted.events.filter(action="parted").count() == 1
    withdraw(nomination_id=one.pk, actor="推荐人", reason="也不愿意")
    assert states(one, two, three) == ["withdrawn", "withdrawn", "resubmitted"]
    assert three.events.get(action="unmerge").reason == (
        "The nomination that it was put together with has been withdrawn."
    )


def counted(one: Nomination) -> list[standing.Row]:
    category = Nomination.objects.get(pk=one.pk).category
    assert category is not None
    return standing.standing(category, standing.shortlist_of(category)).rows


def test_what_cannot_be_put_together_stays_apart(season: Season, reviewer: User) -> None:
    one, two = pair(season)
    elsewhere = world.nomination(world.season(slug="elsewhere"))
    rejected = world.nomination(season, "王一")
    deciding.reject(nomination_id=rejected.pk, user=reviewer, seen=1, reason_code="scope")
    own = world.nomination(season, "李二", nominator=reviewer)
    for gone, into, error in (
        (one, one, NotNow), (one, elsewhere, NotNow), (one, rejected, NotNow),
        (rejected, one, NotNow), (two, own, Recused), (own, two, Recused),
    ):  # fmt: skip
        with pytest.raises(error):
            merging.merge(nomination_id=gone.pk, into_id=into.pk, user=reviewer, reason="x")
    with pytest.raises(Recused):
        merging.not_the_same(first_id=one.pk, second_id=own.pk, user=reviewer)
    Season.objects.filter(pk=season.pk).update(phase="open")
    with pytest.raises(NotNow, match="frozen"):
        merging.merge(nomination_id=one.pk, into_id=two.pk, user=reviewer, reason="x")
    assert not Merge.objects.exists()
    assert states(one, two, own) == ["submitted"] * 3


@pytest.mark.both
def test_one_nomination_is_merged_once_and_a_pair_is_known_once(
    season: Season, reviewer: User
) -> None:
    one, two = pair(season)
    words = {"nomination": two, "into": one, "reason": "x", "merged_by": reviewer}
    Merge.objects.create(**words)
    Likeness.objects.create(first=one, second=two, percent=90)
    for row, name in (
        (Merge(**words), "nomination_is_merged_once"),
        (Merge(**words | {"into": two}), "nomination_not_merged_into_itself"),
        (Likeness(first=two, second=one, percent=1), "likeness_is_of_two_in_order"),
    ):
        # SQLite names the column of a unique index, PostgreSQL the index.
        with pytest.raises(IntegrityError, match=f"{name}|nomination_id"), transaction.atomic():
            row.save()


def test_differences_are_marked_side_by_side(season: Season) -> None:
    one, two = pair(season)
    two.summary = one.summary.replace("四十二", "三十九")

    fields = {field.title: field for field in likenesses.side_by_side(one, two)}

    assert (fields["Name"].same, fields["Name"].folded) == (False, True)
    left = fields["Short text"].left
    assert "".join(piece.text for piece in left) == one.summary
    assert [piece.text for piece in left if piece.differs] == ["四十二"]
    assert fields["The deed in one line"].same
