"""Where each nomination of a category stands, counted from the raw nominations, and why."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.addresses import mailbox_of, phone_number
from voting.nominations.models import Merge, Nomination, Shortlist
from voting.nominations.review.queue import STANDING
from voting.rules import shortlisting
from voting.rules.numbering import stroke_order
from voting.seasons.models import Category

Method = Shortlist.Method
_FIELDS: Final = (
    "pk", "code", "name", "name_en", "state", "unit_id", "unit__name", "unit__name_en", "place",
    "organisation", "nominator_id", "nominator__name", "route", "submitted_at",
    "contact__nominator_email",
    "contact__nominator_phone", "contact__nominator_name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One that stands for a category: its place, what was counted, and what follows from it."""

    pk: int
    code: str
    name: str
    name_en: str
    state: str
    unit: str
    unit_en: str
    unit_key: str  # what the quota of units goes by; empty: not limited
    position: int
    lines: int  # raw nominations, repeated ones too
    nominators: int  # different ones whose nomination counts
    points: str  # exact, under E Pluribus Hugo
    placing: str  # through, line, unit, tie, or not_chosen while people decide
    why: str  # in words


@dataclass(frozen=True, slots=True)
class Standing:
    """The whole category. ``open_places``: what is left for those who are tied, or to choose."""

    rows: list[Row]
    open_places: int
    nominations: int
    nominators: int
    repeated: Mapping[tuple[str, str], int] = field(default_factory=dict)  # who, whom: how often
    over_full: Mapping[str, int] = field(default_factory=dict)  # who: how many were named


def shortlist_of(category: Category) -> Shortlist:
    """Return how a category is shortlisted; unsaved, by decision, if nobody has said how."""
    found = Shortlist.objects.filter(category=category).first()
    return found or Shortlist(category=category, places=max(2 * category.places, 1))


def leads(category: Category) -> QuerySet[Nomination]:
    """Return what stands for a category: each for itself and for what was put together with it."""
    return Nomination.objects.filter(category=category, state__in=STANDING)


def standing(category: Category, rule: Shortlist) -> Standing:
    """Count a category by a rule. Three queries, however many nominations there are."""
    heads = {row["pk"]: row for row in leads(category).values(*_FIELDS)}
    told = {voter_of(row): _named(row) for row in heads.values()}
    parts = [
        (pk, row["submitted_at"], pk, voter_of(row)) for pk, row in heads.items()
    ]  # the lead, when, which, who
    merges = Merge.objects.filter(
        into__category=category, into__state__in=STANDING, undone_at=None
    ).values("into_id", *(f"nomination__{name}" for name in _FIELDS))
    for row in merges:
        own = {name: row[f"nomination__{name}"] for name in _FIELDS}
        told[voter_of(own)] = _named(own)
        parts.append((row["into_id"], own["submitted_at"], own["pk"], voter_of(own)))
    parts.sort(key=lambda part: (part[1], part[2]))
    lines = [shortlisting.Nomination(voter, str(lead)) for lead, _at, _pk, voter in parts]
    checked = shortlisting.check(lines, limit=rule.names_each, over_full=_over_full(rule))
    counts = {str(pk): 0 for pk in heads} | shortlisting.count_ballots(checked.ballots.values())
    raw = Counter(line.nominee for line in lines)
    units = {str(pk): str(row["unit_id"] or "") for pk, row in heads.items()}
    ranked = _ranked(rule, heads, counts, checked, units)
    rows = [
        _row(heads[int(key)], place, raw[key], counts[key], *found)
        for place, (key, *found) in enumerate(ranked, 1)
    ]
    through = sum(row.placing == "through" for row in rows)
    names = {str(pk): row["name"] for pk, row in heads.items()}
    return Standing(
        rows,
        max(0, rule.places - through),
        len(lines),
        len({line.voter for line in lines}),
        {(told[one.voter], names[one.nominee]): n for one, n in checked.repeated.items()},
        {told[voter]: n for voter, n in checked.over_full.items()},
    )


def digest(found: Standing) -> str:
    """Return 16 hexadecimal digits that differ when anything that counts does."""
    shown = [(row.pk, row.state, row.nominators, row.points, row.placing) for row in found.rows]
    return sha256(repr(shown).encode()).hexdigest()[:16]


def voter_of(row: Mapping[str, Any]) -> str:
    """Return by what one nominator is told from another: account, address, unit, else name.

    One mailbox or number is one nominator however it is typed. The address goes before the number:
    with both, the code went to the address (``ways.way_to``), and the number is no more than said.
    One that can be told by nothing counts as one nominator of its own.
    """
    phone = row["contact__nominator_phone"] or ""
    known = (
        ("account", row["nominator_id"]),
        ("email", mailbox_of(row["contact__nominator_email"] or "")),
        ("phone", phone_number(phone) or phone),
        ("unit", row["unit_id"] if row["route"] == Nomination.Route.UNIT else None),
        ("organisation", row["organisation"]),
        ("name", row["contact__nominator_name"]),
    )
    kind, value = next(((kind, value) for kind, value in known if value), ("code", row["code"]))
    return f"{kind}:{value}"


def _named(row: Mapping[str, Any]) -> str:
    """Return a nominator as reviewers may read it, never a whole address."""
    kind, _colon, value = voter_of(row).partition(":")
    if kind == "account":
        return str(row["nominator__name"] or f"#{value}")
    if kind == "unit":
        return str(row["unit__name"])
    if kind == "email":
        name, _at, domain = value.partition("@")
        return f"{name[:1]}…@{domain}"
    return f"…{value[-4:]}" if kind == "phone" else value


def _over_full(rule: Shortlist) -> shortlisting.OverFull:
    return {"keep": "keep", "cut": "cut", "void": "void"}[rule.over_full]  # type: ignore[return-value]  # its choices are these words


def _ranked(
    rule: Shortlist,
    heads: Mapping[int, Mapping[str, Any]],
    counts: Mapping[str, int],
    checked: shortlisting.Checked,
    units: Mapping[str, str],
) -> list[tuple[str, str, str, str]]:
    """Return (key, points, placing, why), the best first."""
    if not heads:
        return []
    by_strokes = stroke_order({str(pk): row["name"] for pk, row in heads.items()}).keys
    if rule.method == Method.EPH:
        return _by_eph(rule, checked, units, by_strokes, heads)
    if rule.method == Method.COUNT:
        return _by_count(rule, counts, units, by_strokes)
    return [(key, "", "not_chosen", _("Not chosen yet")) for key in by_strokes]


def _by_count(
    rule: Shortlist, counts: Mapping[str, int], units: Mapping[str, str], order: tuple[str, ...]
) -> list[tuple[str, str, str, str]]:
    placings = shortlisting.place(counts, places=rule.places, units=units, per_unit=rule.per_unit)
    through = [counts[key] for key, placing in placings.items() if placing == "through"]
    line = min(through, default=0)
    rank = {key: place for place, key in enumerate(order)}
    words = {
        "through": lambda n: _("Through: %(n)d nominators") % {"n": n},
        "line": lambda n: (
            _("Below the line: %(n)d nominators; the last one through has %(line)d")
            % {"n": n, "line": line}
        ),
        "unit": lambda n: (
            _("%(n)d nominators, but its unit has its %(most)d places already")
            % {"n": n, "most": rule.per_unit}
        ),
        "tie": lambda n: (
            _("Tied with others at %(n)d nominators; somebody has to decide") % {"n": n}
        ),
    }
    keys = sorted(placings, key=lambda key: (-counts[key], rank[key]))
    return [(key, "", placings[key], words[placings[key]](counts[key])) for key in keys]


def _by_eph(
    rule: Shortlist,
    checked: shortlisting.Checked,
    units: Mapping[str, str],
    order: tuple[str, ...],
    heads: Mapping[int, Mapping[str, Any]],
) -> list[tuple[str, str, str, str]]:
    result, off = shortlisting.eph_within_units(
        list(checked.ballots.values()), places=rule.places, units=units, per_unit=rule.per_unit
    )
    found: list[tuple[str, str, str, str]] = []
    tied = _tied(result, rule.places)
    for key in result.finalists:
        points = _fraction(result.points[key])
        if key in tied:
            text = _("Tied at %(points)s points; somebody has to decide") % {"points": points}
            found.append((key, points, "tie", text))
        else:
            found.append(
                (key, points, "through", _("Through: %(points)s points") % {"points": points})
            )
    for key in off:
        text = _("Its unit has its %(most)d places already; counted again without it") % {
            "most": rule.per_unit
        }
        found.append((key, "", "unit", text))
    for number in range(len(result.rounds), 0, -1):
        one = result.rounds[number - 1]
        for key in one.dropped:
            rivals = [
                heads[int(other)]["name"] for other in one.compared if other not in one.dropped
            ]
            text = _("Out in round %(round)d with %(points)s points on %(n)d ballots") % {
                "round": number, "points": _fraction(one.points[key]), "n": result.counts[key],
            }  # fmt: skip
            if 0 < len(rivals) <= 3:
                text = _("%(text)s, compared with %(rivals)s") % {
                    "text": text, "rivals": "、".join(rivals),
                }  # fmt: skip
            found.append((key, _fraction(one.points[key]), "line", text))
    seen = {key for key, *_rest in found}
    found += [(key, "", "line", _("On no ballot that counts")) for key in order if key not in seen]
    return found


def _tied(result: shortlisting.EphResult, places: int) -> set[str]:
    if len(result.finalists) <= places:
        return set()
    compared = result.rounds[-1].compared
    fewest = min((result.counts[one], result.points[one]) for one in compared)
    return {one for one in compared if (result.counts[one], result.points[one]) == fewest}


def _fraction(value: Fraction) -> str:
    """Return points exactly, such as 105 1/4; a ballot has 60."""
    whole, rest = divmod(value.numerator, value.denominator)
    part = f"{rest}/{value.denominator}" if rest else ""
    return f"{whole} {part}".strip() if whole or not part else part


def _row(
    head: Mapping[str, Any], position: int, lines: int, nominators: int, points: str, placing: str,
    why: str,
) -> Row:  # fmt: skip
    return Row(
        pk=head["pk"], code=head["code"], name=head["name"], name_en=head["name_en"],
        state=head["state"],
        unit=head["unit__name"] or head["organisation"] or head["place"],
        unit_en=head["unit__name_en"] or "", unit_key=str(head["unit_id"] or ""),
        position=position, lines=lines,
        nominators=nominators, points=points, placing=placing, why=why,
    )  # fmt: skip
