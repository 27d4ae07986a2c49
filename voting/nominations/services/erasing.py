"""Erasing what is personal once it is not needed any more, and on request."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from voting.audit.services import record
from voting.nominations.models import (
    Attachment,
    Confirmation,
    Consent,
    Contact,
    Nomination,
)
from voting.nominations.services.files import remove_stems
from voting.seasons.copying import clear_copies, clear_copies_of
from voting.seasons.models import Season

# Drafts that nobody has touched for so long are deleted with all that is in them.
DRAFT_DAYS: Final = 180
BATCH: Final = 500
OF_NOMINATOR: Final = ("nominator_name", "nominator_phone", "nominator_email")
PERSONAL: Final = (
    "phone", "email", "address", *OF_NOMINATOR, "guardian_name", "guardian_relation",
    "guardian_phone",
)  # fmt: skip


@transaction.atomic
def erase_contacts(*, season_id: int, actor: str, reason: str) -> int:
    """Erase contacts, codes, names in consents, birth years and proofs of a season's nominations.

    What was put forward, by which unit, and what was decided stays; but no rehearsal needs a
    nominee's texts and photos any more. Returns how many nominations
    had something to erase.
    """
    season = Season.objects.get(pk=season_id)
    nominations = Nomination.objects.filter(season=season)
    count = _erase(nominations)
    clear_copies_of(season)
    if count:
        record(
            actor=actor, action="nominations.erase", season=season.slug, target=season.name,
            after={"nominations": count}, reason=reason,
        )  # fmt: skip
    return count


def erase_old(*, days: int, actor: str, now: datetime | None = None) -> int:
    """Erase the contacts of every season that ended so many days ago, and forgotten drafts.

    A season ends with its last stage or with its vote. Returns how many nominations it touched.
    """
    at = now or timezone.now()
    over = Season.objects.annotate(
        over_at=Greatest("closes_at", Coalesce(Max("stages__ends_at"), "closes_at"))
    ).filter(over_at__lt=at - timedelta(days=days))
    count = sum(
        erase_contacts(season_id=pk, actor=actor, reason=f"{days} days after the end")
        for pk in over.values_list("pk", flat=True)
    )
    return count + _forget_drafts(at - timedelta(days=DRAFT_DAYS))


@transaction.atomic
def erase_person(*, user_id: int) -> int:
    """Erase what a nominator's account has left of the person; return in how many nominations.

    Own drafts are deleted. What was sent in stays with the award, and a unit's drafts stay with
    the unit, without name and number of whoever wrote them. Rehearsals lose their copies of it.
    Contacts of nominees are not the nominator's to erase, unless they put themselves forward.
    """
    mine = Nomination.objects.filter(nominator=user_id)
    count = len(_locked(mine))
    drafts = mine.filter(state=Nomination.State.DRAFT, submitted_at=None).exclude(
        route=Nomination.Route.UNIT
    )
    Consent.objects.filter(nomination__in=drafts).delete()
    drafts.delete()
    themselves = mine.filter(route=Nomination.Route.SELF)
    Consent.objects.filter(
        Q(nomination__in=themselves) | Q(nomination__in=mine, kind=Consent.Kind.TRUTH)
    ).update(given_by="", recorded_by="-")
    clear_copies(mine.exclude(nominee=None).values_list("nominee_id", flat=True))
    _empty(Contact.objects.filter(nomination__in=themselves), PERSONAL)
    _empty(Contact.objects.filter(nomination__in=mine), OF_NOMINATOR)
    return count


def _empty(contacts: QuerySet[Contact], names: tuple[str, ...]) -> None:
    """Empty these columns, and forget what was typed there and did not fit."""
    for contact in contacts:
        for name in names:
            setattr(contact, name, "")
            contact.typed.pop(name, None)
        contact.confirmed_at = None
        contact.save()


def _locked(nominations: QuerySet[Nomination]) -> list[int]:
    """Lock nominations, as whoever still writes into one does first; return their keys."""
    rows = nominations.select_for_update().order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _erase(nominations: QuerySet[Nomination]) -> int:
    _locked(nominations)
    touched = set(
        Contact.objects.filter(nomination__in=nominations).values_list("nomination", flat=True)
    )
    proofs = Attachment.objects.filter(nomination__in=nominations)
    touched |= set(proofs.values_list("nomination", flat=True))
    remove_stems(list(proofs.values_list("stem", flat=True)))
    proofs.delete()
    Contact.objects.filter(nomination__in=nominations).delete()
    Confirmation.objects.filter(nomination__in=nominations).delete()
    Consent.objects.filter(nomination__in=nominations).exclude(given_by="").update(given_by="")
    nominations.exclude(birth_year=None).update(birth_year=None)
    return len(touched)


@transaction.atomic
def _forget_drafts(before: datetime) -> int:
    drafts = Nomination.objects.filter(
        state=Nomination.State.DRAFT, submitted_at=None, updated_at__lt=before
    )
    # Locked, and looked at again under the lock: what somebody goes on with meanwhile stays.
    pks = _locked(drafts)[:BATCH]
    Consent.objects.filter(nomination__in=pks).delete()
    Nomination.objects.filter(pk__in=pks).delete()  # the sweep removes their files
    return len(pks)
