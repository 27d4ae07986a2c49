"""Draws of judges as two people make them, and the time that passes meanwhile."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from tests.roles.people import granted, person
from voting.approvals.models import Proposal
from voting.console import approval_kinds
from voting.console.draw_kinds import DRAWING, WITHDRAWING_DRAW, payload_of
from voting.console.seat_kinds import LEAVING, RECUSING
from voting.judging.models import Judge, Panel, PanelDraw, Seat
from voting.judging.queries.seats import standing
from voting.judging.services import drawing
from voting.seasons.models import Nominee, Season
from voting.seasons.queries import season_by_slug

SOURCE = "12月1日上证综合指数收盘点位"


def pool(season: Season, institutions: int = 4, people: int = 3) -> None:
    for kind, count in (("institution", institutions), ("individual", people)):
        for number in range(1, count + 1):
            key = f"{kind[:3]}{number}"
            Judge.objects.create(
                season=season, key=key, name=f"评委{key}", email=f"{key}@example.org",
                seat_type=kind,
            )  # fmt: skip


def panel_of(season: Season, **fields: object) -> Panel:
    return Panel.objects.create(season=season, component="panel", name="评委会", **fields)


def two(season: Season) -> tuple[User, User]:
    """Make two organisers."""
    made = person("李敏"), person("王强")
    for one in made:
        granted(one, "organiser", season)
    return made


def announced(
    panel: Panel, by: User, seats: Mapping[str, int], source: str = SOURCE, minutes: int = 11
) -> PanelDraw:
    seed_at = timezone.now() + timedelta(minutes=minutes)
    return drawing.announce_draw(
        panel_id=panel.pk, seats=seats, source=source, seed_at=seed_at, by=by
    )


def known(draw: PanelDraw, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the time pass until the seed can be known."""
    monkeypatch.setattr(timezone, "now", lambda: draw.seed_at + timedelta(seconds=1))


def proposed(draw: PanelDraw, by: User, seed: str = "", reason: str = "证券报") -> Proposal:
    """Sign first: the seed, or without one the withdrawal."""
    kind = DRAWING if seed else WITHDRAWING_DRAW
    season = season_by_slug(draw.panel.season.slug)
    return approval_kinds.sign_first(
        kind, season, user=by, reason=reason, seen=kind.state(season), **payload_of(draw, seed)
    )


def approved(proposal: Proposal, by: User) -> Proposal:
    return approval_kinds.sign_second(proposal, user=by, seen=proposal.seen)


def taken_off(seat: Seat, people: tuple[User, User], reason: str) -> None:
    """Take a judge off as two organisers do."""
    season = season_by_slug(seat.panel.season.slug)
    signed = approval_kinds.sign_first(
        LEAVING, season, user=people[0], reason=reason, seen=LEAVING.state(season), seat=seat.pk,
        standing=standing(seat),
    )  # fmt: skip
    approved(signed, people[1])


def ordered_by_two(seat: Seat, nominee: Nominee, reason: str = "related") -> Proposal:
    """Keep a judge out of a nominee as two organisers do."""
    season, people = season_by_slug(seat.panel.season.slug), two(seat.panel.season)
    seat = Seat.objects.get(pk=seat.pk)
    signed = approval_kinds.sign_first(
        RECUSING, season, user=people[0], reason="经核实", seen=RECUSING.state(season),
        seat=seat.pk, nominee=nominee.pk, standing=standing(seat), why=reason,
    )  # fmt: skip
    return approved(signed, people[1])


def drawn(
    draw: PanelDraw, people: tuple[User, User], seed: str, monkeypatch: pytest.MonkeyPatch
) -> list[Seat]:
    """Draw by a seed that both have signed; return who was drawn, in the order of their codes."""
    known(draw, monkeypatch)
    approved(proposed(draw, people[0], seed), people[1])
    found: Any = draw.panel.seats.filter(how=Seat.How.DRAWN).select_related("judge")
    return list(found.order_by("judge__key"))
