"""What the screen of a ceremony shows: who is honoured, the last place first.

All of it goes out with the page, which needs no network from then on. The script takes the names
out of the page and puts each into it only when it is revealed; the page's source does hold them.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from voting.results import explaining
from voting.results.models import Conferral, PublishedResult
from voting.rules.components import Consolidation, counted
from voting.seasons.models import Season
from voting.seasons.page_context import content

Values = dict[str, Any]


def ceremony_context(found: PublishedResult) -> Values:
    """Return the context of ``console/ceremony.html``. Whoever was revoked is not shown."""
    season: Season = found.snapshot.season
    name = content(season.name, season.name_en)
    return {
        "season": season,
        "season_name": name,
        "is_rehearsal": season.phase != Season.Phase.ANNOUNCED,
        "ceremony_data": {
            "name": name,
            "organiser": content(season.organiser, season.organiser_en),
            "categories": _categories(found),
        },
        "page_texts": _texts(season),
    }


def _categories(found: PublishedResult) -> list[Values]:
    season: Season = found.snapshot.season
    facts = explaining.facts_of(season)
    gone = set(
        Conferral.objects.filter(season=season, revoked_at__isnull=False).values_list(
            "nominee__ballot_number", flat=True
        )
    )
    categories = []
    for ranking in explaining.rankings_of(found.snapshot):
        listed = explaining.list_context(ranking, facts)
        parts = {one["number"]: one["parts"] for one in ranking["nominees"]}
        declared = explaining.declared_of(ranking)
        people = [
            _person(row, _summary(facts, row["number"]), parts[row["number"]], declared)
            for row in listed["rows"]
            if row["honoured"] is True and row["number"] not in gone
        ]
        people.sort(key=lambda one: (-one["place"], one["number"]))
        if people:
            categories.append({"name": listed["category"], "people": people})
    return categories


def _summary(facts: explaining.Facts, number: str) -> Values:
    nominee = facts.nominees.get(number)
    return dict(content(nominee.summary, nominee.summary_en)) if nominee else {"text": ""}


def _person(row: Values, summary: Values, parts: Values, declared: Consolidation) -> Values:
    added = [
        (at % explaining.PATTERNS, explaining.name_of(one, declared), parts[one.key]["added"])
        for at, one in enumerate(counted(declared))
        if parts.get(one.key, {}).get("added") is not None
    ]
    return {
        "number": row["number"],
        "place": row["place"] or row["rank"],
        "name": row["name"],
        "unit": row["unit"],
        "summary": summary,
        "portrait": row["portrait"],
        "total": row["total"],
        "segments": row["segments"],
        "parts": [
            {"pattern": pattern, "name": name, "value": explaining.shown(value)}
            for pattern, name, value in added
        ],
    }


def _texts(season: Season) -> dict[str, str]:
    """Return what the script says; a showcase honours nobody."""
    return {
        "place": _("Place {n}"),
        "list": pgettext("ceremony", "Chosen")
        if season.is_showcase
        else pgettext("ceremony", "Honoured"),
        "list.page": _("{n} of {all}"),
        "total": _("Total"),
        "step": _("Step {n} of {all}"),
        "loading": _("Loading pictures: {n} of {all}"),
        "ready": _("Everything is loaded; the network may fail now."),
        "broken": _("{n} pictures have not been loaded; the names will be shown without them."),
        "colon": _(": "),
        "and": _(", "),
        "gap": _("; "),
        "fullscreen": _("Full screen"),
        "fullscreen.leave": _("Leave full screen"),
    }
