"""The public page of the draws of judges, and the same as JSON.

Both say what was announced, what came out and who sits, all by the judges' codes, which are
public; nothing else that is known of a judge.
"""

import shlex
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from voting.approvals.models import Proposal
from voting.judging.models import DrawEnd, Panel, PanelDraw, Seat
from voting.judging.queries import draws
from voting.judging.services.seats import LEAVING
from voting.rules.draws import ANY, NO_TYPE
from voting.rules.numbering import ticket
from voting.seasons.models import Season
from voting.seasons.page_context import content, frame_context, full_moment, zone_text
from voting.seasons.public_pages import Page

Values = dict[str, Any]
# Prints the pool in the order of a draw. Codes have no commas.
_REPEAT: Final = (
    "import sys,hashlib; seed,pool=sys.argv[1:]; "
    'print(*sorted(pool.split(","),key=lambda one:'
    'hashlib.sha256((seed+"\\n"+one).encode()).hexdigest()),sep="\\n")'
)
# Prints the fingerprint of each announcement in the file that is handed out.
_CHECK: Final = (
    'import sys,json,hashlib; [print(one["panel"],one["number"],hashlib.sha256(json.dumps('
    'one["announcement"],ensure_ascii=False,sort_keys=True,separators=(",",":")).encode())'
    '.hexdigest()) for one in json.load(open(sys.argv[1],encoding="utf-8"))["draws"]]'
)


def link(season: Season) -> Page | None:
    """Return where the page is, once a draw was announced in the season."""
    if not draws.is_public(season):
        return None
    return Page(reverse("judges:draws", args=[season.slug]), _("The draw of the judges"))


def repeat_line(keys: Sequence[str], seed: str) -> str:
    """Return a line for a terminal that prints these keys in the order of the draw."""
    return f"python3 -c {shlex.quote(_REPEAT)} {shlex.quote(seed)} {shlex.quote(','.join(keys))}"


def check_line(file_name: str) -> str:
    """Return a line for a terminal that prints the fingerprints of the file that is handed out."""
    return f"python3 -c {shlex.quote(_CHECK)} {shlex.quote(file_name)}"


def file_name(season: Season) -> str:
    """Return what the file that is handed out is called."""
    return f"{season.slug}-judges.json"


def draws_context(season: Season) -> Values | None:
    """Return the context of ``judging/draws.html``; None while nothing was announced."""
    rows = _rows(season)
    if not rows:
        return None
    now = timezone.now()
    panels: dict[int, Values] = {}
    for draw in rows:
        panel = draw.panel
        own = panels.setdefault(
            panel.pk,
            {"name": content(panel.name or panel.component, panel.name_en), "draws": []},
        )
        # The latest first: those before it were withdrawn.
        own["draws"].insert(0, _shown(draw, now))
    return {
        **frame_context(season),
        "nav_current": "rules",
        "slug": season.slug,
        "zone_text": zone_text(season.time_zone),
        "panels": list(panels.values()),
        "drawn": any(_is_drawn(draw) for draw in rows),
        "check_line": check_line(file_name(season)),
    }


def draws_as_json(season: Season) -> Values | None:
    """Return all draws of a season, fit for JSON; None while nothing was announced."""
    rows = _rows(season)
    if not rows:
        return None
    return {
        "season": season.slug,
        "order": "sorted by the SHA-256 of seed, line break, code (UTF-8), as hexadecimal text",
        "seed": "NFKC, no spaces at its ends, several spaces as one",
        "fingerprint": "SHA-256 of the announcement: JSON, keys sorted, no spaces, UTF-8",
        "draws": [_as_json(draw) for draw in rows],
    }


def kind_text(kind: str) -> str:
    """Name a kind of seat; "" for one that is open to all."""
    return kind if kind != ANY else _("any seat type")


def _rows(season: Season) -> list[PanelDraw]:
    found = PanelDraw.objects.filter(panel__season=season).select_related("end", "panel__season")
    return list(found.order_by("panel", "number"))


def _is_drawn(draw: PanelDraw) -> bool:
    end = draws.end_of(draw)
    return end is not None and end.kind == DrawEnd.Kind.DRAWN


def _seats(panel: Panel) -> dict[int, Seat]:
    return {one.pk: one for one in panel.seats.select_related("judge").order_by("pk")}


def _shown(draw: PanelDraw, now: datetime) -> Values:
    zone, end = draw.panel.season.time_zone, draws.end_of(draw)
    keys = [key for key, _kind in draw.pool]
    shown: Values = {
        "number": draw.number,
        "state": str(end.kind) if end else "waits" if now < draw.seed_at else "known",
        "announced": full_moment(draw.announced_at, zone),
        "source": draw.source,
        "seed_at": full_moment(draw.seed_at, zone),
        "seats": [
            {"kind": kind_text(kind), "number": number}
            for kind, number in sorted(draw.seats.items(), key=lambda one: (one[0] == ANY, one[0]))
        ],
        "pool": [{"key": key, "kind": _type(kind)} for key, kind in draw.pool],
        "fingerprint": [draw.fingerprint[at : at + 8] for at in range(0, 64, 8)],
        "ended": full_moment(end.at, zone) if end else "",
        "reason": end.reason if end else "",
    }
    if end is not None and _is_drawn(draw):
        shown |= _outcome(draw, end) | {"line": repeat_line(keys, end.seed)}
    return shown


def _outcome(draw: PanelDraw, end: DrawEnd) -> Values:
    """Return the order of a draw, and who of it sits, sat or stands by."""
    seats = _seats(draw.panel)
    by_key = {one.judge.key: one for one in seats.values()}
    kinds = draws.kinds_of_seats(draw, seats)
    instead = {one.replaces_id: one for one in seats.values() if one.replaces_id is not None}
    types = dict(draw.pool)
    order = []
    for key in end.order:
        seat = by_key.get(key)
        row = {
            "key": key, "kind": _type(types[key]), "ticket": ticket(end.seed, key)[:8],
            "what": "", "state": "", "seat": "", "replaces": "", "replaced_by": "",
        }  # fmt: skip
        if key in end.passed:
            row["what"] = "passed"
        elif seat is not None:
            row |= {
                "what": str(seat.how),
                "state": str(seat.state) if seat.state in draws.GONE else "sits",
                "seat": kind_text(kinds[seat.pk]) if seat.pk in kinds else "",
                "replaces": seats[seat.replaces_id].judge.key if seat.replaces_id else "",
                "replaced_by": instead[seat.pk].judge.key if seat.pk in instead else "",
            }
        order.append(row)
    pool = set(types)
    because = _taken_off(draw.panel, seats)
    for row in order:
        gone = by_key.get(str(row["key"]))
        row["because"] = because.get(gone.pk, "") if gone is not None else ""
    return {
        "seed": end.seed,
        "order": order,
        "sitting": [
            {
                "kind": kind_text(kind),
                "keys": [
                    seats[pk].judge.key
                    for pk, own in kinds.items()
                    if own == kind and seats[pk].state not in draws.GONE
                ],
            }
            for kind in sorted(draw.seats, key=lambda one: (one == ANY, one))
        ],
        "named": [
            one.judge.key
            for one in seats.values()
            if one.state not in draws.GONE and (one.judge.key not in pool or one.how == "fixed")
        ],
    }


def _type(kind: str) -> str:
    return "" if kind == NO_TYPE else kind


def _taken_off(panel: Panel, seats: Mapping[int, Seat]) -> dict[int, str]:
    """Return by seat why two organisers took a judge off; of who left by themselves nothing."""
    signed = Proposal.objects.filter(
        season=panel.season_id, kind=LEAVING, state=Proposal.State.APPROVED
    )
    found = {int(one.payload["seat"]): one.reason for one in signed}
    return {pk: reason for pk, reason in found.items() if pk in seats}


def _as_json(draw: PanelDraw) -> Values:
    end = draws.end_of(draw)
    row: Values = {
        "panel": draw.panel.name or draw.panel.component,
        "number": draw.number,
        "announcement": draws.announced(draw),
        "fingerprint": draw.fingerprint,
        "withdrawn": None,
        "drawn": None,
    }
    if end is None:
        return row
    at = end.at.astimezone(UTC).isoformat()
    if end.kind == DrawEnd.Kind.WITHDRAWN:
        return row | {"withdrawn": {"at": at, "reason": end.reason}}
    seats = _seats(draw.panel)
    kinds = draws.kinds_of_seats(draw, seats)
    because = _taken_off(draw.panel, seats)
    return row | {
        "drawn": {
            "at": at,
            "seed": end.seed,
            "seed_was_read": end.reason,
            "order": end.order,
            "had_a_seat_already": end.passed,
            "seats": [
                {
                    "judge": one.judge.key,
                    "seat_type": kinds[one.pk],
                    "state": str(one.state) if one.state in draws.GONE else "sits",
                    "taken_off_because": because.get(one.pk),
                    "in_place_of": seats[one.replaces_id].judge.key if one.replaces_id else None,
                }
                for one in seats.values()
                if one.pk in kinds
            ],
        }
    }
