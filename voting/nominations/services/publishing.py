"""Copying the photos of a nomination to where the public sees them, and taking them away again."""

import secrets
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from voting.audit.services import record
from voting.nominations.models import Consent, Nomination, Photo
from voting.nominations.services.errors import NotNow
from voting.nominations.services.locking import locked_with_season
from voting.nominations.services.states import note
from voting.nominations.storage import FILES
from voting.seasons.copying import NO_TEXTS, clear_copies, renew_photos
from voting.seasons.models import Nominee
from voting.seasons.photos import PUBLIC, stems_of

_PUBLICATION: Final = (Consent.Kind.PUBLICATION, Consent.Kind.GUARDIAN_PUBLICATION)
_COPIES: Final = {
    Photo.Kind.PORTRAIT: ("-card.jpg", "-card.webp"),
    Photo.Kind.ACTIVITY: ("-page.jpg", "-page.webp", "-thumb.jpg", "-thumb.webp"),
}


@transaction.atomic
def publish_photos(nomination: Nomination, nominee: Nominee) -> Nominee:
    """Copy portrait and photos of a nomination to a nominee, in place of those it had.

    Rehearsals that show those show the new ones from then on.

    They get names of their own, so that nothing leads from the public ones to the nomination.
    A nomination without consent to publication gives none. Returns the nominee as saved.
    """
    nominee = Nominee.objects.select_for_update().get(pk=nominee.pk)
    old = stems_of(nominee.portrait, nominee.photos)
    portrait, photos = "", []
    if _may_publish(nomination):
        for photo in Photo.objects.filter(nomination=nomination):
            stem = _copied(photo)
            if stem and photo.kind == Photo.Kind.PORTRAIT:
                portrait = stem
            elif stem:
                photos.append(_described(photo, stem))
    nominee.portrait, nominee.photos = portrait, photos
    nominee.save(update_fields=["portrait", "photos"])
    renew_photos(nominee)
    transaction.on_commit(lambda: _delete(old), robust=True)
    return nominee


@transaction.atomic
def unpublish_photos(nominee: Nominee) -> Nominee:
    """Take a nominee's photos away from the public, such as when consent is withdrawn."""
    nominee = Nominee.objects.select_for_update().get(pk=nominee.pk)
    old = stems_of(nominee.portrait, nominee.photos)
    nominee.portrait, nominee.photos = "", []
    nominee.save(update_fields=["portrait", "photos"])
    renew_photos(nominee)
    transaction.on_commit(lambda: _delete(old), robust=True)
    return nominee


@transaction.atomic
def withdraw_publication(*, nomination_id: int, actor: str) -> Nomination:
    """Take back the consents to publication: photos and texts of the nominee go at once.

    They go from rehearsals too. The name stays where it is counted; whether the nominee stays is
    the organisers' decision, and they see the event.

    That is so for the nomination that stands as the nominee. One that was put together with it
    gave none of what is shown: anybody can put forward somebody who stands already, and must not
    be able to empty a page that another consent carries. What follows from it the office decides
    (``queue.consents_to_settle``). Raises NotNow if no consent was given.
    """
    nomination = locked_with_season(nomination_id)
    standing = Consent.objects.filter(
        nomination=nomination, withdrawn_at=None, kind__in=_PUBLICATION
    )
    if not standing.update(withdrawn_at=timezone.now()):
        raise NotNow(_("There is no consent to publication that could be taken back."))
    if nomination.nominee is not None and nomination.state == Nomination.State.ACCEPTED:
        nominee = unpublish_photos(nomination.nominee)
        for name, empty in NO_TEXTS.items():
            setattr(nominee, name, empty)
        nominee.save(update_fields=[*NO_TEXTS])
        clear_copies([nominee.pk])
    note(nomination=nomination, action="withdraw_consent", actor=actor)
    record(
        actor=actor, action="nomination.withdraw_consent", season=nomination.season.slug,
        target=f"{nomination.code} {nomination.name}",
    )  # fmt: skip
    return nomination


def _may_publish(nomination: Nomination) -> bool:
    given = set(
        Consent.objects.filter(nomination=nomination, withdrawn_at=None).values_list(
            "kind", flat=True
        )
    )
    needed = {str(Consent.Kind.PUBLICATION)}
    if nomination.age == Nomination.Age.CHILD:
        needed.add(str(Consent.Kind.GUARDIAN_PUBLICATION))
    return needed <= given


def _copied(photo: Photo) -> str:
    contents = {
        ending: FILES.read(f"{photo.stem}{ending}") for ending in _COPIES[Photo.Kind(photo.kind)]
    }
    if not all(contents.values()):
        return ""
    stem = secrets.token_hex(16)
    for ending, content in contents.items():
        PUBLIC.write(f"{stem}{ending}", content or b"")
    return stem


def _described(photo: Photo, stem: str) -> dict[str, Any]:
    return {
        "stem": stem, "width": photo.width, "height": photo.height, "caption": photo.caption,
        "taken_on": photo.taken_on.isoformat() if photo.taken_on else "",
    }  # fmt: skip


def _delete(stems: list[str]) -> None:
    for stem in stems:
        PUBLIC.delete(PUBLIC.of_stem(stem))
