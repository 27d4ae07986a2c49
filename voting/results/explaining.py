"""A sealed result as people read it: the list, and for everybody how the number came about.

Everything comes from the sealed bytes; of the season's tables only names and pictures are asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

import msgspec
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from voting.ballots import component_sentences, counting_sentences
from voting.ballots.page_context import portrait_url
from voting.results import as_json
from voting.results.firmness import firm_text
from voting.results.models import Conferral, ResultSnapshot
from voting.results.queries import JURY_VOTE
from voting.results.wording import MOVED, note_text, quota_text, tie_text
from voting.rules.components import Component, Consolidation, counted
from voting.seasons.models import Category, Nominee, Season
from voting.seasons.page_context import content

Values = dict[str, Any]
SHOWN_DECIMALS: Final = 2
# Patterns of the bar's segments, so that they can be told apart without colours.
PATTERNS: Final = 6


@dataclass(frozen=True, slots=True)
class Facts:
    """What of the tables stands beside a result: nominees by ballot number, categories by name.

    revoked: why an honour was revoked since, by ballot number.
    """

    season: Season
    nominees: Mapping[str, Nominee]
    categories: Mapping[str, Category]
    revoked: Mapping[str, str]


def facts_of(season: Season) -> Facts:
    """Return names and pictures, and what was revoked, in three queries."""
    revoked = Conferral.objects.filter(season=season, revoked_at__isnull=False)
    return Facts(
        season,
        {one.ballot_number: one for one in Nominee.objects.filter(season=season)},
        {one.name: one for one in Category.objects.filter(season=season)},
        dict(revoked.values_list("nominee__ballot_number", "revoked_because")),
    )


@lru_cache(maxsize=4)
def _parsed(_snapshot: int, raw: str) -> Any:
    # A sealed result never changes, and the one that holds is read by everybody.
    return as_json.parsed(raw)


def rankings_of(snapshot: ResultSnapshot) -> list[Values]:
    """Return the orders of a sealed result as plain values; they must not be changed."""
    found: list[Values] = _parsed(snapshot.pk, snapshot.result)["rankings"]
    return found


def declared_of(ranking: Values) -> Consolidation:
    """Return how the components of an order become a total."""
    return msgspec.convert(ranking["declared"], Consolidation, strict=False)


def exact(text: str | None) -> Fraction | None:
    """Return a number of a sealed result."""
    return None if text is None else Fraction(text)


def shown(
    value: Fraction | str | None, decimals: int = SHOWN_DECIMALS, *, fixed: bool = False
) -> str:
    """Return a number for reading: grouped, with as many decimals as it has, at most so many.

    fixed: with exactly so many, as numbers in a column are.
    """
    number = Fraction(value) if isinstance(value, str) else value
    if number is None:
        return "–"
    unit = Decimal(1).scaleb(-decimals)
    rounded = (Decimal(number.numerator) / Decimal(number.denominator)).quantize(
        unit, ROUND_HALF_UP
    )
    places = decimals if fixed else max(0, -int(rounded.normalize().as_tuple().exponent))
    return number_format(rounded, decimal_pos=places, use_l10n=True, force_grouping=True)


def name_of(component: Component, declared: Consolidation) -> Values:
    """Return how people call a component."""
    if component.name:
        return dict(content(component.name, component.name_en))
    text = counting_sentences.sentence_case(component_sentences.name(component, declared))
    return {"text": text, "lang": ""}


def names_of(*declared: Consolidation) -> dict[str, Values]:
    """Return how people call the components, by key. Categories need not have the same ones.

    The vote of a panel about equals, which is nobody's component, has a name too.
    """
    votes = {"text": _("Vote of the panel about equals"), "lang": ""}
    found = {part.key: name_of(part, one) for one in declared for part in one.components}
    return {JURY_VOTE: votes} | found


def list_context(ranking: Values, facts: Facts) -> Values:
    """Return an order as a list: who stands where, and of what the total is made."""
    declared = declared_of(ranking)
    parts = counted(declared)
    top = exact(ranking["out_of"]) or max(
        (exact(one["total"]) or Fraction(0) for one in ranking["nominees"]), default=Fraction(0)
    )
    category = facts.categories.get(ranking["category"])
    places = decimals_of(ranking)
    rows = [_row(one, declared, top, facts, places) for one in ranking["nominees"]]
    return {
        "category": content(category.name, category.name_en) if category else None,
        "position": category.position if category else 0,
        "key": [
            {"name": name_of(one, declared), "pattern": at % PATTERNS}
            for at, one in enumerate(parts)
        ],
        "rows": [row for row in rows if row["has_total"]],
        "without": [row for row in rows if not row["has_total"]],
        "honoured": sum(row["honoured"] is True for row in rows),
    }


def decimals_of(ranking: Values) -> int:
    """Return how many decimals the totals of an order have, at most four."""
    totals = [exact(one["total"]) for one in ranking["nominees"] if one["total"] is not None]
    return next(
        (n for n in range(4) if all(one is None or not (one * 10**n) % 1 for one in totals)), 4
    )


def _row(one: Values, declared: Consolidation, top: Fraction, facts: Facts, places: int) -> Values:
    parts: Sequence[Component] = counted(declared)
    nominee = facts.nominees.get(one["number"])
    segments, at = [], Fraction(0)
    for place, component in enumerate(parts):
        added = exact(one["parts"].get(component.key, {}).get("added")) if one["parts"] else None
        if added is None or added <= 0 or top <= 0:
            continue
        width = added * 100 / top
        segments.append({"x": _percent(at), "width": _percent(width), "pattern": place % PATTERNS})
        at += width
    return {
        "number": one["number"],
        "rank": one["rank"],
        "place": one.get("place"),
        "name": content(nominee.name, nominee.name_en) if nominee
        else {"text": one["name"], "lang": ""},
        "unit": content(nominee.unit, nominee.unit_en) if nominee else None,
        "portrait": portrait_url(facts.season, nominee) if nominee else "",
        "total": shown(one["total"], places, fixed=True),
        "has_total": one["total"] is not None,
        "why_without": without_total(one, names_of(declared)),
        "honoured": one.get("honoured", False) and one["number"] not in facts.revoked,
        "revoked": facts.revoked.get(one["number"], ""),
        "segments": segments,
        "tie": bool(one["decided_by"]),
        "moved": one.get("because", {}).get("reason", "") in MOVED,
    }  # fmt: skip


def _percent(value: Fraction) -> str:
    return f"{float(value):.3f}".rstrip("0").rstrip(".")


def without_total(one: Values, names: Mapping[str, Values]) -> str:
    """Say why somebody has no total. names: of components, by key."""
    state = one.get("without_total", "")
    if state == "missing":
        what = [names[key]["text"] if key in names else key for key in one["missing"]]
        return _("Lacks: %(what)s.") % {"what": _(", ").join(what)}
    return {
        "": "",
        "withdrawn": _("Withdrawn; ranks close."),
        "gate": _("Did not pass the gate."),
    }[state]


def explanation(ranking: Values, number: str, facts: Facts) -> Values | None:
    """Return how one nominee's total came about, step by step; None for nobody of this order."""
    found = next((one for one in ranking["nominees"] if one["number"] == number), None)
    if found is None:
        return None
    declared = declared_of(ranking)
    top = exact(ranking["out_of"]) or exact(found["total"]) or Fraction(1)
    row = _row(found, declared, top, facts, decimals_of(ranking))
    steps = [
        _step(component, found["parts"][component.key], ranking, declared)
        for component in declared.components
        if component.key in found["parts"]
    ]
    # What is said beside its part of the result is not said again below all of them.
    beside = {text for step in steps for text in step["notes"]}
    return row | {
        "steps": steps,
        "sum": _sum(declared, found),
        "out_of": shown(ranking["out_of"]) if ranking["out_of"] else "",
        "tie_text": tie_text(found, ranking),
        "quota_text": quota_text(found),
        "firm": firm_text(found, ranking),
        "notes": [text for text in _notes(found["notes"]) if text not in beside],
    }


def _notes(notes: Iterable[Values]) -> list[str]:
    """Say what was not as usual, each once: criteria of a panel may have the same note."""
    return list(dict.fromkeys(note_text(note) for note in notes))


def _step(component: Component, part: Values, ranking: Values, declared: Consolidation) -> Values:
    step: Values = {
        "name": name_of(component, declared),
        "how": how_text(component),
        "value": shown(part["points"]),
        "counts": part["counts"],
        "formula": _formula(component, part, ranking),
        "marks": [],
        "criteria": [],
        "strata": [
            {"name": name, "points": shown(points)}
            for name, points in part.get("strata", {}).items()
        ],
        "notes": _notes(part.get("notes", [])),
    }
    panel = part.get("panel")
    if panel and "counted" in panel:
        step["marks"] = _marks(panel)
    if panel and "criteria" in panel:
        names = {one.key: one for one in component.rubric.criteria} if component.rubric else {}
        step["criteria"] = [
            {
                "name": content(names[key].name or key, names[key].name_en or key),
                "marks": _marks(own),
                "value": shown(own["value"]),
                "factor": shown(Fraction(names[key].factor)),
                "added": shown(own["added"]),
            }
            for key, own in panel["criteria"].items()
        ]
    return step


def _marks(value: Values) -> list[Values]:
    """Return marks by judge; what is dropped says so."""
    marks = [(judge, mark, False) for judge, mark in value["counted"].items()]
    marks += [(judge, mark, True) for judge, mark in value["dropped"].items()]
    return [
        {"judge": judge, "mark": shown(mark, 4), "dropped": dropped}
        for judge, mark, dropped in sorted(marks)
    ]


def how_text(component: Component) -> str:
    """Say in one sentence how a component becomes points."""
    if component.panel:
        return " ".join(counting_sentences.panel(component.panel)[1:2])
    if component.conversion:
        return counting_sentences.conversion(component.conversion)[0]
    if component.linear:
        return _("%(low)s to %(high)s become 0 to 100 points.") % {
            "low": component.linear.low, "high": component.linear.high,
        }  # fmt: skip
    if component.kind == "bonus":
        return _("Each one brings %(each)s points, at most %(cap)s.") % {
            "each": component.each, "cap": component.cap,
        }  # fmt: skip
    if component.most:
        return _("As it stands, out of %(most)s.") % {"most": component.most}
    return _("As it stands.")


def _formula(component: Component, part: Values, ranking: Values) -> str:
    """Return the conversion with this nominee's numbers put in."""
    raw = exact(part["raw"])
    if raw is None or component.strata:
        return ""
    others = [
        value
        for one in ranking["nominees"]
        if one["parts"]
        and (value := exact(one["parts"].get(component.key, {}).get("raw"))) is not None
    ]
    values = {"raw": shown(raw), "points": shown(part["converted"], 4)}
    if component.conversion:
        return _converted(component.conversion.how, raw, others, values)
    if component.linear:
        low, high = component.linear.low, component.linear.high
        return f"({values['raw']} − {low}) ÷ ({high} − {low}) × 100 = {values['points']}"
    if component.kind == "bonus":
        return f"{values['raw']} × {component.each} = {values['points']}"
    return ""


def _converted(
    how: str, raw: Fraction, others: Sequence[Fraction], values: Mapping[str, str]
) -> str:
    if how == "share_of_leader" and any(others):
        return f"{values['raw']} ÷ {shown(max(others))} × 100 = {values['points']}"
    if how == "share_of_votes" and any(others):
        whole = shown(sum(others, Fraction(0)))
        return f"{values['raw']} ÷ {whole} × 100 = {values['points']}"
    if how in {"rank_bands", "rank_points"}:
        rank = 1 + sum(value > raw for value in others)
        return _("%(raw)s: rank %(rank)s, %(points)s points") % {**values, "rank": rank}
    return values["raw"]


def _sum(declared: Consolidation, found: Values) -> list[Values]:
    """Return the last step: what each component adds, and by which weight."""
    lines = []
    for place, component in enumerate(counted(declared)):
        part = found["parts"].get(component.key)
        if part is None or part["added"] is None:
            continue
        points, weight = shown(part["points"], 4), shown(part["weight"])
        if component.kind == "bonus" or (declared.adds == "sum" and weight == "1"):
            text = ""
        elif declared.adds == "percent":
            out_of = shown(part["out_of"])
            share = points if out_of == "100" else f"{points} ÷ {out_of} × 100"
            text = f"{share} × {weight}%"
        else:
            text = f"{points} × {weight}"
        lines.append(
            {
                "name": name_of(component, declared),
                "text": text,
                "added": shown(part["added"], 4),
                "pattern": place % PATTERNS,
            }
        )  # fmt: skip
    return lines
