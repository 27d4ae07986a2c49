"""The components of a result, as sentences for the rules page and the console."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voting.ballots import counting_sentences
from voting.ballots.counting_sentences import listed, number
from voting.rules.components import Component, Consolidation, counted
from voting.rules.conversions import Conversion
from voting.rules.rubrics import Criterion, Rubric
from voting.seasons.page_context import Words, content

FINE: Final = 6  # decimals that a factor may have to be shown
MOST_NAMES: Final = 20  # strata that are named; of more it is said how many there are
ONLINE: Final = "online"  # the stratum that the ballots of this platform fill


class CriterionWords(TypedDict):
    """One line of a score sheet."""

    name: Words
    help: Words
    marks: str
    factor: str
    levels: list[dict[str, str | Words]]  # since, text


class PartWords(TypedDict):
    """One component: what it is called, what it weighs, how it becomes points."""

    name: str
    kind: str
    weight: str
    lines: list[str]
    criteria: list[CriterionWords]


class Segment(TypedDict):
    """A stretch of the bar of weights, in hundredths of its length."""

    name: str
    weight: str
    start: str
    width: str


def name(one: Component, declared: Consolidation) -> str:
    """Name a component: as it is called, else by its kind, with its key if that is not enough."""
    if one.name:
        return content(one.name, one.name_en)["text"]
    kind = {
        "public": _("public vote"),
        "panel": _("judges"),
        "channel": _("votes cast elsewhere"),
        "hours": _("hours of service"),
        "points": _("points from elsewhere"),
        "bonus": _("bonus"),
    }[one.kind]
    alike = sum(other.kind == one.kind for other in declared.components)
    if alike == 1 and one.kind not in {"channel", "points"}:
        return kind
    return _("%(kind)s “%(key)s”") % {"kind": kind, "key": one.key}


def weight(one: Component, declared: Consolidation) -> str:
    """Say what a component weighs, in as few signs as possible."""
    if one.reference:
        return _("for comparison")
    if one.kind == "bonus":
        return _("on top, up to %(cap)s") % {"cap": number(one.cap or 0, FINE)}
    return (
        f"{number(one.weight, FINE)}%"
        if declared.adds == "percent"
        else f"× {number(one.weight, FINE)}"
    )


def in_short(declared: Consolidation) -> str:
    """Return all components and weights in one line."""
    if any(one.categories for one in declared.components):
        return _("The parts of the result differ by category")
    counting = [one for one in counted(declared) if one.weight or one.kind == "bonus"]
    found = listed(
        _("%(part)s %(weight)s") % {"part": name(one, declared), "weight": weight(one, declared)}
        for one in counting
    )
    if declared.gate:
        found = _("%(parts)s; only the first %(top)s by %(gate)s go on") % {
            "parts": found, "top": declared.gate.top, "gate": _gate_name(declared),
        }  # fmt: skip
    return counting_sentences.sentence_case(found)


def bar(declared: Consolidation) -> list[Segment]:
    """Return the weights as stretches that make 100; none where they do not."""
    if declared.adds != "percent" or any(one.categories for one in declared.components):
        return []
    found: list[Segment] = []
    start = Fraction(0)
    for one in counted(declared):
        if one.weight and one.kind != "bonus":
            found.append(
                {
                    "name": counting_sentences.sentence_case(name(one, declared)),
                    "weight": weight(one, declared),
                    "start": number(start),
                    "width": number(one.weight),
                }
            )
            start += Fraction(one.weight)
    return found if len(found) > 1 else []


def total(declared: Consolidation) -> list[str]:
    """Say how the components make a total, and who has one."""
    if declared.adds == "percent":
        lines = [_("The parts below have weights that make 100%; their sum is the result.")]
    else:
        lines = [
            _("The result is the sum of the parts below, each of them its points × its factor.")
        ]
    if declared.gate:
        lines.append(
            _("Only the first %(top)s by %(gate)s go on. All who are level with the last of them "
              "do, too; nobody else has a result.")
            % {"top": declared.gate.top, "gate": _gate_name(declared)}
        )  # fmt: skip
    lines.append(_rounding(declared.decimals))
    return lines


def parts(
    declared: Consolidation, categories: Mapping[str, str], *, everybody: bool = False
) -> list[PartWords]:
    """Return every component in words.

    categories: name in the file -> name to be shown. everybody: whether nominees of all
    categories stand in one order and are compared.
    """
    return [
        {
            "name": counting_sentences.sentence_case(name(one, declared)),
            "kind": one.kind,
            "weight": weight(one, declared),
            "lines": _lines(one, categories, everybody=everybody),
            "criteria": [_criterion(own) for own in one.rubric.criteria] if one.rubric else [],
        }
        for one in declared.components
    ]


def criteria(declared: Consolidation) -> dict[str, str]:
    """Return the names of what steps between equals can look at, by key."""
    found = {f"component:{one.key}": name(one, declared) for one in declared.components}
    for one in declared.components:
        for own in one.rubric.criteria if one.rubric else ():
            found[f"criterion:{own.key}"] = content(own.name or own.key, own.name_en)["text"]
    return found


def with_commas(value: Decimal | Fraction | int) -> str:
    """Return a number as people write large ones."""
    exact = Fraction(value)
    return f"{int(exact):,}" if exact.denominator == 1 else number(exact, FINE)


def _gate_name(declared: Consolidation) -> str:
    gate = declared.gate
    return next(
        (name(one, declared) for one in declared.components if gate and one.key == gate.component),
        "",
    )


def _lines(one: Component, categories: Mapping[str, str], *, everybody: bool) -> list[str]:
    lines = _origin(one)
    if one.categories:
        lines.append(
            _("A part of the result only in: %(names)s.")
            % {"names": listed(categories.get(own, own) for own in one.categories)}
        )
    lines += _strata(one)
    if one.panel and one.rubric:
        lines += _rubric(one.rubric)
    if one.panel:
        lines += counting_sentences.panel(one.panel, with_criteria=bool(one.rubric))
    if one.weight or one.reference or one.kind == "bonus":
        lines += _points(one, everybody=everybody)
    if one.points_decimals is not None:
        lines.append(
            _("The points are rounded, halves away from zero; decimals: %(n)s.")
            % {"n": one.points_decimals}
        )
    if one.weighted_decimals is not None:
        lines.append(
            _("Points × weight are rounded, halves away from zero; decimals: %(n)s.")
            % {"n": one.weighted_decimals}
        )
    return lines + _standing(one)


def _origin(one: Component) -> list[str]:
    """Say where its numbers come from."""
    if one.kind == "panel":
        return [] if one.panel else [_("What the judges have agreed on, brought in as numbers.")]
    if one.kind == "bonus":
        return [
            _("What is brought in × %(each)s comes on top of the result, at most %(cap)s.")
            % {"each": number(one.each or 0, FINE), "cap": number(one.cap or 0, FINE)}
        ]
    texts: Mapping[str, Callable[[], str]] = {
        "public": lambda: _(
            "Votes cast on this platform, and votes of the public that are brought in from "
            "elsewhere."
        ),
        "channel": lambda: _(
            "Votes that are cast elsewhere, such as on paper or by telephone, and brought in."
        ),
        "hours": lambda: _(
            "Hours of service that are brought in, or else stated by accepted nominations."
        ),
        "points": lambda: _("Numbers that are worked out elsewhere and brought in."),
    }
    return [texts[one.kind]()]


def _strata(one: Component) -> list[str]:
    if not one.strata:
        return []
    more = " …" if len(one.strata) > MOST_NAMES else ""
    lines = [
        _("There are %(n)s groups: %(names)s. Each is counted by itself and has the same points "
          "to give; the points of all groups are added.")
        % {
            "n": len(one.strata),
            "names": listed(one.strata[:MOST_NAMES]) + more,
        },
        _("Who gets no vote in a group gets no points from it."),
    ]  # fmt: skip
    if one.kind == "public" and ONLINE in one.strata:
        lines.append(_("The group “online” is the ballots of this platform."))
    return lines


def _rubric(rubric: Rubric) -> list[str]:
    if rubric.first == "sheets":
        return [
            _("Judges mark the criteria below. On each sheet the marks × their factors are added; "
              "what follows is done with these sums.")
        ]  # fmt: skip
    lines = [
        _("Judges mark the criteria below. What follows is done with the marks of each criterion; "
          "the values × their factors are then added.")
    ]  # fmt: skip
    if rubric.decimals is not None:
        lines.append(
            _("Each value × factor is rounded, halves away from zero; decimals: %(n)s.")
            % {"n": rubric.decimals}
        )
    return lines


def _points(one: Component, *, everybody: bool) -> list[str]:
    """Say how its numbers become points."""
    if one.conversion:
        return compared(one.conversion, everybody=everybody)
    if one.linear:
        return [
            _("%(low)s become 0 points and %(high)s become 100; between them points rise evenly, "
              "beyond them they stay.")
            % {"low": with_commas(one.linear.low), "high": with_commas(one.linear.high)}
        ]  # fmt: skip
    if one.most is not None:
        return [
            _("The numbers stand as points, out of %(most)s.") % {"most": number(one.most, FINE)}
        ]
    return [] if one.panel or one.kind == "bonus" else [_("The numbers stand as points.")]


def compared(rule: Conversion, *, everybody: bool) -> list[str]:
    """Say how numbers become points, and who is compared with whom."""
    if everybody:
        return [*conversion(rule), _("Compared are all nominees, whatever their category.")]
    return [*conversion(rule), _("Compared are the nominees of one category.")]


def conversion(rule: Conversion) -> list[str]:
    """Say how numbers of any kind become points."""
    if rule.how == "rank_bands":
        lines = [
            _("Ranks become points: %(bands)s.")
            % {"bands": _("; ").join(counting_sentences.bands(rule.bands))}
        ]
    elif rule.how == "rank_points":
        lines = [
            _("Ranks become points, from the first on: %(points)s. Who comes later gets none.")
            % {"points": listed(rule.points)}
        ]
    else:
        return [
            {
                "share_of_leader": _(
                    "The highest number gets 100 points, the others in proportion: half of it, 50 "
                    "points."
                ),
                "share_of_votes": _(
                    "Everybody gets as many points as they have per cent of the sum of all."
                ),
                "log": _(
                    "Points follow the logarithm: the highest number is 100 points, and a great "
                    "lead brings only a few more."
                ),
            }[rule.how]
        ]
    return [*lines, _("Equal numbers have the same rank and get the same points.")]


def _standing(one: Component) -> list[str]:
    """Say what it is for the result, and what comes of having nothing there."""
    if one.reference:
        return [_("It is shown beside the result and does not count.")]
    lines = []
    if not one.weight and one.kind != "bonus":
        lines.append(_("It adds nothing to the result."))
    elif one.weight < 0:
        lines.append(_("It is taken off the result."))
    if one.kind != "public" and not one.strata:
        lines.append(
            _("Who has nothing here has no result.")
            if one.required
            else _("Who has nothing here gets 0 for it.")
        )
    return lines


def _rounding(decimals: int | None) -> str:
    if decimals is None:
        return _("The result is not rounded.")
    if not decimals:
        return _("The result is a whole number, halves rounded away from zero.")
    return ngettext(
        "The result has %(n)s decimal, halves rounded away from zero.",
        "The result has %(n)s decimals, halves rounded away from zero.",
        decimals,
    ) % {"n": decimals}


def _criterion(one: Criterion) -> CriterionWords:
    values = {"lowest": number(one.lowest, FINE), "highest": number(one.highest, FINE)}
    marks = _("%(lowest)s to %(highest)s") % values
    if one.step is not None and one.step != Decimal(1):
        marks = _("%(lowest)s to %(highest)s, in steps of %(step)s") % (
            values | {"step": number(one.step, FINE)}
        )
    return {
        "name": content(one.name or one.key, one.name_en),
        "help": content(one.help, one.help_en),
        "marks": marks,
        "factor": f"× {number(one.factor, FINE)}",
        "levels": [
            {
                "since": _("from %(mark)s") % {"mark": number(level.since, FINE)},
                "text": content(level.text, level.text_en),
            }
            for level in one.levels
        ],
    }
