"""How many are honoured, in which order they compete, and how they must be spread."""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from voting.rules import quotas
from voting.rules.quotas import Quota, Quotas

CATEGORY: Final = "category"  # the trait that every nominee has
# What the season itself says of a nominee. Nobody gives a trait of this name besides: it would
# stand for the true unit, and a limit on units would hold for whatever somebody wrote.
KNOWN_TRAITS: Final = (CATEGORY, "unit", "kind", "repeat")


class Honours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What comes after the totals.

    order: ``category``: each category has an order, places and quotas of its own; ``all``: one
        order over all categories, in which votes and marks of all are compared.
    places: for ``all``, how many in all; None: what the categories have together, each of them at
        most its own. With a number, the categories' own places do not count: quotas say what does.
    """

    order: Literal["category", "all"] = "category"
    places: int | None = None
    quotas: tuple[Quota, ...] = ()
    shared_line: Literal["open", "all"] = "open"


def problems(honours: Honours) -> list[str]:
    """Return codes of what means nothing."""
    found = []
    if honours.places is not None and honours.order == "category":
        found.append("places-without-use")
    if any(one.key.startswith(f"{CATEGORY}:") for one in honours.quotas):
        found.append("quota-key-taken")
    own = Quotas(1 if honours.places is None else honours.places, honours.quotas)
    return [*found, *quotas.problems(own)]


def quotas_of(honours: Honours, places: Mapping[str, int]) -> Quotas:
    """Return the quotas of one order. places: those of each category in it, by name."""
    if len(places) == 1 and honours.order == "category":
        return Quotas(next(iter(places.values())), honours.quotas, honours.shared_line)
    if honours.places is not None:
        return Quotas(honours.places, honours.quotas, honours.shared_line)
    of_categories = tuple(
        Quota(f"{CATEGORY}:{name}", (CATEGORY,), (name,), most=most)
        for name, most in places.items()
    )
    return Quotas(sum(places.values()), (*of_categories, *honours.quotas), honours.shared_line)
