"""From what a component is given to points: the step before weights, one component at a time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from voting.rules import panels, rubrics
from voting.rules.components import Component, Disqualified, Given, Linear, out_of
from voting.rules.conversions import FULL, Conversion, convert, ranks, rounded
from voting.rules.no_result import NoResult
from voting.rules.panels import Groups, Marks, Panel
from voting.rules.rubrics import PanelValue

Code = Literal[
    "excluded",  # the component is disqualified; about: it
    "substituted",  # others stand in for it; about: it, then the stand-ins
    "part-excluded",  # a stratum or judge is disqualified; about: component, part
    "part-substituted",  # others stand in for a stratum; about: component, part, stand-ins
    "absent",  # nothing was given, which counts as 0
    "too-few",  # marks
    "not-trimmed",  # too few marks for it
    "shrunk",  # counts less for few marks
    "unfinished",  # sheets that lack a criterion do not count; about: the judges
    "capped",  # the bonus
    "stratum-empty",  # nobody voted in it; about: the strata
]


NO_PICK: Final = PanelValue(Fraction(0), panels.Value(Decimal(0), Fraction(0), {}, {}))


@dataclass(frozen=True, slots=True)
class Note:
    """What was not as usual, and what it is about."""

    code: Code
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """One component in points.

    raw: votes, hours, the panel's value; of strata, the votes of all. points: before rounding.
    out_of: the most that can be got; None without an end. strata: stratum -> nominee -> points.
    panel: how the panel's values came about. notes: of the whole component; noted: by nominee.
    """

    raw: Mapping[str, Fraction]
    points: Mapping[str, Fraction]
    out_of: Fraction | None
    strata: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)
    panel: Mapping[str, PanelValue] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    noted: Mapping[str, tuple[Note, ...]] = field(default_factory=dict)


def take(
    component: Component,
    staying: Collection[str],
    given: Given,
    disqualified: Sequence[Disqualified] = (),
    groups: Groups | None = None,
) -> Taken:
    """Return the points of the nominees who stay; of all others it is as if they never stood.

    disqualified: strata and judges of this component. groups: nominee -> category, within which
    judges rank and pick; None: all are of one. Raises ValueError for strata, criteria or
    judges that are not known, marks out of range and numbers below 0 that are converted.
    """
    if component.panel:
        return _of_panel(component, component.panel, staying, given, disqualified, groups or {})
    if component.strata:
        return _of_strata(component, staying, given, disqualified)
    if disqualified:
        raise ValueError(f"{component.key} has no parts that could be disqualified")
    raw = {one: Fraction(own) for one, own in given.numbers.items() if one in staying}
    if component.kind != "bonus":
        return Taken(raw, points_of(raw, component), out_of(component))
    _check_votes(raw)
    each, cap = Fraction(component.each or 0), Fraction(component.cap or 0)
    capped = {one: (Note("capped"),) for one, own in raw.items() if own * each > cap}
    points = {one: min(cap, own * each) for one, own in raw.items()}
    return Taken(raw, points, cap, noted=capped)


def points_of(raw: Mapping[str, Fraction], component: Component) -> dict[str, Fraction]:
    """Return what the declared conversion makes of raw values, before rounding."""
    if component.linear:
        return {one: _linear(own, component.linear) for one, own in raw.items()}
    if not component.conversion:
        if component.most is not None and any(own > component.most for own in raw.values()):
            raise NoResult(
                "more-than-most", f"{component.key}: more than the most there is", component.key
            )
        return dict(raw)
    if component.panel and component.panel.method == "z":
        # A score of 0 is that of the average, and no lack of votes.
        return convert(raw, component.conversion, scores=True)
    _check_votes(raw)
    return convert(raw, component.conversion)


def stand_in_points(
    others: Sequence[tuple[Mapping[str, Fraction], Fraction]],
    most: Fraction,
    conversion: Conversion | None,
) -> dict[str, Fraction]:
    """Return the mean of what others give, scaled to the most that can be got here.

    others: points by nominee, and the most. Where ranks make points the means are ranked again:
    a substitute has no more to give than the one it stands in for.
    """
    means = {
        one: sum((points[one] / top for points, top in others), Fraction(0)) * most / len(others)
        for one in others[0][0]
        if all(one in points for points, _top in others)
    }
    if conversion and conversion.how in {"rank_points", "rank_bands"}:
        voted = {one: mean for one, mean in means.items() if mean}
        return dict.fromkeys(means, Fraction(0)) | convert(voted, conversion)
    return means


def _of_panel(
    component: Component,
    panel: Panel,
    staying: Collection[str],
    given: Given,
    disqualified: Sequence[Disqualified],
    groups: Groups,
) -> Taken:
    sheets = kept_sheets(component, staying, given, disqualified, groups)
    if component.rubric:
        values = rubrics.of_sheets(sheets, panel, component.rubric)
    else:
        values = rubrics.of_marks(sheets[""], panel, groups)
    if panel.method == "votes" and any(sheets[""].values()):
        # Not to be picked is a result as well; a panel that has not met has none.
        values |= {one: NO_PICK for one in staying if one not in values}
    raw = {one: value.value for one, value in values.items() if value.value is not None}
    noted = {one: found for one, value in values.items() if (found := _panel_notes(value))}
    out = sorted(one.part for one in disqualified)
    notes = tuple(Note("part-excluded", (component.key, one)) for one in out)
    return Taken(raw, points_of(raw, component), out_of(component), {}, values, notes, noted)


def kept_sheets(
    component: Component,
    staying: Collection[str],
    given: Given,
    disqualified: Sequence[Disqualified],
    groups: Groups | None = None,
) -> dict[str, Marks]:
    """Return a panel's marks by criterion, "" without a rubric, as far as they count.

    Without the judges who are disqualified, and as if only those who stay had ever stood. Ranks
    close over whatever does not count: nominees who left, and those whom a judge keeps out of,
    whether that was known before the judge ranked or only afterwards. groups: as for ``take``.
    """
    sheets = given.sheets if component.rubric else {"": given.marks}
    judges = {judge for marks in sheets.values() for judge in marks}
    out = {one.part for one in disqualified}
    if unknown := sorted(out - judges):
        raise ValueError(f"{component.key}: unknown judges: {', '.join(unknown)}")
    if any(one.rule == "substitute" for one in disqualified):
        raise ValueError("nobody stands in for a judge")
    gone = {one for marks in sheets.values() for own in marks.values() for one in own}
    gone -= set(staying)
    sheets = {key: rubrics.without(marks, out, gone) for key, marks in sheets.items()}
    if component.panel and component.panel.method == "exponential":
        return {key: rubrics.closed_ranks(marks, groups or {}) for key, marks in sheets.items()}
    return dict(sheets)


def _panel_notes(value: PanelValue) -> tuple[Note, ...]:
    found = [Note("unfinished", value.unfinished)] if value.unfinished else []
    codes = [value.panel.note] if value.panel else []
    codes += [product.value.note for product in value.products.values()]
    if value.value is None:
        codes = ["too-few"]
    found += [Note(code) for code in dict.fromkeys(codes) if code]
    return tuple(found)


def _of_strata(
    component: Component,
    staying: Collection[str],
    given: Given,
    disqualified: Sequence[Disqualified],
) -> Taken:
    parts = {one.part: one for one in disqualified}
    stand_ins = {other for one in disqualified for other in one.stand_ins}
    if unknown := sorted((set(given.strata) | set(parts) | stand_ins) - set(component.strata)):
        raise ValueError(f"{component.key}: unknown strata: {', '.join(unknown)}")
    if component.conversion is None:
        raise ValueError(f"{component.key} has no conversion")
    if stand_ins & set(parts):
        raise NoResult(
            "nobody-stands-in", "what is disqualified stands in for nothing",
            *sorted(one.part for one in disqualified if set(one.stand_ins) & set(parts)),
        )  # fmt: skip
    points, empty, raw = {}, [], dict.fromkeys(sorted(staying), Fraction(0))
    for stratum in component.strata:
        votes = {one: Fraction(own) for one, own in given.strata.get(stratum, {}).items()}
        _check_votes(votes)
        # Who got no vote there gets no points there, though a rank would be left for them.
        voted = {one: own for one, own in votes.items() if own and one in raw}
        points[stratum] = dict.fromkeys(raw, Fraction(0)) | convert(voted, component.conversion)
        if stratum not in parts:
            raw = {one: own + voted.get(one, 0) for one, own in raw.items()}
            empty += [] if voted else [stratum]
    notes = [Note("stratum-empty", tuple(empty))] if empty else []
    most = out_of(component) or Fraction(0)
    each = most / len(component.strata)
    for name, one in sorted(parts.items()):
        if one.rule == "exclude":
            del points[name]
            most -= each
            notes.append(Note("part-excluded", (component.key, name)))
            continue
        if not one.stand_ins:
            raise NoResult("nobody-stands-in", f"nobody stands in for {name}", name)
        others = [(points[other], each) for other in one.stand_ins]
        points[name] = stand_in_points(others, each, component.conversion)
        notes.append(Note("part-substituted", (component.key, name, *one.stand_ins)))
    if not points:
        raise NoResult("no-stratum-left", f"{component.key}: no stratum is left", component.key)
    total = {
        nominee: sum((own[nominee] for own in points.values()), Fraction(0)) for nominee in raw
    }
    return Taken(raw, total, most, points, {}, tuple(notes))


def _check_votes(votes: Mapping[str, Fraction]) -> None:
    if below := sorted(one for one, own in votes.items() if own < 0):
        raise ValueError(f"below 0: {', '.join(below)}")


def _linear(value: Fraction, linear: Linear) -> Fraction:
    low, high = Fraction(linear.low), Fraction(linear.high)
    return min(max((value - low) / (high - low), Fraction(0)), Fraction(1)) * FULL


def rounded_or_exact(value: Fraction, decimals: int | None) -> Fraction:
    """Return a value to so many decimals, halves away from zero, or as it is."""
    return value if decimals is None else Fraction(rounded(value, decimals))


def passed(raw: Mapping[str, Fraction], top: int) -> frozenset[str]:
    """Return who is among the first so many; all who are level with the last of them are."""
    return frozenset(one for one, rank in ranks(raw).items() if rank <= top)
