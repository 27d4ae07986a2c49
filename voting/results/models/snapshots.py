"""Sealed results: what a result was computed from, what came out, and what became of it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voting.notices.models import PublicNotice
from voting.seasons.models import Nominee, Season


class ResultSnapshot(models.Model):
    """One version of a result with all that it was computed from. Rows are never changed.

    ``inputs`` and ``result`` are JSON as text, since the fingerprints are of these very bytes.
    """

    season = models.ForeignKey(Season, models.PROTECT, related_name="results")
    version = models.PositiveSmallIntegerField(db_comment="1 is the first")
    inputs = models.TextField(db_comment="results.stored_inputs, canonical JSON")
    inputs_fingerprint = models.CharField(max_length=64, db_comment="SHA-256, hexadecimal")
    result = models.TextField(db_comment="results.as_json, canonical JSON")
    fingerprint = models.CharField(max_length=64, db_comment="SHA-256, hexadecimal")
    sources = models.JSONField(
        default=dict, db_comment="Counts and fingerprints: ballots, sheets, files of figures"
    )
    reason = models.CharField(
        max_length=300, blank=True, db_comment="Public: why there is another version"
    )
    sealed_by = models.CharField(max_length=150)
    approved_by = models.CharField(max_length=150, db_comment="The second person")
    sealed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("sealed result")
        verbose_name_plural = _("sealed results")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["season", "version"], name="result_version_once"),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(reason=""), name="another_result_says_why"
            ),
            models.CheckConstraint(
                # That they are two is seen to by approvals, which know accounts and not names.
                condition=~Q(sealed_by="") & ~Q(approved_by=""),
                name="two_people_seal_a_result",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="results_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"result {self.version} of {self.season_id}"


class PublishedResult(models.Model):
    """That a sealed result is public, with the notice that names who is to be honoured."""

    snapshot = models.ForeignKey(ResultSnapshot, models.PROTECT, related_name="publications")
    notice = models.OneToOneField(PublicNotice, models.PROTECT, related_name="published_result")

    class Meta:
        verbose_name = _("published result")
        verbose_name_plural = _("published results")

    def __str__(self) -> str:
        return f"{self.snapshot_id} by {self.notice_id}"


class Conferral(models.Model):
    """That somebody is honoured: from the announcement on, and until it is revoked."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="conferrals")
    snapshot = models.ForeignKey(ResultSnapshot, models.PROTECT, related_name="conferrals")
    nominee = models.OneToOneField(Nominee, models.PROTECT, related_name="conferral")
    place = models.PositiveSmallIntegerField(db_comment="Within its order")
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=40)
    category_en = models.CharField(max_length=80, blank=True)
    number = models.CharField(max_length=40, unique=True, db_comment="Of the certificate; public")
    code = models.CharField(
        max_length=20, unique=True, db_comment="In the address that the certificate's QR code has"
    )
    conferred_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=150, blank=True)
    revocation_approved_by = models.CharField(max_length=150, blank=True)
    revoked_because = models.CharField(max_length=300, blank=True, db_comment="Public")

    class Meta:
        verbose_name = _("conferral")
        verbose_name_plural = _("conferrals")
        ordering = ["season", "category", "place", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True)
                | (~Q(revoked_by="") & ~Q(revoked_because="") & ~Q(revocation_approved_by="")),
                name="two_people_revoke_and_say_why",
            ),
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(code=""), name="conferral_is_named"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
