"""The draw on a panel's page: how far it is, what can be done next, and doing it."""

from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from voting.approvals import queries as approval_queries
from voting.approvals.models import Proposal
from voting.console import approval_kinds, draw_forms
from voting.console.draw_kinds import DRAWING, WITHDRAWING_DRAW, payload_of
from voting.judging.draw_page import kind_text
from voting.judging.models import DrawEnd, Panel, PanelDraw
from voting.judging.queries import draws
from voting.judging.services import drawing
from voting.rules.draws import ANY
from voting.seasons import queries as season_queries
from voting.seasons.models import Season
from voting.seasons.page_context import full_moment
from voting.seasons.queries import season_by_slug
from voting.seasons.services import RuleBroken

Values = dict[str, Any]
ASKED: Final = frozenset({"announce", "draw", "undraw"})  # what the page can ask for


def form_of(asked: str, request: HttpRequest, row: Panel) -> Any:
    """Return the form that was sent, bound. asked: of ``ASKED``."""
    if asked == "announce":
        return draw_forms.DrawForm(request.POST, panel=row)
    maker = draw_forms.SeedForm if asked == "draw" else draw_forms.WithdrawDrawForm
    return maker(request.POST)


def act(asked: str, row: Panel, form: Any, by: User) -> str:
    """Do what was asked for; say what was done. asked: of ``ASKED``. Raises RuleBroken."""
    values = form.cleaned_data
    if asked == "announce":
        draw = drawing.announce_draw(
            panel_id=row.pk, seats=form.seats(), source=values["source"],
            seed_at=values["seed_at"], by=by,
        )  # fmt: skip
        return _("Announced on the public page. Its seed can be entered from %(when)s.") % {
            "when": full_moment(draw.seed_at, row.season.time_zone)
        }
    draw_ = draws.undrawn_of(row)
    if draw_ is None:
        raise RuleBroken(_("Announce the draw first: the pool, and where the seed comes from."))
    if asked == "draw":
        kind, payload = DRAWING, payload_of(draw_, drawing.check_seed(draw_, values["seed"]))
    else:
        drawing.check_withdrawal(draw_)
        kind, payload = WITHDRAWING_DRAW, payload_of(draw_)
    approval_kinds.sign_first(
        kind, season_by_slug(row.season.slug), user=by, reason=values["reason"],
        seen=values["seen"], **payload,
    )  # fmt: skip
    return _("You have signed. Now another person must look at it.")


def draw_context(season: Season, row: Panel, asked: str, form: Any) -> Values:
    """Return what ``console/_panel_draw.html`` shows. form: what was sent, or None."""
    rows = list(row.draws.select_related("end").order_by("-number"))
    standing = next((one for one in rows if not _withdrawn(one)), None)
    bound = {asked: form} if form is not None else {}
    seen = DRAWING.state(season)
    return {
        "draw": _shown(standing, season) if standing else None,
        "withdrawn_draws": [_shown(one, season) for one in rows if _withdrawn(one)],
        "draw_waiting": _waiting(season, standing) if standing else None,
        "draws_url": reverse("judges:draws", args=[season.slug]) if rows else "",
        "draw_form": bound.get("announce") or draw_forms.DrawForm(panel=row),
        "seed_form": bound.get("draw") or draw_forms.SeedForm(initial={"seen": seen}),
        "undraw_form": bound.get("undraw") or draw_forms.WithdrawDrawForm(initial={"seen": seen}),
        "rehearsed": season.rehearsal_of_id is not None,
        "published": season_queries.is_public(season),
    }


def vacant_seats(row: Panel) -> list[Values]:
    """Return the seats of a drawn panel that wait for somebody else, while anybody can take them.

    next: whether the next in the order of the draw can; else somebody is named.
    """
    draw = draws.drawn_of(row) if row.closed_at is None else None
    if draw is None:
        return []
    return [{"seat": seat, "next": has_next} for seat, has_next in draws.vacant(draw)]


def _withdrawn(draw: PanelDraw) -> bool:
    end = draws.end_of(draw)
    return end is not None and end.kind == DrawEnd.Kind.WITHDRAWN


def _shown(draw: PanelDraw, season: Season) -> Values:
    end, zone = draws.end_of(draw), season.time_zone
    known = timezone.now() >= draw.seed_at
    return {
        "row": draw,
        "end": end,
        "state": str(end.kind) if end else "known" if known else "waits",
        "announced": full_moment(draw.announced_at, zone),
        "seed_at": full_moment(draw.seed_at, zone),
        "ended": full_moment(end.at, zone) if end else "",
        "seats": [
            {"kind": kind_text(kind), "number": number}
            for kind, number in sorted(draw.seats.items(), key=lambda one: (one[0] == ANY, one[0]))
        ],
    }


def _waiting(season: Season, draw: PanelDraw) -> Values | None:
    """Return what of this draw waits for a second person, if anything."""
    for one in approval_queries.waiting(season, [DRAWING.name, WITHDRAWING_DRAW.name]):
        if one.payload.get("draw") == draw.pk:
            return _card(one, season)
    return None


def _card(proposal: Proposal, season: Season) -> Values:
    return {
        "row": proposal,
        "withdraws": proposal.kind == WITHDRAWING_DRAW.name,
        "stale": approval_kinds.is_stale(proposal, season),
    }
