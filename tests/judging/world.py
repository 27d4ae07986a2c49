"""A season with a panel, judges who may mark, and their browsers."""

import json
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests import make
from voting.judging.blind import code_of
from voting.judging.models import Judge, Panel, Seat
from voting.judging.page_context import desk_of
from voting.judging.services import panels, pool, seats
from voting.judging.services.panels import Settings
from voting.judging.services.pool import Person
from voting.roles.models import Grant, Role
from voting.seasons.models import Nominee, Season

CRITERIA = (
    ("duration", "持续与投入", "Duration", "3"),
    ("help", "实际帮助", "Help", "3"),
    ("example", "带动他人", "Example", "2"),
    ("conduct", "品行与公认度", "Conduct", "2"),
)
LEVELS = [
    {"since": "0", "text": "材料里没有依据", "text_en": "nothing in the file"},
    {"since": "5", "text": "影响身边人，尚未形成队伍", "text_en": "people nearby"},
    {"since": "7", "text": "受助者明确，改变看得见", "text_en": "change can be seen"},
    {"since": "9", "text": "五年以上不间断，有可核实的记录", "text_en": "five years on record"},
]


def rubric(criteria: Sequence[tuple[str, str, str, str]] = CRITERIA, **fields: Any) -> Any:
    """Return a rubric of 0 to 10 in whole points."""
    plain = {"lowest": "0", "highest": "10", "step": "1", "levels": LEVELS}
    return {
        "criteria": [
            {"key": key, "name": name, "name_en": name_en, "factor": factor} | plain | fields
            for key, name, name_en, factor in criteria
        ]
    }


def consolidation(**panel_component: Any) -> dict[str, Any]:
    """Return how the public vote and one panel become a result."""
    panel = {
        "key": "panel", "kind": "panel", "weight": "70",
        "panel": {"method": "mean", "lowest": "0", "highest": "100"},
    }  # fmt: skip
    public = {
        "key": "public", "kind": "public", "weight": "30",
        "conversion": {"how": "share_of_leader"},
    }  # fmt: skip
    return {"components": [panel | panel_component, public]}


def season(component: dict[str, Any] | None = None, **fields: Any) -> Season:
    """Make a season whose rules are frozen, with five nominees in two categories."""
    declared = consolidation(**({"rubric": rubric()} if component is None else component))
    made = make.season(sheet={"consolidation": declared}, time_zone="Asia/Shanghai", **fields)
    made.stages.create(
        kind="judging", starts_at=timezone.now() - timedelta(days=1),
        ends_at=timezone.now() + timedelta(days=3),
    )  # fmt: skip
    return made


def organiser() -> User:
    """Make somebody who may do everything."""
    number = User.objects.count()
    return User.objects.create_superuser(f"o{number}@example.org", "x", name=f"组织者{number}")


def panel(made: Season, **fields: Any) -> Panel:
    """Make a panel that nobody sits on yet."""
    return panels.create_panel(
        season_id=made.pk, settings=Settings(**{"component": "panel"} | fields), by=organiser()
    )


def judge(made: Season, key: str = "", **fields: Any) -> Judge:
    """Make a judge with an account and the role."""
    key = key or f"J{secrets.token_hex(3)}"
    user = User.objects.create_user(
        f"{key.lower()}@{made.slug}.example.org", name=fields.pop("called", key)
    )
    Grant.objects.create(user=user, role=Role.JUDGE, season=made, granted_by="test")
    person = Person(key, **{"name": f"评委{key}"} | fields)
    found = pool.add_judge(season_id=made.pk, person=person, by=user)
    Judge.objects.filter(pk=found.pk).update(user=user)
    found.refresh_from_db()
    return found


def seated(board: Panel, *judges: Judge, ready: bool = True) -> list[Seat]:
    """Seat judges; ready: who have declared their independence."""
    made = panels.seat_judges(
        panel_id=board.pk, judge_ids=[one.pk for one in judges], by=organiser()
    )
    for seat in made if ready else []:
        seats.confirm(seat_id=seat.pk, user=seat.judge.user)
        seats.declare(seat_id=seat.pk, user=seat.judge.user, declaration="保密并独立评审")
        seat.refresh_from_db()
    return made


def opened(made: Season | None = None, judges: int = 1, **fields: Any) -> tuple[Panel, list[Seat]]:
    """Make a panel with judges who can mark now."""
    board = panel(made or season(), **fields)
    found = seated(board, *[judge(board.season, f"J{n}") for n in range(1, judges + 1)])
    panels.open_panel(panel_id=board.pk, by=organiser())
    board.refresh_from_db()
    return board, list(Seat.objects.filter(pk__in=[one.pk for one in found]).order_by("pk"))


def marked_alike(seat: Seat) -> None:
    """Give every other judge of the panel the sheets and marks of one, however many they are."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO judging_scoresheet
                (seat_id, nominee_id, comment, note, revision, changed_at)
            SELECT other.id, own.nominee_id, own.comment, own.note, own.revision, own.changed_at
            FROM judging_scoresheet own CROSS JOIN judging_seat other
            WHERE own.seat_id = %s AND other.panel_id = %s AND other.id <> %s""",
            [seat.pk, seat.panel_id, seat.pk],
        )
        cursor.execute(
            """INSERT INTO judging_mark
                (sheet_id, criterion, points, revision, save_id, changed_at)
            SELECT other.id, mark.criterion, mark.points, mark.revision, '', mark.changed_at
            FROM judging_mark mark JOIN judging_scoresheet own ON own.id = mark.sheet_id
            JOIN judging_scoresheet other ON other.nominee_id = own.nominee_id
            WHERE own.seat_id = %s AND other.seat_id <> %s""",
            [seat.pk, seat.pk],
        )


def browser(seat: Seat | User) -> Client:
    """Return a browser that a judge is signed in to."""
    client = Client(enforce_csrf_checks=False)
    client.force_login(seat if isinstance(seat, User) else seat.judge.user)
    return client


def first(board: Panel, number: str = "101") -> Nominee:
    """Return a nominee by number."""
    return board.season.nominees.get(ballot_number=number)


def address(board: Panel, rest: str = "", language: str = "en") -> str:
    """Return the address of a panel's page."""
    return f"/{language}/judging/{board.season.slug}/{board.pk}/{rest}"


def page(board: Panel, nominee: Nominee, rest: str = "", language: str = "en") -> str:
    """Return the address of a nominee's sheet, or of something below it."""
    return address(board, f"{code_of(board, nominee.pk)}/{rest}", language)


def save(client: Client, board: Panel, *pieces: dict[str, Any]) -> list[dict[str, Any]]:
    """Send pieces as the script does; return what the server says of each."""
    whole = [{"id": secrets.token_hex(8), "base": 0, "was": []} | one for one in pieces]
    response = client.post(
        address(board, "save/"), json.dumps({"saves": whole}), content_type="application/json"
    )
    assert response.status_code == 200, response.content
    return response.json()["results"]


def piece(board: Panel, nominee: Nominee, field: str, value: str | None, **more: Any) -> Any:
    """Return one change as the script sends it."""
    return {"code": code_of(board, nominee.pk), "field": field, "value": value} | more


def mark_all(seat: Seat, points: str = "8", but: Sequence[tuple[str, str]] = ()) -> None:
    """Mark everything on a seat; but: (ballot number, criterion) that are left out."""
    desk = desk_of(Seat.objects.select_related("panel__season", "judge").get(pk=seat.pk))
    pieces = [
        piece(seat.panel, one, f"c_{line.key}", points)
        for one in desk.nominees.marked
        for line in desk.form.criteria
        if (one.ballot_number, line.key) not in but
    ]
    for at in range(0, len(pieces), 50):
        results = save(browser(seat), seat.panel, *pieces[at : at + 50])
        assert {one["state"] for one in results} == {"saved"}
