"""Score sheets: what one judge gives one nominee, and what was done to sheets."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voting.judging.models.panels import Panel, Seat
from voting.seasons.models import Nominee, Season

MARK_DIGITS: Final = 9
MARK_DECIMALS: Final = 4
LONGEST_COMMENT: Final = 1_000  # characters


class Calibration(models.Model):
    """An invented nominee that every judge of a panel marks first, and that does not count."""

    panel = models.OneToOneField(Panel, models.PROTECT, related_name="calibration")
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120, blank=True)
    deeds = models.TextField()
    deeds_en = models.TextField(blank=True)
    marks = models.JSONField(
        default=dict, blank=True, db_comment="What the committee would give: criterion -> points"
    )
    explanation = models.TextField(blank=True)
    explanation_en = models.TextField(blank=True)

    class Meta:
        verbose_name = _("calibration nominee")
        verbose_name_plural = _("calibration nominees")

    def __str__(self) -> str:
        return self.name


class ScoreSheet(models.Model):
    """One judge's sheet for one nominee, or for the calibration nominee (no nominee)."""

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="sheets")
    nominee = models.ForeignKey(
        Nominee, models.PROTECT, null=True, blank=True, related_name="score_sheets",
        db_comment="NULL: the panel's calibration nominee",
    )  # fmt: skip
    comment = models.CharField(
        max_length=LONGEST_COMMENT, blank=True, db_comment="For the committee"
    )
    note = models.TextField(blank=True, db_comment="The judge's own; nobody else ever sees it")
    revision = models.PositiveIntegerField(
        default=0, db_comment="Grows with each change of a mark, and never falls"
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")
        ordering = ["seat", "nominee"]
        constraints = [
            models.UniqueConstraint(
                fields=["seat", "nominee"],
                condition=Q(nominee__isnull=False),
                name="one_sheet_per_seat_and_nominee",
            ),
            models.UniqueConstraint(
                fields=["seat"],
                condition=Q(nominee__isnull=True),
                name="one_calibration_sheet_per_seat",
            ),
        ]

    def __str__(self) -> str:
        return f"sheet of {self.seat_id} for {self.nominee_id}"


class Mark(models.Model):
    """Points for one criterion; the criterion is "" where the panel has no rubric.

    For a panel that ranks it is the rank; for one that picks, 1. No row: not marked, absent.
    """

    sheet = models.ForeignKey(ScoreSheet, models.CASCADE, related_name="marks")
    criterion = models.CharField(max_length=40, blank=True)
    points = models.DecimalField(max_digits=MARK_DIGITS, decimal_places=MARK_DECIMALS)
    revision = models.PositiveIntegerField(
        default=1,
        db_comment="The sheet's at its last change, so that two devices notice each other",
    )
    save_id = models.CharField(
        max_length=36, blank=True, db_comment="Made by the device: the same save twice is one"
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        ordering = ["sheet", "criterion"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="one_mark_per_criterion"),
            models.CheckConstraint(condition=Q(points__gte=0), name="marks_are_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} {self.points}"


class SeatEvent(models.Model):
    """What was done to a judge's sheets, by whom and why. Rows are added, never changed.

    The database refuses everything else; with a rehearsal they go.
    """

    class Action(models.TextChoices):
        """What was done."""

        SUBMITTED = "submitted", _("submitted")
        TAKEN_BACK = "taken_back", _("taken back at once")
        REOPENED = "reopened", _("reopened")
        IMPORTED = "imported", _("imported")
        VOIDED = "voided", _("marks voided")

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="events")
    # Without a constraint: checking it would lock the season, and a submission would wait for
    # whoever signs something about the season just then, who may wait for the panel.
    season = models.ForeignKey(
        Season, models.PROTECT, related_name="+", db_constraint=False,
        db_comment="The panel's: by it the database knows the rows of a rehearsal",
    )  # fmt: skip
    action = models.CharField(max_length=12, choices=Action)
    actor = models.CharField(max_length=150)
    reason = models.CharField(max_length=300, blank=True)
    fingerprint = models.CharField(
        max_length=64, blank=True, db_comment="SHA-256 of the sheets as they were then"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("event of a seat")
        verbose_name_plural = _("events of seats")
        ordering = ["seat", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(action__in=["reopened", "voided"]) | ~Q(reason=""),
                name="reopening_says_why",
            ),
            models.CheckConstraint(
                condition=Q(
                    action__in=["submitted", "taken_back", "reopened", "imported", "voided"]
                ),
                name="seat_action_is_known",
            ),
            models.CheckConstraint(condition=~Q(actor=""), name="seat_event_says_who"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.seat_id}"
