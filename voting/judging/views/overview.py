"""A judge's own overview: how the marks order the nominees, two side by side, a ranking."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from voting.judging import page_context as context
from voting.judging.access import for_seat, person
from voting.judging.blind import PRACTICE
from voting.judging.models import Seat
from voting.judging.page_context import Desk
from voting.judging.page_texts import script_texts
from voting.judging.queries import sheets as sheet_queries
from voting.judging.queries.forms import read_points, shown
from voting.judging.services import marking, recusing
from voting.judging.services.errors import OrderChanged, OutOfRange
from voting.judging.views.saving import number_of
from voting.seasons.page_context import content
from voting.seasons.services import RuleBroken

Row = dict[str, Any]


@require_safe
@for_seat()
def panel(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Lead to what comes next: the example, the ranking, or the first nominee not finished."""
    desk = context.desk_of(seat)
    args = [desk.panel.season.slug, seat.panel_id]
    if desk.panel.opened_at is None:
        return HttpResponseRedirect(reverse("judging:start", args=args[:1]))
    if seat.submitted_at is not None:
        return HttpResponseRedirect(reverse("judging:submit", args=args))
    if not context.practised(desk):
        return HttpResponseRedirect(reverse("judging:sheet", args=[*args, PRACTICE]))
    if not desk.shown:
        return render(request, "judging/nobody.html", context.frame(desk))
    needed = len(desk.form.needed)
    waiting = [one for one in desk.shown if desk.counts.get(one.pk, 0) < needed]
    one = (waiting if waiting and desk.form.mode == "points" else desk.shown)[0]
    return HttpResponseRedirect(reverse("judging:sheet", args=[*args, one.code]))


@require_http_methods(["GET", "HEAD", "POST"])
@for_seat()
def order(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show how a judge's own marks order the nominees; ranks and picks are entered here too."""
    desk = context.desk_of(seat)
    if desk.panel.opened_at is None:
        return HttpResponseRedirect(reverse("judging:start", args=[desk.panel.season.slug]))
    status = 200
    problem = ""
    groups: list[Row] | None = None
    if request.method == "POST":
        try:
            _keep(request, desk)
        except RuleBroken as error:
            problem, status = str(error), 422
            groups = _not_kept(request, desk, error)
        else:
            messages.success(request, _("Saved"))
            return HttpResponseRedirect(request.path)
    page = {
        **context.frame(desk), "groups": _groups(desk) if groups is None else groups,
        "problem": problem, "texts": script_texts(),
    }  # fmt: skip
    return render(request, "judging/order.html", page, status=status)


def _groups(desk: Desk) -> list[Row]:
    """Return the nominees by category, in the order that the judge's own marks give."""
    marks = sheet_queries.marks_of(desk.seat)
    revisions = sheet_queries.revisions_of(desk.seat)
    groups: dict[int, Row] = {}
    for row, one in zip(context.rows(desk), desk.shown, strict=True):
        own = marks.get(one.pk, {})
        value = own.get("") if desk.form.mode != "points" else _points(desk, own)
        group = groups.setdefault(
            one.category_id, {"name": one.category, "most": desk.form.most_picks, "rows": []}
        )
        group["rows"].append(
            {
                **row,
                "sort": value,
                "value": "" if value is None else shown(value),
                "revision": revisions.get(one.pk, 0),
            }
        )
    for group in groups.values():
        _sort(desk, group["rows"])
        group["picked"] = sum(1 for row in group["rows"] if row["value"])
    return list(groups.values())


def _not_kept(request: HttpRequest, desk: Desk, error: RuleBroken) -> list[Row]:
    """Return the groups with what was typed, and beside it what another device has put there."""
    groups = _groups(desk)
    clashing = error.there if isinstance(error, OrderChanged) else {}
    codes = {one.pk: one.code for one in desk.shown}
    said = {codes[pk]: _there(desk, there) for pk, there in clashing.items()}
    for row in (row for group in groups for row in group["rows"]):
        row["there"] = said.get(row["code"], "")
        # Who moved somebody up or down did so in an order that is not the one any more.
        if desk.form.mode != "points" and "move" not in request.POST:
            row["value"] = request.POST.get(f"c_{row['code']}", "")
    return groups


def _there(desk: Desk, there: Decimal | None) -> str:
    if desk.form.mode == "picks":
        return _("On another device: chosen") if there else _("On another device: not chosen")
    if there is None:
        return _("On another device: no rank")
    return _("On another device: rank %(n)s") % {"n": shown(there)}


def _points(desk: Desk, own: dict[str, Decimal]) -> Decimal | None:
    if len(desk.form.criteria) == 1:
        return own.get(desk.form.criteria[0].key)
    return desk.form.weighted_sum(own)


def _sort(desk: Desk, rows: list[Row]) -> None:
    """Sort by rank, or by points from the most down, with places; who has none stands behind."""
    if desk.form.mode == "picks":
        return
    sign = 1 if desk.form.mode == "ranks" else -1
    rows.sort(key=lambda row: (row["sort"] is None, sign * (row["sort"] or 0)))
    for row in rows:
        better = sum(
            1
            for other in rows
            if other["sort"] is not None
            and row["sort"] is not None
            and sign * other["sort"] < sign * row["sort"]
        )
        row["place"] = "" if row["sort"] is None else better + 1


def _keep(request: HttpRequest, desk: Desk) -> None:
    """Keep the ranks or picks of a form. Moving one up or down numbers the category anew."""
    if desk.form.mode == "points":
        return
    found = {one.code: one.pk for one in desk.shown}
    ranks: dict[int, Decimal | None] = {}
    move, _colon, code = request.POST.get("move", "").partition(":")
    moved = desk.find(code)
    if moved is not None:
        group = next(
            one for one in _groups(desk) if any(row["code"] == code for row in one["rows"])
        )
        codes = [row["code"] for row in group["rows"]]
        at = codes.index(code)
        to = max(0, min(len(codes) - 1, at + (-1 if move == "up" else 1)))
        codes.insert(to, codes.pop(at))
        ranks = {found[one]: Decimal(n) for n, one in enumerate(codes, start=1)}
    else:
        for one in desk.shown:
            text = request.POST.get(f"c_{one.code}")
            if desk.form.mode == "picks" and "whole" in request.POST:
                ranks[one.pk] = Decimal(1) if text else None
            elif text is not None:
                ranks[one.pk] = read_points(text)
                if text.strip() and ranks[one.pk] is None:
                    raise OutOfRange(_("This is not a number of points."))
    known = {pk: number_of(request, f"r_{code}") for code, pk in found.items()}
    marking.save_order(seat_id=desk.seat.pk, user=person(request), ranks=ranks, known=known)


@require_safe
@for_seat()
def compare(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show two nominees side by side: own marks, and both files."""
    desk = context.desk_of(seat)
    if desk.panel.opened_at is None or not context.practised(desk):
        return HttpResponseRedirect(reverse("judging:start", args=[desk.panel.season.slug]))
    pair = [desk.find(request.GET.get(side, "")) for side in ("a", "b")]
    pair = [one if one and not recusing.found_late(seat, one.pk) else None for one in pair]
    marks = sheet_queries.marks_of(seat)
    sides = [
        {
            "one": one,
            "file": context.file_of(desk, one),
            "total": _total(desk, marks.get(one.pk, {})),
            "url": reverse("judging:sheet", args=[desk.panel.season.slug, seat.panel_id, one.code]),
        }
        for one in pair
        if one is not None
    ]
    lines = [
        {
            "name": content(line.name, line.name_en),
            "marks": [_mark(marks, one.pk, line.key) for one in pair if one is not None],
        }
        for line in desk.form.criteria
    ]
    page = {
        **context.frame(desk), "sides": sides, "lines": lines, "choices": context.rows(desk),
        "a": request.GET.get("a", ""), "b": request.GET.get("b", ""),
    }  # fmt: skip
    return render(request, "judging/compare.html", page)


def _total(desk: Desk, own: dict[str, Decimal]) -> str:
    total = desk.form.weighted_sum(own) if len(desk.form.criteria) > 1 else None
    return "" if total is None else shown(total)


def _mark(marks: sheet_queries.Marks, nominee_id: int, key: str) -> str:
    own = marks.get(nominee_id, {})
    return shown(own[key]) if key in own else ""
