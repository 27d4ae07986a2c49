"""What is personal about a nomination, apart from it so that it can be erased, and the consents."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voting.nominations.models.nomination import Nomination


class Contact(models.Model):
    """How to reach nominee, nominator and guardian. Never published, and erased as a whole."""

    nomination = models.OneToOneField(Nomination, models.CASCADE, related_name="contact")
    phone = models.CharField(max_length=40, blank=True, db_comment="Of the nominee")
    email = models.EmailField(blank=True, db_comment="Of the nominee")
    address = models.CharField(max_length=200, blank=True, db_comment="Of the nominee")
    nominator_name = models.CharField(max_length=60, blank=True)
    nominator_phone = models.CharField(max_length=40, blank=True)
    nominator_email = models.EmailField(blank=True)
    guardian_name = models.CharField(max_length=60, blank=True)
    guardian_relation = models.CharField(max_length=40, blank=True)
    guardian_phone = models.CharField(max_length=40, blank=True)
    confirmed_at = models.DateTimeField(
        null=True, blank=True, db_comment="When the nominator proved to own address or phone"
    )
    typed = models.JSONField(
        default=dict, blank=True, db_comment="What was typed and does not fit its field"
    )

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True)
                | ~Q(nominator_email="")
                | ~Q(nominator_phone=""),
                name="confirmed_contact_has_an_address",
            ),
        ]

    def __str__(self) -> str:
        return f"contact of {self.nomination_id}"


class Consent(models.Model):
    """One consent: who agreed when to which text. It is never changed, but can be taken back."""

    class Kind(models.TextChoices):
        """To what. Each is asked for by itself."""

        NOMINATION = "nomination", _("being put forward")
        PUBLICATION = "publication", _("being shown to the public")
        CHECKS = "checks", _("other bodies being asked")
        MEDIA = "media", _("reports in newspapers and on other sites")
        GUARDIAN = "guardian", _("guardian's consent")
        GUARDIAN_PUBLICATION = "guardian_publication", _("guardian's consent to being shown")
        TRUTH = "truth", _("that what is said is true")

    nomination = models.ForeignKey(Nomination, models.PROTECT, related_name="consents")
    kind = models.CharField(max_length=24, choices=Kind)
    given_by = models.CharField(max_length=60, db_comment="Name; emptied with the contact")
    relation = models.CharField(max_length=40, blank=True, db_comment="Of a guardian")
    given_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.CharField(
        max_length=150, db_comment="Who ticked it, as the log names people"
    )
    text_version = models.CharField(max_length=20)
    text = models.TextField(db_comment="As it stood on the page")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["given_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["nomination", "kind"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_of_a_kind_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[
                    "nomination", "publication", "checks", "media", "guardian",
                    "guardian_publication", "truth",
                ]),
                name="consent_kind_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(text_version=""), name="consent_says_to_what"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=models.F("given_at")),
                name="consent_is_withdrawn_later",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} of {self.nomination_id}"


class Confirmation(models.Model):
    """A code sent to a nominator without an account; it is kept as a keyed hash only."""

    class Channel(models.TextChoices):
        """By which way the code was sent."""

        EMAIL = "email", _("e-mail")
        PHONE = "phone", _("text message")

    nomination = models.ForeignKey(Nomination, models.CASCADE, related_name="confirmations")
    channel = models.CharField(max_length=10, choices=Channel)
    address = models.CharField(max_length=254)
    code_hash = models.CharField(max_length=64)
    version = models.PositiveIntegerField(
        db_comment="Of the nomination as it was checked: the code sends in this and nothing else"
    )
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        ordering = ["-sent_at", "-pk"]
        indexes = [
            # How many codes went to one address of late.
            models.Index(fields=["address", "-sent_at"], name="confirmation_to_address"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=["email", "phone"]), name="confirmation_channel_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(address="") & ~Q(code_hash=""), name="confirmation_went_somewhere"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("sent_at")), name="confirmation_lives_a_while"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} for {self.nomination_id}"
