"""How a change that needs two people is shown: who signed when, whose turn it is, what changes."""

from collections.abc import Sequence
from typing import Any, Final

from django.urls import reverse

from accounts.models import User
from voting.approvals.kinds import Line
from voting.approvals.models import Proposal
from voting.audit.services import name_of
from voting.console import approval_kinds
from voting.seasons.page_context import content, full_moment

Values = dict[str, Any]
KEPT: Final = "zh-Hans"  # services.KEPT_IN, as pages write it


def standing(user: User) -> str:
    """Return how a person is named beside a signature."""
    return name_of(user)


def card(proposal: Proposal, reader: Any, *, stale: bool = False) -> Values:
    """Return what list and page show of a proposal. It costs no query.

    stale: what ``approval_kinds.is_stale`` says of it.
    """
    kind = approval_kinds.KINDS.get(proposal.kind)
    zone = proposal.season.time_zone
    return {
        "pk": proposal.pk,
        "url": reverse("console:approval", args=[proposal.season.slug, proposal.pk]),
        "title": kind.title if kind else proposal.kind,
        "season": content(proposal.season.name, proposal.season.name_en),
        "reason": proposal.reason,
        "first": standing(proposal.proposed_by),
        "first_at": full_moment(proposal.proposed_at, zone),
        "own": proposal.proposed_by_id == reader.pk,
        "waits": proposal.state == Proposal.State.WAITING,
        "stale": stale,
        "state": proposal.state,
        "state_text": proposal.get_state_display(),
        "second": standing(proposal.decided_by) if proposal.decided_by else "",
        "second_at": full_moment(proposal.decided_at, zone) if proposal.decided_at else "",
        "note": proposal.decision_note,
    }


def lines_of(proposal: Proposal, lines: Sequence[Line] | None) -> Values:
    """Return the difference: as it reads now, or as it was written down when it was signed.

    What was signed stays as it was written; the program's own labels are said to the reader.
    """
    if lines is not None:
        return {"lines": [line._asdict() for line in lines], "lang": ""}
    labels = approval_kinds.labels_of(proposal.kind)
    kept = [
        line | {"label": labels.get(line["label"], line["label"]),
                "label_lang": "" if line["label"] in labels else KEPT}
        for line in proposal.difference
    ]  # fmt: skip
    return {"lines": kept, "lang": KEPT}
