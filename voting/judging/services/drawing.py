"""The public draw of a panel: announced with pool and source of the seed, then drawn, repeatable.

As with ballot numbers there are two steps: first the pool is fixed together with the words that say
where the seed will come from, later the seed itself. Whoever drops out is replaced by the next in
the same order.
"""

from collections.abc import Mapping
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from voting.audit.services import name_of
from voting.judging.models import Judge, Panel, Seat
from voting.judging.services.errors import JudgingRefused
from voting.judging.services.panels import locked, log, seat_judges
from voting.rules.draws import ANY, Candidate, Drawn, PoolTooSmall, draw

MOST_SEATS: Final = 200
# A judge whose type was not entered can be drawn for open seats alone.
NO_TYPE: Final = "-"


@transaction.atomic
def announce_draw(*, panel_id: int, seats: Mapping[str, int], source: str, by: User) -> Panel:
    """Fix the pool and how many are drawn of which type, and say where the seed will come from.

    seats: by seat type; "" for any. source: words that leave no choice, such as the closing figure
    of a named index on a day to come. Raises JudgingRefused.
    """
    panel = locked(panel_id)
    if panel.drawn_at is not None:
        raise JudgingRefused(_("The panel has been drawn."))
    if panel.opened_at is not None:
        raise JudgingRefused(_("The panel is open already."))
    if not source.strip():
        raise JudgingRefused(_("Say where the seed will come from."))
    wanted = {kind: number for kind, number in seats.items() if number}
    if not wanted or sum(wanted.values()) > MOST_SEATS:
        raise JudgingRefused(_("Draw 1 to %(most)d seats.") % {"most": MOST_SEATS})
    judges = Judge.objects.filter(season=panel.season_id).order_by("key")
    panel.draw_pool = [[one.key, one.seat_type or NO_TYPE] for one in judges]
    panel.draw_seats, panel.draw_source = wanted, source.strip()[:200]
    panel.draw_announced_at = timezone.now()
    # With any seed at all it shows whether there are enough people.
    _drawn(panel, "x", _fixed(panel))
    panel.save(update_fields=["draw_pool", "draw_seats", "draw_source", "draw_announced_at"])
    log(
        panel, "draw_announce", name_of(by), "",
        {"source": panel.draw_source, "seats": str(wanted), "pool": len(panel.draw_pool)},
    )  # fmt: skip
    return panel


@transaction.atomic
def draw_panel(*, panel_id: int, seed: str, by: User) -> list[Seat]:
    """Draw by the announced seed, and seat whom it gives. Raises JudgingRefused."""
    panel = locked(panel_id)
    if panel.draw_announced_at is None:
        raise JudgingRefused(_("Announce the draw first: the pool, and where the seed comes from."))
    if panel.drawn_at is not None:
        raise JudgingRefused(_("The panel has been drawn."))
    if not seed.strip():
        raise JudgingRefused(_("Enter the seed as it was published."))
    fixed = _fixed(panel)
    found = _drawn(panel, seed.strip(), fixed)
    panel.draw_seed, panel.draw_order = seed.strip()[:120], list(found.order)
    panel.drawn_at = timezone.now()
    panel.save(update_fields=["draw_seed", "draw_order", "drawn_at"])
    chosen = {key for own in found.chosen.values() for key in own} - fixed
    judges = Judge.objects.filter(season=panel.season_id, key__in=chosen)
    made = seat_judges(
        panel_id=panel.pk, judge_ids=judges.values_list("pk", flat=True), by=by,
        how=Seat.How.DRAWN,
    )  # fmt: skip
    log(panel, "draw", name_of(by), "", {"seed": panel.draw_seed, "chosen": sorted(chosen)})
    return made


@transaction.atomic
def replace_from_draw(*, panel_id: int, seat_id: int, by: User) -> Seat:
    """Give the seat of who declined or left to the next in the order of the draw.

    The next of the same seat type; judges who have or had a seat are passed over. Raises
    JudgingRefused.
    """
    panel = locked(panel_id)
    if panel.drawn_at is None:
        raise JudgingRefused(_("This panel was not drawn."))
    gone = Seat.objects.select_related("judge").get(pk=seat_id, panel=panel)
    if gone.state not in {Seat.State.DECLINED, Seat.State.LEFT}:
        raise JudgingRefused(_("This judge is still on the panel."))
    types = dict(panel.draw_pool)
    own = types.get(gone.judge.key, NO_TYPE)
    # Of a type that has seats of its own the next of that type; else the next of all.
    fitting = {own} if own in panel.draw_seats else set(types.values())
    known = set(panel.seats.values_list("judge__key", flat=True))
    key = next(
        (one for one in panel.draw_order if one not in known and types[one] in fitting), None
    )
    if key is None:
        raise JudgingRefused(_("Nobody is left in the pool for this seat. Name somebody instead."))
    judge = Judge.objects.get(season=panel.season_id, key=key)
    (made,) = seat_judges(
        panel_id=panel.pk, judge_ids=[judge.pk], by=by, how=Seat.How.RESERVE,
        reason=_("in place of %(judge)s") % {"judge": gone.judge.key},
    )  # fmt: skip
    return made


def _fixed(panel: Panel) -> set[str]:
    """Return the keys of those who were named before; they fill seats of their type."""
    return set(
        panel.seats.exclude(state__in=[Seat.State.DECLINED, Seat.State.LEFT]).values_list(
            "judge__key", flat=True
        )
    )


def _drawn(panel: Panel, seed: str, fixed: set[str]) -> Drawn:
    """Return the draw beside those who sit already, who take no seat of it."""
    pool = [Candidate(key, kind) for key, kind in panel.draw_pool]
    known = {one.key for one in pool}
    try:
        return draw(pool, panel.draw_seats, seed, conflicted=fixed & known)
    except PoolTooSmall as error:
        kind = _("any type") if error.seat_type == ANY else error.seat_type
        raise JudgingRefused(
            _("%(seats)d seats of %(kind)s are to be drawn, and the pool has %(there)d for them.")
            % {"seats": error.seats, "kind": kind, "there": error.there}
        ) from error
