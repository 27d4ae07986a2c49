"""The pages that voters read. Those that are the same for everyone are rendered once for many."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Concatenate, ParamSpec

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from voting.ballots.board_context import board_context
from voting.ballots.number_text import draw_context
from voting.ballots.page_context import nominee_context, season_context
from voting.ballots.problem_texts import problems_context
from voting.ballots.receipt_context import check_context, receipt_context
from voting.ballots.rules_text import rules_context
from voting.ballots.services.receipts import receipt_state
from voting.ballots.stores import vote_store
from voting.hotpath.problems import PROBLEMS
from voting.hotpath.tokens import tidy_receipt_code
from voting.seasons import queries
from voting.seasons.front_context import front_context
from voting.seasons.models import Nominee, Season
from voting.seasons.numbering import draws_of
from voting.seasons.public_pages import pages_of
from voting.seasons.showcase import worded
from voting.seasons.views import shared

P = ParamSpec("P")
SeasonView = Callable[Concatenate[HttpRequest, Season, P], HttpResponse]


def known_season(slug: str) -> Season:
    """Return a season that the public may know of, published or opened; no other exists for it."""
    try:
        return queries.public_season(slug)
    except Season.DoesNotExist as error:
        raise Http404 from error


def public_season(slug: str) -> Season:
    """Return a season whose nominees and ballot are public; those of a draft never are."""
    found = known_season(slug)
    if not queries.has_ballot(found):
        raise Http404
    return found


def of_season(
    find: Callable[[str], Season],
) -> Callable[[SeasonView[P]], Callable[..., HttpResponse]]:
    """Hand a page its season, and let it speak as the season may: as an award or a showcase."""

    def decorate(view: SeasonView[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def speaking(
            request: HttpRequest, /, slug: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            found = find(slug)
            with worded(found):
                return view(request, found, *args, **kwargs)

        return speaking

    return decorate


@require_safe
@of_season(known_season)
def season(request: HttpRequest, found: Season) -> HttpResponse:
    """Show the nominees to choose from; before there is a ballot, the season's dates and call."""
    pages = {"pages": pages_of(found)}
    if not queries.has_ballot(found):
        return shared(render(request, "seasons/front.html", front_context(found) | pages))
    elder = request.GET.get("view") == "elder"
    template = "ballots/season_elder.html" if elder else "ballots/season.html"
    return shared(render(request, template, season_context(found, elder=elder) | pages))


@require_safe
@of_season(public_season)
def nominee(request: HttpRequest, found: Season, number: str) -> HttpResponse:
    """Show one nominee's deeds."""
    person = get_object_or_404(Nominee, season=found, ballot_number=number)
    elder = request.GET.get("view") == "elder"
    return shared(
        render(request, "ballots/nominee.html", nominee_context(found, person, elder=elder))
    )


@require_safe
@of_season(known_season)
def rules(request: HttpRequest, found: Season) -> HttpResponse:
    """Say in plain words by which rules is voted."""
    context = {**rules_context(found), "pages": pages_of(found)}
    return shared(render(request, "ballots/rules.html", context))


@require_safe
@of_season(known_season)
def draw(request: HttpRequest, found: Season) -> HttpResponse:
    """Show the draw of the ballot numbers, from its announcement on, also while all else waits."""
    draws = draws_of(found)
    if not draws:
        raise Http404
    return shared(render(request, "ballots/draw.html", draw_context(found, draws)))


@require_safe
@of_season(public_season)
def board(request: HttpRequest, found: Season) -> HttpResponse:
    """Show the live board."""
    return shared(render(request, "ballots/board.html", board_context(found)))


@require_safe
def fairness(request: HttpRequest) -> HttpResponse:
    """Explain how the count is kept honest."""
    return render(request, "ballots/fairness.html")


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """List every refusal of the public interface."""
    return render(request, "ballots/problems.html", problems_context())


@require_safe
def problem(request: HttpRequest, code: str) -> HttpResponse:
    """Lead from a problem's type to its explanation."""
    if code not in PROBLEMS:
        raise Http404
    return HttpResponseRedirect(f"{reverse('ballots:problems')}#{code}")


@never_cache
@require_safe
@of_season(public_season)
def receipt_check(request: HttpRequest, found: Season) -> HttpResponse:
    """Ask for a receipt code, and lead to its page."""
    typed = request.GET.get("code", "")[:80]
    tidy = tidy_receipt_code(typed)
    if tidy is not None:
        return HttpResponseRedirect(reverse("ballots:receipt", args=[found.slug, tidy]))
    refused = "code" in request.GET
    return _ask_again(request, found, typed, refused=refused)


def _ask_again(request: HttpRequest, season: Season, typed: str, *, refused: bool) -> HttpResponse:
    context = check_context(season, typed=typed, refused=refused)
    return render(request, "ballots/receipt_check.html", context, status=422 if refused else 200)


@never_cache
@require_safe
@of_season(public_season)
def receipt(request: HttpRequest, found: Season, code: str) -> HttpResponse:
    """Say whether a ballot is in the ledger: no choice, no running number."""
    tidy = tidy_receipt_code(code)
    if tidy is None:
        return _ask_again(request, found, code[:80], refused=True)
    if tidy != code:
        return HttpResponseRedirect(reverse("ballots:receipt", args=[found.slug, tidy]))
    state, accepted_ms = receipt_state(found, tidy, client=vote_store())
    context = receipt_context(found, code=tidy, state=state, accepted_ms=accepted_ms)
    return render(
        request, "ballots/receipt.html", context, status=404 if state == "unknown" else 200
    )


@require_safe
def receipt_short(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Lead from a QR code to the receipt's page."""
    return HttpResponseRedirect(reverse("ballots:receipt", args=[slug, code]))


@require_safe
def receipt_qr(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Draw the QR code that leads to a receipt's page; it holds nothing but the address."""
    tidy = tidy_receipt_code(code)
    if tidy is None or not queries.ballot_exists(slug):
        raise Http404
    address = settings.SITE_ORIGIN + reverse("receipt_short", args=[slug, tidy])
    picture = BytesIO()
    segno.make(address, error="m", micro=False).save(
        picture, kind="svg", border=2, dark="#14252b", svgclass=None, lineclass=None, omitsize=True
    )
    response = HttpResponse(picture.getvalue(), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=86400"
    return response
