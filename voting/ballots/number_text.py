"""How ballot numbers came about, in words, and the public page of a draw."""

import shlex
from typing import Any

from django.utils.translation import gettext as _

from voting.rules.numbering import ticket
from voting.seasons import numbering
from voting.seasons.models import Season
from voting.seasons.numbering import Draw
from voting.seasons.page_context import content, frame_context, full_moment, zone_text

# Sorts the keys on standard input by their tickets; prints the beginning of each and the key.
_REPEAT = """\
SEED={seed}
while IFS= read -r key; do
  printf '%s %s\\n' "$(printf '%s\\n%s' "$SEED" "$key" | sha256sum | cut -c1-16)" "$key"
done <<'LIST' | LC_ALL=C sort
{keys}LIST
"""


def numbers_in_words(season: Season) -> list[str]:
    """Say how the numbers of a season came about, or will.

    What holds for an opened season is what its opening put on record. One query, none if the
    season's events are fetched already.
    """
    opened = [event.detail for event in season.events.all() if event.action == "open"]
    detail = opened[0] if opened else {"numbering": season.numbering}
    how = detail.get("numbering", Season.Numbering.ENTERED)
    if how == Season.Numbering.STROKES:
        return [
            _(
                "Ballot numbers follow the strokes of the names, within each category: fewer "
                "strokes stand first."
            ),
            _("The first digit is the category."),
        ]
    if how == Season.Numbering.DRAW:
        seed = detail.get("seed", "")
        return [
            _("Ballot numbers were drawn from the public seed “%(seed)s”.") % {"seed": seed}
            if seed
            else _("Ballot numbers are drawn from a public seed."),
            _("Anybody can repeat the draw."),
        ]
    return [_("The organiser has given the ballot numbers.")]


def draw_context(season: Season, draws: list[Draw]) -> dict[str, Any]:
    """Return the context of ``ballots/draw.html``.

    season: as ``seasons.queries.season_by_slug`` returns it. draws: those that were announced, at
    least one. While the season is a draft nothing tells who is on the list.
    """
    draft = season.phase == Season.Phase.DRAFT
    counted = draws[-1]
    used = not draft and season.numbering == Season.Numbering.DRAW and bool(counted.seed)
    frame = frame_context(season)
    return {
        **frame,
        # The bar and the footer lead to pages that a draft does not have yet.
        "season": None if draft else season,
        "zone_text": zone_text(season.time_zone),
        "draws": [
            {
                "source": draw.source,
                "announced_text": full_moment(draw.announced_at, season.time_zone),
                "seed": draw.seed,
                "drawn_text": full_moment(draw.drawn_at, season.time_zone) if draw.drawn_at else "",
                "list_hash": draw.list_hash,
                "counts": place == len(draws),
            }
            for place, draw in enumerate(draws, 1)
        ],
        "categories": _categories(season, counted.seed) if used else [],
    }


def _categories(season: Season, seed: str) -> list[dict[str, Any]]:
    keys = numbering.draw_keys(season)
    found = []
    for category in season.categories.all():
        nominees = sorted(category.nominees.all(), key=lambda one: ticket(seed, keys[one.pk]))
        listed = "".join(f"{key}\n" for key in sorted(keys[one.pk] for one in nominees))
        found.append(
            {
                "name": content(category.name, category.name_en),
                "rows": [
                    {
                        "number": one.ballot_number,
                        "key": keys[one.pk],
                        "ticket": ticket(seed, keys[one.pk])[:16],
                    }
                    for one in nominees
                ],
                "command": _REPEAT.format(seed=shlex.quote(seed), keys=listed),
            }
        )
    return found
