"""The summary of all marks, submitting it, and taking it back at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from voting.judging import page_context as context
from voting.judging.access import for_seat, person
from voting.judging.models import Seat
from voting.judging.page_texts import script_texts
from voting.judging.queries import sheets as sheet_queries
from voting.judging.queries.forms import shown
from voting.judging.services import submitting
from voting.seasons.page_context import content
from voting.seasons.services import RuleBroken


@require_http_methods(["GET", "HEAD", "POST"])
@for_seat()
def submit(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show all marks and what is missing, and lock the sheet."""
    status = 200
    problem = ""
    if request.method == "POST":
        try:
            submitting.submit(seat_id=seat.pk, user=person(request))
        except RuleBroken as error:
            problem, status = str(error), 422
        else:
            messages.success(request, _("Submitted. Thank you."))
            return HttpResponseRedirect(request.path)
    return render(
        request, "judging/submit.html", {**_page(seat), "problem": problem}, status=status
    )


@require_POST
@for_seat()
def undo(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Take the sheet back within a minute."""
    try:
        submitting.take_back(seat_id=seat.pk, user=person(request))
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Taken back. Nothing is submitted."))
    args = [seat.panel.season.slug, seat.panel_id]
    return HttpResponseRedirect(reverse("judging:submit", args=args))


def _page(seat: Seat) -> dict[str, Any]:
    desk = context.desk_of(seat)
    marks = sheet_queries.marks_of(seat)
    left = sheet_queries.missing(desk.form, desk.nominees, marks)
    lines = []
    for row, one in zip(context.rows(desk), desk.shown, strict=True):
        own = marks.get(one.pk, {})
        total = desk.form.weighted_sum(own)
        cells = [
            {"text": shown(own[line.key]) if line.key in own else "", "needed": not line.optional}
            for line in desk.form.criteria
        ]
        lines.append({**row, "cells": cells, "total": "" if total is None else shown(total)})
    undo_until = seat.submitted_at + submitting.UNDO if seat.submitted_at else None
    now = timezone.now()
    return {
        **context.frame(desk),
        "lines": lines,
        "criteria": [content(one.name, one.name_en) for one in desk.form.criteria],
        "has_total": len(desk.form.criteria) > 1,
        "missing": submitting.sentence(left) if left else "",
        "missing_marks": left.marks,
        "may_undo": bool(undo_until and now < undo_until and desk.panel.closed_at is None),
        "undo_ms": int((undo_until - now).total_seconds() * 1000) if undo_until else 0,
        "texts": script_texts(),
        "has_paper": desk.panel.opened_at is not None,
        "fingerprint": sheet_queries.fingerprint_submitted(seat) if seat.submitted_at else "",
    }
