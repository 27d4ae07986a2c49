"""The public pages of a notice: to read it, to object, and to follow an objection."""

import time
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from voting.hotpath.flood import FloodBucket
from voting.hotpath.network import prefix_of
from voting.notices import queries, services
from voting.notices.evidence import EvidenceRefused, take_in
from voting.notices.forms import AdditionForm, CodeForm, ObjectionForm, form_key
from voting.notices.models import NoticeEntry, NoticeKind, Objection, PublicNotice
from voting.notices.page_context import frame, notice_context, receipt_context
from voting.notices.printing import printed_notice
from voting.notices.services.objecting import Statement
from voting.seasons.models import Season
from voting.seasons.photos import PUBLIC, portrait_names
from voting.seasons.portraits import portrait_svg, validate
from voting.seasons.queries import is_public
from voting.seasons.views import disposition, shared

# A network may hand in twenty objections at once, and one more every five minutes: an office
# with many people behind one address is not held up, and nobody can flood the inbox.
OBJECTIONS: Final = FloodBucket(per_second=1 / 300, burst=20)
# Codes are looked up sixty times, and one more every ten seconds: guessing is hopeless.
LOOKUPS: Final = FloodBucket(per_second=1 / 10, burst=60)


def current_notice(slug: str, kind: str = NoticeKind.CANDIDATE) -> PublicNotice:
    """Return the version that holds, with its season; without one the page does not exist."""
    found = (
        PublicNotice.objects.filter(season__slug=slug, kind=kind)
        .select_related("season")
        .order_by("-version")
        .first()
    )
    if found is None:
        raise Http404
    return found


@require_safe
def notice(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Show the notice as it holds now, or say that there is none yet."""
    try:
        found = current_notice(slug, kind)
    except Http404:
        return _none_yet(request, slug, kind)
    return shared(render(request, "notices/notice.html", notice_context(found)))


@require_safe
def version(request: HttpRequest, slug: str, version: str, kind: str) -> HttpResponse:
    """Show a version as it was published, also after it was replaced."""
    return render(request, "notices/notice.html", notice_context(_version(slug, version, kind)))


@require_safe
def print_version(request: HttpRequest, slug: str, version: str, kind: str) -> HttpResponse:
    """Hand a version out for printing."""
    found = _version(slug, version, kind)
    response = HttpResponse(printed_notice(found), content_type="application/pdf")
    response["Content-Disposition"] = disposition(f"{found.title}.pdf", attached=False)
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def portrait(request: HttpRequest, mark: str, position: str) -> HttpResponse:
    """Show somebody who stands in a notice: the published photo, or the drawing."""
    entry = (
        NoticeEntry.objects.filter(notice__fingerprint__startswith=mark, position=position)
        .select_related("nominee")
        .first()
    )
    if entry is None:
        raise Http404
    photo = _photo(entry)
    if photo is not None:
        response = HttpResponse(photo, content_type="image/jpeg")
    else:
        drawing = {} if validate(entry.drawing) else entry.drawing
        response = HttpResponse(portrait_svg(drawing), content_type="image/svg+xml")
        response["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        )
    # Not for ever: a photo goes when the consent to it is taken back.
    response["Cache-Control"] = "public, max-age=300"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def object_to(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Take an objection. The server's clock decides whether it is in time."""
    found = current_notice(slug, kind)
    if timezone.now() >= found.ends_at:
        return render(request, "notices/over.html", _over(found), status=410)
    entries = list(queries.entries_of(found))
    if request.method != "POST":
        about = f"{found.version}-{request.GET.get('no', '')}"
        form = ObjectionForm(
            notice=found, entries=entries, initial={"key": form_key(), "about": about}
        )
        return render(request, "notices/object.html", _object(found, form))
    form = ObjectionForm(request.POST, request.FILES, notice=found, entries=entries)
    status = 422
    if form.is_valid():
        waits = OBJECTIONS.wait_seconds(_prefix(request), time.monotonic())
        if waits:
            form.add_error(None, _too_many(waits))
            status = 429
        else:
            made = _submitted(request, found, form)
            if made is not None:
                code = form.cleaned_data["key"]
                return HttpResponseRedirect(
                    reverse(f"notices:{kind}_receipt_of", args=[slug, code])
                )
    form.renew_key()
    response = render(request, "notices/object.html", _object(found, form), status=status)
    if status == 429:
        response["Retry-After"] = "300"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_receipt(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Ask for the code of a receipt, and lead to its page. By POST: addresses end up in logs."""
    found = current_notice(slug, kind)
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            code = form.cleaned_data["code"]
            objection = _looked_up(request, found, code)
            if objection is not None:
                own = objection.notice.kind
                return HttpResponseRedirect(reverse(f"notices:{own}_receipt_of", args=[slug, code]))
            form.add_error("code", _("There is no objection with this code. Check each letter."))
    context = {**frame(found.season, kind), "form": form}
    return render(request, "notices/receipt_ask.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, slug: str, code: str, kind: str) -> HttpResponse:
    """Show how far an objection is, to whoever holds its code; take what is handed in later."""
    found = current_notice(slug, kind)
    objection = _looked_up(request, found, code)
    if objection is None:
        raise Http404
    form = AdditionForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and _added(request, objection, form):
            return HttpResponseRedirect(reverse(f"notices:{kind}_receipt_of", args=[slug, code]))
    context = receipt_context(objection, code) | {
        "form": form if objection.is_open else None,
        "address": request.build_absolute_uri(),
    }
    return render(request, "notices/receipt.html", context, status=status)


def _submitted(
    request: HttpRequest, notice: PublicNotice, form: ObjectionForm
) -> services.Received | None:
    values = form.cleaned_data
    try:
        statement = Statement(
            ref=form.ref, ground=values["ground"], text=values["text"], objector=form.objector(),
            evidence=take_in(form.uploads()),
        )  # fmt: skip
        return services.submit(
            season_id=notice.season_id,
            kind=notice.kind,
            code=values["key"],
            statement=statement,
            submitted_by=request.user.pk if isinstance(request.user, User) else None,
        )
    except (EvidenceRefused, services.NoticeRuleBroken) as error:
        form.add_error(None, str(error))
    return None


def _added(request: HttpRequest, objection: Objection, form: AdditionForm) -> bool:
    waits = OBJECTIONS.wait_seconds(_prefix(request), time.monotonic())
    if waits:
        form.add_error(None, _too_many(waits))
        return False
    try:
        services.add_evidence(
            objection_id=objection.pk, told=form.cleaned_data["text"],
            evidence=take_in(form.uploads()),
        )  # fmt: skip
    except (EvidenceRefused, services.NoticeRuleBroken) as error:
        form.add_error(None, str(error))
        return False
    return True


def _looked_up(request: HttpRequest, notice: PublicNotice, code: str) -> Objection | None:
    if LOOKUPS.wait_seconds(_prefix(request), time.monotonic()):
        return None
    try:
        return queries.by_code(notice.season, code)
    except Objection.DoesNotExist:
        return None


def _version(slug: str, number: str, kind: str) -> PublicNotice:
    try:
        return PublicNotice.objects.select_related("season").get(
            season__slug=slug, kind=kind, version=number
        )
    except PublicNotice.DoesNotExist as error:
        raise Http404 from error


def _none_yet(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    season = Season.objects.filter(slug=slug).first()
    if season is None or not is_public(season):
        raise Http404
    return shared(render(request, "notices/none_yet.html", frame(season, kind)))


def _photo(entry: NoticeEntry) -> bytes | None:
    # The row may be gone: the key is not enforced, since a draft can be replaced as a whole.
    nominee = entry.nominee if entry.nominee_id else None
    if nominee is None or not nominee.portrait:
        return None
    return PUBLIC.read(portrait_names(nominee.portrait)["image/jpeg"])


def _prefix(request: HttpRequest) -> bytes:
    address: str = request.client_address  # type: ignore[attr-defined]  # config.middleware sets it
    return prefix_of(address)


def _too_many(waits: float) -> str:
    return _(
        "Many objections have come from this network. Please wait %(n)d minutes; what you wrote "
        "is still here. You can also object by letter or phone."
    ) % {"n": max(1, round(waits / 60))}


def _object(notice: PublicNotice, form: ObjectionForm) -> dict[str, Any]:
    return notice_context_small(notice) | {"form": form}


def _over(notice: PublicNotice) -> dict[str, Any]:
    return notice_context_small(notice)


def notice_context_small(notice: PublicNotice) -> dict[str, Any]:
    """Return what the pages around a notice show of it, without its list."""
    full = notice_context(notice)
    return {name: value for name, value in full.items() if name not in {"groups", "versions"}}
