"""Worked examples of a count, with numbers: computed by the rules themselves, then put in words.

The figures of the examples are invented; what comes of them is what these rules make of them.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voting.ballots import component_examples
from voting.ballots.counting_sentences import listed, number, sentence_case, step
from voting.ballots.rule_sentences import pace
from voting.rules import ballots, conversions, panels, shortlisting, ties, trials
from voting.rules.conversions import Conversion
from voting.rules.panels import Panel, Value
from voting.rules.shortlisting import Nomination, Shortlisting
from voting.rules.ties import Step, Ties
from voting.seasons.counting import components_of
from voting.seasons.presets import Attempt, Preset, Tie

Marks = Mapping[str, Sequence[Decimal | None]]

VOTES: Final = {"101": 1200, "102": 900, "103": 300, "104": 60}
# Nine judges' marks as parts of the range from the lowest to the highest.
PARTS: Final = ("0.62", "0.71", "0.56", "0.66", "0.82", "0.33", "0.64", "0.74", "0.58")
STRICT: Final = (("101", ("0.6", "0.85")), ("102", ("0.5", "0.95")), ("103", ("0.4", "0.9")))
FEW: Final = (("101", 6), ("102", 6), ("103", 2))
RANKS: Final = {"101": (1, 3, 4), "102": (2, 2, 2), "103": (3, 1, 3), "104": (4, 4, 1)}
PICKS: Final = {"101": 3, "102": 2}
NOMINATIONS: Final = {"A B C": 4, "A B": 2, "D": 4, "D E": 3, "E": 2, "F": 3}
CATEGORIES: Final = {
    f"{category}{place:02}": category for category in range(1, 6) for place in range(1, 13)
}


def of_preset(preset: Preset) -> list[str]:
    """Return a preset's worked example, line by line."""
    worked, rules = preset.worked, preset.rules
    lines = of_ballots(preset.ballot_rules, worked.ballots)
    lines += pace(rules.rate_interval_ms, rules.rate_burst)
    if worked.votes:
        lines += of_conversion(rules.conversion, worked.votes)
    if worked.marks:
        lines += of_panel(rules.panel, worked.marks, rules.ties)
    if worked.tie:
        lines += of_tie(rules.ties, worked.tie)
    if worked.parts:
        declared = components_of(
            rules.counting, public_weight=rules.public_weight,
            panel_weight=100 - rules.public_weight,
        )  # fmt: skip
        given = {key: own.given for key, own in worked.parts.items()}
        lines += component_examples.of_components(declared, given)
    if worked.nominations:
        lines += of_nominations(rules.shortlisting, worked.nominations)
    return lines


def of_ballots(rules: ballots.BallotRules, attempts: Sequence[Attempt]) -> list[str]:
    """Tell what becomes of one voter's ballots, one after the other."""
    decisions = trials.play(
        rules, CATEGORIES,
        [trials.Trial(one.numbers, str(one.day), str(one.window)) for one in attempts],
    )  # fmt: skip
    windows = any(cap.period == "window" for cap in rules.caps)
    return [
        _("%(when)s, %(choices)s: %(answer)s")
        % {
            "when": (
                _("Day %(day)s, window %(window)s") % {"day": one.day, "window": one.window}
                if windows
                else _("Day %(day)s") % {"day": one.day}
            ),
            "choices": one.choices.replace("-", "–"),
            "answer": _answer(decision),
        }
        for one, decision in zip(attempts, decisions, strict=True)
    ]


def _answer(decision: ballots.Decision) -> str:
    if isinstance(decision, ballots.Accepted):
        return _("received.")
    values = {"limit": decision.limit, "given": decision.given, "who": listed(decision.values)}
    if decision.reason == "already-voted":
        period = decision.cap.period if decision.cap else "season"
        return {
            "window": _("refused; nothing is left until the next voting window."),
            "day": _("refused; nothing is left until the next day."),
            "season": _("refused; everything has been used."),
        }[period]
    if decision.reason == "category-full" and not decision.limit:
        return _("refused; nothing is left in this category.")
    return {
        "too-few": _("refused; %(given)s are too few, %(limit)s are needed."),
        "too-many": _("refused; %(given)s are too many, at most %(limit)s."),
        "category-full": _("refused; %(given)s in one category are too many, at most %(limit)s."),
        "nominee-used": _("refused; %(who)s cannot get more of this voter now."),
    }[decision.reason] % values


def of_conversion(rule: Conversion, votes: Mapping[str, int] = VOTES) -> list[str]:
    """Tell which points some numbers of votes give."""
    points = conversions.convert(votes, rule)
    return [
        _("%(votes)s votes become %(points)s points.")
        % {
            "votes": listed(f"{own:,}" for own in votes.values()),
            "points": listed(number(points[one]) for one in votes),
        }
    ]


def of_panel(rule: Panel, marks: Marks | None = None, tie: Ties | None = None) -> list[str]:
    """Tell what becomes of some marks. marks: nominee -> one for each judge, None for absent.

    tie: what decides where two nominees get the same value; None: they are not compared.
    """
    given = marks or _sample(rule)
    by_judge: dict[str, dict[str, Decimal]] = {}
    for nominee, own in given.items():
        for place, mark in enumerate(own, 1):
            if mark is not None:
                by_judge.setdefault(f"{place:03}", {})[nominee] = mark
    values = panels.aggregate(by_judge, rule)
    lines = [
        _("%(who)s: %(told)s")
        % {
            "who": nominee,
            "told": _told(
                rule,
                value,
                [mark for mark in given[nominee] if mark is not None],
                sum(mark is None for mark in given[nominee]),
            ),
        }
        for nominee, value in values.items()
    ]
    if tie is not None and len(values) > 1:
        lines += _order(values, tie)
    return lines


def _told(rule: Panel, value: Value, marks: Sequence[Decimal], absent: int) -> str:
    """Tell of one nominee's marks and value."""
    if rule.method == "exponential":
        worth = [
            Fraction(rule.points[0]) * Fraction(rule.fall, 100) ** (int(rank) - 1) for rank in marks
        ]
        return _("ranks %(ranks)s are worth %(worth)s, together %(sum)s: %(points)s points.") % {
            "ranks": listed(marks), "worth": listed(number(one) for one in worth),
            "sum": number(sum(worth, Fraction(0))), "points": value.value,
        }  # fmt: skip
    if rule.method == "votes":
        return ngettext("%(n)s pick", "%(n)s picks", len(value.counted)) % {"n": len(value.counted)}
    found = ngettext("%(n)s mark (%(marks)s)", "%(n)s marks (%(marks)s)", len(marks)) % {
        "n": len(marks), "marks": listed(number(mark) for mark in marks),
    }  # fmt: skip
    if absent:
        found = ngettext(
            "%(found)s, %(n)s judge absent", "%(found)s, %(n)s judges absent", absent
        ) % {"found": found, "n": absent}
    return _outcome(rule, value) % {
        "found": found,
        "value": value.value,
        "n": len(value.counted),
        "mean": number(panels.mean_of(value.counted)) if value.counted else "",
        "dropped": listed(number(one) for one in sorted(value.dropped.values())),
    }


def _outcome(rule: Panel, value: Value) -> str:
    """Return what came of the marks, with places for the figures."""
    of_note = {
        "too-few": _("%(found)s: too few, no value."),
        "not-trimmed": _("%(found)s; too few to drop any, the mean is %(value)s."),
        "shrunk": _("%(found)s; the mean of %(mean)s counts less for few marks: %(value)s."),
    }
    if value.note:
        return of_note[value.note]
    if rule.method == "rank_sum":
        return _("%(found)s; by the order of the marks %(value)s.")
    if value.dropped:
        return _("%(found)s; without %(dropped)s the mean of %(n)s is %(value)s.")
    return {
        "sum": _("%(found)s; the sum is %(value)s."),
        "z": _("%(found)s; the mean is %(mean)s, evened out %(value)s."),
        "z_refit": _("%(found)s; the mean is %(mean)s, evened out %(value)s."),
        "median": _("%(found)s; the median is %(value)s."),
    }.get(rule.method, _("%(found)s; the mean is %(value)s."))


def _order(values: Mapping[str, Value], rule: Ties) -> list[str]:
    """Tell who is before whom where some have the same value."""
    results = {
        one: Fraction(value.value) for one, value in values.items() if value.value is not None
    }
    if len(set(results.values())) == len(results):
        return []
    exact = {one: value.exact for one, value in values.items() if value.exact is not None}
    figures = {"more_decimals": exact}
    return _places(ties.decide(results, rule, figures), {
        "more_decimals": {one: number(value, 4) for one, value in exact.items()}
    })  # fmt: skip


def of_tie(rule: Ties, tie: Tie | None = None, named: Mapping[str, str] | None = None) -> list[str]:
    """Tell how equals are put in order. named: as for ``counting_sentences.step``."""
    tie = tie or _sample_tie(rule)
    results = {one: Fraction(value) for one, value in tie.results.items()}
    lines = [
        _("Results: %(results)s.")
        % {"results": listed(_with(one, number(value)) for one, value in tie.results.items())}
    ]
    if tie.line is not None:
        lines.append(_("Places: %(n)s.") % {"n": tie.line})
    if tie.seed and "lot" in rule.chain:
        lines.append(_("The published seed is “%(seed)s”.") % {"seed": tie.seed})
    decided = ties.decide(results, rule, tie.figures, line=tie.line, seed=tie.seed)
    return lines + _places(decided, tie.figures, named)


def _places(
    decided: ties.Decided,
    figures: Mapping[str, Mapping[str, Any]],
    named: Mapping[str, str] | None = None,
) -> list[str]:
    lines = [
        _("%(step)s decides: %(order)s.")
        % {
            "step": sentence_case(step(split.step, named)),
            "order": _(" before ").join(
                listed(_with_figure(one, figures.get(split.step, {})) for one in group)
                for group in split.groups
            ),
        }
        for split in decided.splits
    ]
    for place in decided.places:
        if place.waits_for:
            lines.append(
                _("%(who)s wait for %(step)s.")
                % {"who": listed(place.nominees), "step": step(place.waits_for, named)}
            )
        elif len(place.nominees) > 1:
            lines.append(
                _("%(who)s share place %(place)s.")
                % {"who": listed(place.nominees), "place": place.place}
            )
    return lines


def _with_figure(one: str, figures: Mapping[str, Any]) -> str:
    return _with(one, str(figures[one])) if one in figures else one


def _with(one: str, figure: str) -> str:
    """Return a number on the ballot with a figure behind it, in brackets of the language."""
    return _("%(one)s (%(figure)s)") % {"one": one, "figure": figure}


def of_nominations(rule: Shortlisting, ballots_of: Mapping[str, int] = NOMINATIONS) -> list[str]:
    """Tell who becomes a finalist. ballots_of: nominees of a ballot -> how many such ballots."""
    lines = [
        _("Nominations: %(ballots)s.")
        % {"ballots": listed(f"{names.replace(' ', '+')} × {n}" for names, n in ballots_of.items())}
    ]
    if rule.method == "review":
        return []
    cast = [names.split() for names, times in ballots_of.items() for _time in range(times)]
    checked = shortlisting.check(
        [Nomination(str(voter), one) for voter, named in enumerate(cast) for one in named],
        limit=rule.limit,
        over_full=rule.over_full,
    )
    if checked.over_full:
        lines.append(
            ngettext(
                "%(n)s ballot names more than %(limit)s.",
                "%(n)s ballots name more than %(limit)s.",
                len(checked.over_full),
            )
            % {"n": len(checked.over_full), "limit": rule.limit}
        )
    if rule.method == "count":
        return lines + _counted(rule, shortlisting.count_ballots(checked.ballots.values()))
    result = shortlisting.eph(list(checked.ballots.values()), places=rule.places)
    lines += [
        _("Round %(round)s: %(compared)s have the fewest points; out: %(dropped)s.")
        % {
            "round": place,
            "compared": listed(_with(one, number(found.points[one])) for one in found.compared),
            "dropped": listed(found.dropped) or _("nobody, too few would be left"),
        }
        for place, found in enumerate(result.rounds, 1)
    ]
    return [*lines, _("Finalists: %(who)s.") % {"who": listed(result.finalists)}]


def _counted(rule: Shortlisting, counts: Mapping[str, int]) -> list[str]:
    found = shortlisting.shortlist(counts, places=rule.places)
    told = [
        _("Finalists: %(who)s.")
        % {"who": listed(_with(one, str(counts[one])) for one in found.finalists)}
    ]
    if found.tied:
        told.append(
            _("%(who)s are tied for what is left; the reviewers decide.")
            % {"who": listed(found.tied)}
        )
    return told


def _sample(rule: Panel) -> Marks:
    """Return marks within the rule's range that show what it does."""
    if rule.method == "exponential":
        return {one: [Decimal(rank) for rank in own] for one, own in RANKS.items()}
    if rule.method == "votes":
        return {one: [Decimal(1)] * picks for one, picks in PICKS.items()}
    if rule.method in {"z", "z_refit", "rank_sum"}:
        return {one: [_mark(rule, part) for part in parts] for one, parts in STRICT}
    if rule.shrink != "off":
        return {one: [_mark(rule, part) for part in PARTS[:count]] for one, count in FEW}
    return {"101": [_mark(rule, part) for part in PARTS]}


def _mark(rule: Panel, part: str) -> Decimal:
    width = rule.highest - rule.lowest
    fine = Decimal("0.1") if width >= 20 else Decimal("0.01")
    return (rule.lowest + width * Decimal(part)).quantize(fine)


def _sample_tie(rule: Ties) -> Tie:
    """Return three equals; the first step puts one of them first, the next divides the rest."""
    results = {one: Decimal(90) for one in ("101", "102", "103")}
    first: Step | None = rule.chain[0] if rule.chain else None
    figures: dict[str, dict[str, Any]] = {}
    for word in rule.chain:
        if word == "number":
            figures[word] = {"101": -101, "102": -102, "103": -103}
        elif word not in ties.ENDS:
            figures[word] = (
                {"101": 2, "102": 1, "103": 1} if word == first else {"102": 1, "103": 2}
            )
    line = 1 if rule.only_at_line else None
    return Tie(results=results, figures=figures, line=line, seed="2026-11-30 3888.60")
