"""Panels, the seats on them, who keeps out of what, and who marks whom."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voting.judging.models.pool import Judge
from voting.seasons.models import Category, Nominee, Season

# What a panel that works blind does not see of a nominee.
HIDEABLE: Final = ("name", "portrait", "unit", "number", "photos", "attachments")


class Panel(models.Model):
    """Judges who mark together: one component of the result, for all categories or for some."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="panels")
    component = models.CharField(
        max_length=40, db_comment="Key of the component that the rule sheet declares"
    )
    name = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    categories = models.ManyToManyField(
        Category, blank=True, related_name="panels", db_table="judging_panel_categories"
    )
    per_nominee = models.PositiveSmallIntegerField(
        null=True, blank=True, db_comment="Judges for each nominee; NULL: all of them"
    )
    hidden = models.JSONField(
        default=list, blank=True, db_comment="What of a nominee the panel does not see"
    )
    shows_marks = models.BooleanField(
        default=False, db_comment="Whether judges see the others' marks, once it is closed"
    )
    due_at = models.DateTimeField(
        null=True, blank=True, db_comment="Until when to submit; NULL: the end of the stage"
    )
    opened_at = models.DateTimeField(
        null=True, blank=True, db_comment="Since when judges mark; the rubric stands still then"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    declared = models.JSONField(
        default=dict, blank=True,
        db_comment="The component as the rule sheet had it at opening: by it judges mark",
    )  # fmt: skip

    class Meta:
        verbose_name = _("panel")
        verbose_name_plural = _("panels")
        ordering = ["season", "component", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(component=""), name="panel_is_of_a_component"),
            models.CheckConstraint(
                condition=Q(per_nominee__isnull=True) | Q(per_nominee__gte=1),
                name="a_nominee_has_judges",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(opened_at__isnull=False),
                name="only_an_opened_panel_closes",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.component


class Seat(models.Model):
    """A judge on a panel. It is never deleted: who leaves has left."""

    class How(models.TextChoices):
        """How a judge came to it."""

        FIXED = "fixed", _("named")
        DRAWN = "drawn", _("drawn")
        RESERVE = "reserve", _("drawn as a replacement")
        IMPORTED = "imported", _("from a file")

    class State(models.TextChoices):
        """How far it has come. Only who is ``ready`` sees files and marks."""

        INVITED = "invited", _("invited")
        CONFIRMED = "confirmed", _("has confirmed")
        READY = "ready", _("has declared independence")
        DECLINED = "declined", _("has declined")
        LEFT = "left", _("has left")

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="seats")
    judge = models.ForeignKey(Judge, models.PROTECT, related_name="seats")
    how = models.CharField(max_length=10, choices=How, default=How.FIXED)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by",
        db_comment="Whose seat this reserve of the draw has taken",
    )  # fmt: skip
    state = models.CharField(max_length=10, choices=State, default=State.INVITED)
    invited_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    declared_at = models.DateTimeField(null=True, blank=True)
    declaration = models.TextField(
        blank=True, db_comment="The words on confidentiality and independence that were accepted"
    )
    submitted_at = models.DateTimeField(
        null=True, blank=True, db_comment="Since when the sheet is locked; NULL: open"
    )
    left_because = models.CharField(max_length=300, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    practised_at = models.DateTimeField(
        null=True, blank=True,
        db_comment="Since when the judge has seen what the committee would give the example",
    )  # fmt: skip

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["panel", "judge__key"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "judge"], name="judge_sits_once_on_a_panel"),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(declared_at__isnull=False) | Q(how="imported"),
                name="who_is_ready_has_declared",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["invited", "confirmed", "ready", "declined", "left"])
                & Q(how__in=["fixed", "drawn", "reserve", "imported"]),
                name="seat_words_are_known",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | Q(state__in=["ready", "left"]),
                name="only_who_is_ready_submits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.judge_id} on {self.panel_id}"


class Recusal(models.Model):
    """A judge who keeps out of one nominee. The row stays, also when it is lifted."""

    class Reason(models.TextChoices):
        """Why; the codes are what the public learns, as numbers over the whole panel only."""

        SAME_UNIT = "same_unit", _("works at the nominee's unit")
        NOMINATOR = "nominator", _("has put the nominee forward")
        RELATED = "related", _("is related or close to the nominee")
        SELF = "self", _("is the nominee")
        RIVAL = "rival", _("is close to another nominee of the category")
        OTHER = "other", _("another reason")

    class Source(models.TextChoices):
        """Who said so."""

        DECLARED = "declared", _("the judge")
        DETECTED = "detected", _("found by the program")
        ORDERED = "ordered", _("the organisers")

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="recusals")
    nominee = models.ForeignKey(Nominee, models.PROTECT, related_name="recusals")
    reason = models.CharField(max_length=10, choices=Reason)
    source = models.CharField(max_length=10, choices=Source)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=150, blank=True)
    lifted_because = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        ordering = ["seat", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["seat", "nominee"],
                condition=Q(lifted_at__isnull=True),
                name="one_recusal_in_force",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | (~Q(lifted_by="") & ~Q(lifted_because="")),
                name="lifted_recusal_says_by_whom_and_why",
            ),
            models.CheckConstraint(
                condition=Q(
                    reason__in=["same_unit", "nominator", "related", "self", "rival", "other"]
                )
                & Q(source__in=["declared", "detected", "ordered"]),
                name="recusal_words_are_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} keeps out of {self.nominee_id}"


class Assignment(models.Model):
    """That a seat marks a nominee, where not everybody marks everything."""

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="assignments")
    nominee = models.ForeignKey(Nominee, models.PROTECT, related_name="assignments")
    by_hand = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["seat", "nominee"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "nominee"], name="assigned_once"),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} marks {self.nominee_id}"
