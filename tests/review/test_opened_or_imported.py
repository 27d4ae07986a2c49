"""What the office sees of a review that is over, and of nominations that came with a list."""

import pytest

from tests.review import world
from tests.review.test_sheets import csv_of, row
from voting.nominations.models import ChecklistItem, Nomination, ReviewSettings
from voting.nominations.services.checking import set_up_review
from voting.nominations.services.importing import take_in
from voting.seasons.models import Season
from voting.seasons.services import SeasonFrozen

pytestmark = pytest.mark.django_db


def test_what_was_asked_is_read_only_once_voting_has_been_opened(season: Season) -> None:
    boss = world.signed_in(world.person("主办", "organiser", season))
    page = world.page("nominations/settings/")
    draft = boss.get(page)
    Season.objects.update(phase="open")
    opened = boss.get(page)
    forms = [
        opened.context["form"], *opened.context["items"],
        *(row for _title, rows in opened.context["lists"] for row in rows),
    ]  # fmt: skip

    assert "this stands still" in opened.content.decode()
    assert all(field.disabled for form in forms for field in form.fields.values())
    saves = [">Save</button>" in one.content.decode() for one in (draft, opened)]
    assert saves == [True, False]
    assert boss.post(page, {"second_look": "on"}).status_code == 422
    with pytest.raises(SeasonFrozen):
        set_up_review(
            season_id=season.pk, actor="x", second_look=True, items=[], reasons=[],
        )  # fmt: skip
    assert not ReviewSettings.objects.exists()
    assert not ChecklistItem.objects.exists()


def test_the_office_is_told_that_nobody_can_follow_what_came_with_a_list(season: Season) -> None:
    raw = csv_of(row(name="张三"))
    take_in(season_id=season.pk, user=world.person("office"), raw=raw, reason="会议")
    reviewer = world.signed_in(world.person("评", "reviewer", season))
    said = "its nominator has no link to it"

    assert said in reviewer.get(page_of(Nomination.objects.get())).content.decode()
    assert said not in reviewer.get(page_of(world.nomination(season))).content.decode()


def page_of(one: Nomination) -> str:
    return world.page(f"nominations/at/{one.code}/")
