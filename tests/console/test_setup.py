"""Setting a season up in the browser: stages, approval, nomination form, quotas, publication."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from tests import make
from tests.roles.people import browser, person
from tests.units.conftest import SMALL, taken, unit
from voting.audit.models import AuditEntry
from voting.seasons import queries
from voting.seasons.models import (
    Category,
    NominationSettings,
    Season,
    SeasonEvent,
    Stage,
    UnitQuota,
)
from voting.seasons.nomination_rules import nominating_state

pytestmark = pytest.mark.django_db

NAUGHTY = Path(__file__).parents[1] / "data" / "naughty_strings" / "strings.json"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def world(db: None, collected_static: Path) -> None:
    taken(SMALL)


@pytest.fixture
def season() -> Season:
    now = timezone.now()
    return make.season(
        slug="here", contact_phone="0739-1", time_zone="Asia/Shanghai",
        opens_at=now + 20 * DAY, closes_at=now + 25 * DAY,
    )  # fmt: skip


@pytest.fixture
def organiser() -> Client:
    return browser(person("袁秋萍", is_superuser=True))


def at(page: str) -> str:
    return f"/en/console/seasons/here/{page}/"


def typed(client: Client, page: str, form: str = "form", **changes: Any) -> dict[str, Any]:
    """Return what a browser would send from the form on a page, with some fields changed."""
    values: dict[str, Any] = {}
    for field in client.get(at(page)).context[form]:
        value = field.value()
        if value is None or value is False:
            continue
        shown = field.field.prepare_value(value)
        text = field.field.widget.format_value(shown)
        values[field.html_name] = "on" if value is True and field.widget_type == "checkbox" else (
            text if not isinstance(text, list) else text[0]
        )  # fmt: skip
    values |= {"reason": "会议决定"} | changes
    return {name: value for name, value in values.items() if value is not None}


def state() -> list[Any]:
    """Return all that these pages change."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Season, Stage, NominationSettings, UnitQuota, SeasonEvent, AuditEntry)
    ]


def test_dates_are_set_on_one_page_and_two_that_clash_are_named(
    season: Season, organiser: Client
) -> None:
    dates = {
        "nominations_starts_at": "2027-01-10T09:00", "nominations_ends_at": "2027-01-20T18:00",
        "candidate_notice_starts_at": "2027-02-01T09:00",
        "candidate_notice_ends_at": "2027-02-08T18:00",
        "voting_starts_at": "2027-02-05T09:00", "voting_ends_at": "2027-02-20T18:00",
    }  # fmt: skip
    answer = organiser.post(at("stages"), typed(organiser, "stages", **dates))
    assert answer.status_code == 302, answer.context["form"].errors
    shown = organiser.get(at("stages"))
    before = state()

    wrong = organiser.post(
        at("stages"), typed(organiser, "stages", nominations_ends_at="2027-02-03T18:00")
    )
    half = organiser.post(
        at("stages"), typed(organiser, "stages", judging_starts_at="2027-03-01T09:00")
    )
    none = organiser.post(at("stages"), typed(organiser, "stages", reason=""))

    assert [one["when"] for one in shown.context["lines"]] == [
        "10–20 Jan 2027", "1–8 Feb 2027", "5–20 Feb 2027",
    ]  # fmt: skip
    assert [answer.status_code for answer in (wrong, half, none)] == [422, 422, 422]
    assert (
        escape(
            "“Nominations” and “Candidate notice” clash: the first ends 3 Feb 2027, 18:00, the "
            "second starts 1 Feb 2027, 09:00 already."
        )
        in wrong.content.decode()
    )
    assert half.context["form"].errors == {
        "judging_ends_at": ["Give both dates of this stage, or none."]
    }
    assert state() == before


def test_a_season_closed_early_can_still_set_what_comes_after(
    season: Season, organiser: Client
) -> None:
    # Planned to the minute, closed at whatever moment two people signed.
    now = timezone.now().replace(second=0, microsecond=0)
    closed_at = now - timedelta(hours=1) + timedelta(seconds=37, microseconds=250_000)
    Season.objects.filter(pk=season.pk).update(
        phase="closed", epoch=1, opens_at=now - 5 * DAY, closes_at=now + 5 * DAY,
        closed_at=closed_at,
    )  # fmt: skip
    notice = {
        "result_notice_starts_at": "2037-02-05T09:00", "result_notice_ends_at": "2037-02-20T18:00",
    }  # fmt: skip

    answer = organiser.post(at("stages"), typed(organiser, "stages", **notice))

    assert answer.status_code == 302, answer.context["form"].errors
    assert [one.kind for one in Stage.objects.filter(season=season)] == ["result_notice"]
    season.refresh_from_db()
    assert (season.closes_at, season.closed_at) == (now + 5 * DAY, closed_at)
    # What was not touched is not told as a change.
    assert set(AuditEntry.objects.get(action="season.stages_moved").before) == {"result_notice"}


def test_page_says_who_may_do_what(season: Season, organiser: Client) -> None:
    page = organiser.get(at("stages"))
    who = {one["kind"]: {str(w.name): [str(x) for x in w.may] for w in one["who"]}
           for one in page.context["who"]}  # fmt: skip

    assert who["nominations"]["recommender for a unit"] == ["put people forward"]
    assert who["nominations"]["reviewer"] == ["review nominations, return, merge and decide them"]
    assert "observer" not in who["nominations"]
    assert who["judging"]["judge"] == ["mark nominees as a judge"]
    NominationSettings.objects.create(season=season, review_while_nominating=False)
    page = organiser.get(at("stages"))
    assert [str(one.name) for one in page.context["who"][0]["who"]] == [
        "Everybody", "organiser", "recommender for a unit",
    ]  # fmt: skip


def test_award_wording_needs_a_whole_approval(season: Season, organiser: Client) -> None:
    before = state()
    half = typed(organiser, "approval", is_showcase="False", approval_ref="隆评〔2027〕1号")
    refused = organiser.post(at("approval"), half)
    assert refused.status_code == 422
    assert "Award wording needs an approval" in refused.content.decode()
    assert state() == before

    whole = half | {"approval_authority": "评选表彰工作领导小组", "approved_places": "2"}
    assert organiser.post(at("approval"), whole).status_code == 302

    season.refresh_from_db()
    assert (season.is_showcase, season.approved_places) == (False, 2)
    entry = AuditEntry.objects.get(action="season.approval")
    assert entry.before["is_showcase"] is True
    assert entry.after["approval_ref"] == "隆评〔2027〕1号"
    stale = organiser.post(at("approval"), whole)
    assert "Somebody else has changed this" in stale.content.decode()


def test_names_that_claim_too_much_are_warned_of_until_there_is_an_approval(
    season: Season, organiser: Client
) -> None:
    Season.objects.update(name="三湘全国公益之星", summary="授予称号")
    for category in season.categories.all():
        Category.objects.filter(pk=category.pk).update(name=f"类别{category.position}")
    warnings = organiser.get(at("approval")).context["warnings"]
    assert warnings == [
        "“三湘全国公益之星” says “三湘”, “全国”: such a name needs an approval from that level.",
        "“授予称号” says “授予”, “称号”: without an approval nothing may be called so.",
    ]
    Season.objects.update(approval_ref="〔2027〕1号")
    assert organiser.get(at("approval")).context["warnings"] == []


def test_nomination_form_is_set_by_questions(season: Season, organiser: Client) -> None:
    values = typed(
        organiser, "nomination-form", by_oneself="on", medium_max="0", age_min="",
        long_label="详细材料",
    )  # fmt: skip
    assert organiser.post(at("nomination-form"), values).status_code == 302

    settings = queries.nomination_settings(season)
    assert (settings.by_oneself, settings.age_min, settings.by_units) == (True, None, True)
    assert [(one.key, one.label, one.longest) for one in settings.deeds_texts] == [
        ("short", "", 200), ("long", "详细材料", 3000),
    ]  # fmt: skip
    assert AuditEntry.objects.get().after == {
        "by_oneself": True, "medium_max": 0, "age_min": None, "long_label": "详细材料",
    }  # fmt: skip
    before = state()
    nobody = typed(organiser, "nomination-form", by_units=None, by_oneself=None)
    refused = organiser.post(at("nomination-form"), nobody)
    assert "Nobody could nominate" in refused.content.decode()
    wild = typed(organiser, "nomination-form", photos_max="13", guardian_under="10")
    assert set(organiser.post(at("nomination-form"), wild).context["form"].errors) == {
        "photos_max", "guardian_under",
    }  # fmt: skip
    assert state() == before


def test_quotas_have_a_rule_and_exceptions(season: Season, organiser: Client) -> None:
    first, second = season.categories.all()
    usual = typed(organiser, "quotas", action="quotas", quota_per_unit="5", quota_per_category="2")
    assert organiser.post(at("quotas"), usual).status_code == 302
    for code, numbers in (("11", {f"category_{first.pk}": "0", "in_all": "9"}), ("12", {})):
        values = typed(organiser, "quotas", "exception", action="unit_quota", unit=code, **numbers)
        assert organiser.post(at("quotas"), values).status_code == 302

    quota = queries.quota_of(season, unit("11").pk)
    assert (quota.in_all, quota.of_category(first.pk), quota.of_category(second.pk)) == (9, 0, 2)
    plain = queries.quota_of(season, unit("12").pk)
    assert (plain.in_all, plain.of_category(first.pk)) == (5, 2)
    assert queries.quotas(season)[1] == {unit("11").pk: quota}
    shown = organiser.get(at("quotas")).context["exceptions"]
    assert [(one["unit"].code, one["numbers"]) for one in shown] == [("11", [0, "", 9])]
    # Emptied, the unit counts like every other again.
    values = typed(organiser, "quotas", "exception", action="unit_quota", unit="11")
    organiser.post(at("quotas"), values)
    assert UnitQuota.objects.count() == 0


def test_what_led_to_an_open_vote_stands_still(season: Season, organiser: Client) -> None:
    forms = {page: typed(organiser, page) for page in ("nomination-form", "stages")}
    quota = typed(organiser, "quotas", action="quotas", quota_per_unit="5")
    Season.objects.update(phase=Season.Phase.OPEN)
    before = state()

    for page, values in (*forms.items(), ("quotas", quota)):
        values |= {"voting_ends_at": "2028-01-01T09:00", "by_oneself": "on"}
        answer = organiser.post(at(page), values)
        assert answer.status_code in {302, 422}, page
    assert state()[:4] == before[:4]


def test_season_is_published_when_the_public_can_use_it(season: Season, organiser: Client) -> None:
    Season.objects.update(contact_phone="")
    before = state()
    refused = organiser.post(at("publish"), {"reason": "征集开始"})
    assert "People can ask nobody" in refused.content.decode()
    assert state() == before

    Season.objects.update(contact_phone="0739-1")
    assert organiser.post(at("publish"), {"reason": "征集开始"}).status_code == 302
    season.refresh_from_db()
    assert queries.is_public(season)
    assert organiser.post(at("publish"), {"reason": "日期有误"}).status_code == 302
    season.refresh_from_db()
    assert not queries.is_public(season)
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "reason")) == [
        ("season.publish", "征集开始"), ("season.hide", "日期有误"),
    ]  # fmt: skip


def test_pages_ask_as_much_of_the_database_for_many_exceptions(
    season: Season, organiser: Client
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert organiser.get(at("quotas")).status_code == 200
        return len(found)

    UnitQuota.objects.create(season=season, unit=unit("11"), most=1)
    few = asked()
    categories = list(season.categories.all())
    UnitQuota.objects.bulk_create(
        UnitQuota(season=season, unit=unit(code), category=category, most=3)
        for code in ("1", "11", "12", "111", "112", "121")
        for category in categories
    )
    assert asked() == few


def test_naughty_strings_are_stored_and_shown_exactly(season: Season, organiser: Client) -> None:
    strings = json.loads(NAUGHTY.read_text(encoding="utf-8"))
    fields = (
        "short_label", "short_label_en", "medium_label", "medium_label_en", "long_label",
        "long_label_en",
    )  # fmt: skip
    plain = [one.strip() for one in strings if one.strip() and "\0" not in one]
    plain = [one for one in plain if len(one) <= 40 and one.isprintable()]
    known = typed(organiser, "nomination-form")
    for start in range(0, len(plain), len(fields)):
        batch = dict(zip(fields, plain[start : start + len(fields)], strict=False))
        answer = organiser.post(at("nomination-form"), known | batch | {"seen": _seen(season)})
        assert answer.status_code == 302, answer.context["form"].errors
        settings = NominationSettings.objects.get()
        assert {name: getattr(settings, name) for name in batch} == batch
    page = organiser.get(at("nomination-form")).content.decode()
    assert all(escape(getattr(settings, name)) in page for name in fields)
    assert "\0" not in page


def _seen(season: Season) -> str:
    return nominating_state(season)


def test_the_seasons_own_page_is_previewed_as_it_is_offered(
    season: Season, organiser: Client
) -> None:
    asked = {"page": "", "role": "public", "at": "2026-11-01T09:00"}
    form = organiser.get(at("preview")).context["form"]
    asked["role"] = form.fields["role"].choices[0][0]

    answer = organiser.get(at("preview"), asked)

    assert answer.status_code == 302
    assert organiser.get(answer.headers["Location"]).status_code == 200
