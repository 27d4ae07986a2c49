"""From state to state: which can follow on which, with an event, an audit entry and a notice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from voting.audit.services import record
from voting.nominations.models import Nomination, NominationEvent
from voting.nominations.services.errors import NotNow
from voting.nominations.services.letters import tell_nominator

State = Nomination.State

_UNDER_REVIEW: Final = frozenset(
    {
        State.RETURNED, State.ACCEPTED, State.REJECTED, State.MERGED, State.NOT_LISTED,
        State.WITHDRAWN,
    }
)  # fmt: skip
# A decision can be taken back: the nomination is then under review again, as ``resubmitted``.
NEXT: Final[Mapping[str, frozenset[str]]] = {
    State.DRAFT: frozenset({State.SUBMITTED}),
    State.SUBMITTED: _UNDER_REVIEW,
    State.RESUBMITTED: _UNDER_REVIEW,
    State.RETURNED: frozenset({State.RESUBMITTED, State.REJECTED, State.WITHDRAWN}),
    State.ACCEPTED: frozenset(
        {State.RESUBMITTED, State.REJECTED, State.MERGED, State.NOT_LISTED, State.WITHDRAWN}
    ),
    State.REJECTED: frozenset({State.RESUBMITTED}),
    State.MERGED: frozenset({State.RESUBMITTED, State.WITHDRAWN}),
    State.NOT_LISTED: frozenset({State.RESUBMITTED, State.ACCEPTED, State.WITHDRAWN}),
    State.WITHDRAWN: frozenset(),
}


# In these nobody is on the list of nominees because of the nomination.
UNMAPPED: Final = frozenset(
    {
        State.DRAFT, State.RETURNED, State.RESUBMITTED, State.REJECTED, State.NOT_LISTED,
        State.WITHDRAWN,
    }
)  # fmt: skip


@transaction.atomic
def move(
    *,
    nomination_id: int,
    to: str,
    action: str,
    actor: str,
    reason: str = "",
    is_public: bool = True,
    nominee_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> Nomination:
    """Bring a nomination into another state; write down who did it and why, and tell the nominator.

    to: a ``Nomination.State``. action: the verb, such as accept. reason: up to 1,000 characters;
    the nominator reads it if is_public. nominee_id: whom it is mapped to from now on; a state in
    which nobody can be mapped takes the mapping away. Raises NotNow if the state cannot follow.
    """
    nomination = Nomination.objects.select_for_update().get(pk=nomination_id)
    if to not in NEXT[nomination.state]:
        raise NotNow(
            _("This nomination is in the state “%(state)s” by now. Look at it again.")
            % {"state": nomination.get_state_display()}
        )
    now = timezone.now()
    before = nomination.state
    nomination.state, nomination.state_since = to, now
    if to == State.SUBMITTED:
        nomination.submitted_at = now
    if to in UNMAPPED:
        nomination.nominee_id = None
    elif nominee_id is not None:
        nomination.nominee_id = nominee_id
    nomination.version += 1
    nomination.save()
    note(
        nomination=nomination, action=action, actor=actor, reason=reason, is_public=is_public,
        detail=detail, at=now,
    )  # fmt: skip
    record(
        actor=actor, action=f"nomination.{action}", season=nomination.season.slug,
        unit=nomination.unit.code if nomination.unit else "",
        target=f"{nomination.code} {nomination.name}", before={"state": before},
        after={"state": to}, reason=reason,
    )  # fmt: skip
    if is_public:
        tell_nominator(nomination_id=nomination.pk)
    return nomination


def note(
    *,
    nomination: Nomination,
    action: str,
    actor: str,
    reason: str = "",
    is_public: bool = True,
    detail: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> NominationEvent:
    """Write down a step that leaves the state as it is; call it in the transaction of the step."""
    return NominationEvent.objects.create(
        nomination=nomination, at=at or timezone.now(), action=action, state=nomination.state,
        actor=actor[:150], reason=reason[:1000], is_public=is_public, detail=dict(detail or {}),
    )  # fmt: skip
