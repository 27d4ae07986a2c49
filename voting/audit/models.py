"""The audit log. It names seasons and units by their addresses, so that it stands below both."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One thing that somebody did. Rows are added and never changed."""

    at = models.DateTimeField(default=timezone.now)
    actor = models.CharField(max_length=150, db_comment="Who, as the log names people")
    action = models.CharField(max_length=40, db_comment="What, such as nomination.accept")
    season = models.CharField(max_length=40, blank=True, db_comment="Address of the season, or ''")
    unit = models.CharField(max_length=20, blank=True, db_comment="Code of the unit, or ''")
    target = models.CharField(max_length=160, blank=True, db_comment="To whom or what, in words")
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-at", "-pk"]
        indexes = [
            # The console's log of one season, latest first.
            models.Index(fields=["season", "-at"], name="audit_of_a_season"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(actor="") & ~Q(action=""), name="audit_says_who_and_what"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor}: {self.action}"
