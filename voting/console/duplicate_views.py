"""Nominations that may be one: the list of pairs, and two side by side for a person to decide."""

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from voting.console import review_forms as forms
from voting.console.review_times import not_now
from voting.console.review_views import review_frame, row
from voting.nominations.models import Likeness, Merge, Nomination
from voting.nominations.review import likenesses, queue
from voting.nominations.services import likening, merging
from voting.roles.access import for_season
from voting.roles.permissions import Permission
from voting.roles.queries import scope
from voting.seasons.models import Season
from voting.seasons.page_context import full_moment
from voting.seasons.services import RuleBroken

Values = dict[str, Any]
PER_PAGE: Final = 20


@for_season(Permission.REVIEW_SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def duplicates(request: HttpRequest, season: Season) -> HttpResponse:
    """Show the pairs, the likest first; on demand search a small season as a whole."""
    may_review = scope(request.user, Permission.NOMINATIONS_REVIEW, season).everywhere
    standing = Nomination.objects.filter(season=season, state__in=queue.STANDING).count()
    few = standing <= likening.SEARCHED_AT_ONCE
    if request.method == "POST":
        if not (may_review and few):
            raise Http404
        try:
            number = likening.search_now(season_id=season.pk)
        except RuleBroken as error:
            messages.error(request, str(error))
        else:
            found = _("Searched. Pairs that may be the same: %(n)d.") % {"n": number}
            messages.success(request, found)
        return HttpResponseRedirect(reverse("console:duplicates", args=[season.slug]))
    page = Paginator(likenesses.open_pairs(season), PER_PAGE).get_page(request.GET.get("page"))
    last = likenesses.last_search(season)
    closed = not_now(season) if may_review else ""
    context: Values = {
        **review_frame(season),
        "pairs": [
            {
                "percent": pair.percent,
                "why": likenesses.why(pair.reasons),
                "first": row(pair.first, season),
                "second": row(pair.second, season),
            }
            for pair in page.object_list
        ],
        "page": page,
        "searched": full_moment(last.at, season.time_zone) if last else "",
        "may_search": may_review and few and not closed,
        "few": few,
        "standing": standing,
    }
    return render(request, "console/duplicates.html", context)


@for_season(Permission.REVIEW_SEE)
@require_safe
def compare_with(request: HttpRequest, season: Season, code: str) -> HttpResponse:
    """Go to the page with both, by the code that was typed."""
    form = forms.CompareForm(request.GET)
    own = queue.in_review(season, scope(request.user, Permission.REVIEW_SEE, season))
    other = form.cleaned_data["with_code"].strip().upper() if form.is_valid() else ""
    if other == code or not own.filter(code=other).exists():
        messages.error(request, _("There is no other nomination with this code."))
        return HttpResponseRedirect(reverse("console:nomination", args=[season.slug, code]))
    return HttpResponseRedirect(reverse("console:compare", args=[season.slug, code, other]))


@for_season(Permission.REVIEW_SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest, season: Season, code: str, other: str) -> HttpResponse:
    """Show two nominations side by side; a person says whether they are the same."""
    own = scope(request.user, Permission.REVIEW_SEE, season)
    may_review = scope(request.user, Permission.NOMINATIONS_REVIEW, season).everywhere
    rows = {
        one.code: one
        for one in queue.in_review(season, own).filter(code__in=[code, other])
        .select_related("category", "unit", "season")
    }  # fmt: skip
    if len(rows) < 2:
        raise Http404
    left, right = rows[code], rows[other]
    form = forms.MergeForm(request.POST or None)
    if request.method == "POST":
        if not may_review:
            raise Http404
        if _done(request, form, left, right):
            return HttpResponseRedirect(reverse("console:duplicates", args=[season.slug]))
    one, two = sorted((left.pk, right.pk))
    known = Likeness.objects.filter(first_id=one, second_id=two).select_related("verdict_by")
    likeness = known.first()
    together = Merge.objects.filter(undone_at=None, nomination__in=[one, two], into__in=[one, two])
    closed = not_now(season) if may_review else ""
    recused = queue.recusal(request.user, left) or queue.recusal(request.user, right)
    context: Values = {
        **review_frame(season),
        "left": row(left, season),
        "right": row(right, season),
        "fields": likenesses.side_by_side(left, right),
        "percent": likeness.percent if likeness else None,
        "why": likenesses.why(likeness.reasons) if likeness else [],
        "verdict": likeness if likeness and likeness.verdict else None,
        "together": together.exists(),
        "recused": recused,
        "not_now": closed,
        # Refused while it was filled in, it is shown once more, with what was typed.
        "form": form
        if may_review and not recused and _both_stand(left, right) and (form.is_bound or not closed)
        else None,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/compare.html", context, status=status)


def _both_stand(left: Nomination, right: Nomination) -> bool:
    return left.state in queue.STANDING and right.state in queue.STANDING


def _done(request: HttpRequest, form: forms.MergeForm, left: Nomination, right: Nomination) -> bool:
    """Do what the button said; note on the form what is wrong."""
    user: Any = request.user
    do = request.POST.get("do", "")
    try:
        if do == "different":
            merging.not_the_same(first_id=left.pk, second_id=right.pk, user=user)
            messages.success(request, _("Remembered: these two are not the same."))
            return True
        if do not in {"left", "right"}:
            raise Http404
        if not form.is_valid():
            return False
        lead, gone = (left, right) if do == "left" else (right, left)
        merging.merge(
            nomination_id=gone.pk, into_id=lead.pk, user=user, reason=form.cleaned_data["reason"]
        )
    except RuleBroken as error:
        form.is_valid()
        form.add_error(None, str(error))
        return False
    messages.success(
        request,
        _("Put together: %(name)s (%(code)s) stands for both. Both nominators have been told.")
        % {"name": lead.name, "code": lead.code},
    )
    return True
