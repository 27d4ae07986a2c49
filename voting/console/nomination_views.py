"""One nomination as its reviewers see it: the file, the checks, the clearances, the decision."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from voting.audit.services import name_of
from voting.console import nomination_context
from voting.console import review_forms as forms
from voting.nominations import documents
from voting.nominations.models import Clearance, Merge, Message, Nomination
from voting.nominations.models.files import new_stem
from voting.nominations.private_files import TYPES, private_file
from voting.nominations.review import queue
from voting.nominations.services import checking, deciding, merging
from voting.nominations.services.links import renew_link
from voting.nominations.services.messages import mark_read, write_message
from voting.nominations.storage import CLEARANCES, FILES
from voting.roles.access import for_season
from voting.roles.permissions import Permission
from voting.roles.queries import scope
from voting.seasons.models import Season
from voting.seasons.services import RuleBroken

Values = dict[str, Any]
Saving = Callable[[Nomination, Any, Values], object]


@for_season(Permission.REVIEW_SEE, whole=False)
@require_http_methods(["GET", "HEAD", "POST"])
def nomination(request: HttpRequest, season: Season, code: str) -> HttpResponse:
    """Show the file; a form on the page checks, writes or decides."""
    shown = _found(request, season, code, Permission.REVIEW_SEE)
    may_review = scope(request.user, Permission.NOMINATIONS_REVIEW, season).holds(shown.unit_id)
    bound: forms.ReviewForm | None = None
    if request.method == "POST":
        shown = _found(request, season, code, Permission.NOMINATIONS_REVIEW)
        bound = _posted(request, season, shown)
        if bound is None:
            return HttpResponseRedirect(reverse("console:nomination", args=[season.slug, code]))
        shown = _found(request, season, code, Permission.NOMINATIONS_REVIEW)
    elif (
        may_review
        and any(one.side == "nominator" and not one.read_at for one in shown.messages.all())
        and not queue.recusal(request.user, shown)
    ):
        # Read by somebody who must keep out, it would wait for no answer any more.
        mark_read(nomination_id=shown.pk, side=Message.Side.OFFICE)
    context = nomination_context.page(season, shown, request.user, may_review, bound)
    return render(request, "console/nomination.html", context, status=422 if bound else 200)


@for_season(Permission.REVIEW_SEE, whole=False)
@require_safe
def nomination_file(request: HttpRequest, season: Season, code: str, name: str) -> HttpResponse:
    """Hand out a photo, a proof or a scan of this nomination; scans to its reviewers alone."""
    shown = _found(request, season, code, Permission.REVIEW_SEE)
    stem, _dash, ending = name[:32], name[32:33], name.rpartition(".")[2]
    own = [photo.stem for photo in shown.photos.all()]
    own += [file.stem for file in shown.attachments.all()]
    scans = [one.stem for one in shown.clearances.all()]
    folder = FILES if stem in own else CLEARANCES if stem in scans else None
    if folder is CLEARANCES:
        _found(request, season, code, Permission.NOMINATIONS_REVIEW)
        if queue.recusal(request.user, shown):
            raise PermissionDenied
    content = folder.read(name) if folder and ending in TYPES else None
    if content is None:
        raise Http404
    answer = private_file(content, ending)
    how = "attachment" if ending == "pdf" else "inline"
    answer["Content-Disposition"] = f'{how}; filename="{code}-{stem[:6]}.{ending}"'
    return answer


def _found(request: HttpRequest, season: Season, code: str, permission: Permission) -> Nomination:
    allowed = scope(request.user, permission, season)
    try:
        return queue.nomination_file(season, allowed, code)
    except Nomination.DoesNotExist as error:
        if permission != Permission.REVIEW_SEE:
            _refuse_or_hide(request, season, code)
        raise Http404 from error


def _refuse_or_hide(request: HttpRequest, season: Season, code: str) -> None:
    """Raise PermissionDenied for who may see it but not do this; the others find nothing."""
    if (
        queue.in_review(season, scope(request.user, Permission.REVIEW_SEE, season))
        .filter(code=code)
        .exists()
    ):
        raise PermissionDenied


def _posted(request: HttpRequest, season: Season, shown: Nomination) -> forms.ReviewForm | None:
    """Do what was asked for; return the form with what is wrong with it, if something is."""
    action = request.POST.get("action", "")
    made = nomination_context.make_forms(season, shown, request.POST, request.FILES, only=action)
    if action not in made or action not in SAVING:
        raise Http404
    form = made[action]
    if not form.is_valid():
        return form
    save, done = SAVING[action]
    try:
        save(shown, request.user, {**form.cleaned_data, "form": form})
    except (RuleBroken, documents.DocumentRefused) as error:
        form.add_error(None, str(error))
        return form
    messages.success(request, str(done))
    return None


def _check(one: Nomination, user: Any, values: Values) -> None:
    checking.answer(nomination_id=one.pk, user=user, answers=values["form"].answers())


def _clearance(one: Nomination, user: Any, values: Values) -> None:
    scan: Values = {}
    upload = values["scan"]
    if upload is not None:
        raw = upload.read(documents.MOST_BYTES + 1)
        content_type, content = documents.document(raw)
        stem = new_stem()
        # Before the row: a row never names a file that is not there.
        CLEARANCES.write(f"{stem}.{documents.ENDINGS[content_type]}", content)
        scan = {
            "stem": stem, "content_type": content_type, "bytes": len(content),
            "sha256": sha256(raw).hexdigest(),
        }  # fmt: skip
    checking.add_clearance(
        nomination_id=one.pk, user=user, issuer=values["issuer"], issued_on=values["issued_on"],
        result=values["result"], note=values["note"], scan=scan,
    )  # fmt: skip


def _strike(one: Nomination, user: Any, values: Values) -> None:
    if not Clearance.objects.filter(pk=values["clearance"], nomination=one).exists():
        raise Http404
    checking.strike_clearance(clearance_id=values["clearance"], user=user, reason=values["reason"])


def _message(one: Nomination, user: Any, values: Values) -> None:
    write_message(nomination_id=one.pk, side=Message.Side.OFFICE, user=user, text=values["text"])


def _link(one: Nomination, user: Any, _values: Values) -> None:
    renew_link(nomination_id=one.pk, actor=name_of(user), official=user)


def _accept(one: Nomination, user: Any, values: Values) -> None:
    deciding.accept(
        nomination_id=one.pk, user=user, seen=values["seen"] or 0, remark=values["remark"]
    )


def _pass(one: Nomination, user: Any, values: Values) -> None:
    deciding.pass_on(
        nomination_id=one.pk, user=user, seen=values["seen"] or 0, remark=values["remark"]
    )


def _return(one: Nomination, user: Any, values: Values) -> None:
    deciding.return_for_correction(
        nomination_id=one.pk, user=user, seen=values["seen"] or 0, reason_code=values["reason"],
        text=values["text"], fields=values["parts"], remark=values["remark"],
    )  # fmt: skip


def _reject(one: Nomination, user: Any, values: Values) -> None:
    deciding.reject(
        nomination_id=one.pk, user=user, seen=values["seen"] or 0, reason_code=values["reason"],
        text=values["text"], remark=values["remark"],
    )  # fmt: skip


def _reopen(one: Nomination, user: Any, values: Values) -> None:
    deciding.reopen(nomination_id=one.pk, user=user, seen=values["seen"] or 0, text=values["text"])


def _unmerge(one: Nomination, user: Any, values: Values) -> None:
    found = Merge.objects.filter(Q(nomination=one) | Q(into=one), pk=values["merge"])
    merge = found.select_related("nomination", "into").first()
    if merge is None:
        raise Http404
    allowed = scope(user, Permission.NOMINATIONS_REVIEW, one.season)
    if not nomination_context.holds_both(allowed, merge):
        raise RuleBroken(
            _("One of the two lies outside your units; somebody who reviews all takes them apart.")
        )
    merging.unmerge(merge_id=values["merge"], user=user, reason=values["reason"])


SAVING: Final[dict[str, tuple[Saving, Any]]] = {
    "check": (_check, _("The answers are saved.")),
    "clearance": (_clearance, _("The clearance is on file.")),
    "strike": (_strike, _("The clearance is struck out.")),
    "message": (_message, _("The message is sent.")),
    "link": (_link, _("The old link is void. The nominator gets a new one by mail.")),
    "accept": (_accept, _("Accepted. It stands on the list of nominees now.")),
    "pass": (_pass, _("Passed. Another person accepts it.")),
    "return": (_return, _("Returned. The nominator has been told why.")),
    "reject": (_reject, _("Not accepted. The nominator has been told why.")),
    "reopen": (_reopen, _("The decision is taken back.")),
    "unmerge": (_unmerge, _("Taken apart. It is under review by itself again.")),
}
