"""The organisers' page of one judge's seat on a panel: recusals, the sheet, what was done to it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from voting.console import approval_kinds
from voting.console import panel_forms as forms
from voting.console.panel_views import frame, key_of, person_at
from voting.console.seat_kinds import LEAVING, RECUSING
from voting.judging.models import ScoreSheet, Seat
from voting.judging.queries.draws import drawn_of
from voting.judging.queries.ending import stands_still
from voting.judging.queries.forms import NoPanelDeclared
from voting.judging.queries.seats import is_for_two, nominees_of_panel, standing
from voting.judging.queries.sheets import fingerprint_now, fingerprint_submitted
from voting.judging.services import assigning, drawing, recusing, seats, submitting
from voting.roles.access import for_season
from voting.roles.permissions import Permission
from voting.seasons.models import Season
from voting.seasons.page_context import content, full_moment
from voting.seasons.queries import season_by_slug
from voting.seasons.services import RuleBroken

Values = dict[str, Any]
Done = str  # what was done, in a sentence


@for_season(Permission.PANELS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def seat(request: HttpRequest, season: Season, pk: str, seat_pk: str) -> HttpResponse:
    """Show one judge's seat: recusals, what was done to the sheet; and change that."""
    row = get_object_or_404(
        Seat.objects.select_related("judge", "panel__season"),
        panel__season=season, panel=pk, pk=seat_pk,
    )  # fmt: skip
    status = 200
    if request.method == "POST":
        try:
            messages.success(request, _acted_on_seat(request, row))
            return HttpResponseRedirect(request.path)
        except RuleBroken as error:
            messages.error(request, str(error))
            status = 422
    given = set(row.assignments.values_list("nominee", flat=True))
    context = {
        **frame(season),
        "row": row,
        "panel": row.panel,
        "was_drawn": drawn_of(row.panel) is not None,
        "replaced": Seat.objects.filter(replaces=row).exists(),
        "panel_name": content(row.panel.name or row.panel.component, row.panel.name_en),
        "recusals": list(row.recusals.select_related("nominee")),
        "events": [
            {"row": one, "at": full_moment(one.at, season.time_zone)} for one in row.events.all()
        ],
        **_paper(row),
        "comments": _comments(row),
        "for_two": is_for_two(row),
        "recusal_form": forms.RecusalForm(panel=row.panel),
        "assigned": [
            {"nominee": one, "on": one.pk in given} for one in nominees_of_panel(row.panel)
        ]
        if row.panel.per_nominee is not None
        else [],
    }
    return render(request, "console/seat.html", context, status=status)


def _comments(row: Seat) -> list[ScoreSheet]:
    """Return what the judge wrote for the committee, once nobody marks any more."""
    if row.submitted_at is None or not stands_still(row.panel.season):
        return []
    sheets = row.sheets.exclude(comment="").exclude(nominee=None)
    return list(sheets.select_related("nominee").order_by("nominee__ballot_number"))


def _paper(row: Seat) -> Values:
    """Return by what a signed paper is compared, and whether the sheet may be printed."""
    if row.submitted_at is None:
        return {}
    try:
        now = fingerprint_now(row)
    except NoPanelDeclared:
        return {}
    submitted = fingerprint_submitted(row)
    return {
        "fingerprint": now,
        "differs": submitted if submitted not in {"", now} else "",
        "may_print": stands_still(row.panel.season),
    }


def _taken_off(row: Seat, by: User, reason: str) -> Done:
    """Take a judge off at once, or sign as the first of two. Raises RuleBroken."""
    if not is_for_two(row) or row.judge.user_id == by.pk:
        seats.leave(seat_id=row.pk, by=by, reason=reason)
        return _("The judge has left the panel.")
    if not reason.strip():
        raise RuleBroken(_("Say why."))
    season = season_by_slug(row.panel.season.slug)
    approval_kinds.sign_first(
        LEAVING, season, user=by, reason=reason.strip()[:300], seen=LEAVING.state(season),
        seat=row.pk, standing=standing(row),
    )  # fmt: skip
    return _("You have signed. Now another person must look at it.")


def _kept_out(row: Seat, by: User, values: Values) -> Done:
    """Keep a judge out of a nominee at once, or sign as the first of two. Raises RuleBroken."""
    nominee, reason, note = int(values["nominee"]), values["reason"], values["note"].strip()
    if not is_for_two(row):
        recusing.order_recusal(
            seat_id=row.pk, by=by, nominee_id=nominee, reason=reason, note=note
        )  # fmt: skip
        return _("The judge keeps out of this nominee from now on.")
    if not note:
        raise RuleBroken(_("Say why."))
    season = season_by_slug(row.panel.season.slug)
    approval_kinds.sign_first(
        RECUSING, season, user=by, reason=note[:300], seen=RECUSING.state(season),
        seat=row.pk, nominee=nominee, why=reason, standing=standing(row),
    )  # fmt: skip
    return _("You have signed. Now another person must look at it.")


def _acted_on_seat(request: HttpRequest, row: Seat) -> Done:
    """Do what a seat's page asks for. Raises RuleBroken."""
    sent, by = request.POST.get("do", ""), person_at(request)
    reason = request.POST.get("reason", "")
    if sent == "leave":
        return _taken_off(row, by, reason)
    if sent == "reopen":
        submitting.reopen(seat_id=row.pk, by=by, reason=reason)
        return _("Reopened; the judge sees by whom and why.")
    if sent == "replace":
        made = drawing.replace_from_draw(panel_id=row.panel_id, seat_id=row.pk, by=by)
        return _("In place of this judge: %(judge)s.") % {"judge": made.judge.key}
    if sent == "recuse":
        form = forms.RecusalForm(request.POST, panel=row.panel)
        if not form.is_valid():
            raise RuleBroken(_("Choose a nominee and a reason."))
        return _kept_out(row, by, form.cleaned_data)
    if sent == "lift":
        recusal = get_object_or_404(row.recusals, pk=key_of(request, "recusal"))
        recusing.lift_recusal(recusal_id=recusal.pk, by=by, because=reason)
        return _("The judge may mark this nominee again.")
    if sent in {"assign", "unassign"}:
        nominee = get_object_or_404(nominees_of_panel(row.panel), pk=key_of(request, "nominee"))
        assigning.assign_by_hand(
            panel_id=row.panel_id, seat_id=row.pk, nominee_id=nominee.pk, on=sent == "assign",
            by=by,
        )  # fmt: skip
        return _("Saved.")
    raise RuleBroken(_("This cannot be done here."))
