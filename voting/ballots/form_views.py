"""The ballot form for browsers without scripts: choose, review, cast."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from voting.ballots.form_context import form_context
from voting.ballots.forms import BallotForm
from voting.ballots.problem_texts import accepted_context, refusal_context
from voting.ballots.services.casting import (
    FormVoter,
    cast_form,
    cookie_name,
    form_token,
    form_voter,
    refuse_by_standing,
)
from voting.ballots.stores import vote_store
from voting.ballots.verify_views import kept_choices, kept_name
from voting.ballots.views import of_season, public_season
from voting.hotpath.admission import COOKIE_SECONDS, MAX_CHOICES, Client
from voting.hotpath.network import prefix_of
from voting.hotpath.problems import Problem
from voting.seasons.models import Season


def client_of(request: HttpRequest) -> Client:
    """Return where a request comes from, as the ballot endpoint sees it."""
    address: str = request.client_address  # type: ignore[attr-defined]  # config.middleware sets it
    return Client(
        prefix_of(address),
        request.headers.get("User-Agent", "").encode()[:400],
        request.headers.get("Referer", "").encode() or None,
    )


@never_cache
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
@of_season(public_season)
def form(request: HttpRequest, season: Season) -> HttpResponse:
    """Take a ballot in two steps; Django's CSRF protection guards both."""
    someone = form_voter(season, request.COOKIES.get(cookie_name(season)))
    if request.method == "POST":
        response = _post(request, season, someone)
    else:
        kept = kept_choices(request, season)
        response = render(request, "ballots/form.html", form_context(season, chosen=kept))
        if kept:
            response.delete_cookie(kept_name(season), path=request.path, samesite="Lax")
    return _with_cookie(request, season, someone, response)


@never_cache
@csrf_exempt
@require_POST
@of_season(public_season)
def show_chosen(request: HttpRequest, season: Season) -> HttpResponse:
    """Show the form with what was chosen on the season page; nothing is cast or kept by this.

    That page is the same bytes for everyone and so has no CSRF token; and the choices come by
    POST because addresses end in the logs of proxies, where no choice belongs.
    """
    # Another site could post here too; it gets the empty form. And no cookie is set: such a
    # request comes without cookies, and a new one would take the place of the voter's own.
    own = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    if not own or request.headers.get("Origin", settings.SITE_ORIGIN) not in settings.SITE_ORIGINS:
        return HttpResponseRedirect(reverse("ballots:form", args=[season.slug]))
    numbers = request.POST.getlist("choice")[:MAX_CHOICES]
    return render(request, "ballots/form.html", form_context(season, chosen=numbers))


def _with_cookie(
    request: HttpRequest, season: Season, someone: FormVoter, response: HttpResponse
) -> HttpResponse:
    if someone.is_new:
        response.set_cookie(
            cookie_name(season),
            someone.cookie,
            max_age=COOKIE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=settings.HTTPS,
        )
    return response


def _post(request: HttpRequest, season: Season, someone: FormVoter) -> HttpResponse:
    sent = BallotForm(request.POST, season=season)
    if not sent.is_valid():
        return _refused(request, season, sent.problem(), [])
    chosen: list[str] = sent.cleaned_data["choices"]
    step: str = sent.cleaned_data["step"]
    if step == "choose":
        return render(request, "ballots/form.html", form_context(season, chosen=chosen))
    try:
        if step != "cast":
            return _review(request, season, someone, chosen)
        received = cast_form(
            season,
            cookie=request.COOKIES.get(cookie_name(season)),
            token=sent.cleaned_data["token"],
            choices=chosen,
            client_facts=client_of(request),
            client=vote_store(),
        )
    except Problem as problem:
        return _refused(request, season, problem, chosen, token=sent.cleaned_data["token"])
    context = accepted_context(
        season,
        code=received.code,
        accepted_ms=received.accepted_ms,
        repeated=received.repeated,
    )
    return render(request, "ballots/form_result.html", context)


def _review(
    request: HttpRequest, season: Season, someone: FormVoter, chosen: list[str]
) -> HttpResponse:
    token, standing = form_token(
        season, someone, prefix=client_of(request).prefix, client=vote_store()
    )
    refuse_by_standing(season, standing)
    context = form_context(season, chosen=chosen, token=token, confirm=True)
    status = 422 if context["errors"] else 200
    return render(request, "ballots/form.html", context, status=status)


def _refused(
    request: HttpRequest, season: Season, problem: Problem, chosen: list[str], token: str = ""
) -> HttpResponse:
    context = refusal_context(season, problem.code, problem.extra, chosen=chosen)
    if context["can_repeat"]:
        context["token"] = token  # the same one, so that nothing can count twice
    response = render(request, "ballots/form_result.html", context, status=problem.status)
    for name, value in problem.headers():
        if name == b"retry-after":
            response["Retry-After"] = value.decode()
    return response
