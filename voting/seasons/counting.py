"""How votes and marks become a result, as the rule sheet declares it: typed, and checked.

The columns hold JSON; here they are the structures of ``voting.rules``, or a sentence that says
what is wrong with them.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

import msgspec
from django.utils.translation import gettext as _

from voting.rules import (
    components,
    conversions,
    honours,
    panels,
    shortlisting,
    tie_figures,
    ties,
)
from voting.rules.components import Component, Consolidation
from voting.rules.conversions import FULL, Conversion
from voting.rules.honours import Honours
from voting.rules.panels import Panel
from voting.rules.shortlisting import Shortlisting
from voting.rules.ties import Ties
from voting.seasons.models import RuleSheet, Season


class Counting(NamedTuple):
    """Everything between the ballots and the places.

    consolidation: None where the public vote and one panel are all; ``components_of`` then makes
    it of the two.
    """

    conversion: Conversion
    panel: Panel
    ties: Ties
    shortlisting: Shortlisting
    consolidation: Consolidation | None = None
    honours: Honours = Honours()


PARTS: Final[Mapping[str, Any]] = Counting.__annotations__
_CHECKS: Final[Mapping[str, Callable[[Any], list[str]]]] = {
    "conversion": conversions.problems,
    "panel": panels.problems,
    "ties": ties.problems,
    "shortlisting": shortlisting.problems,
    "honours": honours.problems,
}
# The keys of the two components of a season that declares no others.
PUBLIC: Final = "public"
PANEL: Final = "panel"


def components_of(declared: Counting, *, public_weight: int, panel_weight: int) -> Consolidation:
    """Return how components become a total, whichever way it is declared.

    Where the panel alone decides, its value is the total, and the public vote stands beside it.
    """
    if declared.consolidation is not None:
        return declared.consolidation
    alone = panel_weight == FULL
    public = Component(
        PUBLIC, "public", Decimal(public_weight), declared.conversion, reference=alone
    )
    if not panel_weight:
        return Consolidation((public,))
    panel = Component(PANEL, "panel", Decimal(1 if alone else panel_weight), panel=declared.panel)
    return Consolidation(
        (panel, public), adds="sum" if alone else "percent", decimals=None if alone else 2
    )


def counting_of(sheet: RuleSheet) -> Counting:
    """Return what a sheet declares. Raises msgspec.ValidationError for what is no declaration."""
    return Counting(**{name: read(name, getattr(sheet, name)) for name in PARTS})


def declared_components(season: Season) -> Consolidation:
    """Return how the components of a season become a total."""
    sheet = season.rule_sheet
    return components_of(
        counting_of(sheet), public_weight=sheet.public_weight, panel_weight=sheet.panel_weight
    )


def read(part: str, stored: Any) -> Any:
    """Return one part out of JSON. Raises msgspec.ValidationError."""
    # From text, not from values: numbers with decimals are exact then.
    return msgspec.json.decode(msgspec.json.encode(stored), type=PARTS[part], strict=False)


def stored(part: msgspec.Struct | None) -> Any:
    """Return a part as its column keeps it: every key written out, decimals as text."""
    return msgspec.json.decode(msgspec.json.encode(part))


def shortened(part: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return a part as its column keeps it: the first key, and others that are not as usual."""
    declared = read(part, kept)
    short: dict[str, Any] = _without_usual(declared, first=True)
    return short


def _without_usual(value: Any, *, first: bool = False) -> Any:
    """Return a declaration as plain values, without what has not been changed anywhere in it."""
    if isinstance(value, msgspec.Struct):
        found: dict[str, Any] = {}
        for field in msgspec.structs.fields(value):
            own = getattr(value, field.name)
            needed = field.required or (first and not found)
            if needed or own != field.default:
                found[field.name] = _without_usual(own)
        return found
    if isinstance(value, tuple):
        return [_without_usual(one) for one in value]
    return stored(value)


def problems(counting: Counting) -> dict[str, list[str]]:
    """Return the codes of what is wrong by part; parts that are right are left out."""
    found = {name: _codes(name, part) for name, part in counting._asdict().items()}
    if not any(found.values()):
        found["ties"] = _step_codes(counting)
    return {name: codes for name, codes in found.items() if codes}


def _step_codes(counting: Counting) -> list[str]:
    """Return codes of steps between equals that no category can take."""
    declared = components_of(counting, public_weight=50, panel_weight=50)
    named = {"", *(name for one in declared.components for name in one.categories)}
    parts = [components.of_category(declared, name) for name in sorted(named)]
    unknown = set(tie_figures.step_problems(counting.ties, declared))
    twice = {code for part in parts for code in tie_figures.step_problems(counting.ties, part)}
    return sorted((unknown - {"step-criterion-twice"}) | (twice & {"step-criterion-twice"}))


def problems_of_part(name: str, part: Any) -> list[str]:
    """Return what is wrong with one part as sentences."""
    return [sentence(code) for code in _codes(name, part)]


def sentences(counting: Counting) -> list[str]:
    """Return what is wrong as sentences."""
    return [sentence(code) for codes in problems(counting).values() for code in codes]


def _codes(name: str, part: Any) -> list[str]:
    """Return codes; one about a component has its key behind a blank."""
    if name != "consolidation":
        return _CHECKS[name](part)
    if part is None:
        return []
    found = components.problems(part)
    return [f"{code} {key}".strip() for key, codes in found.items() for code in codes]


def problems_of(sheet: RuleSheet) -> list[str]:
    """Return what is wrong with a sheet's declarations as sentences, whatever stands there."""
    found = []
    for name in PARTS:
        try:
            part = read(name, getattr(sheet, name))
        except msgspec.ValidationError as error:
            found.append(
                _("The rules of the count cannot be read (%(part)s): %(error)s")
                % {"part": name, "error": error}
            )
        else:
            found += problems_of_part(name, part)
    if not found:
        found += [sentence(code) for code in _step_codes(counting_of(sheet))]
    return found


def step_sentences(kept: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the steps between equals beside the components, as sentences.

    kept: the parts as their columns keep them, each of them right by itself.
    """
    parts = {name: read(name, kept[name]) for name in PARTS if name in kept}
    usual = {name: PARTS[name]() for name in ("conversion", "panel", "ties", "shortlisting")}
    return [sentence(code) for code in _step_codes(Counting(**usual | parts))]


def sentence(code: str) -> str:
    """Return what a code means and what would be right; of which component, if it has a key."""
    code, _blank, key = code.partition(" ")
    text = _sentence(code)
    return _("Component “%(key)s”: %(text)s") % {"key": key, "text": text} if key else text


def _sentence(code: str) -> str:
    return {
        "bands-missing": _("Rank bands need a table of 1 to 40 lines."),
        "band-behind-the-rest": _("The line for all other ranks must be the last one."),
        "bands-out-of-order": _(
            "Rank bands go from the best rank down, each further than the last."
        ),
        "band-points-out-of-range": _(
            "Points of rank bands are 0 to 1,000, and the first band has more than 0."
        ),
        "bands-rise": _("A worse rank must not get more points than a better one."),
        "bands-without-use": _("A table of rank bands stands beside another conversion."),
        "points-missing": _("Points by rank need a list of 1 to 40 numbers."),
        "points-rise": _("A worse rank must not get more points than a better one."),
        "points-below-zero": _("Points by rank are 0 or more, and the first has more than 0."),
        "points-without-use": _("A list of points stands beside another conversion."),
        "mark-range": _("Marks go from 0 or more to at most 1,000, and the highest is larger."),
        "decimals-out-of-range": _("Values have 0 to 4 decimals."),
        "min-marks-out-of-range": _("At least 1 mark is needed, and at most 1,000 can be asked."),
        "drops-nothing": _("Say how many high or low marks are dropped: at least one in all."),
        "drops-all": _("Dropping starts with more marks than are dropped, so that some are left."),
        "keeps-nothing": _("At least one of the middle marks must count."),
        "shrinks-no-mean": _("Only a mean can count less for few marks."),
        "fall-out-of-range": _("Each rank is worth 1 to 99 per cent of the one above."),
        "picks-out-of-range": _("A judge may pick 1 to 1,000 nominees."),
        "chain-empty": _("Say what decides between equals."),
        "chain-without-end": _(
            "What decides between equals must end with a drawn lot or a shared place."
        ),
        "step-behind-the-end": _("Nothing can follow a drawn lot or a shared place."),
        "step-twice": _("Each step between equals stands once."),
        "step-component-unknown": _("A step between equals names a component that there is not."),
        "step-criterion-unknown": _("A step between equals names a criterion that there is not."),
        "step-criterion-twice": _(
            "A step between equals names a criterion that two panels have; name a component."
        ),
        "step-unknown": _(
            "A step between equals is a known word, or criterion: or component: with a key."
        ),
        "step-without-key": _(
            "Behind criterion: and component: stands a key, without spaces around it."
        ),
        "limit-out-of-range": _("One voter may nominate 1 to 100 in a category."),
        "finalists-out-of-range": _("There are 1 to 1,000 finalists in a category."),
    }[code]
