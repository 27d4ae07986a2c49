"""The organisers' pages of judging: the pool, panels with their seats, one judge's seat."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from voting.console import approval_kinds, panel_draws
from voting.console import panel_forms as forms
from voting.console.example_views import example_context
from voting.console.seat_kinds import CLOSING_PANEL
from voting.judging.models import Judge, Panel, Seat
from voting.judging.queries.ending import stands_still
from voting.judging.queries.forms import NoPanelDeclared, form_of
from voting.judging.queries.progress import progress, progress_of_nominees
from voting.judging.queries.reaching import account_of, judges_address, unreached
from voting.judging.queries.seats import SITTING, drawn_outstanding, due_at, judging_ends_at
from voting.judging.services import (
    asking,
    assigning,
    drawing,
    panels,
    pool,
    recusing,
    reminding,
)
from voting.nominations.ways import masked
from voting.roles.access import for_season
from voting.roles.permissions import Permission
from voting.seasons.models import Season
from voting.seasons.page_context import content, full_moment
from voting.seasons.queries import season_by_slug
from voting.seasons.services import RuleBroken

Values = dict[str, Any]
Done = str  # what was done, in a sentence


def frame(season: Season) -> Values:
    """Return what all pages of judging name."""
    return {
        "nav": "panels", "season": season, "name": content(season.name, season.name_en),
    }  # fmt: skip


def person_at(request: HttpRequest) -> User:
    """Return the organiser who asks."""
    assert isinstance(request.user, User)  # noqa: S101 -- the guard lets nobody else in
    return request.user


def key_of(request: HttpRequest, name: str) -> int:
    """Return a row's key out of a form; 0, which no row has, for anything else."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _tried(form: Form, act: Callable[[], object]) -> bool:
    """Do something with a form; what is refused stands in it."""
    if not form.is_valid():
        return False
    try:
        act()
    except RuleBroken as error:
        form.add_error(None, str(error))
        return False
    return True


@for_season(Permission.PANELS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def judging(request: HttpRequest, season: Season) -> HttpResponse:
    """Show the pool and the panels of a season; add to either."""
    sent = request.POST.get("do", "")
    data = request.POST or None
    judge_form = forms.JudgeForm(data if sent == "judge" else None)
    panel_form = forms.PanelForm(data if sent == "panel" else None, season=season)
    by, status = person_at(request), 200
    if sent == "judge":
        if _tried(judge_form, lambda: pool.add_judge(
            season_id=season.pk, person=judge_form.person(), by=by
        )):  # fmt: skip
            messages.success(request, _("In the pool."))
            return HttpResponseRedirect(request.path)
        status = 422
    elif sent == "panel":
        if _tried(panel_form, lambda: panels.create_panel(
            season_id=season.pk, settings=panel_form.settings(), by=by
        )):  # fmt: skip
            messages.success(request, _("The panel is made. Now give it judges."))
            return HttpResponseRedirect(request.path)
        status = 422
    context = {
        **frame(season),
        "panels": _panel_rows(season),
        "judges": list(
            Judge.objects.filter(season=season).select_related("unit", "user").order_by("key")
        ),
        "judge_form": judge_form,
        "panel_form": panel_form,
        "open_form": sent if status == 422 else "",
        "no_component": not panel_form.fields["component"].choices,  # type: ignore[attr-defined]
    }
    return render(request, "console/judging.html", context, status=status)


def _panel_rows(season: Season) -> list[Values]:
    """Return the panels of a season. Four queries, however many."""
    sitting = Prefetch("seats", Seat.objects.filter(state__in=SITTING), "sitting")
    rows = Panel.objects.filter(season=season).prefetch_related("categories", sitting)
    ends_at = judging_ends_at(season.pk)
    return [
        _panel_row(one, season, one.sitting, one.due_at or ends_at) for one in rows.order_by("pk")
    ]


def _panel_row(
    panel: Panel, season: Season, seats: Collection[Seat], due: datetime | None
) -> Values:
    return {
        "row": panel,
        "name": content(panel.name or panel.component, panel.name_en),
        "from_files": bool(seats) and all(seat.how == Seat.How.IMPORTED for seat in seats),
        "categories": [content(one.name, one.name_en) for one in panel.categories.all()],
        "seats": len(seats),
        "submitted": sum(seat.submitted_at is not None for seat in seats),
        "due": full_moment(due, season.time_zone) if due else "",
    }


def _progress(panel: Panel) -> list[Any]:
    try:
        return list(progress(panel))
    except NoPanelDeclared:
        return []


@for_season(Permission.PANELS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, season: Season, pk: str) -> HttpResponse:
    """Change what is known of a judge; invite, or take out of the pool."""
    rows = Judge.objects.select_related("unit", "user", "invitation__accepted_by")
    row = get_object_or_404(rows, season=season, pk=pk)
    sent, by, link, status = request.POST.get("do", ""), person_at(request), "", 200
    off_form = forms.TakeOffForm(request.POST if sent == "off" else None)
    form = forms.JudgeForm(
        request.POST if sent == "save" else None, initial=forms.judge_answers(row)
    )
    if sent == "save":
        if _tried(form, lambda: pool.change_judge(
            judge_id=row.pk, person=form.person(), by=by
        )):  # fmt: skip
            # What is known now may be a reason to keep out.
            for own in row.seats.filter(panel__opened_at__isnull=False, panel__closed_at=None):
                recusing.detect(seat_id=own.pk)
            if row.email != form.person().email.strip():
                asking.ask_again(judge_id=row.pk, by=by)
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(request.path)
        status = 422
    elif sent == "off":
        if _tried(off_form, lambda: pool.take_account_off(
            judge_id=row.pk, by=by, reason=off_form.cleaned_data["reason"]
        )):  # fmt: skip
            messages.success(request, _("Taken off. Invite the judge anew."))
            return HttpResponseRedirect(request.path)
        status = 422
    elif sent in {"invite", "remove"}:
        try:
            if sent == "invite":
                _invitation, link = pool.invite_judge(
                    judge_id=row.pk, by=by, reason=_("judge of the panel")
                )
                messages.success(request, _("The invitation is made."))
            else:
                pool.remove_judge(judge_id=row.pk, by=by, reason=_("taken out of the pool"))
                messages.success(request, _("Out of the pool."))
                return HttpResponseRedirect(reverse("console:judging", args=[season.slug]))
        except RuleBroken as error:
            messages.error(request, str(error))
            status = 422
    context = {
        **frame(season), "row": row, "form": form, "link": link, "off_form": off_form,
        "account": _account(row), "seats": list(row.seats.select_related("panel")),
        "judges_address": judges_address(season),
    }  # fmt: skip
    return render(request, "console/judge.html", context, status=status)


def _account(row: Judge) -> Values | None:
    """Return which account a judge is, so that organisers can tell whether it is the right one."""
    user, invitation = account_of(row), row.invitation
    if user is None:
        return None
    took = invitation is not None and invitation.accepted_by_id == user.pk
    at = invitation.accepted_at if invitation is not None and took else None
    return {
        "user": user,
        "email": masked(user.email) if user.email else "",
        "phone": masked(user.phone) if user.phone else "",
        "took_link_at": full_moment(at, row.season.time_zone) if at else "",
        "submitted": pool.has_submitted(row),
    }


@for_season(Permission.PANELS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def panel(request: HttpRequest, season: Season, pk: str) -> HttpResponse:
    """Show a panel: how far everybody has come; seat, draw, assign, open, remind, close."""
    row = get_object_or_404(Panel.objects.select_related("season"), season=season, pk=pk)
    sent = request.POST.get("do", "")
    form = _panel_form(sent, request, season, row)
    status = 200
    if request.method == "POST":
        by = person_at(request)
        try:
            if form is None or form.is_valid():
                messages.success(request, _acted(request, sent, row, form, by))
                return HttpResponseRedirect(request.path)
        except RuleBroken as error:
            if form is not None:
                form.add_error(None, str(error))
            else:
                messages.error(request, str(error))
        status = 422
    return render(
        request, "console/panel.html", _panel_context(season, row, sent, form), status=status
    )


def _panel_form(sent: str, request: HttpRequest, season: Season, row: Panel) -> Any:
    """Return the form that was sent, bound; None for what needs none."""
    if sent in panel_draws.ASKED:
        return panel_draws.form_of(sent, request, row)
    makers: dict[str, Callable[[], Form]] = {
        "settings": lambda: forms.PanelForm(
            request.POST, season=season, panel=row, initial=forms.panel_answers(row)
        ),
        "seat": lambda: forms.SeatsForm(request.POST, panel=row),
        "close": lambda: forms.SeatReasonForm(request.POST),
    }
    return makers[sent]() if sent in makers else None


def _acted(request: HttpRequest, sent: str, row: Panel, form: Any, by: User) -> Done:
    """Do what a panel's page asks for. Raises RuleBroken."""
    if sent == "settings":
        panels.change_panel(panel_id=row.pk, settings=form.settings(), by=by)
        return _("Saved.")
    if sent == "seat":
        keys = [int(one) for one in form.cleaned_data["judges"]]
        made = panels.seat_judges(panel_id=row.pk, judge_ids=keys, by=by)
        return _(
            "Seated: %(n)d. Whoever can be reached was written to; nobody sees a file before "
            "declaring."
        ) % {"n": len(made)}
    if sent in panel_draws.ASKED:
        return panel_draws.act(sent, row, form, by)
    if sent == "close":
        return _closed(row, by, form.cleaned_data["reason"].strip())
    if sent == "replace":
        gone = get_object_or_404(row.seats.select_related("judge"), pk=key_of(request, "seat"))
        found = drawing.replace_from_draw(panel_id=row.pk, seat_id=gone.pk, by=by)
        return _("In place of %(gone)s: %(judge)s.") % {
            "gone": gone.judge.key, "judge": found.judge.key,
        }  # fmt: skip
    return _acted_at_once(sent, row, by)


def _closed(row: Panel, by: User, reason: str) -> Done:
    """Close a panel, or sign as the first of two where drawn judges would be left out."""
    without = drawn_outstanding(row)
    if not without:
        panels.close_panel(panel_id=row.pk, by=by, reason=reason)
        return _("Closed. What was submitted counts.")
    panels.refuse_closing(row)
    season = season_by_slug(row.season.slug)
    approval_kinds.sign_first(
        CLOSING_PANEL, season, user=by, reason=reason[:300], seen=CLOSING_PANEL.state(season),
        panel=row.pk, without=without,
    )  # fmt: skip
    return _("You have signed. Now another person must look at it.")


def _acted_at_once(sent: str, row: Panel, by: User) -> Done:
    if sent == "open":
        panels.open_panel(panel_id=row.pk, by=by)
        return _("Open: judges who have declared can mark now.")
    if sent == "assign":
        found = assigning.assign_panel(panel_id=row.pk, by=by)
        if found.short:
            return ngettext(
                "Assigned. %(n)d nominee lacks judges.", "Assigned. %(n)d nominees lack judges.",
                len(found.short),
            ) % {"n": len(found.short)}  # fmt: skip
        return _("Assigned: every nominee has its judges.")
    if sent == "remind":
        told = reminding.remind(panel_id=row.pk, by=by)
        return ngettext(
            "%(n)d judge was written to.", "%(n)d judges were written to.", told.sent
        ) % {"n": told.sent}
    raise RuleBroken(_("This cannot be done here."))


def _panel_context(season: Season, row: Panel, sent: str, form: Any) -> Values:
    bound = {sent: form} if form is not None else {}
    lines = _progress(row)
    gone = row.seats.filter(state__in=[Seat.State.DECLINED, Seat.State.LEFT])
    still = stands_still(season)
    return {
        **frame(season),
        **_panel_row(row, season, [line.seat for line in lines], due_at(row)),
        "panel": row,
        "lines": lines,
        "gone": list(gone.select_related("judge")),
        "nominees": progress_of_nominees(row) if lines else [],
        "criteria": _criteria(row),
        **example_context(row),
        "settings_form": bound.get("settings")
        or forms.PanelForm(season=season, panel=row, initial=forms.panel_answers(row)),
        "seats_form": bound.get("seat") or forms.SeatsForm(panel=row),
        "close_form": bound.get("close") or forms.SeatReasonForm(auto_id="close_%s"),
        "open_form": sent if form is not None and form.errors else "",
        "drawn_outstanding": drawn_outstanding(row),
        "may_print": still and row.seats.exclude(submitted_at=None).exists(),
        "judges_address": judges_address(season),
        "unreached": unreached(row),
        "vacant": [] if still else panel_draws.vacant_seats(row),
        **panel_draws.draw_context(season, row, sent, form),
    }


def _criteria(row: Panel) -> list[Values]:
    try:
        form = form_of(row)
    except NoPanelDeclared:
        return []
    weights = form.weights
    return [
        {
            "name": content(one.name or one.key, one.name_en),
            "weight": round(weights[one.key]),
            "low": one.lowest,
            "high": one.highest,
        }
        for one in form.criteria
        if one.key
    ]
