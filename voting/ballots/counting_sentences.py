"""What the rule sheet declares about the count, as sentences for the rules page and the console."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voting.rules.conversions import Band, Conversion, rounded
from voting.rules.panels import Panel
from voting.rules.shortlisting import Shortlisting
from voting.rules.ties import Ties
from voting.seasons.models import RuleSheet

# Steps that name a criterion or component.
OF_ONE: Final[Mapping[str, Callable[[], str]]] = {
    "criterion": lambda: _("the higher value of the criterion %(name)s"),
    "component": lambda: _("more points from: %(name)s"),
}


def conversion(rule: Conversion) -> list[str]:
    """Say how votes become points."""
    if rule.how == "rank_bands":
        lines = [_("Votes become points by rank within the category: %(bands)s.")
                 % {"bands": _("; ").join(bands(rule.bands))}]  # fmt: skip
    elif rule.how == "rank_points":
        lines = [
            _("Votes become points by rank within the category, from the first: %(points)s. "
              "Who comes later gets none.") % {"points": listed(rule.points)}
        ]  # fmt: skip
    else:
        lines = [
            {
                "share_of_leader": _(
                    "Whoever has the most votes of a category gets 100 points, the others in "
                    "proportion: half the votes, 50 points."
                ),
                "share_of_votes": _(
                    "Everybody gets as many points as they have per cent of the category's votes."
                ),
                "log": _(
                    "Points follow the logarithm of the votes: the most votes of a category give "
                    "100 points, and many more votes only a few points more."
                ),
            }[rule.how]
        ]
    if rule.how in {"rank_bands", "rank_points"}:
        lines.append(_("Equal numbers of votes have the same rank and get the same points."))
    return lines


def panel(rule: Panel, *, with_criteria: bool = False) -> list[str]:
    """Say how the judges' marks become one value.

    with_criteria: whether the criteria say which marks there are.
    """
    if rule.method == "exponential":
        lines = [
            _("Each judge ranks the nominees; 1 is the best."),
            _("The first rank is worth %(first)s, each next one %(fall)s%% of the one above. By "
              "the sum, the first nominees get %(points)s points.")
            % {"first": rule.points[0], "fall": rule.fall, "points": listed(rule.points)},
        ]  # fmt: skip
    elif rule.method == "votes":
        lines = [
            ngettext(
                "Each judge picks %(n)s nominee at most; the number of picks counts.",
                "Each judge picks up to %(n)s nominees; the number of picks counts.",
                rule.picks,
            )
            % {"n": rule.picks}
        ]
    else:
        marks = _("Judges give marks from %(lowest)s to %(highest)s.") % {
            "lowest": number(rule.lowest), "highest": number(rule.highest),
        }  # fmt: skip
        lines = [*([] if with_criteria else [marks]), *_method(rule)]
    lines.append(_("A judge who gives no mark is left out; that changes nothing else."))
    if rule.min_marks > 1 and rule.method != "votes":
        lines.append(
            _("A nominee with fewer than %(n)s marks has no value from the panel.")
            % {"n": rule.min_marks}
        )
    lines.append(
        _("The value is a whole number, halves rounded away from zero.")
        if not rule.decimals
        else ngettext(
            "The value has %(n)s decimal, halves rounded away from zero.",
            "The value has %(n)s decimals, halves rounded away from zero.",
            rule.decimals,
        )
        % {"n": rule.decimals}
    )
    return lines


def _method(rule: Panel) -> list[str]:
    if rule.method == "trimmed":
        return [
            _("Of each nominee's marks the highest (%(high)s) and the lowest (%(low)s) are "
              "dropped; the mean of the others counts.")
            % {"high": rule.drop_high, "low": rule.drop_low},
            _("With fewer than %(n)s marks none is dropped.") % {"n": rule.trim_from},
        ]  # fmt: skip
    if rule.method == "mean" and rule.shrink != "off":
        usual = (
            _("the median number of marks")
            if rule.shrink == "median"
            else _("half the median number of marks")
        )
        return [
            _("The mean of the marks counts. With fewer marks than %(usual)s it is multiplied by "
              "the square root of the share that is there.") % {"usual": usual}
        ]  # fmt: skip
    if rule.method == "middle":
        return [_("The mean of the middle %(n)s marks counts.") % {"n": rule.keep}]
    flat = _(
        "For a judge with fewer than two marks, or the same mark for all, mean and spread of the "
        "whole round are taken."
    )
    return {
        "mean": [_("The mean of the marks counts.")],
        "median": [_("The median of the marks counts: half are higher, half are lower.")],
        "sum": [
            _("The sum of the marks counts; whoever has marks from more judges has more to sum.")
        ],
        "rank_sum": [
            _("Only the order of each judge's marks counts, equal marks sharing their ranks: for "
              "each judge, how many per cent of the other nominees stand below, those level "
              "counting half. The mean of these counts; where all judges mark all nominees, that "
              "is the order of the sums of ranks."),
            _("A judge who has marked a single nominee has compared nobody and is left out."),
        ],
        "z": [
            _("Each mark counts as its distance from the judge's own mean, in the judge's own "
              "standard deviations; the mean of these counts."),
            flat,
        ],
        "z_refit": [
            _("Strict and lenient judges are evened out: each mark counts as its distance from "
              "the judge's own mean, in the judge's own standard deviations. The means of these "
              "are stretched to the range of the plain means."),
            flat,
        ],
    }[rule.method]  # fmt: skip


def ties(rule: Ties, named: Mapping[str, str] | None = None) -> list[str]:
    """Say what decides between equals. named: as for ``step``."""
    if rule.chain == ("shared",):
        lines = [_("Equal results share the place.")]
    else:
        lines = [
            _("Between equal results decides, in this order: %(steps)s.")
            % {"steps": _("; ").join(step(one, named) for one in rule.chain)}
        ]
    if rule.only_at_line:
        lines.append(_("Only where a tie crosses the line of places; others share the place."))
    if "lot" in rule.chain:
        lines.append(
            _("The lot is drawn by a seed that is published before; everybody can repeat it.")
        )
    if rule.chain[-1] == "shared" and "jury_vote" not in rule.chain:
        lines.append(
            _("Where equals cannot all have a place and no step has divided them, a vote of the "
              "panel does.")
        )  # fmt: skip
    lines.append(_("The step that decided is published with the result."))
    return lines


def step(word: str, named: Mapping[str, str] | None = None) -> str:
    """Name one step between equals.

    named: what ``criterion:`` and ``component:`` with a key are called; others go by their key.
    """
    kind, _colon, key = word.partition(":")
    if kind in OF_ONE and key:
        return OF_ONE[kind]() % {"name": (named or {}).get(word, f"“{key}”")}
    return {
        "panel": _("the higher value of the panel"),
        "public": _("the points from the public"),
        "more_voters": _("the number of voters, or groups of voters, who gave points"),
        "top_marks": _("the number of highest marks, then of the next ones"),
        "more_decimals": _("the panel's value with all decimals"),
        "jury_vote": _("a vote of the panel"),
        "number": _("the smaller ballot number"),
        "lot": _("a drawn lot"),
        "shared": _("a shared place"),
    }[word]


def shortlisting(rule: Shortlisting) -> list[str]:
    """Say how nominations become finalists."""
    if rule.method == "review":
        return [_("Reviewers decide which nominations become nominees.")]
    over = {
        "keep": _("with more, all count"),
        "cut": _("with more, only the first ones count"),
        "void": _("a ballot with more is void"),
    }[rule.over_full]
    lines = [
        _("Whoever nominates names up to %(limit)s in a category; %(over)s.")
        % {"limit": rule.limit, "over": over}
    ]
    if rule.method == "count":
        lines.append(
            _("The %(places)s who are named most often become finalists; a tie across the line "
              "is decided by the reviewers.") % {"places": rule.places}
        )  # fmt: skip
    else:
        lines.append(
            _("Each ballot divides 60 points among its nominees that are still in. Round by "
              "round, of the two with the fewest points the one on fewer ballots goes, until "
              "%(places)s are left; a tie that would leave fewer stays whole.")
            % {"places": rule.places}
        )  # fmt: skip
    return lines


def notices(sheet: RuleSheet) -> list[str]:
    """Say how long the lists are on public notice."""
    values = {"candidates": sheet.candidate_notice_days, "result": sheet.result_notice_days}
    if sheet.notice_working_days:
        return [
            _("Nominees are on public notice for %(candidates)s working days, the result for "
              "%(result)s.") % values
        ]  # fmt: skip
    return [
        _("Nominees are on public notice for %(candidates)s days, the result for %(result)s.")
        % values
    ]


def sentence_case(text: str) -> str:
    """Return a phrase as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def listed(values: Iterable[Any]) -> str:
    """Return values in a row, as a sentence lists them."""
    return _(", ").join(str(value) for value in values)


def number(value: Decimal | Fraction | int, decimals: int = 2) -> str:
    """Return a number without needless zeros."""
    exact = rounded(Fraction(value), decimals)
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def bands(table: Sequence[Band]) -> list[str]:
    """Say which ranks get how many points, from the best one down."""
    lines, first = [], 1
    for band in table:
        points = {"points": number(band.points)}
        if band.upto is None:
            lines.append(_("all others %(points)s") % points)
        elif band.upto == first:
            lines.append(_("rank %(first)s: %(points)s") % (points | {"first": first}))
        else:
            lines.append(
                _("ranks %(first)s–%(last)s: %(points)s")
                % (points | {"first": first, "last": band.upto})
            )
        first = (band.upto or first) + 1
    return lines
