"""What an amendment of frozen rules means to the two people who sign it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from voting.approvals.kinds import Kind, Line
from voting.ballots import rule_sentences, rules_text
from voting.ballots.services.amending import KIND, amend
from voting.seasons import amending
from voting.seasons.models import Season
from voting.seasons.services import RuleBroken


def lines_of(season: Season, payload: Mapping[str, Any]) -> list[Line]:
    """Return what new values change, in words. Raises NotAmendable."""
    changes = amending.check(season, payload)
    return [Line(**rules_text.change_in_words(change, season.time_zone)) for change in changes]


def _difference(season: Season, payload: Mapping[str, Any]) -> list[Line]:
    try:
        return lines_of(season, payload)
    except RuleBroken:  # overtaken by another change: the state differs too, and nobody can sign
        return []


AMENDING = Kind(
    name=KIND,
    title=gettext_lazy("Amend the rules"),
    consequence=gettext_lazy(
        "It holds from the second signature on, for everybody at once, and stands on the rules "
        "page with its reason for good."
    ),
    state=amending.state,
    difference=_difference,
    labels=lambda: [rule_sentences.amendable(name) for name in amending.AMENDABLE],
    carry_out=amend,
    leads_to="console:season_amend",
    begins_at="console:season_amend",
)
