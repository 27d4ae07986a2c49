"""Adding, describing, showing and removing photos and proofs."""

from collections.abc import Callable
from typing import Final

from allauth.core import ratelimit
from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from accounts import second_factor
from accounts.sentences import joined
from voting.nominations import queries
from voting.nominations.access import for_nominator, found, held_codes
from voting.nominations.forms import AttachmentForm, CaptionForm, lines_of
from voting.nominations.models import Nomination, Photo
from voting.nominations.private_files import private_file
from voting.nominations.services import drafts, files
from voting.nominations.storage import FILES
from voting.nominations.views.steps import files_page
from voting.seasons.services import RuleBroken
from voting.seasons.views import disposition

CROPS: Final = {str(crop): crop for crop in (0, 35, 50, 100)}


@require_POST
@for_nominator
def portrait(request: HttpRequest, nomination: Nomination) -> HttpResponse:
    """Take a portrait in, in place of the one that is there."""
    return _take(
        request, nomination, "portrait",
        lambda raw: files.add_photo(nomination_id=nomination.pk, kind="portrait", raw=raw),
    )  # fmt: skip


@require_POST
@for_nominator
def photo(request: HttpRequest, nomination: Nomination) -> HttpResponse:
    """Take an activity photo in, with what it shows."""
    form = CaptionForm(request.POST, auto_id="photo_%s")
    if not form.is_valid():
        return files_page(request, nomination, forms={"caption_form": form}, status=422)
    return _take(
        request, nomination, "photo",
        lambda raw: files.add_photo(
            nomination_id=nomination.pk, kind="activity", raw=raw, **form.cleaned_data
        ),
        caption_form=form,
    )  # fmt: skip


@require_POST
@for_nominator
def attachment(request: HttpRequest, nomination: Nomination) -> HttpResponse:
    """Take a proof in."""
    form = AttachmentForm(request.POST, request.FILES, auto_id="proof_%s")
    if not form.is_valid():
        return files_page(request, nomination, forms={"attachment_form": form}, status=422)
    title = form.cleaned_data["title"] or form.cleaned_data["file"].name[:200] or "-"
    return _take(
        request, nomination, "proof",
        lambda raw: files.add_attachment(
            nomination_id=nomination.pk, kind=form.cleaned_data["kind"], title=title, raw=raw
        ),
        attachment_form=form,
    )  # fmt: skip


@require_POST
@for_nominator
def change(request: HttpRequest, nomination: Nomination, stem: str) -> HttpResponse:
    """Describe a photo, cut the portrait elsewhere, or take a file out."""
    if not drafts_open(nomination):
        return HttpResponseRedirect(reverse("nominations:status", args=[nomination.code]))
    try:
        if "remove" in request.POST:
            files.remove_file(nomination_id=nomination.pk, stem=stem)
        elif "crop" in request.POST:
            crop = CROPS.get(request.POST["crop"])
            if crop is None:
                raise Http404
            files.crop_portrait(nomination_id=nomination.pk, crop=crop)
        else:
            form = CaptionForm(request.POST, auto_id=f"{stem}_%s")
            if not form.is_valid():
                problem = joined(lines_of(form).values())
                return files_page(request, nomination, problem=problem, status=422)
            files.describe_photo(nomination_id=nomination.pk, stem=stem, **form.cleaned_data)
    except Photo.DoesNotExist as error:
        raise Http404 from error
    except RuleBroken as error:
        return files_page(request, nomination, problem=str(error), status=422)
    return HttpResponseRedirect(reverse("nominations:step", args=[nomination.code, "files"]))


@require_safe
@cache_control(private=True)
def file(request: HttpRequest, code: str, name: str) -> HttpResponseBase:
    """Show a photo, or hand out a proof, to whoever may read the nomination."""
    nomination = found(code)
    if nomination is None:
        raise Http404
    is_own = queries.is_own(request.user, nomination, held_codes(request))
    if not (is_own or queries.may_read(request.user, nomination)):
        raise Http404
    by_role = not is_own or nomination.route == Nomination.Route.UNIT
    refusal = second_factor.missing(request) if by_role else None
    if refusal is not None:
        patch_cache_control(refusal, no_store=True)  # it would hide the file once it is shown
        return refusal
    stem, ending = name[:32], name.rpartition(".")[2]
    document = nomination.attachments.filter(stem=stem).first()
    if document is None and not nomination.photos.filter(stem=stem).exists():
        raise Http404
    content = FILES.read(name)
    if content is None:
        raise Http404
    response = private_file(content, ending)
    if document is not None:
        title = f"{document.title}.{document.ending}"
        response["Content-Disposition"] = disposition(title, attached=True)
        # Proofs are papers of people; offices share computers.
        patch_cache_control(response, no_store=True)
    else:
        patch_cache_control(response, max_age=3600, immutable=True)
    return response


def drafts_open(nomination: Nomination) -> bool:
    """Return whether its nominator can still change it."""
    return nomination.state in drafts.EDITABLE


def _take(
    request: HttpRequest,
    nomination: Nomination,
    anchor: str,
    store: Callable[[bytes], object],
    **forms: object,
) -> HttpResponse:
    if not drafts_open(nomination):
        return HttpResponseRedirect(reverse("nominations:status", args=[nomination.code]))
    ratelimit.consume(request, action="upload", raise_exception=True)
    uploaded = request.FILES.get("file")
    if uploaded is None:
        problem = _("Choose a file first.")
        return files_page(request, nomination, forms=forms, problem=problem, status=422)
    try:
        store(uploaded.read())
    except RuleBroken as error:
        return files_page(request, nomination, forms=forms, problem=str(error), status=422)
    messages.success(request, _("The file has been added."))
    address = reverse("nominations:step", args=[nomination.code, "files"])
    return HttpResponseRedirect(f"{address}#{anchor}")
