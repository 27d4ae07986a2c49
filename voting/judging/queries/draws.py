"""Draws of judges: which one stands, whom it names, and what anybody gets who repeats it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from voting.judging.models import DrawEnd, Judge, Panel, PanelDraw, Seat
from voting.rules import draws as rules
from voting.rules.draws import ANY, Candidate, Drawn
from voting.seasons.models import Season

# Whoever declined or left holds no seat any more.
GONE: Final = (Seat.State.DECLINED, Seat.State.LEFT)
_WITHDRAWN: Final = Q(end__kind=DrawEnd.Kind.WITHDRAWN)


def standing() -> QuerySet[PanelDraw]:
    """Return the draws that have not been withdrawn, with their ends; one on a panel at most."""
    return PanelDraw.objects.exclude(_WITHDRAWN).select_related("end")


def standing_of(panel: Panel) -> PanelDraw | None:
    """Return the draw that stands on a panel. One query."""
    return standing().filter(panel=panel).first()


def undrawn_of(panel: Panel) -> PanelDraw | None:
    """Return the draw that waits for its seed. One query."""
    return standing().filter(panel=panel, end=None).first()


def drawn_of(panel: Panel) -> PanelDraw | None:
    """Return the draw by which a panel was drawn. One query."""
    return standing().filter(panel=panel, end__isnull=False).first()


def due(season: Season, now: datetime) -> list[PanelDraw]:
    """Return the draws of a season that wait for a seed which can be known, with their panels."""
    found = standing().filter(panel__season=season, end=None, seed_at__lte=now)
    return list(found.select_related("panel"))


def is_public(season: Season) -> bool:
    """Return whether a draw was announced in a season, so that there is a page about it.

    Nothing is drawn in a rehearsal. One query.
    """
    return PanelDraw.objects.filter(panel__season=season).exists()


def names(judge: Judge) -> bool:
    """Return whether a draw that stands has a judge in its pool. One query."""
    pools = standing().filter(panel__season=judge.season_id).values_list("pool", flat=True)
    return any(judge.key == key for pool in pools for key, _kind in pool)


def announced(draw: PanelDraw) -> dict[str, Any]:
    """Return the announcement as its fingerprint covers it."""
    return rules.announcement(
        panel=draw.panel_id, pool=draw.pool, seats=draw.seats, source=draw.source,
        announced_at=draw.announced_at, seed_at=draw.seed_at,
    )  # fmt: skip


def end_of(draw: PanelDraw) -> DrawEnd | None:
    """Return what became of a draw, if anything has."""
    return getattr(draw, "end", None)


def repeated(draw: PanelDraw, seed: str, passed: set[str]) -> Drawn:
    """Draw by a seed. passed: who has a seat already. Raises rules.draws.PoolTooSmall."""
    pool = [Candidate(key, kind) for key, kind in draw.pool]
    return rules.draw(pool, draw.seats, seed, conflicted=passed & {one.key for one in pool})


def kinds_of_seats(draw: PanelDraw, seats: Mapping[int, Seat]) -> dict[int, str]:
    """Return which kind of seat those who were drawn have, by the seat's key; "" for any.

    draw: that was drawn. seats: of its panel, by key. Whoever replaced somebody has theirs.
    """
    end = end_of(draw)
    if end is None:
        return {}
    found = repeated(draw, end.seed, set(end.passed))
    kind_of = {key: kind for kind, keys in found.chosen.items() for key in keys}
    kinds = {}
    for pk, seat in seats.items():
        first = seat
        while first.replaces_id is not None:
            first = seats[first.replaces_id]
        if first.judge.key in kind_of:
            kinds[pk] = kind_of[first.judge.key]
    return kinds


def next_of(draw: PanelDraw, gone: Seat) -> str | None:
    """Return the key of who takes the seat of somebody who is gone; None if nobody is left.

    Who may take that kind of seat, in the order of the draw; who has or had a seat is passed over.
    """
    end = end_of(draw)
    if end is None:
        return None
    rows = Seat.objects.filter(panel=draw.panel_id).select_related("judge")
    return _next(draw, end, {one.pk: one for one in rows}, gone)


def _next(draw: PanelDraw, end: DrawEnd, seats: Mapping[int, Seat], gone: Seat) -> str | None:
    """Return who takes a seat by the order. seats: all of the panel, by key, with their judges."""
    types = dict(draw.pool)
    own = types.get(gone.judge.key, ANY)
    # Somebody who was named sat on no seat of the draw: the next of the same type fits best.
    kind = kinds_of_seats(draw, seats).get(gone.pk, own if own in draw.seats else ANY)
    known = {one.judge.key for one in seats.values()}
    fitting = (key for key in end.order if key not in known and kind in {ANY, types[key]})
    return next(fitting, None)


def vacancies(season: Season) -> list[tuple[Seat, str | None]]:
    """Return the seats of drawn panels that somebody has to be found for, each with who is next.

    None: nobody in the pool is left for it, and somebody can be named. Closed panels need nobody,
    nor do seats of who left with a sheet that counts. Two queries.
    """
    rows = standing().filter(panel__season=season, panel__closed_at=None, end__isnull=False)
    drawn = {one.panel_id: one for one in rows}
    if not drawn:
        return []
    by_panel: dict[int, dict[int, Seat]] = {panel: {} for panel in drawn}
    for seat in Seat.objects.filter(panel__in=drawn).select_related("judge", "panel"):
        by_panel[seat.panel_id][seat.pk] = seat
    return [one for panel, seats in by_panel.items() for one in _vacancies(drawn[panel], seats)]


def _vacancies(draw: PanelDraw, seats: Mapping[int, Seat]) -> list[tuple[Seat, str | None]]:
    end = end_of(draw)
    if end is None:
        return []
    replaced = {one.replaces_id for one in seats.values()}
    found = [
        (one, _next(draw, end, seats, one))
        for one in seats.values()
        if one.state in GONE and one.submitted_at is None and one.pk not in replaced
    ]
    # Whoever was named since the draw sits for one of those for whom nobody is left.
    named = sum(one.how == Seat.How.FIXED and one.invited_at > end.at for one in seats.values())
    lost = [one for one, follows in found if follows is None][:named]
    return [one for one in found if one[0] not in lost]


def vacant(draw: PanelDraw) -> list[tuple[Seat, str | None]]:
    """Return the seats of one drawn panel that somebody has to be found for, as ``vacancies`` does.

    One query.
    """
    rows = Seat.objects.filter(panel=draw.panel_id).select_related("judge", "panel")
    return _vacancies(draw, {one.pk: one for one in rows.order_by("judge__key")})


def may_name(panel: Panel) -> bool:
    """Return whether organisers may name judges of a panel: a draw decides who sits.

    Once drawn, one may be named for each seat that nobody in the pool can take any more.
    """
    draw = standing_of(panel)
    return draw is None or any(follows is None for _seat, follows in vacant(draw))
