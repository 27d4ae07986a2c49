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
# What of the rule sheet means nothing where components are declared.
REPLACED: Final = ("public_weight", "panel_weight", "conversion", "panel")
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


def places_in_all(season: Season) -> int | None:
    """Return how many places there are over all categories; None: each category has its own."""
    declared: Honours = read("honours", season.rule_sheet.honours)
    return declared.places


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
        "step-unknown": _(
            "A step between equals is a known word, or criterion: or component: with a key."
        ),
        "step-without-key": _(
            "Behind criterion: and component: stands a key, without spaces around it."
        ),
        "limit-out-of-range": _("One voter may nominate 1 to 100 in a category."),
        "finalists-out-of-range": _("There are 1 to 1,000 finalists in a category."),
        "criteria-missing": _("A score sheet has 1 to 40 criteria."),
        "criterion-twice": _("Each criterion of a score sheet has a key of its own."),
        "criterion-without-key": _("Each criterion needs a key by which it is named."),
        "factor-out-of-range": _("A criterion's marks are multiplied by a number above 0."),
        "product-decimals": _(
            "Products of value and factor are rounded only where the criteria come first, and to 0 "
            "to 4 decimals."
        ),
        "ranks-without-criteria": _(
            "Judges who rank do so without criteria: leave the criteria out, or ask for marks."
        ),
        "picks-without-criteria": _(
            "Judges who pick do so without criteria: leave the criteria out, or ask for marks."
        ),
        "criteria-without-range": _(
            "Plain z-scores cannot be added up by criteria: sum the sheets first, or take the even "
            "score on the scale of the marks."
        ),
        "components-missing": _("A result is made of 1 to 20 components."),
        "component-twice": _("Each component has a key of its own."),
        "component-without-key": _("Each component needs a key by which it is named."),
        "gate-unknown": _("Who goes on is decided by a component of the result; name one."),
        "gate-empty": _("At least one nominee must go on to the next part."),
        "nothing-counted": _("At least one component must count, with a weight other than 0."),
        "weights-sum": _("The weights of the components that count make 100 together."),
        "weight-out-of-range": _("A weight is a number, and at most a billion."),
        "weight-without-use": _(
            "What is only shown, and a bonus on top, have no weight: leave it at 0."
        ),
        "weight-below-zero": _(
            "Weights in per cent are 0 or more; what is taken off needs a result that is a sum."
        ),
        "linear-range": _("A range that becomes points goes from a number to a larger one."),
        "conversion-twice": _(
            "A component becomes points in one way: a conversion, a range, or the most there is."
        ),
        "most-out-of-range": _(
            "The most that a component is out of is above 0 and at most a billion; a panel knows "
            "its own."
        ),
        "most-missing": _(
            "Say what a component is out of, or how it becomes points, so that its weight means "
            "something."
        ),
        "panel-without-most": _(
            "Sums of marks, numbers of picks and plain z-scores have no highest value known "
            "before: say how they become points, such as points by rank."
        ),
        "strata-without-use": _("Only votes can be counted by regions or channels one by one."),
        "strata-too-few": _("Regions or channels that are counted one by one are 2 to 1,000."),
        "stratum-twice": _("Each region or channel stands once."),
        "strata-unequal": _(
            "Where regions or channels are counted one by one, each needs equal points to give: by "
            "share of all votes, or by a list of points."
        ),
        "rubric-without-panel": _("A score sheet belongs to a panel: say how its marks count."),
        "panel-without-use": _("Only a panel of judges has marks: make the component a panel."),
        "z-without-shares": _(
            "Plain z-scores can be below 0 and have no shares: convert them by rank."
        ),
        "bonus-without-use": _("Points for each, and a cap, are for a bonus alone."),
        "bonus-converted": _("A bonus is given in points; it needs no conversion."),
        "bonus-out-of-range": _(
            "A bonus says how many points each is worth and at most how many there are, both above "
            "0."
        ),
        "places-out-of-range": _("1 to 10,000 nominees are honoured."),
        "too-many-quotas": _("There are at most 50 quotas."),
        "quota-twice": _("Each quota has a key of its own, other than “places”."),
        "quota-without-trait": _(
            "A quota says what the honoured share, such as the unit, and each trait once."
        ),
        "values-of-two-traits": _("Values are listed for a single trait; for pairs all count."),
        "most-twice": _("A quota's most is a number or a per cent of the places, not both."),
        "percent-out-of-range": _("A per cent of the places is 0 to 100."),
        "quota-below-zero": _("A quota's numbers are 0 or more."),
        "least-above-most": _("A quota's least must not be more than its most."),
        "quota-limits-nothing": _("A quota says how many at least, or how many at most."),
        "step-component-unknown": _(
            "A step between equals names a component of the result; this one is not declared."
        ),
        "step-criterion-unknown": _(
            "A step between equals names a criterion of a score sheet; this one is not declared."
        ),
        "step-criterion-twice": _(
            "More than one panel has this criterion: give the criteria keys of their own, so that "
            "it is clear which one decides."
        ),
    }[code]
