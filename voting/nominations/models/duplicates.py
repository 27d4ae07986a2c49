"""Which nominations may be one, which are, and which are not: by whom it was found."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voting.nominations.models.nomination import Nomination
from voting.seasons.models import Season


class Likeness(models.Model):
    """Two nominations that may put forward the same; a hint for a person, and their answer."""

    class Verdict(models.TextChoices):
        """What a person said."""

        OPEN = "", _("nobody has looked yet")
        DIFFERENT = "different", _("not the same")

    first = models.ForeignKey(Nomination, models.CASCADE, related_name="likenesses_first")
    second = models.ForeignKey(Nomination, models.CASCADE, related_name="likenesses_second")
    percent = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list, db_comment="Pairs of code and per cent")
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True, default=Verdict.OPEN)
    verdict_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    verdict_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("likeness")
        verbose_name_plural = _("likenesses")
        ordering = ["-percent", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="likeness_once_for_a_pair"),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="likeness_is_of_two_in_order"
            ),
            models.CheckConstraint(condition=Q(percent__lte=100), name="likeness_is_a_share"),
            models.CheckConstraint(
                condition=Q(verdict="", verdict_by__isnull=True, verdict_at__isnull=True)
                | Q(verdict="different", verdict_by__isnull=False, verdict_at__isnull=False),
                name="likeness_verdict_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ~ {self.second_id}: {self.percent} %"


class LikenessSearch(models.Model):
    """When a season was last searched as a whole. What came in since is searched by itself."""

    season = models.OneToOneField(Season, models.PROTECT, related_name="likeness_search")
    at = models.DateTimeField()
    compared = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("search for duplicates")
        verbose_name_plural = _("searches for duplicates")

    def __str__(self) -> str:
        return f"search of {self.season_id}"


class Merge(models.Model):
    """One nomination put together with another, which stands for both. Undone, it stays known."""

    nomination = models.ForeignKey(Nomination, models.PROTECT, related_name="merges")
    into = models.ForeignKey(Nomination, models.PROTECT, related_name="merged")
    percent = models.PositiveSmallIntegerField(
        null=True, blank=True, db_comment="How alike they were found; NULL: nobody had computed it"
    )
    reason = models.CharField(max_length=300, db_comment="Both nominators read it")
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_comment="NULL: nobody did, the one it was put together with was withdrawn",
    )  # fmt: skip
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("merge of nominations")
        verbose_name_plural = _("merges of nominations")
        ordering = ["merged_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["nomination"],
                condition=Q(undone_at__isnull=True),
                name="nomination_is_merged_once",
            ),
            models.CheckConstraint(
                condition=~Q(nomination=F("into")), name="nomination_not_merged_into_itself"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="merge_says_why"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | (Q(undone_at__isnull=False) & ~Q(undone_reason="")),
                name="undone_merge_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nomination_id} into {self.into_id}"
