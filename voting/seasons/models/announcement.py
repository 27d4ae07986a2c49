"""What organisers tell voters on the public pages."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Announcement(models.Model):
    """A short text on a season's public pages, from one moment until another.

    Earlier wordings stand in the audit log; a text that has been up is never deleted.
    """

    season = models.ForeignKey("seasons.Season", models.PROTECT, related_name="announcements")
    text = models.CharField(max_length=300)
    text_en = models.CharField(max_length=600, blank=True)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True, db_comment="Exclusive; NULL: stays")
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-starts_at", "-pk"]
        indexes = [
            # For what the public pages show now.
            models.Index(fields=["season", "starts_at"], name="announcement_of_a_season"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(created_by=""), name="announcement_says_what_and_who"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="announcement_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.text
