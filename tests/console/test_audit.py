"""The log of what was done: three histories as one, searched, taken along, and never edited."""

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib import admin
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from tests import make
from tests.roles.people import browser, granted, member, person
from tests.units.conftest import SMALL, taken, unit
from voting.approvals.models import Proposal
from voting.audit.models import AuditEntry
from voting.audit.services import record
from voting.console import audit_log
from voting.console.audit_log import Search
from voting.nominations.sheets.cells import escaped
from voting.notices.models import Objection
from voting.roles.models import Grant, Invitation, Reminder
from voting.seasons.history import note
from voting.seasons.models import Season, SeasonEvent
from voting.units.models import UnitEvent
from voting.units.services import rename_unit

pytestmark = pytest.mark.django_db

PAGE = "/en/console/seasons/here/audit/"
SITE = "/en/console/audit/"


@pytest.fixture(autouse=True)
def pages(db: None, collected_static: Path) -> None:
    """Pages name static files by their hashes."""


@pytest.fixture
def season() -> Season:
    return make.season(slug="here")


@pytest.fixture
def organiser(season: Season) -> Client:
    return member("organiser", season)


@pytest.fixture
def admin_client() -> Client:
    return browser(person(is_superuser=True))


def entry(at: datetime | None = None, **fields: Any) -> AuditEntry:
    plain = {"actor": "甲", "action": "role.grant", "season": "here"}
    return AuditEntry.objects.create(at=at or timezone.now(), **plain | fields)


def listed(client: Client, address: str) -> list[str]:
    return [line["code"] for line in client.get(address).context["lines"]]


def test_three_histories_are_one_with_the_latest_first(
    season: Season, admin_client: Client
) -> None:
    taken(SMALL)
    SeasonEvent.objects.create(season=season, action="open", actor="乙", reason="按时")
    rename_unit(unit_id=unit("11").pk, name="新东镇", name_en="", actor="丙", reason="区划")
    record(actor="甲", action="role.grant", season="here", target="丁", reason="会议")

    codes = listed(admin_client, SITE)
    page = admin_client.get(SITE).content.decode()

    assert codes[:3] == ["role.grant", "unit.renamed", "season.open"]
    assert codes[3:] == ["unit.added"] * 6
    assert "Role given" in page
    assert "Voting opened, rules frozen" in page
    assert '<del><span class="sr">before </span>东镇</del>' in page
    assert '<ins><span class="sr">after </span>新东镇</ins>' in page


def test_units_and_people_are_named_beside_their_codes(
    season: Season, admin_client: Client
) -> None:
    taken(SMALL)
    who = person("罗小满")
    entry(unit="11", target=f"#{who.pk}", after={"unit": "11", "role": "reviewer"})
    entry(unit="gone", target="#999999", action="role.revoke")
    with CaptureQueriesContext(connection) as few:
        page = admin_client.get(SITE).content.decode()
    for _number in range(5):
        entry(unit="12", target=f"#{person('马志坚').pk}")
    with CaptureQueriesContext(connection) as many:
        admin_client.get(SITE)

    name = unit("11").name
    assert page.count(f"{name} (11)") >= 2  # beside the line, and in what changed
    assert f"罗小满 (#{who.pk})" in page
    assert "gone" in page  # what is not there any more keeps its code
    assert "#999999" in page
    assert len(many) == len(few)


def test_what_both_histories_tell_is_shown_once(season: Season) -> None:
    note(season, "stages", actor="甲", reason="顺延")
    SeasonEvent.objects.create(season=season, action="stages", actor="甲", reason="只此一处")
    found = audit_log.lines(Search(seasons=("here",)))

    assert [(line.action, line.reason) for line in found] == [
        ("season.stages", "只此一处"), ("season.stages", "顺延"),
    ]  # fmt: skip


def test_a_seasons_log_holds_that_season_alone(season: Season, organiser: Client) -> None:
    taken(SMALL)
    entry(target="这里")
    entry(season="there", target="那里")
    entry(season="", target="全站")
    make.season(slug="there").events.create(action="open", actor="x", reason="x")

    assert listed(organiser, PAGE) == ["role.grant"]
    assert listed(organiser, f"{PAGE}?season=there") == ["role.grant"]


def test_pages_follow_each_other_without_gap_or_overlap(season: Season) -> None:
    now = timezone.now()
    # Many at the same moment, in all three histories.
    for number in range(40):
        entry(now - timedelta(seconds=number // 8), target=str(number))
        SeasonEvent.objects.create(season=season, action=f"a{number}", actor="乙", reason="x")
    found: list[Any] = []
    behind = None
    while batch := audit_log.lines(Search(seasons=("here",)), behind=behind, limit=7):
        found += batch
        behind = audit_log.key_of(batch[-1].key.written())

    assert len(found) == len({(line.key.rank, line.key.pk) for line in found}) == 80
    assert [line.key for line in found] == sorted((line.key for line in found), reverse=True)


def test_the_page_leads_to_earlier_lines(season: Season, organiser: Client) -> None:
    for number in range(audit_log.PAGE + 3):
        entry(timezone.now() - timedelta(minutes=number), target=f"对象{number}")
    first = organiser.get(PAGE)
    second = organiser.get(f"{PAGE}?{first.context['older']}")

    assert len(first.context["lines"]) == audit_log.PAGE
    assert [line["target"] for line in second.context["lines"]] == ["对象50", "对象51", "对象52"]
    assert second.context["older"] == ""
    for rubbish in (
        "%00rubbish_1",
        "0001-01-01T00:00:00%2B23:59_0_1",
        "9999-12-31T00:00:00-23:59_0_1",
    ):
        assert organiser.get(f"{PAGE}?behind={rubbish}").status_code == 200
    for ends in ("last=9999-12-31", "first=0001-01-01"):
        assert "between 2000 and 2199" in organiser.get(f"{PAGE}?{ends}").content.decode()


def test_the_log_is_searched(season: Season, organiser: Client) -> None:
    day = timezone.now() - timedelta(days=10)
    entry(actor="袁秋萍", action="role.revoke", target="何云")
    entry(actor="刘国栋", action="announcement.post", after={"text": "暴雨通知"})
    entry(day, actor="刘国栋", action="approval.propose", reason="顺延两天")
    entry(actor="刘国栋", action="test.thing")
    SeasonEvent.objects.create(season=season, action="open", actor="袁秋萍", reason="按时")
    known = f"{day.astimezone(ZoneInfo(season.time_zone)):%Y-%m-%d}"

    def found(query: str) -> list[str]:
        return listed(organiser, f"{PAGE}?{query}")

    assert found("actor=袁") == ["season.open", "role.revoke"]
    assert found("topic=role") == ["role.revoke"]
    assert found("topic=season") == ["season.open"]
    assert found("topic=unit") == []
    assert found("words=暴雨") == ["announcement.post"]
    assert found("words=何云&actor=袁") == ["role.revoke"]
    assert found(f"first={known}&last={known}") == ["approval.propose"]
    assert found("first=2036-01-01") == []
    assert found("words=%25") == []
    assert len(found("")) == 5


def test_a_wrong_search_says_why(organiser: Client) -> None:
    answer = organiser.get(f"{PAGE}?first=soon&topic=x")

    assert answer.status_code == 422
    assert "Enter a valid date." in answer.content.decode()
    assert "Select a valid choice." in answer.content.decode()


def test_what_is_found_is_taken_along_without_formulas(season: Season, organiser: Client) -> None:
    entry(actor="=1+1", target='=HYPERLINK("http://x")', reason="@cmd", before={"name": "-2"},
          after={"name": "+3\x07"})  # fmt: skip
    entry(season="there")
    given = "?actor=%3D1%2B1"  # not the line that says that the log is taken along
    table = list(
        csv.reader(
            io.StringIO(organiser.get(f"{PAGE}audit.csv{given}").content.decode("utf-8-sig"))
        )
    )
    book = load_workbook(io.BytesIO(organiser.get(f"{PAGE}audit.xlsx{given}").content))
    cells = list(book.active.iter_rows(values_only=True))

    assert table[1][1:] == [
        "'=1+1", "Role given", "role.grant", "here", "", "'=HYPERLINK(\"http://x\")",
        "Name: -2", "Name: +3\ufffd", "'@cmd",
    ]  # fmt: skip
    assert len(table) == len(cells) == 2
    assert cells[1][1] == "'=1+1"
    assert cells[1][8] == "Name: +3\ufffd"
    assert "f" not in {cell.data_type for row in book.active.iter_rows() for cell in row}
    empty = organiser.get(f"{PAGE}audit.csv?actor=nobody").content.decode("utf-8-sig")
    assert len(empty.splitlines()) == 1


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1", "－1"])
def test_dangerous_cells_become_texts(text: str) -> None:
    told = text.replace("\r", "\n")
    assert escaped(text) == f"'{told}"
    assert escaped(f"x{text}") == f"x{told}"


def test_a_longer_log_costs_no_more_queries(season: Season, organiser: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert organiser.get(PAGE).status_code == 200
        return len(queries)

    entry()
    SeasonEvent.objects.create(season=season, action="open", actor="乙", reason="按时")
    few = asked()
    AuditEntry.objects.bulk_create(
        AuditEntry(actor="甲", action="role.grant", season="here") for _ in range(500)
    )
    SeasonEvent.objects.bulk_create(
        SeasonEvent(season=season, action="open", actor="乙", reason="x") for _ in range(500)
    )
    assert asked() == few


def refused(statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.both
def test_nobody_can_edit_the_log() -> None:
    entry(target="原样")
    refused("UPDATE audit_auditentry SET reason = 'x'")
    refused("DELETE FROM audit_auditentry")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.all().delete()

    assert [one.target for one in AuditEntry.objects.all()] == ["原样"]


@pytest.mark.postgres
def test_nobody_can_empty_the_log() -> None:
    entry(target="原样")
    for table in ("audit_auditentry", "units_unitevent"):
        refused(f"TRUNCATE {table}")

    assert [one.target for one in AuditEntry.objects.all()] == ["原样"]


@pytest.mark.parametrize("model", [AuditEntry, Grant, Invitation, Reminder, Proposal, UnitEvent])
def test_the_administration_only_looks(model: Any) -> None:
    request = RequestFactory().get("/")
    request.user = person(is_superuser=True, is_staff=True)
    page = admin.site.get_model_admin(model)

    assert page.has_view_permission(request)
    assert not page.has_add_permission(request)
    assert not page.has_change_permission(request)
    assert not page.has_delete_permission(request)
    assert page.get_actions(request) == {}


def test_whoever_may_see_the_season_but_not_the_log_has_no_way_there(season: Season) -> None:
    user = person()
    granted(user, "reviewer", season)
    page = browser(user).get("/en/console/seasons/here/").content.decode()

    assert "/audit/" not in page


@pytest.mark.parametrize(
    ("query", "is_open"), [("", False), ("?words=x", True), ("?first=rubbish", True)]
)
def test_the_search_is_folded_until_somebody_searches(
    season: Season, organiser: Client, query: str, *, is_open: bool
) -> None:
    page = organiser.get(PAGE + query).content.decode()

    assert ('<details class="card search-folded" open>' in page) == is_open
    assert ('<details class="card search-folded">' in page) != is_open


def test_objections_are_told_in_words(season: Season, organiser: Client) -> None:
    held = {"state": "accepted", "refusal": "late", "outcome": "not_upheld", "effect": "none"}
    entry(action="objection.decided", after=held)
    changes = organiser.get(PAGE).context["lines"][0]["changes"]

    assert {after for _label, _before, after in changes} == {
        str(Objection.State.ACCEPTED.label), str(Objection.Refusal.LATE.label),
        str(Objection.Outcome.NOT_UPHELD.label), str(Objection.Effect.NONE.label),
    }  # fmt: skip
    assert {"refusal", "outcome", "effect"}.isdisjoint(label for label, *_rest in changes)


def test_who_takes_the_log_along_is_found_in_it(season: Season, organiser: Client) -> None:
    assert organiser.get(f"{PAGE}audit.csv").status_code == 200

    line = AuditEntry.objects.get(action="audit.export")
    assert (line.season, line.after) == ("here", {"file": "csv"})
