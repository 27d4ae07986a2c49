"""Who keeps out of a decision: the people and units close to it, in every way of deciding."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.review import world
from tests.review.test_review_pages import at, post, state
from voting.nominations.models import Decision, Message, Nomination, Shortlist
from voting.nominations.review import queue
from voting.nominations.services import deciding, merging
from voting.nominations.services.deciding import Recused
from voting.roles.models import Grant
from voting.seasons.models import Nominee, Season
from voting.units.services import merge_units

pytestmark = pytest.mark.django_db


def test_who_is_close_keeps_out(season: Season, reviewer: User) -> None:
    town = world.unit("11")
    village = world.unit("111", town)
    of_village = world.nomination(season, unit=village)
    of_town = world.nomination(season, "王一", unit=town)
    own = world.nomination(season, "李二", nominator=reviewer)
    limited = world.person("镇评审", "reviewer", season, town)
    recommender = world.person("镇推荐", "recommender", season, town)

    def out(user: User, one: Nomination) -> bool:
        try:
            deciding.reject(nomination_id=one.pk, user=user, seen=one.version, reason_code="scope")
        except Recused:
            return True
        return False

    assert out(reviewer, own)
    assert out(limited, of_town)
    assert out(recommender, of_village)
    assert not Decision.objects.exists()
    assert not out(limited, of_village)
    assert not out(reviewer, of_town)


def test_who_has_a_role_in_a_unit_keeps_out_of_what_was_merged_with_it(season: Season) -> None:
    town, village = world.unit("11"), world.unit("12")
    near = [world.person(name, "reviewer", season, of) for name, of in
            (("镇评审", town), ("村评审", village))]  # fmt: skip
    ones = {world.nomination(season, unit=unit).pk for unit in (town, village)}
    merge_units(unit_id=village.pk, into_id=town.pk, actor="甲", reason="区划调整")

    assert [queue.recused_from(user, season.pk) for user in near] == [ones, ones]


def test_who_is_close_to_one_that_was_put_together_keeps_out(
    season: Season, reviewer: User, other: User
) -> None:
    town, elsewhere = world.unit("11"), world.unit("12")
    village = world.unit("121", elsewhere)
    lead = world.checked(world.nomination(season, unit=town), other)
    second = world.nomination(season, "範玉蓮", unit=village)
    for unit, role in ((elsewhere, "recommender"), (village, "judge")):
        near = world.person(f"{role}乙", "reviewer", season)
        Grant.objects.create(
            user=near, role=role, season=season, unit=unit, granted_by="x",
            starts_at=timezone.now() - timedelta(days=1),
        )  # fmt: skip
        assert (queue.recusal(near, lead), queue.recused_from(near, season.pk)) == (
            "", {second.pk},
        )  # fmt: skip
    merge = merging.merge(nomination_id=second.pk, into_id=lead.pk, user=other, reason="同一人")
    lead.refresh_from_db()

    for near in User.objects.filter(name__endswith="乙").exclude(pk=other.pk):
        with pytest.raises(Recused, match="or one that was put together with it"):
            deciding.accept(nomination_id=lead.pk, user=near, seen=lead.version)
        assert queue.recused_from(near, season.pk) == {lead.pk, second.pk}
    assert not Nominee.objects.exists()
    assert queue.recused_from(reviewer, season.pk) == set()
    merging.unmerge(merge_id=merge.pk, user=other, reason="两个人")
    assert queue.recused_from(near, season.pk) == {second.pk}


def test_who_is_close_reads_and_is_told_kindly(season: Season, client: Client) -> None:
    own = world.nomination(season, nominator=User.objects.get(name="甲"))
    page = client.get(at(own)).content.decode()
    assert "You keep out of this decision" in page
    assert 'value="accept"' not in page
    refused = post(client, own, "reject", reason="scope")
    assert refused.status_code == 422
    assert "You put this nomination forward yourself" in refused.content.decode()
    Message.objects.create(nomination=own, side="nominator", text="请问何时有结果？")
    assert client.get(at(own)).status_code == 200
    assert post(client, own, "message", text="已经定了。").status_code == 422
    assert [(m.side, m.read_at) for m in Message.objects.all()] == [("nominator", None)]
    page = client.get(world.page("shortlist/1/")).content.decode()
    assert "so somebody else sets the rule" in page
    assert 'value="rule"' not in page
    rule = {"do": "rule", "method": "count", "places": 1, "names_each": 1, "over_full": "keep"}
    assert client.post(world.page("shortlist/1/"), rule | {"why": "x"}).status_code == 422
    assert not Shortlist.objects.exists()


def test_only_who_reviews_both_takes_them_apart(season: Season, reviewer: User) -> None:
    top = world.unit("11")
    inside = world.nomination(season, unit=world.unit("111", top))
    outside = world.nomination(season, "範玉蓮", unit=world.unit("12"))
    merge = merging.merge(
        nomination_id=outside.pk, into_id=inside.pk, user=reviewer, reason="同一人"
    )
    limited = world.signed_in(world.person("乙", "reviewer", season, top))
    assert "Take apart" not in limited.get(at(inside)).content.decode()

    refused = post(limited, inside, "unmerge", merge=merge.pk, reason="两个人")

    assert refused.status_code == 422
    assert "One of the two lies outside your units" in refused.content.decode()
    assert state(outside) == "merged"
    everywhere = world.signed_in(reviewer)
    assert "Take apart" in everywhere.get(at(inside)).content.decode()
    assert post(everywhere, inside, "unmerge", merge=merge.pk, reason="两个人").status_code == 302
    assert state(outside) == "resubmitted"
