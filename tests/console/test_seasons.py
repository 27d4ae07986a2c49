"""Preparing a season in the browser's terms: preset, rules, texts, categories, readiness."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from accounts.models import User
from tests import make
from voting.ballots import counting_examples
from voting.ballots.services.opening import open_voting
from voting.nominations.models import Nomination
from voting.seasons.models import Category, Nominee, Season
from voting.seasons.page_context import full_moment
from voting.seasons.presets import presets
from voting.seasons.queries import season_by_slug

pytestmark = pytest.mark.django_db

NEW = {
    "start": "daily-1-10", "name": "二〇二七年公益之星", "slug": "Longhui-2027",
    "organiser": "办公室", "opens_at": "2027-03-01T09:00", "closes_at": "2027-03-10T18:00",
}  # fmt: skip
NAUGHTY = Path(__file__).parents[1] / "data" / "naughty_strings" / "strings.json"
SEASON = "/en/console/seasons/longhui-2027/"


@pytest.fixture
def organiser(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss@example.org", "x", name="袁秋萍"))
    return client


@pytest.fixture
def draft(organiser: Client) -> Season:
    answer = organiser.post("/en/console/new/", NEW)
    assert answer.status_code == 302, answer.content.decode()
    return season_by_slug("longhui-2027")


def typed(client: Client, page: str, **changes: Any) -> dict[str, Any]:
    """Return what a browser would send from the form on a page, with some fields changed."""
    context = client.get(SEASON + page).context
    forms = [context["form"], *context.get("rows", [])]
    values: dict[str, Any] = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                values[field.html_name] = value
    if "rows" in context:
        values |= {f.html_name: f.value() for f in context["rows"].management_form}
    values |= {"reason": "会议决定"} | changes
    return {name: value for name, value in values.items() if value is not None}


@pytest.mark.parametrize("page", ["new/", *(f"seasons/longhui-2027/{one}" for one in (
    "", "rules/", "details/", "categories/"))])  # fmt: skip
def test_others_must_not_even_see_that_it_exists(
    draft: Season, organiser: Client, page: str
) -> None:
    address = f"/en/console/{page}"
    assert organiser.get(address).status_code == 200
    stranger = Client()
    assert stranger.get(address).headers["Location"].startswith("/accounts/login/")
    stranger.force_login(User.objects.create_user("staff@example.org", is_staff=True))
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, {"reason": "x"}).status_code == 404
    assert organiser.get("/en/console/seasons/nothing/rules/").status_code == 404


def test_gallery_shows_every_preset_with_its_example(organiser: Client) -> None:
    page = organiser.get("/en/console/new/").content.decode()
    for preset in presets().values():
        assert escape(preset.title_en) in page
        for line in counting_examples.of_preset(preset):
            assert escape(line) in page
        assert f"?start={preset.key}" in page
    assert page.count("Begin with these rules") == len(presets())


def test_a_draft_is_made_from_a_preset_on_beijing_time(draft: Season) -> None:
    assert (draft.name, draft.phase) == ("二〇二七年公益之星", "draft")
    assert draft.opens_at.isoformat() == "2027-03-01T01:00:00+00:00"
    assert draft.rule_sheet.caps.count() == 3
    assert draft.events.get().actor == "袁秋萍"


def test_a_season_is_copied(organiser: Client, draft: Season) -> None:
    Category.objects.create(season=draft, position=1, name="志愿者", places=3)
    answer = organiser.post(
        "/en/console/new/", {**NEW, "start": "copy:longhui-2027", "slug": "again"}
    )
    assert answer.status_code == 302
    assert [one.name for one in season_by_slug("again").categories.all()] == ["志愿者"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"slug": "a b"}, "valid"),
        ({"slug": "new"}, "taken by a page"),
        ({"closes_at": "2027-02-01T09:00"}, "Voting must close after it opens."),
        ({"opens_at": "soon"}, "Enter a valid date/time."),
        ({"name": "a\x00b"}, "Null characters are not allowed."),
    ],
)
def test_a_wrong_beginning_says_why_and_makes_nothing(
    organiser: Client, change: dict[str, str], said: str
) -> None:
    answer = organiser.post("/en/console/new/", NEW | change)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Season.objects.exists()
    assert organiser.post("/en/console/new/", {**NEW, "start": "nothing"}).status_code == 422


def test_rules_are_asked_in_questions_and_saved(organiser: Client, draft: Season) -> None:
    values = typed(organiser, "rules/", max_choices=6, per_category="", display="hidden")
    assert organiser.post(SEASON + "rules/", values).status_code == 302
    sheet = season_by_slug("longhui-2027").rule_sheet

    assert sheet.display == "hidden"
    assert sorted((cap.scope, cap.period, cap.counts, cap.max) for cap in sheet.caps.all()) == [
        ("season", "ballot", "choices", 6), ("season", "day", "ballots", 1),
    ]  # fmt: skip
    assert "会议决定" in organiser.get(SEASON + "audit/").content.decode()


def test_what_was_typed_is_explained_without_saving_it(organiser: Client, draft: Season) -> None:
    values = typed(organiser, "rules/", min_choices=4, max_choices=4, reason="", show="1")
    answer = organiser.post(SEASON + "rules/", values)
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "A ballot names exactly 4 nominees" in page
    assert "Not saved yet." in page
    assert season_by_slug("longhui-2027").rule_sheet.min_choices == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"min_choices": 9, "max_choices": 5}, "This does not fit together"),
        ({"min_choices": 0}, "greater than or equal to 1"),
        ({"max_choices": 65}, "less than or equal to 64"),
        ({"public_weight": 101}, "less than or equal to 100"),
        ({"display": "loud"}, "Select a valid choice"),
        ({"display": "delayed"}, "how many minutes late"),
        ({"reason": ""}, "This field is required."),
    ],
)
def test_rules_that_do_not_hold_together_are_refused(
    organiser: Client, draft: Season, change: dict[str, Any], said: str
) -> None:
    answer = organiser.post(SEASON + "rules/", typed(organiser, "rules/", **change))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert season_by_slug("longhui-2027").events.count() == 1


def test_two_organisers_do_not_write_over_each_other(organiser: Client, draft: Season) -> None:
    first = typed(organiser, "rules/", max_choices=6)
    second = typed(organiser, "rules/", max_choices=7)
    assert organiser.post(SEASON + "rules/", first).status_code == 302
    late = organiser.post(SEASON + "rules/", second)

    assert late.status_code == 422
    assert "Somebody else has changed this season" in late.content.decode()
    assert late.context["form"]["max_choices"].value() == "7"
    again = {field.html_name: field.value() for field in late.context["form"]}
    again = {
        name: value for name, value in again.items() if value is not None and value is not False
    }
    assert organiser.post(SEASON + "rules/", again).status_code == 302


def test_texts_dates_and_categories_are_saved(organiser: Client, draft: Season) -> None:
    values = typed(organiser, "details/", contact_phone="0739-000", closes_at="2027-03-11T18:00")
    assert organiser.post(SEASON + "details/", values).status_code == 302
    rows = typed(organiser, "categories/", **{"form-0-name": "志愿者", "form-0-places": 2})
    assert organiser.post(SEASON + "categories/", rows).status_code == 302
    season = season_by_slug("longhui-2027")

    assert season.contact_phone == "0739-000"
    assert season.closes_at.isoformat() == "2027-03-11T10:00:00+00:00"
    assert [(one.name, one.places) for one in season.categories.all()] == [("志愿者", 2)]


def test_a_category_that_somebody_was_put_forward_in_stays(
    organiser: Client, draft: Season
) -> None:
    category = draft.categories.create(position=1, name="志愿者", places=1)
    Nomination.objects.create(
        season=draft, category=category, route="citizen", state_since=timezone.now()
    )
    rows = typed(organiser, "categories/", **{"form-0-name": "", "form-0-DELETE": "on"})

    answer = organiser.post(SEASON + "categories/", rows)

    assert answer.status_code == 422
    assert "志愿者 is in use: nominations" in answer.content.decode()
    assert draft.categories.get() == category


def test_naughty_strings_are_stored_and_shown_exactly_or_refused_kindly(
    organiser: Client, draft: Season
) -> None:
    # Several to a request, each in a field of its own; where one is refused, one by one.
    texts = json.loads(NAUGHTY.read_text(encoding="utf-8"))
    size = len(SHORT_FIELDS)
    stored = 0
    for start in range(0, len(texts), size):
        some = texts[start : start + size]
        taken = entered(organiser, some)
        stored += taken or sum(entered(organiser, [text]) for text in some)

    assert stored > 400


# With the number of characters that each may have.
SHORT_FIELDS = {
    "organiser": 80, "organiser_en": 160, "contact_hours": 80, "contact_hours_en": 160,
    "help_points": 200, "help_points_en": 300, "name_en": 120,
}  # fmt: skip


def entered(organiser: Client, texts: list[str]) -> int:
    """Enter texts on the page of details; return how many were stored: all of them or none."""
    fields = {
        name: text[:most]
        for (name, most), text in zip(SHORT_FIELDS.items(), texts, strict=False)
    }  # fmt: skip
    whole = "\n".join(texts)
    values = typed(organiser, "details/", **fields, summary=whole, reason="x" + texts[0][:200])
    answer = organiser.post(SEASON + "details/", values)
    assert answer.status_code in {302, 422}, texts
    page = organiser.get(SEASON + "details/").content.decode()
    assert "<script>alert" not in page
    if answer.status_code == 422:
        return 0
    season = season_by_slug("longhui-2027")
    assert {name: getattr(season, name) for name in fields} == {
        name: text.strip() for name, text in fields.items()
    }
    assert season.summary.splitlines() == whole.strip().splitlines()
    for text in fields.values():
        assert escape(text.strip()) in page
    return len(texts)


def test_readiness_says_what_is_missing_until_nothing_is(organiser: Client, draft: Season) -> None:
    page = organiser.get(SEASON).content.decode()
    assert "Missing before voting can open" in page
    assert "There is no category." in page
    assert "Voters can ask nobody" in page
    draft.contact_phone = "0739-000"
    draft.save()
    category = Category.objects.create(season=draft, position=1, name="志愿者", places=1)
    for number in ("101", "102"):
        Nominee.objects.create(
            season=draft, category=category, ballot_number=number, name=f"n{number}"
        )
    User.objects.create_superuser("second@example.org", "x", name="罗小满")
    assert "Ready to be opened" in organiser.get(SEASON).content.decode()


def test_the_public_does_not_read_what_was_said_about_the_draft(
    organiser: Client, draft: Season, redis: Any
) -> None:
    organiser.post(SEASON + "rules/", typed(organiser, "rules/", reason="only among ourselves"))
    category = Category.objects.create(season=draft, position=1, name="志愿者", places=1)
    for number in ("101", "102"):
        Nominee.objects.create(
            season=draft, category=category, ballot_number=number, name=f"n{number}"
        )
    open_voting(slug=draft.slug, actor="甲", approver="乙", reason="as announced", client=redis)
    page = Client().get("/en/s/longhui-2027/rules/").content.decode()

    assert "as announced" in page
    assert "only among ourselves" not in page
    assert "only among ourselves" in organiser.get(SEASON + "audit/").content.decode()


def test_an_address_that_cannot_be_one_is_refused_in_our_own_words(organiser: Client) -> None:
    answer = organiser.post("/en/console/new/", {"start": "daily-1-10", "slug": "长 沙"})
    assert "Use small letters, digits and hyphens only." in answer.content.decode()


def test_an_opened_season_is_shown_with_its_fingerprint_and_no_form(
    organiser: Client, redis: Any
) -> None:
    season = make.opened(redis, slug="longhui-2027")
    for page in ("rules/", "details/", "categories/"):
        text = organiser.get(SEASON + page).content.decode()
        assert season_by_slug(season.slug).rule_sheet.fingerprint in text
        assert 'name="reason"' not in text
        assert organiser.post(SEASON + page, {"reason": "x"}).status_code == 200
    details = organiser.get(SEASON + "details/").content.decode()
    assert f'<dd lang="zh-Hans">{season.name}</dd>' in details
    assert full_moment(season.closes_at, season.time_zone) in details
    for category in season.categories.all():
        assert category.name in organiser.get(SEASON + "categories/").content.decode()
    assert season_by_slug(season.slug).events.exclude(action="open").count() == 0


def test_pages_ask_as_much_of_the_database_for_many_nominees(
    organiser: Client, draft: Season
) -> None:
    def asked() -> list[int]:
        counts = []
        for page in ("", "rules/", "details/"):
            with CaptureQueriesContext(connection) as queries:
                assert organiser.get(SEASON + page).status_code == 200
            counts.append(len(queries))
        return counts

    category = Category.objects.create(season=draft, position=1, name="甲")
    few = asked()
    for position in range(2, 12):
        Category.objects.create(season=draft, position=position, name=f"c{position}")
    Nominee.objects.bulk_create(
        Nominee(season=draft, category=category, ballot_number=str(n), name=f"n{n}")
        for n in range(500)
    )
    assert asked() == few
