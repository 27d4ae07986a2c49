"""What publishing a notice means to the two people who sign."""

from typing import Any, Final

from django.utils.translation import gettext_lazy

from voting.approvals.kinds import Kind, Line
from voting.notices.models import NoticeKind
from voting.notices.services import publishing
from voting.notices.services.preparing import LABELS
from voting.roles.permissions import Permission


def _kind(kind: NoticeKind, title: Any, leads_to: str, begins_at: str) -> Kind:
    return Kind(
        name=publishing.APPROVALS[kind],
        title=title,
        consequence=gettext_lazy(
            "Everybody can read it at once. What it says stays on record; a change needs another "
            "version with a reason."
        ),
        state=lambda season: publishing.state_now(season, kind),
        difference=lambda season, payload: [
            Line(**line) for line in publishing.publication_difference(season, payload)
        ],
        labels=lambda: [str(label) for label in LABELS.values()],
        carry_out=publishing.carry_out,
        proposes=Permission.NOTICES_EDIT,
        leads_to=leads_to,
        begins_at=begins_at,
    )


PUBLISHING: Final = _kind(
    NoticeKind.CANDIDATE, gettext_lazy("Publish the notice"), "console:notices",
    "console:notice_prepare",
)  # fmt: skip
PUBLISHING_RESULT: Final = _kind(
    NoticeKind.RESULT, gettext_lazy("Publish the notice of the result"), "console:result_notice",
    "console:result_notice_prepare",
)  # fmt: skip
