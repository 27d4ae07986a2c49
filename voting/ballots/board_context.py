"""What the live board shows before any number has come: names, texts and addresses, no tallies.

Numbers and ranks come from the published state alone, so the page's bytes cannot tell them.
"""

import unicodedata
from typing import Any, TypedDict

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from voting.ballots.page_context import portrait_url, tab_of
from voting.ballots.page_rules import parts_in_short
from voting.seasons.counting import places_in_all
from voting.seasons.models import Category, Nominee, RuleSheet, Season
from voting.seasons.page_context import Words, content, frame_context, zone_text

# Beyond so many ems a name needs a wider column, takes two lines, takes smaller letters.
WIDE_NAME_EMS = 7
LONG_NAME_EMS = 13
LONGEST_NAME_EMS = 26


class Row(TypedDict):
    """One nominee on the board."""

    number: str
    category: int
    name: Words
    unit: Words
    portrait_url: str
    wide: bool  # the name needs a wider column
    long: bool  # the name needs two lines even there
    longest: bool  # and smaller letters
    withdrawn: bool


def board_context(season: Season) -> dict[str, Any]:
    """Return the context of ``ballots/board.html``, in three queries.

    Besides what every page has (``frame_context``):
    tabs: the categories; rows: all nominees by ballot number, whatever their tallies.
    display: the display rule.
    zone_text: "Beijing time" or the zone's name. public_weight, panel_weight: per cent; parts:
    declared components in one line, instead of the two.
    board_data, board_texts: what the scripts read (``board-data``, ``page-texts``).
    """
    rules = season.rule_sheet
    categories = list(season.categories.order_by("position"))
    positions = {category.pk: category.position for category in categories}
    rows = [_row(season, nominee, positions) for nominee in _nominees(season)]
    return {
        **frame_context(season),
        "nav_current": "board",
        "tabs": [tab_of(category) for category in categories],
        "rows": rows,
        "display": rules.display,
        "turnout_public": rules.turnout_public,
        "zone_text": zone_text(season.time_zone),
        "public_weight": rules.public_weight,
        "panel_weight": rules.panel_weight,
        "parts": parts_in_short(season),
        "board_data": _board_data(season, rules, categories),
        "board_texts": board_texts(),
    }


def _nominees(season: Season) -> list[Nominee]:
    nominees = list(season.nominees.defer("deeds", "deeds_en", "figures", "scenes", "photos"))
    nominees.sort(key=lambda one: (len(one.ballot_number), one.ballot_number))
    return nominees


def _row(season: Season, nominee: Nominee, positions: dict[int, int]) -> Row:
    name = content(nominee.name, nominee.name_en)
    width = _ems(name["text"])
    return {
        "number": nominee.ballot_number,
        "category": positions[nominee.category_id],
        "name": name,
        "unit": content(nominee.unit, nominee.unit_en),
        "portrait_url": portrait_url(season, nominee),
        "wide": width > WIDE_NAME_EMS,
        "long": width > LONG_NAME_EMS,
        "longest": width > LONGEST_NAME_EMS,
        "withdrawn": nominee.withdrawn_at is not None,
    }


def _ems(text: str) -> float:
    """Return about how wide a text is: a Chinese character is one em, a letter half of one."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.55 for sign in text)


def _board_data(season: Season, rules: RuleSheet, categories: list[Category]) -> dict[str, Any]:
    own_places = places_in_all(season) is None
    return {
        "slug": season.slug,
        "tallies": f"/api/seasons/{season.slug}/tallies",
        "socket": f"/ws/seasons/{season.slug}/tallies",
        "display": rules.display,
        "delay_minutes": rules.display_delay_minutes,
        "time_zone": season.time_zone,
        "locale": "zh-CN" if (get_language() or "").startswith("zh") else "en-GB",
        "categories": [
            {
                "position": category.position,
                "name": content(category.name, category.name_en)["text"],
                # Without places of its own no line is drawn.
                "places": category.places if own_places else 0,
            }
            for category in categories
        ],
    }


def board_texts() -> dict[str, str]:
    """Return all that the board's scripts say, by key; names in braces are filled in there."""
    return {**_status_texts(), **_figure_texts(), **_ranking_texts()}


def _status_texts() -> dict[str, str]:
    return {
        "status.live": _("Live"),
        "status.delayed": _("{n} min delayed"),
        "status.daily": _("Once a day"),
        "status.over": _("Voting has ended"),
        "status.joining": _("Connecting"),
        "status.lost": _("Reconnecting"),
        "status.stale": _("Updates paused"),
        "status.none": _("No numbers yet"),
        "time.updated": _("updated {time}"),
        "time.shown": _("showing {time}"),
        "time.taken": _("as of {time}"),
        "said.lost": _("The connection is interrupted. The board shows the numbers of {time}."),
        "said.stale": _("Updates are paused. The board shows the numbers of {time}."),
        "said.back": _("The board is up to date again."),
    }


def _figure_texts() -> dict[str, str]:
    return {
        "minute.last": _("{n} in the last minute"),
        "chart.last": _("Last {n} minutes"),
        "chart.sentence": _("{last} in the last minute; most: {most} at {time}."),
        "chart.empty": _("The chart begins with the first whole minute of voting."),
        "end.closes": _("Voting ends in"),
        "end.opens": _("Voting starts in"),
        "end.over": _("Voting"),
        "end.paused": _("Paused"),
        "end.done": _("has ended"),
        "left.days": _("{d} d {h} h"),
        "left.hours": _("{h} h {m} min"),
        "left.minutes": _("{m} min left"),
        "left.moment": _("less than a minute"),
        "viewers": _("{n} people"),
        "viewers.one": _("{n} person"),
        "seconds": _("{n} s"),
        "unknown": _("not known"),
    }


def _ranking_texts() -> dict[str, str]:
    return {
        "change.up": _("up {n} within an hour"),
        "change.down": _("down {n} within an hour"),
        "change.same": _("unchanged within an hour"),
        "places": _("{n} places"),
        "places.one": _("{n} place"),
        "page": _("Page {n} of {all}"),
        "pause": _("Stop turning pages"),
        "play": _("Turn pages every 20 seconds"),
        "fullscreen": _("Full screen"),
        "fullscreen.leave": _("Leave full screen"),
        "caption": _("{category}: ranking of {time}"),
        "caption.waiting": _("{category}: no numbers yet"),
        "withdrawn": _("Withdrawn"),
        "empty.waiting": _("The first numbers are on their way."),
        "empty.slow": _("Still waiting for numbers. They appear here by themselves."),
        "empty.none": _("Numbers appear here once voting has opened."),
        "empty.before": _("Voting starts {date}. The ranking appears here then."),
        "empty.daily": _("The next numbers appear {date}."),
        "empty.hidden": _("Tallies and ranks of this award stay hidden until the announcement."),
        "empty.hidden.turnout": _("Only the number of ballots received is public."),
        "read": _("{category}, numbers of {time}. {rows}"),
        "read.row": _("Rank {rank}: {name}, {votes} votes."),
        "read.rank": _("Rank {rank}: {name}."),
        "read.nothing": _("There is no ranking to read out."),
        "said.top": _("{category}: the leading places are now {names}."),
    }
