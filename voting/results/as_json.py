"""A result in plain values, fit for JSON: the form that is printed, sealed and published.

Numbers are text: decimals where they end, else a fraction such as ``"200/3"``. The same result is
always the same bytes.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from voting.results.computing import Ranking
from voting.rules.consolidation import Part, Standing
from voting.rules.measures import Note
from voting.rules.panels import Value
from voting.rules.places import Outcome
from voting.rules.quotas import Limit
from voting.rules.robustness import Change, Robustness
from voting.rules.rubrics import PanelValue
from voting.seasons.counting import stored

FORMAT: Final = 1
_DIGITS: Final = 60  # more decimals than any rule can make


def number(value: Fraction | Decimal | int | None) -> str | None:
    """Return a number as text, exactly."""
    if value is None:
        return None
    exact = Fraction(value)
    rest = exact.denominator
    twos = fives = 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    decimals = max(twos, fives)
    if rest != 1 or decimals > _DIGITS:
        return f"{exact.numerator}/{exact.denominator}"
    if not decimals:
        return str(exact.numerator)
    whole = abs(exact.numerator) * 10**decimals // exact.denominator
    sign = "-" if exact < 0 else ""
    return f"{sign}{whole // 10**decimals}.{whole % 10**decimals:0{decimals}}"


def rankings(
    found: Sequence[Ranking], names: Mapping[str, str], firm: Mapping[str, Robustness] | None = None
) -> list[dict[str, Any]]:
    """Return every order with every step. names: ballot number -> name. firm: by category."""
    return [_ranking(one, names, (firm or {}).get(one.category)) for one in found]


def canonical(value: Any) -> bytes:
    """Return plain values in the bytes that fingerprints are taken of: sorted, without blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def parsed(raw: bytes | str) -> Any:
    """Return the plain values of a stored result."""
    return json.loads(raw)


def _ranking(one: Ranking, names: Mapping[str, str], firm: Robustness | None) -> dict[str, Any]:
    ranks = {own: place.place for place in one.decided.places for own in place.nominees}
    waits = {own: place.waits_for for place in one.decided.places for own in place.nominees}
    steps: dict[str, list[str]] = {}
    for split in one.decided.splits:
        for group in split.groups:
            for own in group:
                steps.setdefault(own, []).append(split.step)
    ordered = sorted(one.result.standings, key=lambda own: (ranks.get(own, len(names) + 1), own))
    found: dict[str, Any] = {
        "category": one.category,
        "adds": one.declared.adds,
        "out_of": number(one.result.out_of),
        "declared": stored(one.declared),
        "nominees": [
            _nominee(
                own, names[own], ranks.get(own), steps.get(own, []), one.result.standings[own],
                one.awarded.outcomes.get(own), waits.get(own),
            )
            for own in ordered
        ],
        "ties": [
            {"step": split.step, "groups": [list(group) for group in split.groups]}
            for split in one.decided.splits
        ],
        "unfilled": one.awarded.unfilled,
        "conflict": [_limit(limit) for limit in one.awarded.conflict],
    }  # fmt: skip
    if firm:
        found["robustness"] = _robustness(firm)
    return found


def _nominee(
    key: str,
    name: str,
    rank: int | None,
    steps: list[str],
    standing: Standing,
    outcome: Outcome | None,
    waits_for: str | None,
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "number": key,
        "name": name,
        "rank": rank,
        "total": number(standing.total),
        "decided_by": steps,
        "parts": {own: _part(part) for own, part in standing.parts.items()},
        "notes": _notes(standing.notes),
    }
    if standing.state:
        found |= {"without_total": standing.state, "missing": list(standing.missing)}
    if standing.exact != standing.total:
        found["exact"] = number(standing.exact)
    if outcome:
        found |= {
            "honoured": {"in": True, "out": False, "open": None}[outcome.state],
            "place": outcome.place,
        }
        if outcome.reason:
            found["because"] = {
                "reason": outcome.reason,
                "limits": [_limit(limit) for limit in outcome.limits],
                "by": list(outcome.by),
            }
    if waits_for:
        found["waits_for"] = waits_for
    return found


def _part(part: Part) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: number(getattr(part, name))
        for name in ("raw", "converted", "points", "out_of", "weight", "weighted", "added")
    }
    found["counts"] = part.counts
    if part.strata:
        found["strata"] = {name: number(points) for name, points in sorted(part.strata.items())}
    if part.panel:
        found["panel"] = _panel(part.panel)
    if part.notes:
        found["notes"] = _notes(part.notes)
    return found


def _panel(own: PanelValue) -> dict[str, Any]:
    found: dict[str, Any] = {"value": number(own.value), "exact": number(own.exact)}
    if own.panel:
        found |= _value(own.panel)
    if own.products:
        found["criteria"] = {
            key: _value(product.value)
            | {"value": number(product.value.value), "added": number(product.added)}
            for key, product in own.products.items()
        }
    if own.unfinished:
        found["unfinished"] = list(own.unfinished)
    return found


def _value(value: Value) -> dict[str, Any]:
    return {
        "counted": {judge: number(mark) for judge, mark in sorted(value.counted.items())},
        "dropped": {judge: number(mark) for judge, mark in sorted(value.dropped.items())},
    }


def _notes(notes: Sequence[Note]) -> list[dict[str, Any]]:
    return [{"code": note.code, "about": list(note.about)} for note in notes]


def _limit(limit: Limit) -> dict[str, Any]:
    return {
        "quota": limit.quota, "of": list(limit.value), "least": limit.least, "most": limit.most
    }  # fmt: skip


def _robustness(firm: Robustness) -> dict[str, Any]:
    return {
        "scenarios": [
            _change(one.change)
            | {
                "gained": list(one.gained),
                "lost": list(one.lost),
                "opened": list(one.opened),
                "conflict": [_limit(limit) for limit in one.conflict],
            }
            for one in firm.scenarios
        ],
        "nominees": {
            key: {
                "firm": own.firm,
                "rank": own.place,
                "best": own.best,
                "worst": own.worst,
                "moved_by": [_change(change) for change in own.moved_by],
            }
            for key, own in firm.nominees.items()
        },
    }


def _change(change: Change) -> dict[str, Any]:
    return {"kind": change.kind, "component": change.component, "detail": change.detail}
