"""Giving, ending and taking roles, and inviting people to them.

Nobody gives what they do not hold themselves: not beyond their season, their unit or their own
time. Nobody gives a role to themselves, and a season is never left without an organiser.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from voting.audit.services import name_of, record
from voting.roles import invitees, queries
from voting.roles.letters import send_invitation
from voting.roles.models import Grant, Invitation, Role
from voting.roles.naming import NameUnusable, must_be_named, set_own_name
from voting.roles.permissions import Permission
from voting.seasons.models import Season
from voting.seasons.services import RuleBroken
from voting.units.models import Unit

LINK_DAYS: Final = 7
TOKEN_BYTES: Final = 32


class BeyondOwnRole(RuleBroken):
    """Whoever gives, ends or takes the role does not hold that much themselves."""


class OwnRole(RuleBroken):
    """Nobody gives a role to themselves."""


class AlreadyGranted(RuleBroken):
    """The person has this very role already."""


class LastOrganiser(RuleBroken):
    """Nobody would be left to run it."""


class RoleOver(RuleBroken):
    """The role has been taken or has ended already."""


class InvitationUnusable(RuleBroken):
    """The link has been used, taken back, has run out, or never was one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how long a role holds; None: in every season, everywhere, without an end."""

    role: str
    season: Season | None
    unit: Unit | None
    starts_at: datetime | None
    ends_at: datetime | None

    def logged(self) -> dict[str, str]:
        """Return it as the audit log keeps it."""
        return {
            "role": self.role,
            "season": self.season.slug if self.season else "",
            "unit": self.unit.code if self.unit else "",
            "starts_at": self.starts_at.isoformat() if self.starts_at else "",
            "ends_at": self.ends_at.isoformat() if self.ends_at else "",
        }


@transaction.atomic
def grant_role(
    *,
    user_id: int,
    role: str,
    by: User,
    reason: str,
    season_id: int | None = None,
    unit_id: int | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Grant:
    """Give somebody a role in a season (None: in all) and a unit with all below it (None: all).

    starts_at: None for now. ends_at: exclusive; None for no end.
    Raises BeyondOwnRole, OwnRole, AlreadyGranted, RuleBroken if the times or unit do not fit;
    NameUnusable for somebody without a name, or with that of somebody else who has a role.
    """
    place = _place(role, season_id, unit_id, starts_at or timezone.now(), ends_at)
    _check_reach(by, place)
    if user_id == by.pk and not by.is_superuser:
        raise OwnRole(_("Nobody gives a role to themselves. Ask another organiser."))
    # Before the person is locked, as whoever takes a role by a link does.
    user = User.objects.get(pk=user_id)
    if not user.name:
        raise NameUnusable(
            _(
                "This person has not said yet what they are called, and whoever has a role is "
                "named. Send them an invitation: it asks for their name first."
            )
        )
    if must_be_named(user):
        raise NameUnusable(
            _("%(name)s needs a name first that nobody else here has.") % {"name": user.name}
        )
    return _grant(user_id, place, by, reason)


@transaction.atomic
def end_role(*, grant_id: int, ends_at: datetime, by: User, reason: str) -> Grant:
    """Let a role end at a moment that is yet to come, sooner or later than planned.

    Raises BeyondOwnRole, LastOrganiser, RoleOver, RuleBroken if that moment is past.
    """
    grant = _standing(grant_id)
    before = _place_of(grant)
    if ends_at <= max(timezone.now(), grant.starts_at):
        raise RuleBroken(_("Choose a later end, or take the role away at once."))
    grant.ends_at = ends_at
    _check_reach(by, _place_of(grant))
    _check_not_the_last(grant, ends_at, before.ends_at, by)
    grant.save(update_fields=["ends_at"])
    _log("end", grant, by, reason, before.logged(), _place_of(grant).logged())
    return grant


@transaction.atomic
def revoke_role(*, grant_id: int, by: User, reason: str) -> Grant:
    """Take a role away at once; it stays on record.

    Raises BeyondOwnRole, LastOrganiser, RoleOver.
    """
    grant = _standing(grant_id)
    _check_reach(by, _place_of(grant), time=False)
    _check_not_the_last(grant, timezone.now(), grant.ends_at, by)
    grant.revoked_at, grant.revoked_by = timezone.now(), name_of(by)
    grant.save(update_fields=["revoked_at", "revoked_by"])
    _log("revoke", grant, by, reason, _place_of(grant).logged(), {})
    return grant


@transaction.atomic
def invite(
    *,
    role: str,
    by: User,
    reason: str,
    season_id: int | None = None,
    unit_id: int | None = None,
    email: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    days: int = LINK_DAYS,
) -> tuple[Invitation, str]:
    """Make a link that gives a role once; return it with its address.

    email: where to send the link; "" to hand it over in another way. starts_at: None for when it
    is accepted. days: how long the link can be used.
    Raises BeyondOwnRole, RuleBroken if the times or unit do not fit.
    """
    place = _place(role, season_id, unit_id, starts_at, ends_at)
    invitation, address = make_link(place, by=by, reason=reason, email=email, days=days)
    if invitation.email:
        transaction.on_commit(lambda: send_invitation(invitation, address), robust=True)
    return invitation, address


@transaction.atomic
def make_link(
    place: Place, *, by: User, reason: str, email: str, days: int = LINK_DAYS
) -> tuple[Invitation, str]:
    """Make a link as ``invite`` does, for whoever writes to that address in their own words."""
    _check_reach(by, place)
    now = timezone.now()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation.objects.create(
        token_hash=_hash(token), role=place.role, season=place.season, unit=place.unit,
        starts_at=place.starts_at, ends_at=place.ends_at, email=email.strip(), reason=reason,
        invited_by=by, created_at=now, expires_at=now + timedelta(days=days),
    )  # fmt: skip
    # Where nobody came, the address is no longer needed either.
    Invitation.objects.filter(expires_at__lte=now).exclude(email="").update(email="")
    _log_invitation("invite", invitation, name_of(by), reason)
    address = settings.SITE_ORIGIN + reverse("roles:join", args=[token])
    return invitation, address


@transaction.atomic
def revoke_invitation(*, invitation_id: int, by: User) -> Invitation:
    """Take a link back before it is used. Raises BeyondOwnRole, InvitationUnusable."""
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation_id)
    _check_reach(by, _offered(invitation), time=False)
    if not _is_usable(invitation):
        raise InvitationUnusable(_("This link has been used or has run out meanwhile."))
    invitation.revoked_at, invitation.revoked_by, invitation.email = (
        timezone.now(), name_of(by), "",
    )  # fmt: skip
    invitation.save(update_fields=["revoked_at", "revoked_by", "email"])
    _log_invitation("uninvite", invitation, name_of(by), "")
    return invitation


def open_invitation(token: str) -> Invitation:
    """Return the invitation of a link that can be used now. Raises InvitationUnusable."""
    invitation = (
        Invitation.objects.select_related("season", "unit", "invited_by")
        .filter(token_hash=_hash(token))
        .first()
    )
    if invitation is None or not _is_usable(invitation):
        raise InvitationUnusable(_("This link cannot be used."))
    return invitation


@transaction.atomic
def accept_invitation(*, token: str, user: User, name: str = "") -> Grant:
    """Give the role of a link to whoever opened it; the link is used up.

    name: what somebody is called here who has no name yet, or one that somebody else has.
    Raises InvitationUnusable, also if whoever invited may not give the role any more; OwnRole,
    invitees.NotInvited, AlreadyGranted, NameUnusable.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("season", "unit", "invited_by")
        .filter(token_hash=_hash(token))
        .first()
    )
    if invitation is None or not _is_usable(invitation):
        raise InvitationUnusable(_("This link cannot be used."))
    inviter = invitation.invited_by
    if user.pk == inviter.pk:
        raise OwnRole(_("Nobody gives a role to themselves. Hand the link to whom it is for."))
    invitees.require(invitation, user)
    if must_be_named(user):
        user.name = set_own_name(user_id=user.pk, name=name).name
    now = timezone.now()
    place = _offered(invitation)
    try:
        _check_reach(inviter, place)
        grant = _grant(
            user.pk,
            Place(place.role, place.season, place.unit, place.starts_at or now, place.ends_at),
            inviter,
            invitation.reason,
        )
    except BeyondOwnRole as error:
        raise InvitationUnusable(_("This link cannot be used.")) from error
    invitation.accepted_by, invitation.accepted_at, invitation.email = user, now, ""
    invitation.save(update_fields=["accepted_by", "accepted_at", "email"])
    _log_invitation("accept", invitation, name_of(user), invitation.reason)
    return grant


def _place(
    role: str,
    season_id: int | None,
    unit_id: int | None,
    starts_at: datetime | None,
    ends_at: datetime | None,
) -> Place:
    if role == Role.RECOMMENDER and unit_id is None:
        raise RuleBroken(_("A recommender belongs to a unit. Choose one."))
    begins = starts_at or timezone.now()
    if ends_at is not None and ends_at <= begins:
        raise RuleBroken(_("The role must end after it starts."))
    return Place(
        role,
        Season.objects.get(pk=season_id) if season_id is not None else None,
        Unit.objects.get(pk=unit_id, closed_at=None) if unit_id is not None else None,
        starts_at,
        ends_at,
    )


def _check_reach(by: User, place: Place, *, time: bool = True) -> None:
    """Raise BeyondOwnRole unless somebody may give, end or take a role at this place."""
    if by.is_superuser and by.is_active:
        return
    own = queries.grants_that_allow(by, Permission.PEOPLE_MANAGE, place.season, place.unit)
    if not own:
        raise BeyondOwnRole(
            _("You can give and take roles only where you are an organiser yourself.")
        )
    if not time or any(grant.ends_at is None for grant in own):
        return
    until = max(grant.ends_at for grant in own if grant.ends_at is not None)
    if place.ends_at is None or place.ends_at > until:
        raise BeyondOwnRole(
            _("Your own role ends on %(day)s. Nobody can give one for longer.")
            % {"day": date_format(timezone.localtime(until), "Y-m-d H:i")}
        )


def _check_not_the_last(grant: Grant, at: datetime, until: datetime | None, by: User) -> None:
    """Raise LastOrganiser if nobody would be left to run the season, or the site.

    at: when this one ends. until: when it was to end; somebody else must stay as long, or two who
    end one after the other would each be let go because of the other.
    """
    if grant.role != Role.ORGANISER or grant.unit_id is not None or by.is_superuser:
        return
    if not queries.other_organisers(grant, at, until).exists():
        raise LastOrganiser(_("Nobody else would be left to run it. Name another organiser first."))


def _grant(user_id: int, place: Place, by: User, reason: str) -> Grant:
    # Locked, so that the same role is not given twice at once. What only refers to the person, such
    # as their signature in this season, need not wait: it may hold the season, which a role needs.
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    starts_at = place.starts_at or timezone.now()
    same = Grant.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=starts_at), user=user, role=place.role,
        season=place.season, unit=place.unit, revoked_at=None,
    )  # fmt: skip
    if same.exists():
        raise AlreadyGranted(_("%(name)s has this role already.") % {"name": name_of(user)})
    grant = Grant.objects.create(
        user=user, role=place.role, season=place.season, unit=place.unit, starts_at=starts_at,
        ends_at=place.ends_at, granted_by=name_of(by), reason=reason,
    )  # fmt: skip
    _log("grant", grant, by, reason, {}, _place_of(grant).logged())
    return grant


def _standing(grant_id: int) -> Grant:
    """Return a grant that still holds, locked until commit. Raises RoleOver."""
    # With it, and in one order, all that decide whether somebody is the last organiser: two who
    # remove each other at once then wait for one another instead of locking each other out.
    list(
        Grant.objects.select_for_update()
        .filter(Q(pk=grant_id) | Q(role=Role.ORGANISER, unit=None))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    grant = Grant.objects.select_related("user", "season", "unit").get(pk=grant_id)
    over = grant.ends_at is not None and grant.ends_at <= timezone.now()
    if grant.revoked_at is not None or over:
        raise RoleOver(_("This role has ended already."))
    return grant


def _place_of(grant: Grant) -> Place:
    return Place(grant.role, grant.season, grant.unit, grant.starts_at, grant.ends_at)


def _offered(invitation: Invitation) -> Place:
    return Place(
        invitation.role,
        invitation.season,
        invitation.unit,
        invitation.starts_at,
        invitation.ends_at,
    )


def _is_usable(invitation: Invitation) -> bool:
    open_until = min(filter(None, (invitation.expires_at, invitation.ends_at)))
    unused = invitation.accepted_at is None and invitation.revoked_at is None
    return unused and open_until > timezone.now()


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _log(
    what: str, grant: Grant, by: User, reason: str, before: dict[str, str], after: dict[str, str]
) -> None:
    record(
        actor=name_of(by), action=f"role.{what}",
        season=grant.season.slug if grant.season else "",
        unit=grant.unit.code if grant.unit else "",
        target=name_of(grant.user), before=before, after=after, reason=reason,
    )  # fmt: skip


def _log_invitation(what: str, invitation: Invitation, actor: str, reason: str) -> None:
    # The address it was sent to stays out: the log cannot forget it.
    record(
        actor=actor, action=f"role.{what}",
        season=invitation.season.slug if invitation.season else "",
        unit=invitation.unit.code if invitation.unit else "",
        target=invitation.role, after=_offered(invitation).logged(), reason=reason,
    )  # fmt: skip
