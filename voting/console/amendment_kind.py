"""What amending the frozen rules means to the two people who sign."""

from django.utils.translation import gettext_lazy

from voting.approvals.kinds import Kind, Line
from voting.ballots.services.amending import KIND, amend
from voting.console.amendment_views import lines_of
from voting.seasons import amending

AMENDING = Kind(
    name=KIND,
    title=gettext_lazy("Amend the rules"),
    consequence=gettext_lazy(
        "The change holds from your signature on, for everybody, and stands on the rules page with "
        "its reason and the fingerprint before."
    ),
    state=amending.state,
    difference=lambda season, payload: [Line(**line) for line in lines_of(season, payload)],
    carry_out=amend,
    leads_to="console:season_amend",
)
