"""Draws of judges: what was announced, and how it ended. Rows are added, never changed."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voting.judging.models.panels import Panel
from voting.rules.draws import LONGEST_SEED


class PanelDraw(models.Model):
    """The announcement of a draw: all that decides who will sit, but for the seed."""

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="draws")
    number = models.PositiveSmallIntegerField(db_comment="1, 2, 3 on each panel")
    pool = models.JSONField(db_comment="Who can be drawn: [key, seat type] of each")
    seats = models.JSONField(db_comment="Seats to draw, by seat type; '' stands for any")
    source = models.CharField(max_length=200, db_comment="Where the seed will come from")
    announced_at = models.DateTimeField(default=timezone.now)
    seed_at = models.DateTimeField(db_comment="From when the seed can be known, not before")
    fingerprint = models.CharField(
        max_length=64, db_comment="SHA-256 of the announcement: rules.draws.fingerprint"
    )

    class Meta:
        verbose_name = _("draw of a panel")
        verbose_name_plural = _("draws of panels")
        ordering = ["panel", "number"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "number"], name="draws_of_a_panel_in_order"),
            models.CheckConstraint(
                condition=Q(seed_at__gte=F("announced_at")), name="seed_is_known_after_it_is_said"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="draw_has_a_source"),
        ]

    def __str__(self) -> str:
        return f"draw {self.number} of {self.panel_id}"


class DrawEnd(models.Model):
    """What became of an announced draw: drawn by its seed, or withdrawn. Two people signed it."""

    class Kind(models.TextChoices):
        """What became of it."""

        DRAWN = "drawn", _("drawn")
        WITHDRAWN = "withdrawn", _("withdrawn")

    draw = models.OneToOneField(PanelDraw, models.PROTECT, related_name="end")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(
        max_length=300, blank=True,
        db_comment="Public: where the seed was read, or why the draw was withdrawn",
    )  # fmt: skip
    seed = models.CharField(max_length=LONGEST_SEED, blank=True)
    order = models.JSONField(default=list, blank=True, db_comment="The pool as drawn, by key")
    passed = models.JSONField(
        default=list, blank=True, db_comment="Keys in the pool that had a seat already"
    )

    class Meta:
        verbose_name = _("end of a draw")
        verbose_name_plural = _("ends of draws")
        ordering = ["draw"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="drawn") & ~Q(seed="")
                | Q(kind="withdrawn", seed="") & ~Q(reason=""),
                name="draw_ends_by_a_seed_or_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.draw_id}"
