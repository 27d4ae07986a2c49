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
    Clearance,
    Confirmation,
    Consent,
    Contact,
    Nomination,
    Photo,
)
from voting.nominations.services.files import remove_scans, remove_stems
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

    Also answers of offices, and the photos of whoever has not become a nominee or is not to be
    shown any more. What was put forward, by which unit, and what was decided stays; but no
    rehearsal needs a nominee's texts and photos any more. Returns how many nominations had
    something to erase.
    """
    season = Season.objects.get(pk=season_id)
    nominations = Nomination.objects.filter(season=season)
    _locked(nominations)
    of_offices = _erase_clearances(nominations)
    count = len(_erase(nominations) | of_offices)
    clear_copies_of(season)
    if count:
        record(
            actor=actor, action="nominations.erase", season=season.slug, target=season.name,
            after={"nominations": count}, reason=reason,
        )  # fmt: skip
    return count


@transaction.atomic
def erase_clearances(*, season_id: int, actor: str) -> int:
    """Erase what offices answered about the nominees of a season, with the scans.

    The consent to enquiries allows it to be kept until the season has ended. Returns about how
    many nominations there was something.
    """
    season = Season.objects.get(pk=season_id)
    nominations = Nomination.objects.filter(season=season)
    _locked(nominations)
    count = len(_erase_clearances(nominations))
    if count:
        record(
            actor=actor, action="nominations.erase_clearances", season=season.slug,
            target=season.name, after={"nominations": count}, reason="the season has ended",
        )  # fmt: skip
    return count


def erase_old(*, days: int, actor: str, now: datetime | None = None) -> int:
    """Erase the contacts of every season that ended so many days ago, and forgotten drafts.

    Answers of offices go as soon as the season has ended: nobody consented to more. A season ends
    with its last stage or with its vote. Returns how many nominations each of these touched.
    """
    at = now or timezone.now()
    seasons = Season.objects.annotate(
        over_at=Greatest("closes_at", Coalesce(Max("stages__ends_at"), "closes_at"))
    ).order_by("pk")
    long_over = seasons.filter(over_at__lt=at - timedelta(days=days))
    count = sum(
        erase_contacts(season_id=pk, actor=actor, reason=f"{days} days after the end")
        for pk in long_over.values_list("pk", flat=True)
    )
    count += sum(
        erase_clearances(season_id=pk, actor=actor)
        for pk in seasons.filter(over_at__lt=at).values_list("pk", flat=True)
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
    # Not where somebody else's nomination stands as the nominee: the copies are of that one.
    leading = mine.filter(state=Nomination.State.ACCEPTED).exclude(nominee=None)
    clear_copies(leading.values_list("nominee_id", flat=True))
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


def _erase_clearances(nominations: QuerySet[Nomination]) -> set[int]:
    """Erase answers of offices; return the keys of the nominations that had some."""
    clearances = Clearance.objects.filter(nomination__in=nominations)
    touched = set(clearances.values_list("nomination", flat=True))
    remove_scans(list(clearances.values_list("stem", flat=True)))
    clearances.delete()
    return touched


def _erase(nominations: QuerySet[Nomination]) -> set[int]:
    """Erase all else that is personal; return the keys of the nominations that had some."""
    touched = set(
        Contact.objects.filter(nomination__in=nominations).values_list("nomination", flat=True)
    )
    proofs = Attachment.objects.filter(nomination__in=nominations)
    touched |= set(proofs.values_list("nomination", flat=True))
    remove_stems(list(proofs.values_list("stem", flat=True)))
    proofs.delete()
    shown = nominations.filter(
        nominee__isnull=False, consents__kind=Consent.Kind.PUBLICATION,
        consents__withdrawn_at__isnull=True,
    )  # fmt: skip
    photos = Photo.objects.filter(nomination__in=nominations).exclude(nomination__in=shown)
    touched |= set(photos.values_list("nomination", flat=True))
    remove_stems(list(photos.values_list("stem", flat=True)))
    photos.delete()
    Contact.objects.filter(nomination__in=nominations).delete()
    Confirmation.objects.filter(nomination__in=nominations).delete()
    Consent.objects.filter(nomination__in=nominations).exclude(given_by="").update(given_by="")
    nominations.exclude(birth_year=None).update(birth_year=None)
    return touched


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
