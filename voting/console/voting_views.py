"""Voting that goes on: pausing, resuming, closing, withdrawing a nominee, finishing an opening.

Each has a page that says what will happen and asks why. Pausing is for emergencies and needs one
person; closing before the time needs two.
"""

from collections.abc import Callable
from typing import Any, Final

import structlog
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from redis.exceptions import RedisError

from voting.approvals import queries as approval_queries
from voting.ballots import rule_sentences
from voting.ballots.services import opening
from voting.ballots.services.rebuilding import rebuild
from voting.ballots.services.standing import StoreState, store_state
from voting.ballots.stores import cache_store, vote_store
from voting.console import approval_kinds
from voting.console.forms import ReasonForm
from voting.console.opening_forms import ActForm, FinishForm, PauseForm, ProposeForm
from voting.console.opening_kinds import CLOSING, times_text
from voting.console.two_people import card
from voting.hotpath.gate import NotReady
from voting.roles.access import actor_of, for_season
from voting.roles.permissions import Permission
from voting.seasons import queries
from voting.seasons.models import Nominee, Season
from voting.seasons.page_context import (
    content,
    full_moment,
    moment,
    state_of,
    state_text,
)
from voting.seasons.services import RuleBroken

log = structlog.get_logger(__name__)

Values = dict[str, Any]
RUNNING: Final = frozenset({Season.Phase.OPEN, Season.Phase.PAUSED})
REBUILD_SECONDS: Final = 60.0  # that one answer of the vote store may take meanwhile


@for_season(Permission.VOTING_OPERATE)
@require_safe
def voting(request: HttpRequest, season: Season) -> HttpResponse:
    """Show how voting stands, on record and in the vote store, and what can be done."""
    now = timezone.now()
    state = state_of(season, now)
    draft = season.phase == Season.Phase.DRAFT
    waiting = approval_queries.waiting(season, [CLOSING.name]).select_related(
        "season", "proposed_by", "decided_by"
    )
    proposal = waiting.first()
    context = {
        **_frame(season),
        "state": state,
        "state_text": state_text(state),
        "draft": draft,
        "running": season.phase in RUNNING,
        "paused": season.phase == Season.Phase.PAUSED,
        "over": now >= season.closes_at,
        "store": "" if draft else store_state(season, vote_store()).value,
        "times_text": times_text(season),
        "pause_reason": content(season.pause_reason, season.pause_reason_en),
        "pause_until_text": moment(season.pause_until, season.time_zone)
        if season.pause_until
        else "",
        "card": card(proposal, request.user) if proposal else None,
        "categories": [
            {
                "name": content(category.name, category.name_en),
                "nominees": [
                    {
                        "number": one.ballot_number,
                        "name": content(one.name, one.name_en),
                        "withdrawn": one.withdrawn_at is not None,
                    }
                    for one in category.nominees.all()
                ],
            }
            for category in season.categories.all()
        ],
        "events": [
            {
                "at": full_moment(event.at, season.time_zone),
                "actor": event.actor,
                "second": event.detail.get("approver", ""),
                "at_the_server": event.detail.get("way") == "command",
                "what": rule_sentences.action(event.action),
                "reason": event.reason,
            }
            for event in season.events.filter(
                action__in=["open", "pause", "resume", "close", "withdraw", "rebuild"]
            ).order_by("-at", "-pk")[:50]
        ],
    }
    return render(request, "console/voting.html", context)


@for_season(Permission.VOTING_OPERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: HttpRequest, season: Season) -> HttpResponse:
    """Stop voting for a while."""
    _only(season, RUNNING)
    form = PauseForm(
        request.POST or None,
        initial={"reason": season.pause_reason, "reason_en": season.pause_reason_en,
                 "until": season.pause_until},
    )  # fmt: skip
    return _act(
        request, season, form,
        title=_("Pause voting"),
        tells=[
            _("No ballot is taken from now on. Nothing that was cast is lost."),
            _("Every voter sees your reason, and when voting is expected back."),
            _("One person may do this, so that it can be done at once. It stays on record."),
        ],
        work=lambda who: opening.pause_voting(
            slug=season.slug, client=vote_store(), until=form.cleaned_data["until"],
            reason_en=form.cleaned_data["reason_en"], **who,
        ),
        done=_("Voting is paused."),
    )  # fmt: skip


@for_season(Permission.VOTING_OPERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest, season: Season) -> HttpResponse:
    """Take ballots again."""
    _only(season, RUNNING)
    return _act(
        request, season, ActForm(request.POST or None),
        title=_("Resume voting"),
        tells=[
            _("Ballots are taken again at once, until voting ends as planned."),
            _("The time of the pause is not added at the end: that is a change of the rules."),
        ],
        work=lambda who: opening.resume_voting(slug=season.slug, client=vote_store(), **who),
        done=_("Ballots are taken again."),
    )  # fmt: skip


@for_season(Permission.VOTING_OPERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, season: Season) -> HttpResponse:
    """Write down that voting is over; before its time, ask for a second person."""
    _only(season, RUNNING)
    if timezone.now() < season.closes_at:
        return _close_early(request, season)
    return _act(
        request, season, ActForm(request.POST or None),
        title=_("Record the end of voting"),
        tells=[
            _("The time for voting is over, and no ballot has been taken since. This writes it "
              "down; results can be worked out then."),
        ],
        work=lambda who: opening.close_voting(slug=season.slug, client=vote_store(), **who),
        done=_("The end of voting is on record."),
    )  # fmt: skip


def _close_early(request: HttpRequest, season: Season) -> HttpResponse:
    form = ProposeForm(request.POST or None, initial={"seen": CLOSING.state(season)})

    def propose(who: Values) -> None:
        approval_kinds.sign_first(
            CLOSING, season, user=request.user,  # type: ignore[arg-type]  # signed in, by the guard
            reason=who["reason"], seen=form.cleaned_data["seen"],
        )  # fmt: skip

    return _act(
        request, season, form,
        title=_("Close voting before its time"),
        tells=[
            str(CLOSING.consequence),
            _("It needs two people: nothing happens before a second one has signed. In an "
              "emergency, pause voting instead."),
        ],
        work=propose,
        done=_("You have signed. Now another person must look at it."),
        button=_("Sign as the first person"),
    )  # fmt: skip


@for_season(Permission.VOTING_OPERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, season: Season, number: str) -> HttpResponse:
    """Let a nominee get no new choices."""
    _only(season, RUNNING)
    nominee = get_object_or_404(Nominee, season=season, ballot_number=number)
    name = content(nominee.name, nominee.name_en)["text"]
    return _act(
        request, season, ActForm(request.POST or None),
        title=_("Withdraw %(number)s %(name)s") % {"number": number, "name": name},
        tells=[
            _("Nobody can choose this nominee any more. Choices that were cast stay in the count "
              "and are shown as those of a withdrawn nominee."),
            _("This cannot be undone."),
        ],
        work=lambda who: opening.withdraw_nominee(
            slug=season.slug, number=number, client=vote_store(), **who
        ),
        done=_("%(name)s has withdrawn.") % {"name": name},
        button=_("Withdraw this nominee"),
    )  # fmt: skip


@for_season(Permission.VOTING_OPERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: HttpRequest, season: Season) -> HttpResponse:
    """Load the vote store from the ledger: what is left to do when it was away at opening."""
    if season.phase == Season.Phase.DRAFT:
        raise Http404
    if request.method != "POST" and store_state(season, vote_store()) is StoreState.RIGHT:
        messages.info(request, _("The vote store is as it should be; nothing is left to do."))
        return HttpResponseRedirect(reverse("console:voting", args=[season.slug]))
    return _act(
        request, season, FinishForm(request.POST or None),
        title=_("Load the vote store"),
        tells=[
            _("Rules, nominees and every ballot of the ledger are written into the vote store "
              "anew. Voters are told to wait meanwhile, and nobody loses a ballot."),
            _("For a season without ballots it takes a moment, for a million about a minute."),
        ],
        work=lambda who: rebuild(
            slug=season.slug, client=vote_store(read_seconds=REBUILD_SECONDS),
            cache=cache_store(), **who,
        ),
        done=_("The vote store is loaded."),
    )  # fmt: skip


def _act(
    request: HttpRequest,
    season: Season,
    form: ReasonForm,
    *,
    title: str,
    tells: list[str],
    work: Callable[[Values], object],
    done: str,
    button: str = "",
) -> HttpResponse:
    """Say what will happen, ask why, and do it."""
    status = 200
    if request.method == "POST":
        status = _tried(request, season, form, work)
        if status == 302:
            messages.success(request, done)
            return HttpResponseRedirect(reverse("console:voting", args=[season.slug]))
    context = {
        **_frame(season), "title": title, "tells": tells, "form": form, "button": button or title,
    }  # fmt: skip
    return render(request, "console/voting_act.html", context, status=status)


def _tried(
    request: HttpRequest, season: Season, form: ReasonForm, work: Callable[[Values], object]
) -> int:
    if not form.is_valid():
        return 422
    try:
        work({"actor": actor_of(request), "reason": form.cleaned_data["reason"]})
    except (RuleBroken, NotReady) as error:
        for line in str(error).split("\n"):
            form.add_error(None, line)
        return 422
    except RedisError as error:
        log.error("the vote store failed", season=season.slug, error=repr(error))
        form.add_error(
            None,
            _("The vote store does not answer. Look at the page of this vote for how it stands, "
              "then try again; doing it twice does no harm."),
        )  # fmt: skip
        return 503
    return 302


def _only(season: Season, phases: frozenset[Season.Phase]) -> None:
    if season.phase not in phases:
        raise Http404


def _frame(season: Season) -> Values:
    return {
        "nav": "voting",
        "season": season,
        "name": content(season.name, season.name_en),
        "frozen": queries.is_frozen(season),
    }
