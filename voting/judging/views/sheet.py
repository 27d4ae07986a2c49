"""The score sheet beside the nominee's file, and stepping back from a nominee."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from voting.judging import page_context as context
from voting.judging.access import for_seat, person
from voting.judging.blind import PRACTICE, Shown
from voting.judging.forms import RecusalForm
from voting.judging.models import LONGEST_COMMENT, Seat
from voting.judging.page_context import Desk
from voting.judging.page_texts import script_texts
from voting.judging.queries import sheets as sheet_queries
from voting.judging.queries.forms import read_points, shown
from voting.judging.services import marking, practising, recusing
from voting.judging.services.errors import Conflict, OutOfRange
from voting.judging.views.saving import number_of
from voting.seasons.page_context import content
from voting.seasons.services import RuleBroken


@require_http_methods(["GET", "HEAD", "POST"])
@for_seat()
def sheet(request: HttpRequest, seat: Seat, code: str) -> HttpResponse:
    """Show a nominee's file beside the sheet; without scripts the sheet is sent as a form."""
    desk = context.desk_of(seat)
    one = desk.find(code)
    if one is None and (code != PRACTICE or desk.calibration is None):
        raise Http404
    if seat.panel.opened_at is None:
        return HttpResponseRedirect(reverse("judging:start", args=[desk.panel.season.slug]))
    if one is not None and desk.may_change and not context.practised(desk):
        return _to(desk, PRACTICE)
    if one is not None and desk.may_change and recusing.found_late(seat, one.pk):
        messages.info(request, _("You keep out of this nominee: the organisers know why."))
        return HttpResponseRedirect(context.frame(desk)["urls"]["panel"])
    if request.method == "POST":
        if one is None and "compare" in request.POST:
            return _compared(request, desk)
        return _posted(request, desk, one)
    return render(request, "judging/sheet.html", _page(desk, one))


def _compared(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what the committee would give; from then on the own marks of the example stand."""
    try:
        practising.compare(seat_id=desk.seat.pk, user=person(request))
    except RuleBroken as error:
        page = _page(desk, None, problems=[str(error)])
        return render(request, "judging/sheet.html", page, status=422)
    return HttpResponseRedirect(f"{request.path}#answer")


def _page(desk: Desk, one: Shown | None, **more: Any) -> dict[str, Any]:
    """Return what the page shows. one: None for the calibration nominee."""
    code = one.code if one else PRACTICE
    own = sheet_queries.sheet_of(desk.seat, one.pk if one else None)
    marks = sheet_queries.marks_on(own)
    around = _around(desk, one)
    done = len({mark.criterion for mark in marks} & set(desk.form.needed))
    page = {
        **context.frame(desk),
        "one": one,
        "code": code,
        "rows": context.rows(desk, code),
        "practice": context.practice_row(desk, code),
        "recused_rows": range(len(desk.nominees.recused)),
        "lines": context.lines(desk.form, marks, more.get("posted")),
        "marked": done,
        "needed": len(desk.form.needed),
        "weighted": context.total_text(desk.form, marks),
        "most_comment": LONGEST_COMMENT,
        "most_note": marking.LONGEST_NOTE,
        "texts": script_texts(),
        **context.texts_of(own),
        **around,
        **more,
    }
    if one is None:
        assert desk.calibration is not None  # noqa: S101 -- the view has looked
        page["file"] = context.practice_shown(desk.calibration)
        page["practice_name"] = content(desk.calibration.name, desk.calibration.name_en)
        page["whole"] = done >= len(desk.form.needed)
        if desk.seat.practised_at is not None or (page["whole"] and not desk.may_change):
            page["answer"] = context.practice_answer(desk.calibration, desk.form, marks)
            page["may_change"] = False
    else:
        page["file"] = context.file_of(desk, one)
    # Who could still take the own sheet back would learn how to change it.
    if one is not None and desk.panel.shows_marks and desk.panel.closed_at is not None:
        page["others"] = sheet_queries.others_of(desk.panel, desk.form, one.pk)
    return page


def _around(desk: Desk, one: Shown | None) -> dict[str, Any]:
    """Return who comes before and after in the list."""
    codes = [row.code for row in desk.shown]
    at = codes.index(one.code) if one else -1
    before = desk.shown[at - 1] if at > 0 else None
    after = desk.shown[at + 1] if at + 1 < len(codes) else None
    args = [desk.panel.season.slug, desk.seat.panel_id]
    return {
        "before": before,
        "before_url": reverse("judging:sheet", args=[*args, before.code]) if before else "",
        "after": after,
        "after_url": reverse("judging:sheet", args=[*args, after.code]) if after else "",
    }


def _posted(request: HttpRequest, desk: Desk, one: Shown | None) -> HttpResponse:
    """Keep what was sent by a browser without scripts; say what could not be kept."""
    nominee_id = one.pk if one else None
    problems, kept = _kept(request, desk, nominee_id)
    for what in ("comment", "note"):
        if what not in request.POST:
            continue
        try:
            marking.save_text(
                seat_id=desk.seat.pk, user=person(request), nominee_id=nominee_id, what=what,
                text=request.POST[what], known=[request.POST.get(f"was_{what}", "")],
            )  # fmt: skip
        except RuleBroken as error:
            problems.append(str(error))
    if problems:
        page = _page(desk, one, problems=list(dict.fromkeys(problems)), posted=kept)
        return render(request, "judging/sheet.html", page, status=422)
    around = _around(desk, one)
    go = {"next": around["after_url"], "previous": around["before_url"]}
    wanted = go.get(request.POST.get("go", ""))
    if wanted is None:
        messages.success(request, _("Saved"))
    return HttpResponseRedirect(wanted or request.path)


def _kept(
    request: HttpRequest, desk: Desk, nominee_id: int | None
) -> tuple[list[str], dict[str, str]]:
    """Keep the marks of a form; return what is wrong, and what was sent and not kept."""
    problems: list[str] = []
    refused: dict[str, str] = {}
    for criterion in desk.form.criteria:
        text = request.POST.get(f"c_{criterion.key}")
        if text is None:
            continue
        points = read_points(text)
        try:
            if text.strip() and points is None:
                raise OutOfRange(_("This is not a number of points."))
            marking.save_mark(
                seat_id=desk.seat.pk, user=person(request), nominee_id=nominee_id,
                criterion=criterion.key, points=points,
                basis=marking.Basis(number_of(request, f"r_{criterion.key}")),
            )  # fmt: skip
        except Conflict as error:
            problems.append(_conflict_text(error, text))
            refused[criterion.key] = text
        except RuleBroken as error:
            problems.append(str(error))
            refused[criterion.key] = text
    return problems, refused


def _conflict_text(error: Conflict, here: str) -> str:
    there = "–" if error.there is None else shown(Decimal(error.there))
    return _(
        "Changed on another device: %(there)s there, %(here)s here. Save again to keep yours."
    ) % {"there": there, "here": here or "–"}


@require_http_methods(["GET", "HEAD", "POST"])
@for_seat()
def recuse(request: HttpRequest, seat: Seat, code: str) -> HttpResponse:
    """Step back from a nominee, with the reason. Afterwards the file is not shown any more."""
    desk = context.desk_of(seat)
    one = desk.find(code)
    if one is None:
        raise Http404
    form = RecusalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            recusing.declare_recusal(
                seat_id=seat.pk, user=person(request), nominee_id=one.pk,
                reason=form.cleaned_data["reason"], note=form.cleaned_data["note"],
            )  # fmt: skip
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Recused; this file is no longer shown to you"))
            return HttpResponseRedirect(
                reverse("judging:panel", args=[desk.panel.season.slug, seat.panel_id])
            )
    page = {**context.frame(desk), "one": one, "form": form}
    return render(request, "judging/recuse.html", page, status=422 if form.errors else 200)


def _to(desk: Desk, code: str) -> HttpResponseRedirect:
    args = [desk.panel.season.slug, desk.seat.panel_id, code]
    return HttpResponseRedirect(reverse("judging:sheet", args=args))
