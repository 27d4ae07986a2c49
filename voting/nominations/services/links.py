"""A new secret link in place of one that others may have."""

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.budgets import spend
from accounts.models import User
from voting.audit.services import record
from voting.nominations.models import Nomination
from voting.nominations.review import queue
from voting.nominations.services.deciding import Recused
from voting.nominations.services.errors import NotNow, TooMany
from voting.nominations.services.letters import tell_of_link

PER_HOUR: Final = 5


@transaction.atomic
def renew_link(*, nomination_id: int, actor: str, official: User | None = None) -> Nomination:
    """Make older links void, and end the browsers that came by them; mail the new link.

    It goes to the nominator's confirmed address, and to nobody if there is none; see
    ``letters.addresses_of``. official: who of the office does it, if it is not the nominator.
    Raises NotNow if no link leads to the nomination, TooMany; Recused for an official who must
    keep out of the decision about it.
    """
    nomination = Nomination.objects.select_for_update().get(pk=nomination_id)
    if official is not None and (why := queue.recusal(official, nomination)):
        raise Recused(why)
    if not nomination.is_by_link:
        raise NotNow(_("No secret link leads to this nomination."))
    if not spend("nomination-link", nomination.code, ((PER_HOUR, 3600),)):
        raise TooMany(_("Several new links have been made already. Please wait an hour."))
    nomination.link_number += 1
    nomination.save(update_fields=["link_number"])
    record(
        actor=actor, action="nomination.renew_link", season=nomination.season.slug,
        target=f"{nomination.code} {nomination.name}",
    )  # fmt: skip
    tell_of_link(nomination_id=nomination.pk)
    return nomination
