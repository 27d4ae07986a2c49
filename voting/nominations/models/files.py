"""Photos and proofs of a nomination. Rows name files under ``DATA_DIR``; no address shows those."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voting.nominations.models.nomination import Nomination


def new_stem() -> str:
    """Return a random file name, the only link between a row and its files."""
    return secrets.token_hex(16)


class Photo(models.Model):
    """A picture, stored anew by us: upright, without EXIF, in the sizes that pages need."""

    class Kind(models.TextChoices):
        """What it shows."""

        PORTRAIT = "portrait", _("portrait")
        ACTIVITY = "activity", _("activity photo")

    nomination = models.ForeignKey(Nomination, models.CASCADE, related_name="photos")
    kind = models.CharField(max_length=10, choices=Kind)
    position = models.PositiveSmallIntegerField(default=0)
    stem = models.CharField(max_length=32, unique=True, default=new_stem)
    width = models.PositiveSmallIntegerField(db_comment="Of the largest copy, in pixels")
    height = models.PositiveSmallIntegerField()
    bytes = models.PositiveIntegerField(db_comment="Of the largest copy")
    sha256 = models.CharField(max_length=64, db_comment="Of what was uploaded")
    crop = models.PositiveSmallIntegerField(
        default=50, db_comment="Where 4:5 is cut out: per cent of the way along the longer side"
    )
    caption = models.CharField(max_length=200, blank=True)
    taken_on = models.DateField(null=True, blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["nomination"], condition=Q(kind="portrait"), name="one_portrait"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["portrait", "activity"]), name="photo_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(width__gte=1) & Q(height__gte=1) & Q(bytes__gte=1),
                name="photo_has_a_size",
            ),
            models.CheckConstraint(condition=Q(crop__lte=100), name="crop_lies_within"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.nomination_id}"


class Attachment(models.Model):
    """A document that proves something; shown only to whoever may read the nomination."""

    class Kind(models.TextChoices):
        """What it is for."""

        HOURS = "hours", _("proof of service hours")
        OPINION = "opinion", _("opinion of the unit, stamped")
        CONSENT = "consent", _("signed consent")
        OTHER = "other", _("other proof")

    class Type(models.TextChoices):
        """What the file is, found out from its content."""

        PDF = "application/pdf", "PDF"
        JPEG = "image/jpeg", "JPEG"
        PNG = "image/png", "PNG"

    nomination = models.ForeignKey(Nomination, models.CASCADE, related_name="attachments")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.OTHER)
    title = models.CharField(max_length=200)
    stem = models.CharField(max_length=32, unique=True, default=new_stem)
    content_type = models.CharField(max_length=20, choices=Type)
    bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, db_comment="Of what was uploaded")
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["hours", "opinion", "consent", "other"]),
                name="attachment_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(content_type__in=["application/pdf", "image/jpeg", "image/png"]),
                name="attachment_type_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & Q(bytes__gte=1), name="attachment_holds_something"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def ending(self) -> str:
        """How the name of the file ends."""
        return {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}[
            self.content_type
        ]
