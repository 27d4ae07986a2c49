"""By which address a judge can be written to, and who was given a seat and could not be told."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from voting.judging.models import Judge, Panel, Seat
from voting.roles.models import Role
from voting.roles.queries import active_grants
from voting.seasons.models import Season


@dataclass(frozen=True, slots=True)
class Unreached:
    """A seat that waits for an answer, and whose judge no mail has told of it.

    has_address: whether one is known, so that an invitation would get there.
    """

    seat: Seat
    has_address: bool


def account_of(judge: Judge) -> User | None:
    """Return the account that a judge is, also one that took the link and never came again."""
    if judge.user is not None:
        return judge.user
    return judge.invitation.accepted_by if judge.invitation is not None else None


def address_of(judge: Judge) -> str:
    """Return where a judge gets mail, "" if nowhere: the pool's address before the account's."""
    account = account_of(judge)
    return judge.email or (account.email if account is not None else "") or ""


def has_link(judge: Judge) -> bool:
    """Return whether a link that was made for a judge can still be taken."""
    link = judge.invitation
    return (
        link is not None
        and link.accepted_at is None
        and link.revoked_at is None
        and link.expires_at > timezone.now()
    )


def finds_the_seat(judge: Judge) -> bool:
    """Return whether a judge only has to sign in: an account is the judge, or becomes it by that.

    Such as one that owns the judge's address and was given the role by name. Two queries at most.
    """
    if account_of(judge) is not None:
        return True
    if not judge.email:
        return False
    owners = EmailAddress.objects.filter(email__iexact=judge.email, verified=True)
    grants = active_grants().filter(user__in=owners.values("user"), role=Role.JUDGE)
    return grants.filter(season=judge.season_id).exists()


def unreached(panel: Panel) -> list[Unreached]:
    """Return who is asked to sit on a panel and could not be told. One query, and one for each.

    No address is known, or there is no account yet and no link that could still be taken.
    Nobody is told of a rehearsal, and whose sheets came by file is not asked.
    """
    if panel.season.rehearsal_of_id is not None or panel.closed_at is not None:
        return []
    asked = panel.seats.filter(state=Seat.State.INVITED).exclude(how=Seat.How.IMPORTED)
    rows = asked.select_related("judge__user", "judge__invitation__accepted_by")
    found = []
    for seat in rows.order_by("judge__key"):
        known = bool(address_of(seat.judge))
        if not known or not (has_link(seat.judge) or finds_the_seat(seat.judge)):
            found.append(Unreached(seat, known))
    return found


def judges_address(season: Season) -> str:
    """Return the address at which judges of a season begin, in the language that most read."""
    with translation.override("zh-hans"):
        return settings.SITE_ORIGIN + reverse("judging:start", args=[season.slug])
