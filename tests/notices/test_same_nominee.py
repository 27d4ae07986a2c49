"""Who stood in a notice is known again, though the row of the nominee was made anew meanwhile."""

import pytest

from accounts.models import User
from tests import make
from tests.notices.conftest import objection, person, published
from tests.review import world
from voting.nominations.models import Nomination
from voting.nominations.services import deciding, merging
from voting.notices import queries, services
from voting.notices.models import NoticeEntry, Objection, PublicNotice
from voting.notices.readiness import readiness
from voting.seasons.models import Nominee, Season

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def season(db: None) -> Season:
    """A draft whose nominees come from nominations, but one."""
    made = make.season(nominees={1: ("101",), 2: ()}, contact_phone="0739-8230000")
    Nominee.objects.update(name="无提名")
    return made


@pytest.fixture
def reviewer(season: Season) -> User:
    return world.person("甲", "reviewer", season)


def accepted(season: Season, by: User, name: str) -> Nomination:
    one = world.checked(world.nomination(season, name), by)
    return deciding.accept(nomination_id=one.pk, user=by, seen=one.version)


def again(one: Nomination, by: User) -> Nomination:
    """Take the decision back and make it again: the nominee gets a new row."""
    before = one.nominee_id
    one = deciding.reopen(nomination_id=one.pk, user=by, seen=one.version, text="再看一遍")
    one = deciding.accept(nomination_id=one.pk, user=by, seen=one.version)
    assert one.nominee_id != before
    return one


def changes(season: Season) -> tuple[list[str], list[str], list[str]]:
    listed = queries.proposed(season, before=queries.latest(season))
    return (
        [line.name for line in listed.added],
        [entry.name for entry in listed.removed],
        [line.name for _entry, line in listed.changed],
    )


def missing(season: Season) -> str:
    """Return what the notice holds against opening because of who came back."""
    return " ".join(
        one.text for one in readiness(season) if not one.done and "accepted again" in one.text
    )


def upheld(season: Season, entry: NoticeEntry) -> Objection:
    made = objection(season, ref=entry.ref)
    handler = person("罗小满")
    services.accept(objection_id=made.pk, user=handler)
    services.take_on(objection_id=made.pk, user=handler)
    return services.decide(
        objection_id=made.pk, user=handler, outcome="upheld", effect="remove",
        decision="情况属实。", public_summary="经核查，一名候选人不符合条件。",
    )  # fmt: skip


def of_the_old_form(notice: PublicNotice) -> PublicNotice:
    """Publish the version once more as it was when rows of nominees were what a line stood for."""
    entries = list(notice.entries.all())
    fields = {
        field.attname: getattr(notice, field.attname)
        for field in PublicNotice._meta.concrete_fields
    }
    old = PublicNotice.objects.create(
        **fields | {"id": None, "version": notice.version + 1, "issue": "again", "reason": "旧版"}
    )
    for entry in entries:
        entry.pk, entry.notice, entry.ref = None, old, f"nominee:{entry.nominee_id}"
    NoticeEntry.objects.bulk_create(entries)
    return old


@pytest.mark.parametrize("old_form", [False, True])
def test_a_decision_made_again_brings_no_new_name(
    season: Season, reviewer: User, old_form: bool
) -> None:
    one, other = (accepted(season, reviewer, name) for name in ("范玉莲", "周满仓"))
    first = published(season)
    assert set(first.entries.values_list("ref", flat=True)) == {
        f"nomination:{one.code}", f"nomination:{other.code}",
        f"nominee:{Nominee.objects.get(name='无提名').pk}",
    }  # fmt: skip
    if old_form:
        of_the_old_form(first)
        assert changes(season) == ([], [], [])  # the same list, though it is known otherwise now
    one = again(one, reviewer)

    assert changes(season) == ([], [], [])
    Nominee.objects.filter(nominations=other).update(summary="更正后的事迹。")
    assert changes(season) == ([], [], ["周满仓"])
    made = published(season, "correction", "更正一处事迹。")
    assert made.entries.get(name="范玉莲").ref == f"nomination:{one.code}"
    assert made.entries.get(name="范玉莲").nominee_id == one.nominee_id


@pytest.mark.parametrize("old_form", [False, True])
def test_who_was_taken_off_stays_off_when_accepted_again(
    season: Season, reviewer: User, old_form: bool
) -> None:
    one = accepted(season, reviewer, "范玉莲")
    notice = published(season)
    if old_form:
        notice = of_the_old_form(notice)
    upheld(season, notice.entries.get(name="范玉莲"))
    one = again(one, reviewer)

    listed = queries.proposed(season, before=notice)
    assert listed.struck == ("范玉莲",)
    assert [line.name for line in listed.lines] == ["无提名"]
    assert changes(season) == ([], ["范玉莲"], [])
    # Nor does voting open with them: the ballot would list whom no notice names.
    assert "范玉莲" in missing(season)
    deciding.reopen(nomination_id=one.pk, user=reviewer, seen=one.version, text="异议成立")
    assert "accepted again" not in missing(season)


@pytest.mark.parametrize("old_form", [False, True])
def test_an_objection_takes_off_the_row_that_stands_now(
    season: Season, reviewer: User, old_form: bool
) -> None:
    one = accepted(season, reviewer, "范玉莲")
    notice = published(season)
    if old_form:
        notice = of_the_old_form(notice)
    one = again(one, reviewer)
    upheld(season, notice.entries.get(name="范玉莲"))
    assert Nominee.objects.get(pk=one.nominee_id).withdrawn_at is not None


def test_a_namesake_who_comes_later_is_a_new_name(season: Season, reviewer: User) -> None:
    accepted(season, reviewer, "范玉莲")
    of_the_old_form(published(season))
    accepted(season, reviewer, "范玉莲")
    assert changes(season) == (["范玉莲"], [], [])


def test_two_who_are_put_together_are_one_taken_off_and_no_new_name(
    season: Season, reviewer: User
) -> None:
    one, other = (accepted(season, reviewer, name) for name in ("范玉莲", "莲姐"))
    published(season)
    merging.merge(nomination_id=other.pk, into_id=one.pk, user=reviewer, reason="同一人")
    assert changes(season) == ([], ["莲姐"], [])
    published(season, "correction", "两条推荐为同一人。")
    # The other one stands for both from now on: still nobody new, under another name.
    lead = accepted(season, reviewer, "范玉莲（莲姐）")
    merging.merge(nomination_id=one.pk, into_id=lead.pk, user=reviewer, reason="同一人")
    assert changes(season) == ([], [], ["范玉莲（莲姐）"])
