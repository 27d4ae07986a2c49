"""Who has which role, where, and from when until when."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voting.seasons.models import Season
from voting.units.models import Unit


class Role(models.TextChoices):
    """What somebody is for; ``permissions.PERMISSIONS`` says what that allows."""

    ORGANISER = "organiser", _("organiser")
    REVIEWER = "reviewer", _("reviewer")
    INTEGRITY_REVIEWER = "integrity_reviewer", _("integrity reviewer")
    JUDGE = "judge", _("judge")
    OBSERVER = "observer", _("observer")
    RECOMMENDER = "recommender", _("recommender for a unit")


class Grant(models.Model):
    """One role of one person. It is never deleted: it ends, or it is revoked."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=Role)
    season = models.ForeignKey(
        Season, models.PROTECT, null=True, blank=True, related_name="grants",
        db_comment="NULL: in every season",
    )  # fmt: skip
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="grants",
        db_comment="This unit and all below it; NULL: everywhere",
    )  # fmt: skip
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True, db_comment="Exclusive")
    granted_by = models.CharField(max_length=150)
    granted_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=300, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=150, blank=True)

    class Meta:
        verbose_name = _("role of a person")
        verbose_name_plural = _("roles of people")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="grant_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(role="recommender") | Q(unit__isnull=False),
                name="recommender_belongs_to_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[
                    "organiser", "reviewer", "integrity_reviewer", "judge", "observer",
                    "recommender",
                ]),
                name="grant_role_is_known",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoked_by=""),
                name="revoked_grant_says_by_whom",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.role} {self.user_id}"


class Invitation(models.Model):
    """A link that gives one role to whoever opens it first and signs in. It works once.

    The link's secret part is known to the invited alone: the row holds its hash.
    """

    token_hash = models.CharField(max_length=64, unique=True, db_comment="SHA-256, hexadecimal")
    role = models.CharField(max_length=20, choices=Role)
    season = models.ForeignKey(
        Season, models.PROTECT, null=True, blank=True, related_name="invitations",
        db_comment="NULL: in every season",
    )  # fmt: skip
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="invitations",
        db_comment="This unit and all below it; NULL: everywhere",
    )  # fmt: skip
    starts_at = models.DateTimeField(null=True, blank=True, db_comment="NULL: when accepted")
    ends_at = models.DateTimeField(null=True, blank=True, db_comment="Exclusive")
    email = models.EmailField(
        blank=True, db_comment="Where the link was sent; emptied when it is used or taken back"
    )
    reason = models.CharField(max_length=300)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="invitations"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_comment="Exclusive")
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True,
        related_name="accepted_invitations",
    )  # fmt: skip
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=150, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="invitation_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True)
                | Q(starts_at__isnull=True)
                | Q(ends_at__gt=F("starts_at")),
                name="invited_role_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(role="recommender") | Q(unit__isnull=False),
                name="invited_recommender_belongs_to_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[
                    "organiser", "reviewer", "integrity_reviewer", "judge", "observer",
                    "recommender",
                ]),
                name="invited_role_is_known",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, revoked_at__isnull=True),
                name="invitation_is_accepted_by_somebody_or_taken_back",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoked_by=""),
                name="revoked_invitation_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(accepted_by=F("invited_by")),
                name="nobody_accepts_their_own_invitation",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"


class Reminder(models.Model):
    """That a unit was reminded of what it has not done yet; once a day at most."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="reminders")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reminders")
    day = models.DateField(db_comment="On the season's clock")
    sent_by = models.CharField(max_length=150)
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "unit", "day"], name="one_reminder_a_day"
            ),
            models.CheckConstraint(condition=~Q(sent_by=""), name="reminder_says_by_whom"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.unit_id} {self.day}"
