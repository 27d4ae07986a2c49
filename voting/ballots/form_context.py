"""What the ballot form shows in browsers without scripts: choose, then confirm."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from voting.ballots import rule_sentences
from voting.ballots.page_context import Group, season_context
from voting.ballots.problem_texts import details
from voting.ballots.receipt_context import next_ballot
from voting.ballots.rules_text import limits_of, shape
from voting.seasons.models import Season
from voting.seasons.page_context import frame_context, moment, zone_text


def form_context(
    season: Season, *, chosen: Sequence[str], token: str = "", confirm: bool = False
) -> dict[str, Any]:
    """Return the context of ``ballots/form.html``.

    chosen: ballot numbers; what is not on the list is left out.
    token: the ballot token, needed to cast.
    confirm: show the chosen nominees alone, to be cast.
    """
    groups: list[Group] = season_context(season)["groups"]
    running = {
        card["number"] for group in groups for card in group["cards"] if not card["withdrawn"]
    }
    kept = [number for number in chosen if number in running]
    removed = [
        f"{card['number']} {card['name']['text']}"
        for group in groups
        for card in group["cards"]
        if card["withdrawn"] and card["number"] in chosen
    ]
    if confirm:
        groups = [
            {**group, "cards": [card for card in group["cards"] if card["number"] in kept]}
            for group in groups
        ]
        groups = [group for group in groups if group["cards"]]
    ballot = shape(season)
    windows = [moment(window.starts_at, season.time_zone) for window in season.windows.all()]
    limits = limits_of(season.rule_sheet)
    return {
        **frame_context(season),
        "nav_current": "season",
        "step": "confirm" if confirm else "choose",
        "groups": groups,
        "chosen": kept,
        "removed": removed,
        "rules": [
            *rule_sentences.choosing(ballot, list(season.categories.all())),
            *rule_sentences.repeating(limits, windows, zone_text(season.time_zone)),
        ],
        "errors": _complaints(season, groups, len(kept)) if confirm else [],
        "next_text": next_ballot(season),
        "token": token,
    }


def _complaints(season: Season, groups: Sequence[Group], count: int) -> list[str]:
    """Return what the rules will refuse about this ballot, in the words of the refusals."""
    ballot = shape(season)
    found: list[str] = []
    if count < ballot["min"]:
        found += details(season, "too-few", {"min": ballot["min"], "got": count})
    if ballot["max"] is not None and count > ballot["max"]:
        found += details(season, "too-many", {"max": ballot["max"], "got": count})
    each = ballot["per_category"]
    counts = Counter({group["position"]: len(group["cards"]) for group in groups})
    for position, got in counts.items():
        if each is not None and got > each:
            extra = {"category": position, "max": each, "got": got}
            found += details(season, "category-full", extra)
    return found
