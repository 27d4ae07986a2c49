"""How places are filled and who they must be spread over, as sentences."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext as _

from voting.ballots.counting_sentences import listed, sentence_case
from voting.rules import places
from voting.rules.honours import CATEGORY, Honours
from voting.rules.quotas import Quota, Quotas
from voting.rules.ties import Ties, decide
from voting.seasons.models import Nominee

TOLD: Final = 8  # nominees of an example at most


def lines(honours: Honours, categories: Mapping[str, str]) -> list[str]:
    """Say who gets a place. categories: name in the file -> name to be shown."""
    if honours.order == "category":
        found = [_("Each category has an order and places of its own.")]
    elif honours.places is None:
        found = [
            _("All nominees stand in one order, and there are as many places as the categories "
              "have together; none of them gets more than its own.")
        ]  # fmt: skip
    else:
        found = [
            _("All nominees stand in one order, whatever their category. Places in all: %(n)s.")
            % {"n": honours.places}
        ]
    found.append(
        _("Where more share the last place than can have it, all of them do.")
        if honours.shared_line == "all"
        else _("Where more share the last place than can have it, it stays open until it is "
               "decided between them.")
    )  # fmt: skip
    if honours.quotas:
        found += _quotas(honours, categories)
    return found


def _quotas(honours: Honours, categories: Mapping[str, str]) -> list[str]:
    found = [quota(one, categories) for one in honours.quotas]
    if honours.order == "category":
        found.insert(0, _("These limits hold in each category by itself:"))
    else:
        found.insert(0, _("These limits hold for all places together:"))
    found.append(
        _("Places are filled from the top. Whoever would break a limit is passed over, and places "
          "are kept where a limit needs somebody from further below; it is published which limit "
          "moved whom.")
    )  # fmt: skip
    return found


def quota(one: Quota, categories: Mapping[str, str]) -> str:
    """Say what a quota limits."""
    if one.by == ("repeat",):
        who = _("nominees who stand in the list of earlier years")
    elif one.of:
        who = _("nominees with %(trait)s %(values)s") % {
            "trait": trait(one.by[0]),
            "values": _(" or ").join(_value(one.by[0], own, categories) for own in one.of),
        }
        if len(one.of) > 1:
            who = _("%(who)s, each of these by itself") % {"who": who}
    elif len(one.by) == 1:
        who = _("nominees with the same %(trait)s") % {"trait": trait(one.by[0])}
    else:
        who = _("nominees with the same %(traits)s, all alike") % {
            "traits": listed(trait(own) for own in one.by)
        }
    return _("%(amount)s: %(who)s.") % {"amount": _amount(one), "who": who}


def trait(word: str) -> str:
    """Name a trait; those that are the organiser's own words stay as they are."""
    return {
        "category": _("category"),
        "unit": _("unit"),
        "kind": _("kind"),
        "repeat": _("place in an earlier year"),
    }.get(word, f"“{word}”")


def _value(word: str, value: str, categories: Mapping[str, str]) -> str:
    if word == CATEGORY:
        return categories.get(value, value)
    if word == "kind" and value in Nominee.Kind.values:
        return str(Nominee.Kind(value).label)
    return f"“{value}”"


def _amount(one: Quota) -> str:
    if one.most == 0:
        return _("No place")
    found = []
    if one.least:
        found.append(_("at least %(least)s") % {"least": one.least})
    if one.most is not None:
        found.append(_("at most %(most)s") % {"most": one.most})
    if one.most_percent is not None:
        found.append(_("at most %(n)s%% of the places (rounded down)") % {"n": one.most_percent})
    return sentence_case(listed(found))


def example(honours: Honours) -> list[str]:
    """Tell how the first quota with a small limit moves somebody; none without such a quota."""
    one = next(
        (own for own in honours.quotas if own.most is not None and own.most + 2 <= TOLD), None
    )
    if one is None or one.most is None:
        return []
    alike = [str(101 + place) for place in range(one.most + 1)]
    other = str(101 + len(alike))
    value = dict.fromkeys(one.by, one.of[0] if one.of else "A")
    order = [*alike, other]
    found = places.award(
        decide(
            {nominee: Fraction(100 - place) for place, nominee in enumerate(order)},
            Ties(("shared",)), {},
        ),
        dict.fromkeys(alike, value),
        Quotas(len(alike), (Quota(one.key, one.by, one.of, most=one.most),)),
    )  # fmt: skip
    return [
        _("%(who)s are first in this order; the limit concerns %(alike)s. Places: %(n)s.")
        % {"who": listed(order), "alike": listed(alike), "n": len(alike)},
        _("A place for: %(in)s. Passed over: %(out)s.")
        % {"in": listed(found.of("in")), "out": listed(found.of("out"))},
    ]
