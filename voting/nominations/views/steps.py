"""The five steps of the form. Each saves a draft; scripts save it in between by the same way."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from voting.nominations import page_context, queries
from voting.nominations.access import for_nominator, nominator_of
from voting.nominations.checks import gaps
from voting.nominations.forms import (
    FORMS,
    STEPS,
    AttachmentForm,
    CaptionForm,
    StepForm,
    lines_of,
)
from voting.nominations.models import Contact, Nomination
from voting.nominations.services import drafts
from voting.nominations.services.confirming import ask_code
from voting.nominations.services.errors import ChangedMeanwhile, Incomplete
from voting.nominations.services.letters import secret_link
from voting.nominations.services.sending import submit
from voting.nominations.ways import masked, way_to
from voting.seasons import queries as season_queries
from voting.seasons.models import NominationSettings
from voting.seasons.page_context import content
from voting.seasons.services import RuleBroken


@require_http_methods(["GET", "HEAD", "POST"])
@for_nominator
def step(request: HttpRequest, nomination: Nomination, step: str) -> HttpResponse:
    """Show a step, or save it."""
    if nomination.state not in drafts.EDITABLE:
        if _wants_json(request):
            return JsonResponse({"problem": _("This nomination has been sent in.")}, status=409)
        return HttpResponseRedirect(reverse("nominations:status", args=[nomination.code]))
    if step == "files":
        return files_page(request, nomination)
    if step == "check":
        return _check(request, nomination)
    form = _form(nomination, step, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        return _save(request, nomination, step, form)
    return _page(request, nomination, step, form)


def files_page(
    request: HttpRequest, nomination: Nomination, *, forms: Mapping[str, Any] | None = None,
    problem: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Show photos and proofs, with forms to add some. forms: those that were refused, by name."""
    settings = season_queries.nomination_settings(nomination.season)
    photos = [one for one in nomination.photos.all() if one.kind == "activity"]
    attachments = list(nomination.attachments.all())
    context = {
        **_step_context(nomination, "files", settings),
        "photos": [
            {"row": one, "form": CaptionForm(auto_id=f"{one.stem}_%s", initial={
                "caption": one.caption, "taken_on": one.taken_on})}
            for one in photos
        ],
        "attachments": attachments,
        "caption_form": CaptionForm(auto_id="photo_%s"),
        "attachment_form": AttachmentForm(auto_id="proof_%s"),
        "photos_left": max(0, settings.photos_max - len(photos)),
        "attachments_left": max(0, settings.attachments_max - len(attachments)),
        "crops": [(0, _("top")), (35, _("upper part")), (50, _("middle")), (100, _("bottom"))],
        "problem": problem,
        **(forms or {}),
    }  # fmt: skip
    return render(request, "nominations/files.html", context, status=status)


def _form(nomination: Nomination, step: str, data: Any) -> StepForm:
    contact = Contact.objects.filter(nomination=nomination).first() or Contact()
    given = frozenset(nomination.consents.filter(withdrawn_at=None).values_list("kind", flat=True))
    settings = season_queries.nomination_settings(nomination.season)
    return FORMS[step](nomination, contact, settings, given, data)


def _save(request: HttpRequest, nomination: Nomination, step: str, form: StepForm) -> HttpResponse:
    form.is_valid()
    fitting = form.fitting()
    contact = {name: value for name, value in fitting.items() if name in form.contact_fields}
    values = {
        f"{name}_id" if name == "category" else name: value
        for name, value in fitting.items()
        if name not in form.contact_fields and not name.startswith("consent_")
    }
    seen = request.POST.get("version", "")
    try:
        saved = drafts.save(
            nomination_id=nomination.pk,
            seen=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
            values=values,
            contact=contact,
            consents=form.consents() if step == "contact" else None,
            typed=form.misfits(),
            fields=list(form.fields),
            actor=nominator_of(request),
        )
    except RuleBroken as error:
        return _refused(request, nomination, step, form, error)
    if _wants_json(request):
        return JsonResponse(
            {
                "version": saved.version,
                "saved": page_context.clock(saved.updated_at, nomination.season.time_zone),
                "errors": lines_of(form),
            }
        )
    if form.errors:
        saved.season = nomination.season
        return _page(request, saved, step, form, status=422)
    return HttpResponseRedirect(_next(request, nomination, step))


def _refused(
    request: HttpRequest, nomination: Nomination, step: str, form: StepForm, error: RuleBroken
) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"problem": str(error)}, status=409)
    if isinstance(error, ChangedMeanwhile):
        # Saved once more, it is meant to take the place of what is there now.
        nomination.refresh_from_db(fields=["version"])
    form.add_error(None, str(error))
    return _page(request, nomination, step, form, status=422)


def _page(
    request: HttpRequest, nomination: Nomination, step: str, form: StepForm, status: int = 200
) -> HttpResponse:
    context = {
        **_step_context(nomination, step, form.settings),
        "form": form,
        "optional": form.optional,
        "only_summary": not form.errors.keys() - {"__all__"},
    }
    return render(request, f"nominations/{step}.html", context, status=status)


def _check(request: HttpRequest, nomination: Nomination) -> HttpResponse:
    settings = season_queries.nomination_settings(nomination.season)
    problem, status = "", 200
    if request.method == "POST":
        try:
            return _send_in(request, nomination)
        except Incomplete as error:
            problem = str(error)
        except RuleBroken as error:
            problem = str(error)
        status = 422
        nomination.refresh_from_db()
    missing = gaps(nomination, settings, queries.closes_at(nomination.season))
    context = {
        **_step_context(nomination, "check", settings),
        "gaps": [
            {
                "text": gap.text,
                "title": page_context.step_title(gap.step),
                "address": reverse("nominations:step", args=[nomination.code, gap.step])
                + f"#id_{gap.field}",
            }
            for gap in missing
        ],
        "texts": deeds_texts(nomination, settings),
        "contact": Contact.objects.filter(nomination=nomination).first(),
        "consents": list(nomination.consents.filter(withdrawn_at=None)),
        "photos": list(nomination.photos.all()),
        "attachments": list(nomination.attachments.all()),
        "problem": problem,
        "needs_code": _needs_code(nomination),
        "way": _way(nomination),
    }
    return render(request, "nominations/check.html", context, status=status)


def deeds_texts(nomination: Nomination, settings: NominationSettings) -> list[dict[str, str]]:
    """Return the texts about the deeds with their labels, those that are there."""
    usual = {
        "summary": _("Deeds in short"),
        "story": _("The deeds"),
        "full_story": _("The full story"),
    }
    named = {
        column: content(text.label, text.label_en)["text"]
        for text in settings.deeds_texts
        for column in [{"short": "summary", "medium": "story", "long": "full_story"}[text.key]]
    }
    return [
        {"label": named.get(column) or label, "text": getattr(nomination, column)}
        for column, label in usual.items()
        if getattr(nomination, column)
    ]


def _send_in(request: HttpRequest, nomination: Nomination) -> HttpResponse:
    typed = request.POST.get("version", "")
    seen = int(typed) if typed.isdecimal() and len(typed) < 10 else 0
    if _needs_code(nomination):
        settings = season_queries.nomination_settings(nomination.season)
        missing = gaps(nomination, settings, queries.closes_at(nomination.season))
        if missing:
            raise Incomplete(_("Something is missing or does not fit yet."), missing)
        ask_code(nomination_id=nomination.pk, seen=seen)
        return HttpResponseRedirect(reverse("nominations:confirm", args=[nomination.code]))
    submit(nomination_id=nomination.pk, seen=seen, actor=nominator_of(request))
    messages.success(request, _("The nomination has been sent in."))
    return HttpResponseRedirect(reverse("nominations:status", args=[nomination.code]))


def _needs_code(nomination: Nomination) -> bool:
    if not nomination.is_by_link:
        return False
    return not Contact.objects.filter(nomination=nomination, confirmed_at__isnull=False).exists()


def _way(nomination: Nomination) -> str:
    """Return where a code would go, so that only who owns it knows it again."""
    contact = Contact.objects.filter(nomination=nomination).first()
    way = way_to(contact) if contact else None
    return masked(way[1]) if way else ""


def _step_context(
    nomination: Nomination, step: str, settings: NominationSettings
) -> dict[str, Any]:
    links = page_context.steps(nomination, step)
    at = STEPS.index(step)
    returned = nomination.events.filter(action="return", is_public=True).last()
    return {
        **page_context.nomination_context(nomination),
        "steps": links,
        "step": links[at],
        "before": links[at - 1] if at else None,
        "after": links[at + 1] if at + 1 < len(links) else None,
        "settings": settings,
        "resume_link": secret_link(nomination) if nomination.is_by_link else "",
        "correction": returned.reason
        if returned and nomination.state == Nomination.State.RETURNED
        else "",
    }


def _next(request: HttpRequest, nomination: Nomination, step: str) -> str:
    at = STEPS.index(step)
    move = {"back": -1, "next": 1}.get(request.POST.get("go", "next"), 0)
    target = STEPS[max(0, min(len(STEPS) - 1, at + move))]
    return reverse("nominations:step", args=[nomination.code, target])


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")
