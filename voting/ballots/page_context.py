"""What the season page and the nominee page show: template contexts and the data for their scripts.

The pages are the same bytes for every visitor of one language and view, so nothing here knows a
request. A season comes from ``seasons.queries.season_by_slug``: no context then asks the database
anything.
"""

import hashlib
import json
from datetime import datetime
from functools import lru_cache
from typing import Any, TypedDict

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from voting.ballots import page_rules
from voting.ballots.page_rules import Rules
from voting.ballots.page_texts import page_texts
from voting.ballots.rules_text import rule_chips
from voting.seasons import numbering
from voting.seasons.counting import places_in_all
from voting.seasons.headlines import headlines_of
from voting.seasons.models import Category, Nominee, Season
from voting.seasons.page_context import (
    Words,
    announcements,
    content,
    drawn,
    frame_context,
    moment,
    standing_context,
)
from voting.seasons.portraits import TINTS, banner_svg, portrait_svg, scene_svg, validate

# Marks that stand for one character each in a receipt address; see ``_urls``.
CODE = "{code}"
MAX_CHOICES = 64  # that one ballot can carry, whatever the rules say


class Card(TypedDict):
    """One nominee as the season page shows it."""

    number: str
    name: Words
    unit: Words
    summary: Words
    portrait_url: str
    url: str
    search: str  # pinyin initials and syllables, lower case
    withdrawn: bool


class Tab(TypedDict):
    """One category by its names."""

    position: int
    name: Words
    short_name: Words
    places: int


class Group(Tab):
    """One category with its cards."""

    count: int  # of those who can be chosen
    cards: list[Card]


def portrait_url(season: Season, nominee: Nominee) -> str:
    """Return the address of a portrait: the published photo, else the drawing.

    It changes with what is shown. A photo has 320 x 400 pixels, twice what pages show of it.
    """
    if nominee.portrait:
        return reverse("photo", args=[f"{nominee.portrait}-card.jpg"])
    mark = _drawing_mark(json.dumps(nominee.drawing, sort_keys=True))
    return reverse("portrait", args=[season.slug, nominee.ballot_number, mark])


def photos_of(nominee: Nominee) -> list[dict[str, Any]]:
    """Return the published photos of a nominee: addresses by type, size and caption."""
    return [
        {
            "jpeg": reverse("photo", args=[f"{photo['stem']}-thumb.jpg"]),
            "webp": reverse("photo", args=[f"{photo['stem']}-thumb.webp"]),
            "large": reverse("photo", args=[f"{photo['stem']}-page.jpg"]),
            "width": photo["width"],
            "height": photo["height"],
            "caption": content(photo.get("caption", ""), photo.get("caption_en", "")),
        }
        for photo in nominee.photos
    ]


@lru_cache(maxsize=4096)
def _drawing_mark(drawing: str) -> str:
    words = json.loads(drawing)
    drawn = drawing if validate(words) else portrait_svg(words)
    return hashlib.sha256(drawn.encode()).hexdigest()[:8]


def search_key(name: str, name_en: str) -> str:
    """Return what a search matches besides number, name and unit: ``lxm luoxiaoman luo ...``."""
    # Its dictionaries take two seconds to read; commands need not wait for them.
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 -- see above

    syllables = lazy_pinyin(name, style=Style.NORMAL, errors="ignore")
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="ignore"))
    return " ".join(filter(None, (initials, "".join(syllables), name_en))).lower()


def season_context(
    season: Season, *, elder: bool = False, now: datetime | None = None
) -> dict[str, Any]:
    """Return the context of ``ballots/season.html`` and ``ballots/season_elder.html``.

    elder: for the large-type view.
    now: the moment to show; the page must be made anew when the state changes.
    """
    rules = page_rules.rules_of(season)
    groups = groups_of(season)
    at = now or timezone.now()
    common = _common(season, rules, elder=elder, now=at)
    return {
        **common,
        "announcements": announcements(at, season),
        "headlines": headlines_of([season], at).get(season.pk, []),
        "nav_current": "season",
        "groups": groups,
        "show_places": places_in_all(season) is None,
        "nominee_count": sum(group["count"] for group in groups),
        "order_text": _order_text(season),
        "chips": rule_chips(season),
        "rule_lines": page_rules.lines(season, rules),
        "season_data": season_data(season, rules, groups=groups),
    }


def nominee_context(
    season: Season, nominee: Nominee, *, elder: bool = False, now: datetime | None = None
) -> dict[str, Any]:
    """Return the context of ``ballots/nominee.html``."""
    rules = page_rules.rules_of(season)
    categories = list(season.categories.all())
    category = next(one for one in categories if one.pk == nominee.category_id)
    members = {
        one.position: [
            other.ballot_number for other in one.nominees.all() if not other.withdrawn_at
        ]
        for one in categories
    }
    data = season_data(season, rules, groups=[_group(one, []) for one in categories])
    data["nominee"] = {"number": nominee.ballot_number, "category": category.position}
    data["members"] = members
    deeds = content(nominee.deeds, nominee.deeds_en)
    return {
        **_common(season, rules, elder=elder, now=now or timezone.now()),
        "nominee": nominee,
        "name": content(nominee.name, nominee.name_en),
        "unit": content(nominee.unit, nominee.unit_en),
        "summary": content(nominee.summary, nominee.summary_en),
        "category": _group(category, []),
        "figures": [_figure(figure) for figure in nominee.figures[:2]],
        "paragraphs": [part.strip() for part in deeds["text"].split("\n\n") if part.strip()],
        "deeds_lang": deeds["lang"],
        "scenes": [
            {
                "svg": drawn(scene_svg(scene["scene"])),
                "caption": content(scene.get("caption", ""), scene.get("caption_en", "")),
            }
            for scene in nominee.scenes
        ],
        "photos": photos_of(nominee),
        "banner": drawn(banner_svg(_tint(nominee))),
        "portrait_url": portrait_url(season, nominee),
        "withdrawn": nominee.withdrawn_at is not None,
        "season_data": data,
    }


def season_data(season: Season, rules: Rules, *, groups: list[Group]) -> dict[str, Any]:
    """Return the JSON that the scripts of both pages read (``season-data``)."""
    paused_until = season.pause_until
    return {
        "slug": season.slug,
        "phase": season.phase,
        "opens_ms": _milliseconds(season.opens_at),
        "closes_ms": _milliseconds(season.ends_at),
        "time_zone": season.time_zone,
        "pause_reason": content(season.pause_reason, season.pause_reason_en)["text"],
        "pause_until_ms": None if paused_until is None else _milliseconds(paused_until),
        "order": season.order,
        "identity": season.identity_level,
        "turnout_public": rules["turnout_public"],
        "min": rules["min"],
        "max": rules["max"],
        "hard_max": MAX_CHOICES,
        "category_max": rules["category_max"],
        "period": rules["period"],
        "period_ballots": rules["period_ballots"],
        "categories": [
            {
                "position": group["position"],
                "name": group["name"]["text"],
                "short": group["short_name"]["text"],
            }
            for group in groups
        ],
        "urls": _urls(season),
    }


def _common(season: Season, rules: Rules, *, elder: bool, now: datetime) -> dict[str, Any]:
    until = season.pause_until
    return {
        **frame_context(season),
        **standing_context(season, now),
        "elder": elder,
        "view_query": "?view=elder" if elder else "",
        "pause_until_text": moment(until, season.time_zone) if until else "",
        "season_summary": content(season.summary, season.summary_en),
        "pause_reason": content(season.pause_reason, season.pause_reason_en),
        "rules": rules,
        "zhengs": page_rules.zhengs(rules),
        "page_texts": page_texts(),
    }


def groups_of(season: Season) -> list[Group]:
    """Return the categories with their cards, in the order in which they are shown.

    A draft's nominees have the ballot numbers that they would get.
    """
    numbering.fill(season)
    return [
        _group(category, [_card(season, nominee) for nominee in _in_order(season, category)])
        for category in season.categories.all()
    ]


def _in_order(season: Season, category: Category) -> list[Nominee]:
    nominees = list(category.nominees.all())
    # Numbers of different length are still read as numbers: 9 before 10.
    nominees.sort(key=lambda one: (len(one.ballot_number), one.ballot_number))
    if season.order == Season.Order.STROKES:
        nominees.sort(key=lambda one: one.strokes or 99)
    return nominees


def _card(season: Season, nominee: Nominee) -> Card:
    return {
        "number": nominee.ballot_number,
        "name": content(nominee.name, nominee.name_en),
        "unit": content(nominee.unit, nominee.unit_en),
        "summary": content(nominee.summary, nominee.summary_en),
        "portrait_url": portrait_url(season, nominee),
        "url": reverse("ballots:nominee", args=[season.slug, nominee.ballot_number]),
        "search": search_key(nominee.name, nominee.name_en),
        "withdrawn": nominee.withdrawn_at is not None,
    }


def tab_of(category: Category) -> Tab:
    """Return a category by its names; the long one where there is no short one."""
    name = content(category.name, category.name_en)
    short = content(category.short_name, category.short_name_en)
    return {
        "position": category.position,
        "name": name,
        "short_name": short if short["text"] else name,
        "places": category.places,
    }


def _group(category: Category, cards: list[Card]) -> Group:
    count = sum(not card["withdrawn"] for card in cards)
    return {**tab_of(category), "count": count, "cards": cards}


def _figure(figure: dict[str, str]) -> dict[str, Any]:
    return {
        "value": figure.get("value", ""),
        "unit": content(figure.get("unit", ""), figure.get("unit_en", "")),
        "label": content(figure.get("label", ""), figure.get("label_en", "")),
    }


def _tint(nominee: Nominee) -> str:
    tint = nominee.drawing.get("tint")
    return tint if tint in TINTS else TINTS[0]


def _order_text(season: Season) -> str:
    return {
        Season.Order.NUMBER: _("By ballot number"),
        Season.Order.STROKES: _("By strokes of the surname"),
        Season.Order.RANDOM: _("Each visitor sees another order, so that nobody is favoured"),
    }[Season.Order(season.order)]


def _urls(season: Season) -> dict[str, str]:
    slug = season.slug
    return {
        "token": f"/api/seasons/{slug}/token",
        "ballots": f"/api/seasons/{slug}/ballots",
        "status": f"/api/seasons/{slug}/ballots/status",
        "tallies": f"/api/seasons/{slug}/tallies",
        "qr": f"/r/{slug}/{CODE}.svg",
        "receipt": reverse("ballots:receipt_check", args=[slug]) + f"{CODE}/",
        "season": reverse("ballots:season", args=[slug]),
        "sign_in": reverse("ballots:verify", args=[slug]),
        "mark": static("site/mark.svg"),
    }


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
