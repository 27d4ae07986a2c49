"""What approvals contribute to the list of what must be ready before voting can open."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voting.approvals import queries
from voting.seasons.models import Season
from voting.seasons.readiness import Item

OPENING = "voting.open"


def readiness(season: Season) -> list[Item]:
    """Return whether two people can sign, and whether something else waits for a second person.

    Two queries. That the opening itself waits is no obstacle to it.
    """
    people = queries.signers(season)[:2].count()
    others = queries.waiting(season).exclude(kind=OPENING).count()
    undecided = ngettext(
        "One change waits for a second person. Have it approved or returned first.",
        "%(n)s changes wait for a second person. Have them approved or returned first.",
        others,
    ) % {"n": others}
    return [
        Item("approvals", True, _("No change waits for a second person"))
        if not others
        else Item("approvals", False, undecided),
        Item("people", True, _("Two people can sign the opening"))
        if people >= 2
        # Not in the way of whoever opens at the server, in the name of two people.
        else Item(
            "people", False,
            _("Opening needs two people who may sign. Give a second one the role of organiser."),
            blocks=False,
        ),
    ]  # fmt: skip
