"""Ballot numbers of a season: what they will be, and giving them.

Numbers that are not entered are given at opening, in the transaction that freezes them.
``number_draw`` has the steps of a draw.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from django.utils.translation import gettext as _

from voting.rules import numbering as rules
from voting.seasons import queries
from voting.seasons.models import Category, Nominee, Season, SeasonEvent
from voting.seasons.services import RuleBroken

ANNOUNCE: Final = "draw_announce"
SEED: Final = "draw_seed"


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw as it stands: announced, or with its seed."""

    source: str  # in words: what the seed will be
    announced_at: datetime
    list_hash: str  # SHA-256 of the list of keys
    seed: str = ""
    drawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Numbers:
    """What ballot numbers a draft's nominees would have if voting opened now."""

    of: dict[int, str]  # by primary key; "" for none
    keys: dict[int, str]  # what stands for each nominee in a draw
    missing: str = ""  # why numbers are missing, as a sentence
    remark: str = ""  # what somebody should look at


def list_hash(keys: dict[int, str]) -> str:
    """Return the SHA-256 of the keys, sorted by code point, each with a line feed behind it."""
    return sha256("".join(f"{key}\n" for key in sorted(keys.values())).encode()).hexdigest()


def draw_keys(season: Season) -> dict[int, str]:
    """Return what stands for each nominee in a draw: the name, with what tells equal names apart.

    season: as ``queries.season_by_slug`` returns it. Always on one line; no two are equal.
    """
    nominees = [one for category in season.categories.all() for one in category.nominees.all()]
    found: dict[int, str] = {one.pk: _one_line(one.name) for one in nominees}
    units = {one.pk: _one_line(one.unit) for one in nominees}
    twice = _repeated(found)
    found |= {pk: f"{found[pk]} {units[pk]}".strip() for pk in twice}
    # Numbered by category and position, and never onto a key that is there.
    for pk in _repeated(found):
        taken, number, plain = {*found.values()}, 1, found[pk]
        while f"{plain} ({number})" in taken:
            number += 1
        found[pk] = f"{plain} ({number})"
    return found


def draw_of(season: Season) -> Draw | None:
    """Return the draw that counts, the one announced last; None if there is none. One query."""
    draws = draws_of(season)
    return draws[-1] if draws else None


def draws_of(season: Season) -> list[Draw]:
    """Return every draw that was announced, the first one first. One query."""
    draws: list[Draw] = []
    steps = SeasonEvent.objects.filter(season=season, action__in=[ANNOUNCE, SEED])
    for event in steps.order_by("pk"):
        if event.action == ANNOUNCE:
            draws.append(Draw(event.detail["source"], event.at, event.detail["list_hash"]))
        else:
            last = draws.pop()
            draws.append(
                Draw(last.source, last.announced_at, last.list_hash, event.detail["seed"], event.at)
            )
    return draws


def numbers_of(season: Season) -> Numbers:
    """Return what numbers the nominees have, or would get if voting opened now.

    season: as ``queries.season_by_slug`` returns it. One more query for a season with a draw.
    """
    categories = list(season.categories.all())
    present = {
        one.pk: one.ballot_number for category in categories for one in category.nominees.all()
    }
    keys = draw_keys(season)
    if season.phase != Season.Phase.DRAFT or season.numbering == Season.Numbering.ENTERED:
        empty = [keys[pk] for pk, number in present.items() if not number]
        return Numbers(present, keys, missing=_without(empty) if empty else "")
    if season.numbering == Season.Numbering.STROKES:
        return _by_strokes(categories, keys)
    draw = draw_of(season)
    if draw is None or not draw.seed:
        return Numbers(
            dict.fromkeys(present, ""), keys, missing=_("The ballot numbers have not been drawn.")
        )
    if draw.list_hash != list_hash(keys):
        return Numbers(
            dict.fromkeys(present, ""),
            keys,
            missing=_("Nominees have changed since the draw. It must be announced again."),
        )
    orders = [
        _sorted(category, rules.draw_order([keys[pk] for pk in _pks(category)], draw.seed), keys)
        for category in categories
    ]
    return Numbers(_numbers(orders), keys)


def fill(season: Season) -> None:
    """Give nominees without a number the one they would get, in memory only: for previews.

    season: as ``queries.season_by_slug`` returns it.
    """
    nominees = [one for category in season.categories.all() for one in category.nominees.all()]
    if all(one.ballot_number for one in nominees):
        return
    numbers = numbers_of(season).of
    for place, one in enumerate(nominees, 1):
        # A preview needs an address for each, also where the draw is still to come.
        one.ballot_number = one.ballot_number or numbers[one.pk] or f"x{place}"


def assign(season: Season) -> dict[str, Any]:
    """Write the numbers of a draft that is being opened; return what to put on record about them.

    Call it in the transaction that freezes them, with the season locked. Strokes of names are
    filled in where nobody has entered them. Raises RuleBroken if numbers are missing.
    """
    season = queries.season_by_slug(season.slug)
    numbers = numbers_of(season)
    if numbers.missing:
        raise RuleBroken(numbers.missing)
    nominees = [one for category in season.categories.all() for one in category.nominees.all()]
    changed = [one for one in nominees if one.ballot_number != numbers.of[one.pk]]
    # Out of the way first: numbers are unique at every moment.
    Nominee.objects.filter(pk__in=[one.pk for one in changed]).update(ballot_number="")
    for one in nominees:
        one.ballot_number = numbers.of[one.pk]
        if one.strokes is None and one.name.strip():
            one.strokes = rules.strokes(one.name.strip()[0])
    Nominee.objects.bulk_update(nominees, ["ballot_number", "strokes"], batch_size=500)
    record: dict[str, Any] = {"numbering": season.numbering}
    draw = draw_of(season) if season.numbering == Season.Numbering.DRAW else None
    if draw is not None:
        record |= {"seed": draw.seed, "list_hash": draw.list_hash}
    return record


def _by_strokes(categories: list[Category], keys: dict[int, str]) -> Numbers:
    orders, unknown = [], ""
    for category in categories:
        order = rules.stroke_order({keys[pk]: keys[pk] for pk in _pks(category)})
        orders.append(_sorted(category, order.keys, keys))
        unknown += "".join(order.unknown.values())
    remark = ""
    if unknown:
        remark = _("Nobody counted the strokes of %(signs)s; such names stand last.") % {
            "signs": " ".join(dict.fromkeys(unknown))[:60]
        }
    return Numbers(_numbers(orders), keys, remark=remark)


def _numbers(orders: list[list[int]]) -> dict[int, str]:
    """Return the numbers by primary key: with the category's digit, or running through."""
    named = [[str(pk) for pk in order] for order in orders]
    if len(named) <= rules.MOST_CATEGORIES:
        found = rules.category_numbers(named)
    else:
        found = rules.running_numbers([pk for order in named for pk in order])
    return {int(pk): number for pk, number in found.items()}


def _sorted(category: Category, order: tuple[str, ...], keys: dict[int, str]) -> list[int]:
    places = {key: place for place, key in enumerate(order)}
    return sorted(_pks(category), key=lambda pk: places[keys[pk]])


def _pks(category: Category) -> list[int]:
    return [one.pk for one in category.nominees.all()]


def _repeated(keys: dict[int, str]) -> list[int]:
    counts: dict[str, int] = {}
    for key in keys.values():
        counts[key] = counts.get(key, 0) + 1
    return [pk for pk, key in keys.items() if counts[key] > 1]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _without(names: list[str]) -> str:
    shown = _("; ").join(names[:5])
    if len(names) > 5:
        return _("%(n)s nominees have no ballot number, among them %(names)s.") % {
            "n": len(names), "names": shown,
        }  # fmt: skip
    return _("No ballot number yet: %(names)s.") % {"names": shown}
