"""The public draw of a panel: announced by one person, drawn or withdrawn by two, repeatable.

First the pool is fixed, with the words that say where the seed will come from and the moment from
which anybody can know it. Such an announcement stands: before that moment two people can withdraw
it with a public reason, after it only the seed is entered, signed by two. Whoever drops out is
replaced by the next in the same order. Nothing of this is ever changed or deleted.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from voting.approvals.models import Proposal
from voting.audit.services import name_of
from voting.judging.models import DrawEnd, Judge, Panel, PanelDraw, Seat
from voting.judging.queries import draws
from voting.judging.services import pool
from voting.judging.services.errors import JudgingRefused
from voting.judging.services.locking import lock_season_of_panel, locked_panel
from voting.judging.services.panels import log, refuse_when_seen, seat_judges
from voting.rules.draws import (
    ANY,
    NO_TYPE,
    PoolTooSmall,
    announcement,
    fingerprint,
    tidy_seed,
)
from voting.seasons import queries as season_queries
from voting.seasons.page_context import full_moment

MOST_SEATS: Final = 200
# How long everybody can read an announcement before the seed can be known.
NOTICE: Final = timedelta(minutes=10)
DRAW: Final = "judging.draw"
WITHDRAW: Final = "judging.draw_withdraw"


@transaction.atomic
def announce_draw(
    *, panel_id: int, seats: Mapping[str, int], source: str, seed_at: datetime, by: User
) -> PanelDraw:
    """Fix the pool and how many are drawn of which type, and say where the seed will come from.

    seats: by seat type; "" for any. source: words that leave no choice, such as the closing figure
    of a named index on a day to come. seed_at: from when it can be known, ``NOTICE`` from now at
    the earliest. The pool is everybody of the season who has no seat on the panel yet.
    Raises JudgingRefused.
    """
    panel = locked_panel(panel_id)
    _refuse_announcing(panel)
    if not source.strip():
        raise JudgingRefused(_("Say where the seed will come from."))
    now = timezone.now()
    if seed_at < now + NOTICE:
        raise JudgingRefused(
            _(
                "Leave people at least %(minutes)d minutes to read the announcement before the "
                "seed can be known."
            )
            % {"minutes": NOTICE // timedelta(minutes=1)}
        )
    wanted = {kind: number for kind, number in seats.items() if number}
    if not wanted or sum(wanted.values()) > MOST_SEATS:
        raise JudgingRefused(_("Draw 1 to %(most)d seats.") % {"most": MOST_SEATS})
    # Locked, so that nobody renames or removes one of them meanwhile: the pool would name nobody.
    everybody = Judge.objects.select_for_update(of=("self",)).filter(season=panel.season_id)
    seated = set(panel.seats.values_list("judge", flat=True))
    free = [one for one in everybody.order_by("key") if one.pk not in seated]
    if nameless := [one.key for one in free if not pool.is_known(one)]:
        raise JudgingRefused(
            _("Say who these are before they can be drawn, with name and address: %(codes)s")
            % {"codes": _(", ").join(nameless[:10])}
        )
    said: dict[str, Any] = {
        "pool": [[one.key, one.seat_type or NO_TYPE] for one in free],
        "seats": wanted, "source": source.strip()[:200], "announced_at": now, "seed_at": seed_at,
    }  # fmt: skip
    draw = PanelDraw(
        panel=panel, number=panel.draws.count() + 1, **said,
        fingerprint=fingerprint(announcement(panel=panel.pk, **said)),
    )  # fmt: skip
    # With any seed at all it shows whether there are enough people.
    _repeat(draw, "x", set())
    draw.save()
    log(
        panel, "draw_announce", name_of(by), "",
        {"source": draw.source, "seats": str(wanted), "pool": len(draw.pool),
         "seed_at": seed_at.isoformat(), "fingerprint": draw.fingerprint},
    )  # fmt: skip
    return draw


def check_seed(draw: PanelDraw, seed: str) -> str:
    """Return a seed as it would be drawn by. Raises JudgingRefused if it cannot be entered now."""
    _refuse_ended(draw)
    if timezone.now() < draw.seed_at:
        raise JudgingRefused(
            _("Nobody can know the seed before %(when)s. Enter it then.")
            % {"when": _moment(draw)}
        )  # fmt: skip
    try:
        return tidy_seed(seed)
    except ValueError as error:
        raise JudgingRefused(
            _(
                "Enter the seed as it was published, on one line: digits, letters, Chinese "
                "characters and their punctuation."
            )
        ) from error


def check_withdrawal(draw: PanelDraw) -> None:
    """Raise JudgingRefused once a draw stands for good."""
    _refuse_ended(draw)
    if timezone.now() >= draw.seed_at:
        raise JudgingRefused(
            _("The seed can be known since %(when)s: the draw stands. Enter its seed.")
            % {"when": _moment(draw)}
        )


def carry_out_draw(proposal: Proposal) -> list[Seat]:
    """Draw by the seed that two people signed, and seat whom it gives. Raises JudgingRefused."""
    draw, panel = _signed(proposal)
    seed = check_seed(draw, proposal.payload["seed"])
    if seed != proposal.payload["seed"]:
        raise JudgingRefused(
            _("What was signed is not a seed. Return it, and have it signed anew.")
        )
    if not season_queries.is_public(panel.season):
        raise JudgingRefused(
            _("Nobody can see this season now. Publish it first: a draw is public.")
        )
    passed = {key for key, _kind in draw.pool} & set(
        panel.seats.values_list("judge__key", flat=True)
    )
    found = _repeat(draw, seed, passed)
    DrawEnd.objects.create(
        draw=draw, kind=DrawEnd.Kind.DRAWN, at=timezone.now(), seed=seed, order=list(found.order),
        passed=sorted(passed), reason=proposal.reason,
    )  # fmt: skip
    chosen = {key for own in found.chosen.values() for key in own}
    judges = Judge.objects.filter(season=panel.season_id, key__in=chosen)
    first = proposal.proposed_by
    made = seat_judges(
        panel_id=panel.pk, judge_ids=judges.values_list("pk", flat=True), by=first,
        how=Seat.How.DRAWN,
    )  # fmt: skip
    if {one.judge.key for one in made} != chosen:
        raise JudgingRefused(
            _("Somebody who was drawn has a seat already, or is not there any more.")
        )
    log(
        panel, "draw", name_of(first), proposal.reason,
        {"seed": seed, "chosen": sorted(chosen), "fingerprint": draw.fingerprint,
         "approved_by": name_of(proposal.decided_by)},
    )  # fmt: skip
    return made


def carry_out_withdrawal(proposal: Proposal) -> DrawEnd:
    """Withdraw an announcement before its seed can be known. Raises JudgingRefused."""
    draw, panel = _signed(proposal)
    check_withdrawal(draw)
    end = DrawEnd.objects.create(
        draw=draw, kind=DrawEnd.Kind.WITHDRAWN, at=timezone.now(), reason=proposal.reason
    )
    log(
        panel, "draw_withdraw", name_of(proposal.proposed_by), proposal.reason,
        {"fingerprint": draw.fingerprint, "approved_by": name_of(proposal.decided_by)},
    )  # fmt: skip
    return end


@transaction.atomic
def replace_from_draw(*, panel_id: int, seat_id: int, by: User) -> Seat:
    """Give the seat of who declined or left to the next in the order of the draw, once.

    The next who may take that seat; judges who have or had a seat are passed over. Raises
    JudgingRefused.
    """
    lock_season_of_panel(panel_id)
    panel = locked_panel(panel_id)
    draw = draws.drawn_of(panel)
    if draw is None:
        raise JudgingRefused(_("This panel was not drawn."))
    gone = Seat.objects.select_related("judge").get(pk=seat_id, panel=panel)
    if gone.state not in draws.GONE:
        raise JudgingRefused(_("This judge is still on the panel."))
    if Seat.objects.filter(replaces=gone).exists():
        raise JudgingRefused(_("This seat has been given to the next one already."))
    key = draws.next_of(draw, gone)
    if key is None:
        raise JudgingRefused(_("Nobody is left in the pool for this seat. Name somebody instead."))
    judge = Judge.objects.get(season=panel.season_id, key=key)
    (made,) = seat_judges(
        panel_id=panel.pk, judge_ids=[judge.pk], by=by, how=Seat.How.RESERVE,
        reason=_("in place of %(judge)s") % {"judge": gone.judge.key},
    )  # fmt: skip
    made.replaces = gone
    made.save(update_fields=["replaces"])
    return made


def _refuse_announcing(panel: Panel) -> None:
    """Raise JudgingRefused where nothing can be announced."""
    refuse_when_seen(panel.season)
    known = draws.standing_of(panel)
    if known is not None and draws.end_of(known) is not None:
        raise JudgingRefused(_("The panel has been drawn."))
    if known is not None:
        raise JudgingRefused(
            _(
                "A draw has been announced, and it stands. Before the seed can be known two people "
                "can withdraw it, with a public reason."
            )
        )
    if panel.opened_at is not None:
        raise JudgingRefused(_("The panel is open already."))
    if panel.season.rehearsal_of_id is not None:
        raise JudgingRefused(
            _("In a rehearsal nothing is drawn: its judges are those of the season.")
        )
    if not season_queries.is_public(panel.season):
        raise JudgingRefused(
            _("Publish the season first, so that everybody can see the announcement.")
        )


def _signed(proposal: Proposal) -> tuple[PanelDraw, Panel]:
    """Return the draw that two people signed about, and its panel, locked until commit."""
    rows = PanelDraw.objects.filter(panel__season=proposal.season_id)
    panel = locked_panel(rows.values_list("panel", flat=True).get(pk=int(proposal.payload["draw"])))
    draw = rows.select_related("end").get(pk=int(proposal.payload["draw"]))
    same = draw.fingerprint == fingerprint(draws.announced(draw))
    if not same or proposal.payload["fingerprint"] != draw.fingerprint:
        raise JudgingRefused(_("The announcement is not the one that was signed."))
    return draw, panel


def _refuse_ended(draw: PanelDraw) -> None:
    end = draws.end_of(draw)
    if end is not None and end.kind == DrawEnd.Kind.DRAWN:
        raise JudgingRefused(_("The panel has been drawn."))
    if end is not None:
        raise JudgingRefused(_("This draw was withdrawn."))


def _repeat(draw: PanelDraw, seed: str, passed: set[str]) -> Any:
    """Draw beside those who sit already, who take no seat of it. Raises JudgingRefused."""
    try:
        return draws.repeated(draw, seed, passed)
    except PoolTooSmall as error:
        kind = _("any type") if error.seat_type == ANY else error.seat_type
        raise JudgingRefused(
            _("%(seats)d seats of %(kind)s are to be drawn, and the pool has %(there)d for them.")
            % {"seats": error.seats, "kind": kind, "there": error.there}
        ) from error


def _moment(draw: PanelDraw) -> str:
    return full_moment(draw.seed_at, draw.panel.season.time_zone)
