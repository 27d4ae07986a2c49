"""What publishing a notice means to the two people who sign."""

from django.utils.translation import gettext_lazy

from voting.approvals.kinds import Kind, Line
from voting.notices.services import publishing
from voting.notices.services.preparing import LABELS
from voting.roles.permissions import Permission

PUBLISHING = Kind(
    name=publishing.APPROVAL,
    title=gettext_lazy("Publish the notice"),
    consequence=gettext_lazy(
        "Everybody can read it at once. What it says stays on record; a change needs another "
        "version with a reason."
    ),
    state=publishing.state_now,
    difference=lambda season, payload: [
        Line(**line) for line in publishing.publication_difference(season, payload)
    ],
    labels=lambda: [str(label) for label in LABELS.values()],
    carry_out=publishing.carry_out,
    proposes=Permission.NOTICES_EDIT,
    leads_to="console:notices",
    begins_at="console:notice_prepare",
)
