"""Rehearsing a season: begin a copy, open it, let a crowd vote, close, count, wipe."""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from redis.exceptions import RedisError

from accounts.models import User
from voting.ballots.queries import ballot_count
from voting.ballots.rehearsal_crowd import cast_ballots
from voting.ballots.services import rehearsing
from voting.ballots.services.errors import NotReadyToOpen
from voting.ballots.stores import vote_store
from voting.console import rehearsal_figures, rehearsal_judging
from voting.console.forms import ReasonForm
from voting.console.setup_views import setup_frame
from voting.roles.access import actor_of, for_season
from voting.roles.permissions import Permission
from voting.seasons import copying, queries
from voting.seasons.models import Season
from voting.seasons.page_context import content, full_moment
from voting.seasons.services import RuleBroken

Values = dict[str, Any]
CROWD: Final = 40  # ballots in one go: a page must answer in a few seconds
# Seconds in which the writer may copy the last ballots before the count says that it lags.
PATIENCE = 5.0


class BeginForm(ReasonForm):
    """Why a rehearsal is begun."""

    action = "begin"


@for_season(Permission.VOTING_OPERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def rehearsals(request: HttpRequest, season: Season) -> HttpResponse:
    """List a season's rehearsals, and begin one."""
    form = BeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = copying.begin_rehearsal(
                slug=season.slug, actor=actor_of(request), reason=form.cleaned_data["reason"]
            )
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            # Whoever judges in the season judges here too.
            if isinstance(request.user, User):
                rehearsal_judging.begin(made, request.user)
            return HttpResponseRedirect(_page(season, made.slug))
    context = {
        **setup_frame(season, "rehearsals"),
        "form": form,
        "rehearsals": [
            {
                "url": _page(season, one.slug),
                "slug": one.slug,
                "begun": full_moment(one.opens_at, one.time_zone),
                "phase": one.phase,
            }
            for one in queries.rehearsals_of(season)
        ],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/season_rehearsals.html", context, status=status)


@for_season(Permission.VOTING_OPERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def rehearsal(request: HttpRequest, season: Season, code: str) -> HttpResponse:
    """Show how far a rehearsal is, and take its next step."""
    one = queries.rehearsals_of(season).filter(slug=code).select_related("rule_sheet").first()
    if one is None:
        raise Http404
    if request.method == "POST":
        asked = request.POST.get("action", "")
        try:
            act = STEPS[asked]
        except KeyError as error:
            raise Http404 from error
        try:
            act(request, one)
        except (RuleBroken, NotReadyToOpen) as error:
            for line in str(error).split("\n"):
                messages.error(request, line)
        except RedisError:
            one.refresh_from_db()
            messages.error(request, _without_store(asked, one))
        else:
            if asked == "wipe":
                return HttpResponseRedirect(
                    reverse("console:season_rehearsals", args=[season.slug])
                )
        return HttpResponseRedirect(_page(season, code))
    ballots = ballot_count(one.pk)
    next_step, steps = _steps(one, ballots)
    judging = rehearsal_judging.context(one)
    context = {
        **setup_frame(season, "rehearsals"),
        "rehearsal": one,
        "ballots": ballots,
        "crowd": CROWD,
        "next": next_step,
        "steps": steps,
        "is_open": one.phase in {Season.Phase.OPEN, Season.Phase.PAUSED},
        "is_public": queries.has_ballot(one),
        "judging": judging,
        "figures": rehearsal_figures.context(one, judging),
        "result": rehearsal_judging.result(one),
        "count": _count(request, one) if one.phase == Season.Phase.CLOSED else None,
    }
    return render(request, "console/season_rehearsal.html", context)


def _page(season: Season, code: str) -> str:
    return reverse("console:season_rehearsal", args=[season.slug, code])


def _steps(one: Season, ballots: int) -> tuple[str, list[Values]]:
    """Return what comes next, and all steps with their state: done, now, later."""
    closed = one.phase == Season.Phase.CLOSED
    voted = _("No ballot was cast") if closed and not ballots else _("A crowd has voted")
    titles: list[tuple[str, Any, bool]] = [
        ("begin", _("Copy made"), True),
        ("open", _("Voting opened, rules frozen"), one.phase != Season.Phase.DRAFT),
        ("vote", voted, closed or ballots > 0),
        ("close", _("Voting closed and counted"), closed),
    ]
    coming = next((key for key, _title, done in titles if not done), "wipe")
    return coming, [
        {"title": title, "state": "done" if done else "now" if key == coming else "later"}
        for key, title, done in titles
    ]


def _open(request: HttpRequest, one: Season) -> None:
    rehearsing.open_rehearsal(
        slug=one.slug, actor=actor_of(request), reason=_("rehearsal"), client=vote_store()
    )
    messages.success(request, _("Voting is open in the rehearsal."))


def _vote(request: HttpRequest, one: Season) -> None:
    found = cast_ballots(one, url=settings.SITE_ORIGIN, number=CROWD)
    if found["accepted"]:
        messages.success(request, _("Ballots accepted: %(number)d") % {"number": found["accepted"]})
    if found["no answer"]:
        messages.error(
            request,
            _("The site does not answer itself at %(url)s. At the server this does the same: "
              "manage.py demo_traffic --season %(season)s --minutes 1")
            % {"url": settings.SITE_ORIGIN, "season": one.slug},
        )  # fmt: skip
    for outcome, number in found.items():
        if outcome not in {"accepted", "no answer"}:
            messages.error(request, f"{outcome}: {number}")


def _close(request: HttpRequest, one: Season) -> None:
    rehearsing.close_rehearsal(
        slug=one.slug, actor=actor_of(request), reason=_("rehearsal"), client=vote_store()
    )
    messages.success(request, _("Voting is closed in the rehearsal."))


def _wipe(request: HttpRequest, one: Season) -> None:
    rehearsing.wipe_rehearsal(
        slug=one.slug, actor=actor_of(request), reason=_("rehearsal over"), client=vote_store()
    )
    messages.success(request, _("The rehearsal is wiped. The season itself is as it was."))


STEPS: Final[dict[str, Callable[[HttpRequest, Season], None]]] = {
    "open": _open,
    "vote": _vote,
    "close": _close,
    "wipe": _wipe,
    "judging-open": rehearsal_judging.open_panels,
    "judging-invent": rehearsal_judging.invent,
    "judging-close": rehearsal_judging.close_panels,
    "figures-invent": rehearsal_figures.invent,
}


def _without_store(asked: str, one: Season) -> str:
    """Return what has become of a step at which the vote store went away."""
    away = _("The vote store cannot be reached.")
    if asked == "open" and one.phase != Season.Phase.DRAFT:
        done = _(
            "Voting is open on record, but takes no ballots. Wipe this rehearsal later and "
            "begin another, or have this run at the server: manage.py rebuild %(season)s"
        )
        return f"{away} {done % {'season': one.slug}}"
    if asked == "close":
        done = _(
            "The rehearsal is not closed on record, but may take no ballots any more. Close "
            "it again in a while."
        )
        return f"{away} {done}"
    if asked == "wipe":
        done = _(
            "The rehearsal is not wiped, but may take no ballots any more. Wipe it again in a "
            "while."
        )
        return f"{away} {done}"
    done = _("Nothing was done.")
    return f"{away} {done}"


def _count(request: HttpRequest, one: Season) -> Values | None:
    """Return what was counted, by category, the most chosen first; None without the vote store."""
    try:
        found = rehearsing.count_rehearsal(
            slug=one.slug, client=vote_store(), wait_seconds=PATIENCE
        )
    except RedisError:
        messages.error(
            request, _("The vote store cannot be reached, so the count cannot be compared now.")
        )
        return None
    return {
        "ballots": found.ballots,
        "differences": found.differences,
        "categories": [
            {
                "name": content(category.name, category.name_en),
                "rows": sorted(
                    (
                        {
                            "number": nominee.ballot_number,
                            "name": content(nominee.name, nominee.name_en),
                            "choices": found.tallies.get(nominee.ballot_number, 0),
                        }
                        for nominee in category.nominees.all()
                    ),
                    key=lambda row: -row["choices"],
                ),
            }
            for category in queries.season_by_slug(one.slug).categories.all()
        ],
    }
