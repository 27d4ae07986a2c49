"""From many nominations to those that are proposed: by which rule, and where each one stands."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from voting.nominations.models.nomination import Nomination
from voting.seasons.models import Category


class Shortlist(models.Model):
    """How one category is shortlisted. While it is not confirmed, everything can change."""

    class Method(models.TextChoices):
        """What decides."""

        DECISION = "decision", _("by decision of the office")
        COUNT = "count", _("by the number of nominators")
        EPH = "eph", _("by E Pluribus Hugo: each nominator's points are divided")

    class OverFull(models.TextChoices):
        """What becomes of a nominator who named more than allowed."""

        KEEP = "keep", _("all of them count")
        CUT = "cut", _("the first ones count")
        VOID = "void", _("none of them counts")

    category = models.OneToOneField(Category, models.PROTECT, related_name="shortlist")
    method = models.CharField(max_length=10, choices=Method, default=Method.DECISION)
    places = models.PositiveSmallIntegerField(db_comment="How many are proposed at most")
    per_unit = models.PositiveSmallIntegerField(
        null=True, blank=True, db_comment="At most so many of one unit; NULL: no such limit"
    )
    names_each = models.PositiveSmallIntegerField(
        default=5, db_comment="How many a nominator may name in this category"
    )
    over_full = models.CharField(max_length=5, choices=OverFull, default=OverFull.KEEP)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("shortlist")
        verbose_name_plural = _("shortlists")
        constraints = [
            models.CheckConstraint(
                condition=Q(method__in=["decision", "count", "eph"]),
                name="shortlist_method_is_known",
            ),
            models.CheckConstraint(
                condition=Q(over_full__in=["keep", "cut", "void"]),
                name="shortlist_over_full_is_known",
            ),
            models.CheckConstraint(
                condition=Q(places__gte=1) & Q(names_each__gte=1)
                & (Q(per_unit__isnull=True) | Q(per_unit__gte=1)),
                name="shortlist_numbers_are_positive",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | (Q(confirmed_at__isnull=False, confirmed_by__isnull=False) & ~Q(reason="")),
                name="confirmed_shortlist_says_by_whom_and_why",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"shortlist of {self.category_id}"


class ShortlistEntry(models.Model):
    """Where one stood when the shortlist was confirmed, and why it is through or not."""

    shortlist = models.ForeignKey(Shortlist, models.PROTECT, related_name="entries")
    nomination = models.ForeignKey(Nomination, models.PROTECT, related_name="shortlist_entries")
    position = models.PositiveIntegerField()
    nominators = models.PositiveIntegerField(db_comment="How many different ones put it forward")
    points = models.CharField(max_length=40, blank=True, db_comment="Exact, such as 105 1/4")
    is_through = models.BooleanField()
    why = models.CharField(max_length=12)
    chosen = models.BooleanField(default=False, db_comment="A person's choice, not the rule's")
    nominee = models.JSONField(
        default=dict, db_comment="Texts of the nominee that was taken off, to put it back"
    )

    class Meta:
        verbose_name = _("entry of a shortlist")
        verbose_name_plural = _("entries of shortlists")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["shortlist", "nomination"], name="shortlist_entry_once"
            ),
            models.CheckConstraint(
                condition=Q(why__in=["through", "chosen", "line", "unit", "tie", "not_chosen"]),
                name="shortlist_why_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} of {self.shortlist_id}"
