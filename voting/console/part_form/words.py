"""What kinds of components there are and how they become points, each in a plain sentence."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from voting.rules.components import Component, Linear
from voting.rules.conversions import Band, Conversion
from voting.rules.panels import TEN


class Words(NamedTuple):
    """A choice: what it is called, and what it means."""

    title: Any
    meaning: Any


KINDS: Final[Mapping[str, Words]] = {
    "public": Words(
        _("Public vote"),
        _("Ballots cast on this platform; votes of the public from elsewhere can be added."),
    ),
    "panel": Words(
        _("Panel of judges"),
        _("Judges mark, rank or pick. By which criteria is asked on a page of its own."),
    ),
    "channel": Words(
        _("Votes cast elsewhere"),
        _("On paper, by telephone, by member units: brought in as a list and confirmed by a second "
          "person."),
    ),
    "hours": Words(
        _("Hours of service"),
        _("Brought in as a list, or else as stated by accepted nominations."),
    ),
    "points": Words(
        _("Points from elsewhere"),
        _("Numbers that somebody else has worked out, such as influence or a written test."),
    ),
    "bonus": Words(
        _("Bonus"),
        _("Comes on top of the result, up to a cap; it has no weight."),
    ),
}  # fmt: skip
# How numbers become points. The first five are conversions and called as the rules call them.
WAYS: Final[Mapping[str, Words]] = {
    "share_of_leader": Words(
        _("Share of the leader"),
        _("The highest number gets 100 points, the others in proportion."),
    ),
    "share_of_votes": Words(
        _("Share of all"),
        _("Everybody gets as many points as they have per cent of the sum of all. Points are low "
          "where many nominees share the votes."),
    ),
    "rank_bands": Words(
        _("Bands of ranks"),
        _("Only the rank counts: all ranks of a band get the same points."),
    ),
    "rank_points": Words(
        _("Points by rank"),
        _("Only the rank counts: the first, second, third … get points from a list."),
    ),
    "log": Words(
        _("Logarithm"),
        _("A great lead brings only a few points more, so that bought votes bring little."),
    ),
    "linear": Words(
        _("Even range"),
        _("From a lowest number, which is 0 points, to a highest, which is 100; in between points "
          "rise evenly, beyond it they stay."),
    ),
    "most": Words(
        _("As it stands, out of a most"),
        _("The numbers are points already; you say what the most is."),
    ),
    "": Words(
        _("As it stands"),
        _("The numbers are points already."),
    ),
}  # fmt: skip
CONVERSIONS: Final = ("share_of_leader", "share_of_votes", "rank_bands", "rank_points", "log")
# What stands in the questions of a way that has not been chosen yet.
BANDS: Final = (
    Band(1, Decimal(100)), Band(3, Decimal(80)), Band(10, Decimal(60)), Band(None, Decimal(40)),
)  # fmt: skip
POINTS: Final = TEN
LOW: Final = Decimal(0)
HIGH: Final[Mapping[str, Decimal]] = {"hours": Decimal(500)}
MOST: Final = Decimal(100)
USUAL_HIGH: Final = Decimal(1000)


def way_of(one: Component) -> str:
    """Return how a component becomes points, as ``WAYS`` has it."""
    if one.conversion:
        return one.conversion.how
    return "linear" if one.linear else "most" if one.most is not None else ""


def ways_for(one: Component) -> list[str]:
    """Return the ways that a component can take, the usual one first."""
    if one.kind == "bonus":
        return []
    if one.kind == "panel":
        ways = ["", *CONVERSIONS, "linear"]
        return ways if one.panel else [*ways, "most"]
    if one.kind in {"points", "hours"}:
        return ["most", "linear", "", *CONVERSIONS]
    return [*CONVERSIONS, "linear", "most", ""]


def parameters(one: Component) -> dict[str, Any]:
    """Return what the ways of a component ask for, as declared or else as usual."""
    rule = one.conversion
    return {
        "bands": rule.bands if rule and rule.bands else BANDS,
        "points": rule.points if rule and rule.points else POINTS,
        "low": one.linear.low if one.linear else LOW,
        "high": one.linear.high if one.linear else HIGH.get(one.kind, USUAL_HIGH),
        "most": one.most if one.most is not None else MOST,
    }


def with_way(way: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a component that becomes points in this way. given: parameters."""
    bands = given["bands"] if way == "rank_bands" else ()
    points = given["points"] if way == "rank_points" else ()
    return {
        "conversion": Conversion(way, bands, points) if way in CONVERSIONS else None,  # type: ignore[arg-type]  # the words are the same
        "linear": Linear(given["low"], given["high"]) if way == "linear" else None,
        "most": given["most"] if way == "most" else None,
    }
