"""The rule sheet for the season page: numbers for its scripts, and the card "How to vote"."""

from typing import TypedDict

from django.utils.translation import gettext as _

from voting.ballots import component_sentences
from voting.ballots.rule_sentences import PERIODS
from voting.ballots.rules_text import limits_of, rule_chips, shape
from voting.seasons.counting import counting_of
from voting.seasons.models import Season

MAX_ZHENGS = 3  # above 15 choices only the number is shown


class Rules(TypedDict):
    """What one ballot may hold, and how often there is one."""

    min: int
    max: int | None  # choices in one ballot; None: not limited
    category_max: int | None  # of them in one category
    period: str  # window, day or season: when ballots come back; "": at any time
    period_ballots: int | None  # ballots in that period
    turnout_public: bool
    public_weight: int
    panel_weight: int
    parts: str  # components of the result in short; "": public vote and one panel are all


class Line(TypedDict):
    """One rule with the name of its icon."""

    icon: str
    text: str


def rules_of(season: Season) -> Rules:
    """Return what scripts check, out of the rule sheet and its caps."""
    ballot = shape(season)
    sheet = season.rule_sheet
    limits = limits_of(sheet)
    period = next(
        (
            one
            for one in PERIODS
            if ("season", one, "ballots") in limits or ("season", one, "choices") in limits
        ),
        "",
    )
    return {
        "min": ballot["min"],
        "max": ballot["max"],
        "category_max": ballot["per_category"] if len(season.categories.all()) > 1 else None,
        "period": period,
        "period_ballots": limits.get(("season", period, "ballots")),
        "turnout_public": sheet.turnout_public,
        "public_weight": sheet.public_weight,
        "panel_weight": sheet.panel_weight,
        "parts": parts_in_short(season),
    }


def lines(season: Season, rules: Rules) -> list[Line]:
    """Return the rules as the card "How to vote" lists them."""
    icons = ["calendar", "list", "people"] if rules["period"] else ["list", "people"]
    found: list[Line] = [
        {"icon": icon, "text": text} for icon, text in zip(icons, rule_chips(season), strict=False)
    ]
    if season.identity_level == Season.IdentityLevel.VERIFIED:
        text = _("A code by phone or e-mail, for one ballot per person")
        found.append({"icon": "lock", "text": text})
    if rules["parts"]:
        found.append({"icon": "bars", "text": rules["parts"]})
    elif rules["panel_weight"]:
        text = _("Public vote %(public)s%%, judges %(panel)s%%") % {
            "public": rules["public_weight"],
            "panel": rules["panel_weight"],
        }
        found.append({"icon": "bars", "text": text})
    found.append({"icon": "shield", "text": _("Every ballot can be checked by its receipt")})
    return found


def parts_in_short(season: Season) -> str:
    """Return the declared components and their weights in one line; "" without any."""
    declared = counting_of(season.rule_sheet).consolidation
    return component_sentences.in_short(declared) if declared else ""


def zhengs(rules: Rules) -> range:
    """Return one item for each 正 of the counter; none where the number alone is shown."""
    most = rules["max"]
    count = 0 if most is None else -(-most // 5)
    return range(count if count <= MAX_ZHENGS else 0)
