"""Beginning a nomination, and saving what is typed into it."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from voting.nominations import consent_texts, queries
from voting.nominations.models import Consent, Contact, Nomination
from voting.nominations.services.errors import ChangedMeanwhile, NotNow, RouteClosed
from voting.nominations.services.quotas import check_correction
from voting.nominations.services.sending import check_open
from voting.nominations.texts import storable
from voting.roles.permissions import Permission
from voting.roles.queries import may
from voting.seasons.models import Season
from voting.units.models import Unit

EDITABLE: Final = frozenset({Nomination.State.DRAFT, Nomination.State.RETURNED})


@transaction.atomic
def begin(
    *, season_id: int, route: str, user: User | None, unit_id: int | None = None,
    organisation: str = "", language: str = "zh-hans",
) -> Nomination:  # fmt: skip
    """Begin an empty nomination. user: None for a citizen without an account.

    Raises NominationsClosed, RouteClosed if the season does not take this way from this person.
    """
    season = Season.objects.get(pk=season_id)
    check_open(season)
    if route not in queries.routes_for(season, user):
        raise RouteClosed(_("This season does not take nominations this way."))
    unit = None
    if route == Nomination.Route.UNIT:
        unit = Unit.objects.filter(pk=unit_id or 0, closed_at=None).first()
        if unit is None or not may(user, Permission.NOMINATE, season, unit=unit):
            raise RouteClosed(_("You cannot put forward for this unit."))
    nomination = Nomination.objects.create(
        season=season, route=route, unit=unit, nominator=user, organisation=organisation,
        language=language, state_since=timezone.now(),
    )  # fmt: skip
    Contact.objects.create(nomination=nomination)
    return nomination


@transaction.atomic
def save(
    *,
    nomination_id: int,
    seen: int,
    values: Mapping[str, Any],
    contact: Mapping[str, Any],
    consents: Mapping[str, bool] | None,
    typed: Mapping[str, str],
    fields: Collection[str],
    actor: str,
) -> Nomination:
    """Save one step of the form as it is, complete or not.

    seen: the version that the form showed. values, contact: columns that fit. consents: kind to
    whether it is ticked; None if the step asks for none. typed: what does not fit its field, by
    field. fields: all fields of the step; what was typed there before and fits now is forgotten.
    Raises NotNow if it has been sent in or is held (``changeable``), ChangedMeanwhile if another
    window was faster, QuotaUsed if a correction moves it to a category in which its unit has no
    room.
    """
    nomination = changeable(nomination_id)
    if nomination.version != seen:
        raise ChangedMeanwhile(
            _(
                "This nomination was changed in another window since you opened this page. What "
                "you typed is still here. Save again to put it in place of what is there."
            )
        )
    if "category_id" in values:
        check_correction(nomination, values["category_id"])
    row = Contact.objects.select_for_update().get_or_create(nomination=nomination)[0]
    for name, value in values.items():
        setattr(nomination, name, value)
    address = (row.nominator_email, row.nominator_phone)
    for name, value in contact.items():
        setattr(row, name, value)
    if address != (row.nominator_email, row.nominator_phone):
        row.confirmed_at = None  # another address has to be proved anew
    columns = {field.name for field in Contact._meta.get_fields()}  # noqa: SLF001 -- the documented way to ask
    nomination.typed = _typed(nomination.typed, typed, fields, keep=lambda n: n not in columns)
    row.typed = _typed(row.typed, typed, fields, keep=lambda n: n in columns)
    if nomination.kind != "person":
        nomination.age, nomination.birth_year = "", None
    nomination.version += 1
    nomination.save()
    row.save()
    if consents is not None:
        _consent(nomination, row, consents, actor)
    return nomination


def editable(nomination_id: int) -> Nomination:
    """Lock a nomination that can still be changed by who put it forward. Raises NotNow."""
    nomination = Nomination.objects.select_for_update().get(pk=nomination_id)
    if nomination.state not in EDITABLE:
        raise NotNow(
            _("This nomination has been sent in. It can be changed when the office returns it.")
        )
    return nomination


def changeable(nomination_id: int) -> Nomination:
    """Lock a nomination whose content may be changed now. Raises NotNow.

    Once nominations have ended, a draft whose nominator waits for a code stays as it was checked:
    the code still sends it in, but nothing that was written after the end.
    """
    nomination = editable(nomination_id)
    if nomination.state == Nomination.State.DRAFT and not queries.is_open(nomination.season):
        waiting = nomination.confirmations.filter(
            used_at=None, expires_at__gt=timezone.now(), version=nomination.version
        )
        if waiting.exists():
            raise NotNow(
                _(
                    "Nominations have ended, so this can no longer be changed. What you checked "
                    "is kept: enter the code that was sent to you, and it is sent in."
                )
            )
    return nomination


@transaction.atomic
def discard(*, nomination_id: int) -> None:
    """Delete a draft that was never sent in, with all that belongs to it. Raises NotNow."""
    nomination = editable(nomination_id)
    if nomination.state != Nomination.State.DRAFT or nomination.events.exists():
        raise NotNow(_("Only a draft can be deleted. A nomination that was sent in is withdrawn."))
    nomination.consents.all().delete()
    nomination.delete()  # its files go with the next sweep


def _typed(
    before: Mapping[str, str], now: Mapping[str, str], fields: Collection[str], keep: Any
) -> dict[str, str]:
    kept = {name: text for name, text in before.items() if name not in fields}
    return kept | {name: storable(text) for name, text in now.items() if keep(name)}


def _consent(
    nomination: Nomination, contact: Contact, ticked: Mapping[str, bool], actor: str
) -> None:
    standing = {one.kind: one for one in nomination.consents.filter(withdrawn_at=None)}
    for kind, yes in ticked.items():
        found = standing.get(kind)
        if yes and found is None:
            guardian = kind in {Consent.Kind.GUARDIAN, Consent.Kind.GUARDIAN_PUBLICATION}
            name = contact.guardian_name if guardian else nomination.name
            if kind == Consent.Kind.TRUTH:
                name = contact.nominator_name or actor
            Consent.objects.create(
                nomination=nomination, kind=kind, given_by=name[:60],
                relation=contact.guardian_relation if guardian else "", recorded_by=actor[:150],
                text_version=consent_texts.VERSION,
                text=consent_texts.text(kind, nomination.season),
            )  # fmt: skip
        elif found is not None and not yes:
            if nomination.state == Nomination.State.DRAFT:
                found.delete()  # a tick that was taken away before anybody read it
            else:
                found.withdrawn_at = timezone.now()
                found.save(update_fields=["withdrawn_at"])
