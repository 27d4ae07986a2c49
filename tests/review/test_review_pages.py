"""Pages of the review: who may what, what they show and do, and how many queries it takes."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from accounts.models import User
from tests.review import world
from voting.audit.models import AuditEntry
from voting.audit.services import name_of
from voting.nominations.models import (
    CheckAnswer,
    ChecklistItem,
    Clearance,
    Decision,
    Merge,
    Message,
    Nomination,
    ReviewSettings,
)
from voting.nominations.services import likening
from voting.seasons.models import Nominee, Season
from voting.seasons.models.nominating import UnitQuota

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parents[1] / "data"
NAUGHTY = json.loads((DATA / "naughty_strings" / "strings.json").read_text(encoding="utf-8"))
READ = [
    "nominations/", "duplicates/", "shortlist/", "shortlist/1/", "nominations/sheets/",
    "nominations/sheets/template.csv",
]  # fmt: skip
WRITE = ["nominations/bulk/", "duplicates/", "shortlist/1/", "nominations/sheets/"]


def at(one: Nomination, tail: str = "") -> str:
    return world.page(f"nominations/at/{one.code}/{tail}")


def post(client: Client, one: Nomination, action: str, **values: Any) -> Any:
    one.refresh_from_db()
    return client.post(at(one), {"action": action, "seen": one.version} | values)


def state(one: Nomination) -> str:
    return str(Nomination.objects.get(pk=one.pk).state)


def test_the_reviewer_may_the_observer_reads_the_recommender_may_not_and_others_find_nothing(
    season: Season, client: Client
) -> None:
    town = world.unit("11")
    one = world.nomination(season, unit=town)
    detail = f"nominations/at/{one.code}/"
    observer = world.signed_in(world.person("察", "observer", season))
    recommender = world.signed_in(world.person("荐", "recommender", season, town))
    elsewhere = world.season(slug="elsewhere")
    stranger = world.signed_in(world.person("外", "reviewer", elsewhere))
    nobody = world.signed_in(world.person("民"))
    for tail in [*READ, detail]:
        page = world.page(tail)
        codes = [who.get(page).status_code
                 for who in (client, observer, recommender, stranger, nobody)]  # fmt: skip
        assert codes == [200, 200, 403, 404, 404], tail
        assert Client().get(page).headers["Location"].startswith("/accounts/login/")
    for tail in [*WRITE, detail]:
        codes = [who.post(world.page(tail), {"action": "reject", "do": "rule"}).status_code
                 for who in (recommender, stranger, nobody)]  # fmt: skip
        assert codes == [403, 404, 404], tail
        assert observer.post(world.page(tail), {"action": "reject"}).status_code in {403, 404}
    settings = world.page("nominations/settings/")
    assert [who.get(settings).status_code for who in (client, observer, stranger)] == [
        403, 403, 404,
    ]  # fmt: skip
    assert not Decision.objects.exists()


def test_a_unit_limited_reviewer_sees_and_decides_own_villages_only(season: Season) -> None:
    town, other = world.unit("11"), world.unit("12")
    village = world.unit("111", town)
    mine = world.nomination(season, "本村人", unit=village)
    foreign = world.nomination(season, "外村人", unit=other)
    citizen = world.nomination(season, "某公民")
    limited = world.signed_in(world.person("镇评审", "reviewer", season, town))

    page = limited.get(world.page()).content.decode()

    assert "本村人" in page
    assert "外村人" not in page
    assert "某公民" not in page
    for one in (foreign, citizen):
        assert limited.get(at(one)).status_code == 404
        assert post(limited, one, "reject", reason="scope").status_code == 404
    for tail in ("duplicates/", "shortlist/", "nominations/sheets/"):
        assert limited.get(world.page(tail)).status_code == 403
    assert post(limited, mine, "reject", reason="scope").status_code == 302
    limited.post(
        world.page("nominations/bulk/"),
        {"pick": f"{foreign.code}.1", "do": "reject", "reject_reason": "scope", "confirm": "1"},
    )
    assert [state(one) for one in (mine, foreign, citizen)] == [
        "rejected", "submitted", "submitted",
    ]  # fmt: skip


def test_drafts_are_nobodys_business(season: Season, client: Client) -> None:
    draft = Nomination.objects.create(season=season, route="citizen", name="草稿人",
                                      state_since="2026-01-01T00:00Z")  # fmt: skip
    assert "草稿人" not in client.get(world.page("nominations/?state=all")).content.decode()
    assert client.get(at(draft)).status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"甲", "乙"}),
        ("?state=rejected", {"丙"}),
        ("?state=all", {"甲", "乙", "丙"}),
        ("?state=nonsense", {"甲", "乙", "丙"}),
        ("?q=乙", {"乙"}),
        ("?unit=11", {"乙"}),
        ("?unit=404", set()),
        ("?q=%27--", set()),
        ("?page=99&category=x", {"甲", "乙"}),
    ],
)
def test_the_list_filters(season: Season, client: Client, query: str, expected: set[str]) -> None:
    town = world.unit("11")
    world.nomination(season, "甲")
    world.nomination(season, "乙", unit=world.unit("111", town), position=2)
    world.nomination(season, "丙", state="rejected")

    answer = client.get(world.page(f"nominations/{query}"))

    assert {row["name"]["text"] for row in answer.context["rows"]} == expected
    # No count above a page that says that there is nothing.
    assert (b" nominations." in answer.content) == (len(expected) > 1)
    second = season.categories.get(position=2).pk
    answer = client.get(world.page(f"nominations/?category={second}"))
    assert {row["name"]["text"] for row in answer.context["rows"]} == {"乙"}


def test_a_reviewer_goes_all_the_way_on_the_page(
    season: Season, client: Client, reviewer: User
) -> None:
    one = world.nomination(season)
    answers = {f"answer_{code}": "yes" for code in world.MANUAL} | {"note_deeds": "电话核实"}
    assert post(client, one, "check", **answers).status_code == 302
    assert CheckAnswer.objects.filter(answered_by=reviewer).count() == len(world.MANUAL)
    scan = SimpleUploadedFile("x.pdf", b"%PDF-1.4\n1 0 obj\nstartxref\n9\n%%EOF\n")
    filed = post(client, one, "clearance", issuer="县公安局", issued_on="2026-11-02",
                 result="clear", scan=scan)  # fmt: skip
    assert filed.status_code == 302
    clearance = Clearance.objects.get()
    file = client.get(at(one, f"files/{clearance.stem}.pdf"))
    assert file.content.startswith(b"%PDF")
    assert file["Content-Disposition"].startswith("attachment")
    assert file["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert client.get(at(world.nomination(season, "王一"), f"files/{clearance.stem}.pdf")
                      ).status_code == 404  # fmt: skip
    assert post(client, one, "message", text="请问电话？").status_code == 302
    assert Message.objects.get().author == reviewer
    # The log cannot forget: it never names people by an address.
    written = AuditEntry.objects.get(action="nomination.message")
    assert written.actor == name_of(reviewer)
    assert "@" not in written.actor
    assert post(client, one, "accept", remark="").status_code == 302
    page = client.get(at(one)).content.decode()
    for shown in ("县公安局", "电话核实", "请问电话？", "Accepted"):
        assert shown in page
    assert state(one) == "accepted"
    assert Nominee.objects.get().name == "范玉莲"
    assert post(client, one, "reopen", text="重核").status_code == 302
    assert state(one) == "resubmitted"


@pytest.mark.parametrize(
    ("action", "values", "said"),
    [
        ("accept", {}, "neither the program nor a person"),
        ("accept", {"seen": "99"}, "has changed since"),
        ("reject", {"reason": ""}, "This field is required."),
        ("reject", {"reason": "other"}, "in your own words"),
        ("return", {"reason": "photos", "parts": ["shoes"]}, "Select a valid choice"),
        ("message", {"text": ""}, "This field is required."),
        ("clearance", {"issuer": "x", "issued_on": "gestern", "result": "clear"}, "valid date"),
        ("clearance", {"issuer": "x", "issued_on": "2026-01-01", "result": "clear",
                       "scan": SimpleUploadedFile("x.pdf", b"<svg>")}, "Only PDF, JPEG and PNG"),
        ("check", {"answer_deeds": "maybe"}, "Select a valid choice"),
    ],
)  # fmt: skip
def test_a_refused_form_says_why_and_changes_nothing(
    season: Season, client: Client, action: str, values: dict[str, Any], said: str
) -> None:
    one = world.nomination(season)
    answer = post(client, one, action, **values)

    assert answer.status_code == 422
    assert escape(said) in answer.content.decode()
    assert state(one) == "submitted"
    for table in (Decision, Clearance, CheckAnswer, Message, Nominee):
        assert not table.objects.exists()


def test_unknown_actions_and_foreign_rows_are_not_found(season: Season, client: Client) -> None:
    one, other = world.nomination(season), world.nomination(season, "王一")
    words = {"issuer": "x", "issued_on": "2026-01-01", "result": "clear"}
    row = Clearance.objects.create(nomination=other, added_by=User.objects.get(name="甲"), **words)
    assert post(client, one, "explode").status_code == 404
    assert post(client, one, "reopen", text="x").status_code == 404
    assert post(client, one, "strike", clearance=row.pk, reason="x").status_code == 404
    assert client.get(at(one, "files/../../etc/passwd")).status_code == 404


def test_two_are_compared_and_put_together_on_the_page(season: Season, client: Client) -> None:
    one, two = world.nomination(season, "范玉莲"), world.nomination(season, "範玉蓮")
    likening.search(season_id=season.pk)
    listed = client.get(world.page("duplicates/")).content.decode()
    assert f"{one.code}/compare/{two.code}/" in listed
    pair = at(one, f"compare/{two.code}/")
    shown = client.get(pair).content.decode()
    assert "<mark>範</mark>" in shown or "<mark>範玉蓮</mark>" in shown
    assert "another spelling" in shown
    assert client.post(pair, {"do": "left", "reason": ""}).status_code == 422
    assert not Merge.objects.exists()
    assert client.post(pair, {"do": "left", "reason": "同一人"}).status_code == 302
    assert state(two) == "merged"
    assert "These are put together." in client.get(pair).content.decode()
    merge = Merge.objects.get()
    assert post(client, one, "unmerge", merge=merge.pk, reason="两个人").status_code == 302
    assert state(two) == "resubmitted"
    assert client.post(pair, {"do": "different"}).status_code == 302
    assert "said so" in client.get(pair).content.decode()
    by_code = client.get(at(one, "compare/"), {"with_code": two.code.lower()})
    assert by_code.headers["Location"] == pair
    assert client.get(at(one, "compare/"), {"with_code": one.code}).headers["Location"] == at(one)


def test_bulk_shows_each_outcome_first_and_refuses_row_by_row(
    season: Season, client: Client, reviewer: User
) -> None:
    ready = world.checked(world.nomination(season, "可以"), reviewer)
    unready = world.nomination(season, "还不行")
    picks = [f"{one.code}.{one.version}" for one in (ready, unready)]
    bulk = world.page("nominations/bulk/")

    shown = client.post(bulk, {"pick": picks, "do": "accept"})

    assert [bool(one["refusal"]) for one in shown.context["outcomes"]] == [False, True]
    assert (Nominee.objects.count(), Decision.objects.count()) == (0, 0)
    assert client.post(bulk, {"pick": picks, "do": "accept", "confirm": "1"}).status_code == 302
    assert [state(one) for one in (ready, unready)] == ["accepted", "submitted"]
    moved = {"pick": f"{unready.code}.1", "do": "category", "confirm": "1",
             "category": season.categories.get(position=2).pk}  # fmt: skip
    client.post(bulk, moved)
    assert Nomination.objects.get(pk=unready.pk).category.position == 2
    client.post(bulk, {"pick": f"{unready.code}.1", "do": "reject", "reject_reason": "scope",
                       "confirm": "1"})  # fmt: skip
    assert state(unready) == "submitted"  # it had changed since the page was shown
    assert client.post(bulk, {"pick": picks, "do": "reject"}).status_code == 422
    assert client.post(bulk, {"do": "accept"}).status_code == 302
    many = {"pick": f"{unready.code}." + "9" * 5000, "do": "reject", "reject_reason": "scope"}
    assert client.post(bulk, many | {"confirm": "1"}).status_code == 302
    assert state(unready) == "submitted"


@pytest.mark.both
def test_a_unit_gets_no_more_into_a_category_by_a_move_than_its_quota(
    season: Season, client: Client
) -> None:
    unit, citizen = world.unit("11"), world.nomination(season, "市民推荐")
    ones = [world.nomination(season, name, unit=unit) for name in ("甲", "乙")]
    bulk = world.page("nominations/bulk/")
    target = season.categories.get(position=2)

    def asked(*chosen: Nomination, **words: Any) -> dict[str, Any]:
        picks = [f"{one.code}.{one.version}" for one in chosen]
        return {"pick": picks, "do": "category", "category": target.pk, **words}

    shown = client.post(bulk, asked(*ones, citizen))
    refusals = [one["refusal"] for one in shown.context["outcomes"]]
    assert [bool(one) for one in refusals] == [False, False, True]  # the quota is one
    assert "has no nominations left in the category “奖项2”" in refusals[2]
    assert not Nomination.objects.filter(category=target).exists()

    assert client.post(bulk, asked(*ones, citizen, confirm="1")).status_code == 302
    assert set(Nomination.objects.filter(category=target)) == {ones[0], citizen}
    UnitQuota.objects.create(season=season, unit=unit, category=target, most=2)
    client.post(bulk, asked(ones[1], confirm="1"))
    assert Nomination.objects.filter(category=target).count() == 3
    # Out of it again there is room for both.
    target = season.categories.get(position=1)
    UnitQuota.objects.create(season=season, unit=unit, category=target, most=2)
    for one in ones:
        one.refresh_from_db()
    client.post(bulk, asked(*ones, confirm="1"))
    assert Nomination.objects.filter(category=target, unit=unit).count() == 2


def test_the_shortlist_is_set_confirmed_and_taken_back_on_the_page(
    season: Season, client: Client, reviewer: User
) -> None:
    ones = [world.checked(world.nomination(season, name), reviewer) for name in ("甲", "乙")]
    for one in ones:
        post(client, one, "accept", remark="")
    page = world.page("shortlist/1/")
    rule = {"do": "rule", "method": "decision", "places": 1, "names_each": 5, "over_full": "keep"}
    assert client.post(page, rule).status_code == 422  # without a reason
    rule["why"] = "章程"
    assert client.post(page, rule | {"places": 0}).status_code == 422
    assert client.post(page, rule).status_code == 302
    shown = client.get(page)
    seen = shown.context["reason_form"]["seen"].value()
    late = client.post(page, {"do": "confirm", "seen": "x", "reason": "x", "pick": ones[0].pk})
    assert late.status_code == 422
    assert client.post(page, {"do": "confirm", "seen": seen, "reason": "会议", "pick": ones[0].pk}
                       ).status_code == 302  # fmt: skip
    assert [state(one) for one in ones] == ["accepted", "not_listed"]
    assert "Confirmed" in client.get(page).content.decode()
    assert client.post(page, {"do": "reopen", "reason": "漏看"}).status_code == 302
    assert [state(one) for one in ones] == ["accepted", "accepted"]


def test_organisers_change_what_reviewers_are_asked(season: Season, client: Client) -> None:
    boss = world.signed_in(world.person("主办", "organiser", season))
    page = world.page("nominations/settings/")
    context = boss.get(page).context
    values: dict[str, Any] = {"second_look": "on"}
    for rows in (context["items"], *(rows for _title, rows in context["lists"])):
        values |= {f.html_name: f.value() for f in rows.management_form}
        for form in rows:
            for field in form:
                if field.value() not in {None, False}:
                    values[field.html_name] = field.value()
    values |= {"items-2-least": "48", "items-12-text": "有介绍信", "items-12-blocks": "on"}
    values.pop("items-10-is_asked")
    assert boss.post(page, values | {"items-2-least": ""}).status_code == 422
    assert not ChecklistItem.objects.exists()

    assert boss.post(page, values).status_code == 302

    items = {item.code: item for item in ChecklistItem.objects.all()}
    assert items["hours"].least == 48
    assert not items["official"].is_asked
    assert items["own-13"].text == "有介绍信"
    assert ReviewSettings.objects.get().second_look
    shown = client.get(at(world.nomination(season))).content.decode()
    assert "有介绍信" in shown
    assert "不是县处级以上领导干部" not in shown


def test_naughty_strings_are_stored_and_shown_exactly(season: Season, client: Client) -> None:
    texts = [text.strip() for text in NAUGHTY]
    texts = [text for text in dict.fromkeys(texts) if text and "\0" not in text]
    ones = [
        world.nomination(season, text[:200], headline=text[:400],
                         summary="\n".join(texts[at_ : at_ + 100]))
        for at_, text in enumerate(texts) if at_ % 100 == 0
    ]  # fmt: skip
    for place, one in enumerate(ones):
        some = texts[place * 100 : place * 100 + 100]
        text = "\n".join(some)[:2000].strip()
        note = some[1][:300].strip()
        assert post(client, one, "message", text=text).status_code == 302
        assert post(client, one, "check", answer_deeds="no", note_deeds=note).status_code == 302
        assert post(client, one, "clearance", issuer=some[0][:80], issued_on="2026-01-01",
                    result="clear", note=some[2][:300]).status_code == 302  # fmt: skip
        assert post(client, one, "reject", reason="other", text=some[3][:600]).status_code == 302
        page = client.get(at(one)).content.decode()
        assert "<script>alert" not in page
        stored = CheckAnswer.objects.get(nomination=one).note
        assert escape(stored) in page
        assert stored == note
        assert Message.objects.get(nomination=one).text.splitlines() == text.splitlines()
        assert escape(some[0][:80].strip()) in page
    listing = client.get(world.page("nominations/?state=all")).content.decode()
    assert "<script>alert" not in listing
    for text in texts[::60]:
        assert client.get(world.page(), {"q": text[:60]}).status_code == 200


def test_filters_are_folded_until_one_is_set(client: Client, season: Season) -> None:
    for query, folded in (("", True), ("?state=all", True), ("?q=乙", False)):
        page = client.get(world.page(f"nominations/{query}")).content.decode()
        assert ('<details class="card search-folded">' in page) == folded
        assert ('<details class="card search-folded" open>' in page) != folded
