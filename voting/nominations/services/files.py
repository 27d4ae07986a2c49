"""Adding photos and proofs to a nomination, and taking them out.

A file is written before its row: a row never names a file that is not there. What a rolled-back
transaction leaves behind, the sweep removes.
"""

from datetime import date
from functools import partial
from hashlib import sha256
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from voting.nominations import documents, pictures
from voting.nominations.models import Attachment, Clearance, Nomination, Photo
from voting.nominations.models.files import new_stem
from voting.nominations.services.drafts import changeable
from voting.nominations.services.errors import FileRefused
from voting.nominations.storage import CLEARANCES, FILES
from voting.seasons import queries as season_queries
from voting.seasons.models import Nominee
from voting.seasons.photos import PUBLIC, stems_of

PORTRAIT_CROP: Final = 35  # a face stands above the middle
ORPHAN_SECONDS: Final = 24 * 3600


def add_photo(
    *,
    nomination_id: int,
    kind: str,
    raw: bytes,
    caption: str = "",
    taken_on: date | None = None,
) -> Photo:
    """Store a picture anew; a new portrait takes the place of the old one.

    raw: the file as it was uploaded. Raises FileRefused, NotNow.
    """
    nomination = Nomination.objects.select_related("season").get(pk=nomination_id)
    settings = season_queries.nomination_settings(nomination.season)
    is_portrait = kind == Photo.Kind.PORTRAIT
    least = (settings.portrait_min_width, settings.portrait_min_height)
    # Decoding is slow: before the transaction, not in it.
    try:
        copies = (
            pictures.portrait(raw, least=least, crop=PORTRAIT_CROP)
            if is_portrait
            else pictures.photo(raw)
        )
    except pictures.PictureRefused as error:
        raise FileRefused(str(error)) from error
    stem = new_stem()
    with transaction.atomic():
        changeable(nomination_id)
        others = Photo.objects.filter(nomination=nomination, kind=kind)
        if is_portrait:
            remove_stems([one.stem for one in others])
            others.delete()
        elif others.count() >= settings.photos_max:
            raise FileRefused(
                _("At most %(most)s photos. Take one out first.") % {"most": settings.photos_max}
            )
        for ending, content in copies.files.items():
            FILES.write(f"{stem}{ending}", content)
        photo = Photo.objects.create(
            nomination=nomination, kind=kind, stem=stem, width=copies.width, height=copies.height,
            bytes=len(copies.files["-page.jpg"]), sha256=sha256(raw).hexdigest(), caption=caption,
            taken_on=taken_on, crop=PORTRAIT_CROP if is_portrait else 50,
            position=others.count() + 1,
        )  # fmt: skip
        _changed(nomination_id)
    return photo


@transaction.atomic
def describe_photo(*, nomination_id: int, stem: str, caption: str, taken_on: date | None) -> Photo:
    """Change what is said about a photo. Raises NotNow, Photo.DoesNotExist."""
    changeable(nomination_id)
    photo = Photo.objects.get(nomination=nomination_id, stem=stem)
    photo.caption, photo.taken_on = caption, taken_on
    photo.save(update_fields=["caption", "taken_on"])
    _changed(nomination_id)
    return photo


@transaction.atomic
def crop_portrait(*, nomination_id: int, crop: int) -> Photo:
    """Cut the card of the portrait elsewhere. crop: per cent of the way along the longer side.

    The files get a new name, since browsers keep what they have seen. Raises NotNow,
    Photo.DoesNotExist.
    """
    changeable(nomination_id)
    photo = Photo.objects.get(nomination=nomination_id, kind=Photo.Kind.PORTRAIT)
    page = FILES.read(f"{photo.stem}-page.jpg") or b""
    old, photo.stem, photo.crop = photo.stem, new_stem(), crop
    for ending in ("-page.jpg", "-page.webp"):
        content = FILES.read(f"{old}{ending}")
        if content is not None:
            FILES.write(f"{photo.stem}{ending}", content)
    for ending, content in pictures.recut(page, crop).items():
        FILES.write(f"{photo.stem}{ending}", content)
    photo.save(update_fields=["stem", "crop"])
    remove_stems([old])
    _changed(nomination_id)
    return photo


def add_attachment(*, nomination_id: int, kind: str, title: str, raw: bytes) -> Attachment:
    """Store a proof. Raises FileRefused, NotNow."""
    nomination = Nomination.objects.select_related("season").get(pk=nomination_id)
    try:
        content_type, content = documents.document(raw)
    except documents.DocumentRefused as error:
        raise FileRefused(str(error)) from error
    most = season_queries.nomination_settings(nomination.season).attachments_max
    stem = new_stem()
    with transaction.atomic():
        changeable(nomination_id)
        if Attachment.objects.filter(nomination=nomination).count() >= most:
            raise FileRefused(_("At most %(most)s files. Take one out first.") % {"most": most})
        FILES.write(f"{stem}.{documents.ENDINGS[content_type]}", content)
        attachment = Attachment.objects.create(
            nomination=nomination, kind=kind, title=title, stem=stem, content_type=content_type,
            bytes=len(content), sha256=sha256(raw).hexdigest(),
        )  # fmt: skip
        _changed(nomination_id)
    return attachment


@transaction.atomic
def remove_file(*, nomination_id: int, stem: str) -> None:
    """Take a photo or an attachment out. Raises NotNow; what is not there is gone already."""
    changeable(nomination_id)
    photos = Photo.objects.filter(nomination=nomination_id, stem=stem)
    attachments = Attachment.objects.filter(nomination=nomination_id, stem=stem)
    remove_stems([*(one.stem for one in photos), *(one.stem for one in attachments)])
    photos.delete()
    attachments.delete()
    _changed(nomination_id)


def sweep_files() -> int:
    """Delete files that no row names, once they are a day old; return how many.

    Also scans of clearances, and public copies of photos: a decision that is only tried, or that
    fails after copying, leaves them behind.
    """
    own = [*_stems(Photo.objects.all()), *_stems(Attachment.objects.all())]
    public = [
        stem
        for portrait, photos in Nominee.objects.values_list("portrait", "photos")
        for stem in stems_of(portrait, photos)
    ]
    folders = ((FILES, own), (CLEARANCES, _stems(Clearance.objects.all())), (PUBLIC, public))
    return sum(folder.sweep(frozenset(stems), seconds=ORPHAN_SECONDS) for folder, stems in folders)


def remove_stems(stems: list[str]) -> None:
    """Delete the files of these stems once the transaction has been committed."""
    for stem in stems:
        transaction.on_commit(partial(_delete, stem), robust=True)


def remove_scans(stems: list[str]) -> None:
    """Delete the scans of clearances of these stems once the transaction has been committed."""
    for stem in stems:
        transaction.on_commit(partial(_delete_scan, stem), robust=True)


def _stems(rows: QuerySet[Any]) -> list[str]:
    return list(rows.values_list("stem", flat=True))


def _delete(stem: str) -> None:
    FILES.delete(FILES.of_stem(stem))


def _delete_scan(stem: str) -> None:
    CLEARANCES.delete(CLEARANCES.of_stem(stem))


def _changed(nomination_id: int) -> None:
    # Only the time: another window's texts do not clash with a photo.
    nomination = Nomination.objects.get(pk=nomination_id)
    nomination.save(update_fields=["updated_at"])
