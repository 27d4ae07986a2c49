"""The organisers' pages of objections: the inbox, one objection, its files, and letters."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from voting.console import notice_forms
from voting.console.notice_views import notice_frame
from voting.notices import notice_texts, queries, services
from voting.notices.evidence import FILES
from voting.notices.forms import form_key
from voting.notices.models import NoticeKind, Objection
from voting.notices.queries.ties import Ties, ties_of
from voting.notices.services.handling import why
from voting.notices.services.objecting import Statement
from voting.roles.access import actor_of, for_season
from voting.roles.permissions import Permission
from voting.roles.queries import may
from voting.seasons.models import Season
from voting.seasons.page_context import content, full_moment
from voting.seasons.services import RuleBroken
from voting.seasons.views import disposition

Values = dict[str, Any]
_State = Objection.State
# Each step with its form, and what it does: key of the objection, the person, what was entered.
STEPS: Final[dict[str, tuple[type[forms.Form], Callable[..., Any]]]] = {
    "accept": (notice_forms.AcceptForm, services.accept),
    "refuse": (notice_forms.RefuseForm, services.refuse),
    "take_on": (notice_forms.TakeOnForm, services.take_on),
    "answer": (notice_forms.AnswerForm, services.answer),
    "note": (notice_forms.NoteForm, services.note),
    "decide": (notice_forms.DecideForm, services.decide),
    "hand_back": (notice_forms.HandBackForm, services.hand_back),
    "recuse": (notice_forms.RecuseForm, services.recuse),
}
# Which steps a page offers, by state.
OFFERED: Final[dict[str, tuple[str, ...]]] = {
    _State.RECEIVED: ("accept", "refuse", "note", "recuse"),
    _State.ACCEPTED: ("take_on", "refuse", "answer", "note", "hand_back", "recuse"),
    _State.INVESTIGATING: ("decide", "answer", "note", "take_on", "hand_back", "recuse"),
    _State.NOT_ACCEPTED: (),
    _State.DECIDED: (),
}
# What is left to others while somebody handles it; the rest would be refused.
BESIDE_HANDLER: Final = ("take_on", "note", "recuse")


@for_season(Permission.OBJECTIONS_SEE)
@require_safe
def objections(request: HttpRequest, season: Season) -> HttpResponse:
    """List all objections, open ones first by deadline. What somebody is tied to stays covered."""
    today = timezone.localdate()
    ties = ties_of(_person(request))
    rows = [_row(one, ties, today) for one in queries.inbox(season).select_related("objector")]
    context = {
        **notice_frame(season),
        "rows": rows,
        "counts": queries.counts(season, today),
        "may_decide": may(request.user, Permission.OBJECTIONS_DECIDE, season),
        "notice": queries.standing_notice(season),
    }
    return render(request, "console/objections.html", context)


@for_season(Permission.OBJECTIONS_SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, season: Season, number: str) -> HttpResponse:
    """Show one objection, and carry it a step on. Whoever is tied to it sees that and no more."""
    found = _objection(season, number)
    user = _person(request)
    ground = ties_of(user).ground(found)
    decides = may(user, Permission.OBJECTIONS_DECIDE, season)
    if request.method == "POST" and not decides:
        raise PermissionDenied
    if ground and request.POST.get("action") == "erase":
        raise PermissionDenied
    if ground and request.method != "POST":
        context = {**notice_frame(season), "number": found.number, "why": why(ground)}
        return render(request, "console/objection_recused.html", context)
    bound = None
    if request.method == "POST":
        bound = _step(request, found, user)
        if bound is None:
            messages.success(request, _("Done. It stands in the history below."))
            return HttpResponseRedirect(
                reverse("console:objection", args=[season.slug, found.number])
            )
        if ties_of(user).ground(found):
            context = {**notice_frame(season), "number": found.number, "why": why(
                ties_of(user).ground(found)
            )}  # fmt: skip
            return render(request, "console/objection_recused.html", context, status=403)
        found = _objection(season, number)
    context = _context(season, found, user, bound, decides=decides)
    return render(request, "console/objection.html", context, status=422 if bound else 200)


@for_season(Permission.OBJECTIONS_DECIDE)
@require_safe
def evidence(request: HttpRequest, season: Season, number: str, pk: int) -> HttpResponse:
    """Hand a file out, as a download, to who may handle the objection."""
    found = _objection(season, number)
    if ties_of(_person(request)).ground(found):
        raise PermissionDenied
    row = found.evidence.filter(pk=pk).first()
    raw = FILES.read(row.path) if row is not None else None
    if row is None or raw is None:
        raise Http404
    response = HttpResponse(raw, content_type=row.media_type)
    ending = row.path.rpartition(".")[2]
    response["Content-Disposition"] = disposition(
        f"{row.name.rpartition('.')[0] or row.name}.{ending}", attached=True
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@for_season(Permission.OBJECTIONS_DECIDE)
@require_http_methods(["GET", "HEAD", "POST"])
def objection_new(request: HttpRequest, season: Season) -> HttpResponse:
    """Enter an objection that came by letter, by phone or in person."""
    # A letter about the nominees can still come while the result stands, and says so.
    asked = request.GET.get("of", "")
    notice = (
        queries.latest(season, asked)
        if asked in NoticeKind.values
        else queries.standing_notice(season)
    )
    if notice is None:
        raise Http404
    entries = list(queries.entries_of(notice))
    form = notice_forms.PaperForm(
        request.POST or None, entries=entries,
        initial={"key": form_key(), "received_at": timezone.now()},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        code = values["key"]
        try:
            made = services.submit(
                season_id=season.pk, kind=notice.kind, code=code, channel=values["channel"],
                received_at=values["received_at"], actor=actor_of(request),
                statement=Statement(form.ref, values["ground"], values["text"], form.objector()),
            )  # fmt: skip
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                _("Entered. Give the objector this code, it is shown only once: %(code)s")
                % {"code": " ".join(code[at : at + 4] for at in range(0, len(code), 4))},
            )
            number = made.objection.number
            return HttpResponseRedirect(reverse("console:objection", args=[season.slug, number]))
    form.renew_key()
    both = queries.latest(season) is not None and notice.kind == NoticeKind.RESULT
    context = {**notice_frame(season), "form": form, "notice": notice, "both": both}
    status = 422 if request.method == "POST" else 200
    return render(request, "console/objection_new.html", context, status=status)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 -- the guard lets nobody else in
    return request.user


def _objection(season: Season, number: str) -> Objection:
    found = (
        Objection.objects.filter(notice__season=season, number=number)
        .select_related("notice__season", "entry", "handler", "objector")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _step(request: HttpRequest, found: Objection, user: User) -> forms.Form | None:
    """Carry out what was asked for; return the form with what is wrong with it, if something is."""
    action = request.POST.get("action", "")
    form: forms.Form
    if action == "erase":
        form = notice_forms.EraseForm(request.POST)
        if form.is_valid():
            try:
                services.erase_objector(
                    objection_id=found.pk, actor=actor_of(request),
                    reason=form.cleaned_data["reason"],
                )  # fmt: skip
            except RuleBroken as error:
                form.add_error(None, str(error))
                return form
            return None
        return form
    if action not in STEPS:
        raise Http404
    make, act = STEPS[action]
    form = make(request.POST)
    if not form.is_valid():
        return form
    try:
        act(objection_id=found.pk, user=user, **form.cleaned_data)
    except RuleBroken as error:
        form.add_error(None, str(error))
        return form
    return None


def _row(one: Objection, ties: Ties, today: Any) -> Values:
    ground = ties.ground(one)
    shown: Values = {"number": one.number, "recused": bool(ground), "is_open": one.is_open}
    if ground:
        return shown
    entry = one.entry
    return shown | {
        "objection": one,
        "about": content(entry.name, entry.name_en) if entry else None,
        "due": notice_texts.day_text(one.decide_by),
        "is_today": one.is_open and one.decide_by == today,
        "is_overdue": one.is_open and one.decide_by < today,
        "evidence": vars(one)["evidence_count"],
    }


def _offered(found: Objection, user: User) -> tuple[str, ...]:
    """Return the steps that would not be refused to somebody, the usual one first."""
    steps = OFFERED[_State(found.state)]
    if found.handler is not None and found.handler != user:
        return BESIDE_HANDLER if found.is_open else steps
    looks_into_it = found.handler == user and found.state == _State.INVESTIGATING
    return tuple(one for one in steps if not (one == "take_on" and looks_into_it))


def _made(name: str, found: Objection, user: User) -> forms.Form:
    form = STEPS[name][0]()
    if name == "take_on" and found.handler in {None, user}:
        del form.fields["note"]  # it says why somebody else no longer handles it
    return form


def _context(
    season: Season, found: Objection, user: User, bound: forms.Form | None, *, decides: bool
) -> Values:
    zone, today = season.time_zone, timezone.localdate()
    offered = _offered(found, user) if decides else ()
    action = getattr(bound, "action", "")
    made = [
        bound if bound is not None and action == name else _made(name, found, user)
        for name in offered
    ]
    if decides and not found.is_open and found.objector.erased_at is None:
        made.append(bound if bound and action == "erase" else notice_forms.EraseForm())
    if bound is not None and bound not in made:
        made.insert(0, bound)  # somebody was quicker: what was typed is not lost
    entry = found.entry
    return {
        **notice_frame(season),
        "objection": found,
        "objector": found.objector if decides else None,
        "about": content(entry.name, entry.name_en) if entry else None,
        "received_text": full_moment(found.received_at, zone),
        "due": notice_texts.day_text(found.decide_by),
        "is_today": found.is_open and found.decide_by == today,
        "is_overdue": found.is_open and found.decide_by < today,
        "files": list(found.evidence.all()) if decides else [],
        "events": [
            {"row": event, "at": full_moment(event.at, zone)} for event in found.events.all()
        ],
        "recusals": list(found.recusals.select_related("user")),
        "forms": made,
        "open_form": action or (offered[0] if offered else ""),
        "decides": decides,
    }
