"""By which rules people are put forward in a season: who may, what is asked, how many."""

from dataclasses import dataclass
from typing import Final

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from voting.seasons.models.season import Category, Season
from voting.units.models import Unit

LONGEST_DEEDS: Final = 10_000  # characters
MOST_PHOTOS: Final = 12
MOST_ATTACHMENTS: Final = 12


@dataclass(frozen=True, slots=True)
class DeedsText:
    """One of the texts about what somebody did, as a season asks for it.

    label, label_en: what the organisers call it; empty: the usual name. longest: in characters.
    """

    key: str  # short, medium or long
    label: str
    label_en: str
    longest: int
    required: bool


def _longest(default: int) -> "models.PositiveSmallIntegerField[int | str, int]":
    return models.PositiveSmallIntegerField(
        default=default,
        validators=[MaxValueValidator(LONGEST_DEEDS)],
        db_comment="Characters; 0: this text is not asked for",
    )


class NominationSettings(models.Model):
    """What a season's nomination form asks, and of whom. A season without a row has the defaults.

    Always asked for: name, category, the deed in one line, consent to publication.
    """

    season = models.OneToOneField(Season, models.PROTECT, related_name="nomination_settings")

    by_units = models.BooleanField(default=True)
    by_organisations = models.BooleanField(default=False)
    by_oneself = models.BooleanField(default=False)
    without_account = models.BooleanField(
        default=False, db_comment="The nominator then confirms by a code"
    )
    review_while_nominating = models.BooleanField(
        default=True, db_comment="Reviewers need not wait until nominations have ended"
    )

    one_line_max = models.PositiveSmallIntegerField(
        default=30,
        validators=[MinValueValidator(10), MaxValueValidator(400)],
        db_comment="Characters of the deed in one line",
    )
    short_label = models.CharField(max_length=40, blank=True)
    short_label_en = models.CharField(max_length=80, blank=True)
    short_max = _longest(200)
    short_required = models.BooleanField(default=True)
    medium_label = models.CharField(max_length=40, blank=True)
    medium_label_en = models.CharField(max_length=80, blank=True)
    medium_max = _longest(1_500)
    medium_required = models.BooleanField(default=True)
    long_label = models.CharField(max_length=40, blank=True)
    long_label_en = models.CharField(max_length=80, blank=True)
    long_max = _longest(3_000)
    long_required = models.BooleanField(default=False)

    portrait_required = models.BooleanField(default=True)
    portrait_min_width = models.PositiveSmallIntegerField(
        default=240,
        validators=[MinValueValidator(1), MaxValueValidator(2_000)],
        db_comment="Pixels",
    )
    portrait_min_height = models.PositiveSmallIntegerField(
        default=360,
        validators=[MinValueValidator(1), MaxValueValidator(2_000)],
        db_comment="Pixels",
    )
    photos_max = models.PositiveSmallIntegerField(
        default=3, validators=[MaxValueValidator(MOST_PHOTOS)]
    )
    attachments_max = models.PositiveSmallIntegerField(
        default=5, validators=[MaxValueValidator(MOST_ATTACHMENTS)]
    )
    hours_min = models.PositiveSmallIntegerField(
        null=True, blank=True, db_comment="Hours of service a nominee needs; NULL: none"
    )
    hours_required = models.BooleanField(default=False)
    age_min = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        default=18,
        validators=[MaxValueValidator(120)],
        db_comment="Full years when nominations end; NULL: any age",
    )
    guardian_under = models.PositiveSmallIntegerField(
        default=18,
        validators=[MinValueValidator(14), MaxValueValidator(18)],
        db_comment="Below this age a guardian consents too; never less than the law's 14",
    )
    unit_opinion_required = models.BooleanField(
        default=True, db_comment="Of the recommending unit, with its seal on paper or as a scan"
    )
    consent_to_checks = models.BooleanField(
        default=False, db_comment="Whether to ask if other bodies may be asked about the nominee"
    )
    consent_to_media = models.BooleanField(
        default=False, db_comment="Whether to ask if newspapers may report beyond these pages"
    )

    quota_per_unit = models.PositiveSmallIntegerField(
        null=True, blank=True, db_comment="Nominations of one unit in all; NULL: no limit"
    )
    quota_per_category = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        default=1,
        db_comment="Nominations of one unit in one category; NULL: no limit",
    )

    class Meta:
        verbose_name = _("nomination settings")
        verbose_name_plural = _("nomination settings")
        constraints = [
            models.CheckConstraint(
                condition=Q(short_max__lte=LONGEST_DEEDS)
                & Q(medium_max__lte=LONGEST_DEEDS)
                & Q(long_max__lte=LONGEST_DEEDS)
                & Q(one_line_max__gte=10)
                & Q(one_line_max__lte=400),
                name="deeds_have_a_sensible_length",
            ),
            models.CheckConstraint(
                condition=Q(short_max__gt=0) | Q(medium_max__gt=0) | Q(long_max__gt=0),
                name="deeds_are_asked_for",
            ),
            models.CheckConstraint(
                condition=Q(portrait_min_width__gte=1)
                & Q(portrait_min_width__lte=2_000)
                & Q(portrait_min_height__gte=1)
                & Q(portrait_min_height__lte=2_000),
                name="portrait_size_is_sensible",
            ),
            models.CheckConstraint(
                condition=Q(photos_max__lte=MOST_PHOTOS)
                & Q(attachments_max__lte=MOST_ATTACHMENTS),
                name="uploads_are_few",
            ),
            models.CheckConstraint(
                condition=Q(guardian_under__gte=14)
                & Q(guardian_under__lte=18)
                & (Q(age_min__isnull=True) | Q(age_min__lte=120)),
                name="ages_are_sensible",
            ),
            models.CheckConstraint(
                condition=Q(by_units=True) | Q(by_organisations=True) | Q(by_oneself=True)
                | Q(without_account=True),
                name="somebody_may_nominate",
            ),
            models.CheckConstraint(
                condition=(Q(quota_per_unit__isnull=True) | Q(quota_per_unit__gte=1))
                & (Q(quota_per_category__isnull=True) | Q(quota_per_category__gte=1)),
                name="quota_allows_something",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"nomination settings of {self.season_id}"

    @property
    def deeds_texts(self) -> list[DeedsText]:
        """The texts that are asked for, the shortest first."""
        texts = [
            DeedsText("short", self.short_label, self.short_label_en, self.short_max,
                      self.short_required),
            DeedsText("medium", self.medium_label, self.medium_label_en, self.medium_max,
                      self.medium_required),
            DeedsText("long", self.long_label, self.long_label_en, self.long_max,
                      self.long_required),
        ]  # fmt: skip
        return [text for text in texts if text.longest]


class UnitQuota(models.Model):
    """What one unit may nominate where that differs from the season's settings."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="unit_quotas")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+",
        db_comment="NULL: in all categories together",
    )  # fmt: skip
    most = models.PositiveSmallIntegerField(db_comment="0: nothing at all")

    class Meta:
        verbose_name = _("exception for a unit")
        verbose_name_plural = _("exceptions for units")
        ordering = ["unit__code", "category__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "unit", "category"],
                condition=Q(category__isnull=False),
                name="quota_once_per_unit_and_category",
            ),
            models.UniqueConstraint(
                fields=["season", "unit"],
                condition=Q(category__isnull=True),
                name="quota_in_all_once_per_unit",
            ),
            models.CheckConstraint(condition=Q(most__lte=1_000), name="quota_is_sensible"),
        ]

    def __str__(self) -> str:
        return f"{self.most} for unit {self.unit_id}"
