"""What no single value of a season file shows: numbers given twice, rules that contradict."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from voting.rules.ballots import MAX_CHOICES, BallotRules, Cap, per_ballot_max
from voting.rules.ballots import problems as rule_problems
from voting.seasons import counting
from voting.seasons.models import RuleSheet, Season
from voting.seasons.season_file.nodes import inside
from voting.seasons.season_file.problems import Problems, Spot, quote
from voting.seasons.season_file.sections import SeasonContent


@dataclass(frozen=True, slots=True)
class Places:
    """Where in the file the content stood; lists are as long as those of the content."""

    root: Spot
    season: dict[str, Spot]
    rules: dict[str, Spot]
    windows: list[Spot]
    categories: list[Spot]
    nominees: list[list[Spot]]


def check(content: SeasonContent, places: Places, problems: Problems) -> None:
    """Note what contradicts. Rows whose values could not be read are passed over."""
    _check_times(content, places, problems)
    _check_approval(content, places, problems)
    _check_windows(content, places, problems)
    _check_rules(content, places, problems)
    _check_components(content, places, problems)
    _check_steps(content, places, problems)
    _check_categories(content, places, problems)
    _check_nominees(content, places, problems)


def _check_times(content: SeasonContent, places: Places, problems: Problems) -> None:
    opens, closes = content.season.get("opens_at"), content.season.get("closes_at")
    if opens and closes and closes <= opens:
        problems.add(places.season["closes_at"], _("a time after opens_at"))


def _check_approval(content: SeasonContent, places: Places, problems: Problems) -> None:
    fields = content.season
    needed = ("approval_authority", "approval_ref", "approved_places")
    if fields.get("is_showcase", True) or all(fields.get(name) for name in needed):
        return
    problems.add(
        places.season["is_showcase"],
        _("true; or approval_authority, approval_ref and approved_places beside it"),
        _("an award without an approval"),
    )


def _check_windows(content: SeasonContent, places: Places, problems: Problems) -> None:
    opens, closes = content.season.get("opens_at"), content.season.get("closes_at")
    starts = [window.get("starts_at") for window in content.windows]
    _check_once(starts, places.windows, "starts_at", problems)
    if opens and closes and all(starts) and starts:
        for start, spot in zip(starts, places.windows, strict=True):
            if not opens <= start < closes:
                problems.add(inside(spot, "starts_at"), _("a time between opens_at and closes_at"))
        if opens not in starts:
            # Otherwise it would not be clear which limits hold before the first window.
            problems.add(
                places.windows[0],
                _("a first window that starts at opens_at"),
                _("windows that all start later"),
            )
    if any(cap.get("period") == "window" for cap in content.caps) and not starts:
        problems.add(
            places.rules["caps"],
            _("a list “windows” with the time at which each starts"),
            _("a limit for each window, and no windows"),
        )


def _check_components(content: SeasonContent, places: Places, problems: Problems) -> None:
    """Weights and conversions are said once: by the components where there are any."""
    if not content.rules.get("consolidation"):
        return
    for key in counting.REPLACED:
        if key in places.rules:
            problems.add(
                places.rules[key],
                _("either this key or consolidation, where each component has its own"),
                _("%(key)s beside consolidation") % {"key": key},
            )


def _check_steps(content: SeasonContent, places: Places, problems: Problems) -> None:
    """Note steps between equals that name no component or criterion."""
    if problems.found or "ties" not in places.rules:
        return  # what is wrong by itself is said already
    for sentence in counting.step_sentences(content.rules):
        problems.add(places.rules["ties"], sentence.rstrip(".。"))


def _check_rules(content: SeasonContent, places: Places, problems: Problems) -> None:
    rules = content.rules
    weights = rules.get("public_weight"), rules.get("panel_weight")
    if None not in weights and sum(weight or 0 for weight in weights) != 100:
        key = "public_weight" if "public_weight" in places.rules else "panel_weight"
        problems.add(
            places.rules[key],
            _("public_weight and panel_weight that make 100 together"),
            " + ".join(str(weight) for weight in weights),
        )
    if (
        rules.get("display") == RuleSheet.Display.DELAYED
        and rules.get("display_delay_minutes") == 0
    ):
        problems.add(
            places.rules["display"],
            _("display_delay_minutes of 1 or more beside it"),
            _("delayed by 0 minutes"),
        )
    if "min_choices" not in rules or any(len(cap) < 4 for cap in content.caps):
        return  # the limits could not be read
    ballot_rules = BallotRules(
        rules["min_choices"], tuple(Cap(**fields) for fields in content.caps)
    )
    sizes = [len(category.nominees) for category in content.categories]
    where = places.rules.get("caps", places.root)
    for code in dict.fromkeys(rule_problems(ballot_rules, sizes if any(sizes) else None)):
        found, allowed = contradiction(code, ballot_rules)
        problems.add(where, allowed, found)


def contradiction(code: str, rules: BallotRules) -> tuple[str, str]:
    """Return what was found and what is allowed, for a code of ``voting.rules.ballots``."""
    least = {"least": rules.min_choices}
    most = {"most": MAX_CHOICES}
    texts: dict[str, Callable[[], tuple[str, str]]] = {
        "ballots-within-a-ballot": lambda: (
            _("period ballot with counts ballots"),
            _("counts choices, since a ballot is one ballot"),
        ),
        "nominee-within-a-ballot": lambda: (
            _("scope nominee with period ballot"),
            _("another period, since a nominee stands on a ballot once at most"),
        ),
        "ballot-over-64": lambda: (
            _("a limit of more than %(most)d choices on a ballot") % most,
            _("at most %(most)d choices on a ballot") % most,
        ),
        "cap-twice": lambda: (
            _("two limits with the same scope, period and counts"),
            _("each combination once"),
        ),
        "min-over-max": lambda: (
            _("min_choices %(least)d with limits that allow %(most)d on a ballot")
            % (least | {"most": per_ballot_max(rules)}),
            _("min_choices up to the limits, or higher limits"),
        ),
        "min-out-of-reach": lambda: (
            _("min_choices %(least)d") % least,
            _("no more than the nominees and the limits of the categories allow together"),
        ),
    }
    return texts[code]()


def _check_categories(content: SeasonContent, places: Places, problems: Problems) -> None:
    for key in ("position", "name"):
        values = [category.fields.get(key) for category in content.categories]
        _check_once(values, places.categories, key, problems)


def _check_nominees(content: SeasonContent, places: Places, problems: Problems) -> None:
    by_strokes = content.season.get("order") == Season.Order.STROKES
    spots = [spot for of_category in places.nominees for spot in of_category]
    nominees = [fields for category in content.categories for fields in category.nominees]
    numbers = [fields.get("ballot_number") or None for fields in nominees]
    _check_once(numbers, spots, "number", problems)
    for fields, spot in zip(nominees, spots, strict=True):
        if by_strokes and fields.get("strokes", 0) is None:
            problems.add(
                inside(spot, "strokes"),
                _("the strokes of the first character, since order is strokes"),
                _("nothing"),
            )


def _check_once(
    values: Iterable[Hashable], spots: list[Spot], key: str, problems: Problems
) -> None:
    first: dict[Any, Spot] = {}
    for value, spot in zip(values, spots, strict=True):
        if value is None:
            continue
        if value in first:
            problems.add(
                inside(spot, key),
                _("each only once"),
                _("%(value)s again, first in line %(line)d")
                % {"value": quote(str(value)), "line": first[value].line},
            )
        first.setdefault(value, inside(spot, key))
