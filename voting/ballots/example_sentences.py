"""What one voter can do by a season's rules, told as an example."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voting.ballots.rule_sentences import Limits, Shape, nominee_limits


def example(ballot: Shape, limits: Limits, choosable: int | None = None) -> list[str]:
    """Tell what a voter can do, with numbers that these rules allow.

    choosable: how many of the nominees that there are one ballot can name, if that is known.
    """
    least, most = ballot["min"], ballot["max"]
    chosen = max(least, min(most or 3, 3))
    if choosable is not None and choosable < least:
        return [
            ngettext(
                "A ballot names at least one nominee, and of those on the list it can name "
                "%(n)s: nobody could vote yet.",
                "A ballot names at least %(least)s nominees, and of those on the list it can name "
                "only %(n)s: nobody could vote yet.",
                least,
            )
            % {"least": least, "n": choosable}
        ]
    if choosable is not None:
        chosen = min(chosen, max(choosable, 1))
    each = ballot["per_category"]
    told = []
    if chosen == 1:
        told.append(_("You choose one nominee, look at your ballot once more and cast it."))
    elif each is not None and each < chosen:
        told.append(
            _(
                "You choose %(n)s nominees, at most %(each)s of the same category, look at your "
                "ballot once more and cast it."
            )
            % {"n": chosen, "each": each}
        )
    else:
        told.append(
            _("You choose %(n)s nominees, look at your ballot once more and cast it.")
            % {"n": chosen}
        )
    if choosable is not None and choosable < (most or 0):
        told.append(
            _(
                "A ballot may name up to %(most)s nominees, but of those on the list it can name "
                "only %(n)s."
            )
            % {"most": most, "n": choosable}
        )
    told.append(_afterwards(ballot))
    if "season" in nominee_limits(limits) and ballot["ballots_per"] != "season":
        told.append(_("The nominees that you have voted for before are then marked as used."))
    return told


def _afterwards(ballot: Shape) -> str:
    number = ballot["ballots"]
    period = ballot["ballots_per"]
    if period is None:
        return _("Then you can cast another ballot, as long as the limits above leave you votes.")
    if number == 1:
        return {
            "day": _("From 0:00 the next day you can cast another one."),
            "window": _("When the next voting window begins you can cast another one."),
            "season": _("That was your ballot in this season; keep the receipt."),
        }[period]
    return {
        "day": _("You can cast more the same day, %(n)s in all; the next day you start anew."),
        "window": _("You can cast more in this window, %(n)s in all; the next one starts anew."),
        "season": _("You can cast more until voting closes, %(n)s in all."),
    }[period] % {"n": number}
