"""Where scripts save to: small pieces, each answered by itself.

One piece that cannot be read is refused by itself. Were the whole request refused for it, the
device would send the same one again and again, and all that the judge enters afterwards would
wait behind it.
"""

import json
from datetime import datetime
from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from voting.judging.access import for_saving, person
from voting.judging.blind import PRACTICE, code_of
from voting.judging.models import Seat
from voting.judging.queries.forms import read_points, shown
from voting.judging.queries.seats import nominees_of_panel
from voting.judging.services import marking
from voting.judging.services.errors import (
    Conflict,
    JudgingRefused,
    MustKeepOut,
    OutOfRange,
    SheetLocked,
)

MOST: Final = 60  # pieces in one request
_TEXTS: Final = ("comment", "note")


class Piece(msgspec.Struct, forbid_unknown_fields=True):
    """One change. field: ``c_`` and the criterion, or comment, or note. value: None to clear.

    base: the revision it was based on. was: of a mark, ids of saves without an answer; of a text,
    what the device knew to stand there.
    """

    id: str
    code: str
    field: str
    value: str | None = None
    base: int = 0
    was: list[str] = []


@require_POST
@for_saving
def save(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Keep changes; the answer says of each whether it was saved, clashes, or was refused."""
    pieces = _pieces(request.body)
    if pieces is None:
        return JsonResponse({"problem": "unreadable"}, status=400)
    if len(pieces) > MOST:
        return JsonResponse({"problem": "too-many"}, status=400)
    nominees = {
        code_of(seat.panel, pk): pk
        for pk in nominees_of_panel(seat.panel).values_list("pk", flat=True)
    }
    results = [_answered(request, seat, piece, nominees) for piece in pieces]
    return JsonResponse({"results": results, "time": _clock(timezone.now())})


def _pieces(body: bytes) -> list[dict[str, Any]] | None:
    """Return what was sent, piece by piece; None if it is no list of pieces with an id each.

    Read by Python's own reader: another one refuses the whole for half a character in one text.
    """
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return None
    pieces = sent.get("saves") if isinstance(sent, dict) else None
    # Without its id the device could not tell which piece an answer is about.
    known = isinstance(pieces, list) and all(
        isinstance(one, dict) and isinstance(one.get("id"), str) for one in pieces
    )
    return pieces if known else None


def _answered(
    request: HttpRequest, seat: Seat, sent: dict[str, Any], nominees: dict[str, int]
) -> dict[str, Any]:
    """Return the answer to one piece, whatever else is in it."""
    try:
        return _saved(request, seat, msgspec.convert(sent, Piece), nominees)
    except (msgspec.ValidationError, UnicodeError):
        return {
            "id": sent["id"], "state": "refused", "problem": "unreadable",
            "text": _("This entry could not be read. Enter it once more."),
        }  # fmt: skip


def _saved(
    request: HttpRequest, seat: Seat, piece: Piece, nominees: dict[str, int]
) -> dict[str, Any]:
    try:
        if piece.code != PRACTICE and piece.code not in nominees:
            # As for somebody whom the judge keeps out of: one does not learn which.
            raise MustKeepOut(_("You do not mark this nominee."))
        nominee_id = nominees.get(piece.code)
        if piece.field in _TEXTS:
            at = marking.save_text(
                seat_id=seat.pk, user=person(request), nominee_id=nominee_id, what=piece.field,
                text=piece.value or "", known=piece.was,
            )  # fmt: skip
            return {"id": piece.id, "state": "saved", "at": _clock(at)}
        return _mark(request, seat, piece, nominee_id)
    except Conflict as error:
        there = error.there
        return {
            "id": piece.id, "state": "conflict", "revision": error.revision,
            "there": there if isinstance(there, str) or there is None else shown(there),
            "at": _clock(error.at),
        }  # fmt: skip
    except JudgingRefused as error:
        code = {SheetLocked: "locked", OutOfRange: "out-of-range", MustKeepOut: "keep-out"}
        return {
            "id": piece.id, "state": "refused", "problem": code.get(type(error), "not-now"),
            "text": str(error),
        }  # fmt: skip


def _mark(request: HttpRequest, seat: Seat, piece: Piece, nominee_id: int | None) -> dict[str, Any]:
    points = None
    if piece.value not in {None, ""}:
        points = read_points(piece.value)
        if points is None:
            raise OutOfRange(_("This is not a number of points."))
    kept = marking.save_mark(
        seat_id=seat.pk, user=person(request), nominee_id=nominee_id,
        criterion=piece.field.removeprefix("c_"), points=points,
        basis=marking.Basis(piece.base, piece.id, piece.was),
    )  # fmt: skip
    return {
        "id": piece.id, "state": "saved", "revision": kept.revision,
        "value": "" if kept.points is None else shown(kept.points), "at": _clock(kept.at),
    }  # fmt: skip


def number_of(request: HttpRequest, name: str) -> int:
    """Return the revision that a form without scripts was based on; 0 for none."""
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _clock(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"
