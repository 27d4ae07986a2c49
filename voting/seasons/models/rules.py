"""The rule sheet with its limits and windows, and the amendments made after opening."""

from typing import Any

import msgspec
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voting.rules.conversions import Conversion
from voting.rules.honours import Honours
from voting.rules.panels import Panel
from voting.rules.shortlisting import Shortlisting
from voting.rules.ties import Ties
from voting.seasons.models.season import Season

MOST_NOTICE_DAYS = 60


def _plain(part: msgspec.Struct) -> Any:
    return msgspec.json.decode(msgspec.json.encode(part))


def plain_conversion() -> Any:
    """Return the conversion of a new season, fit for JSON."""
    return _plain(Conversion())


def plain_panel() -> Any:
    """Return the panel rules of a new season, fit for JSON."""
    return _plain(Panel())


def plain_ties() -> Any:
    """Return the tie chain of a new season, fit for JSON."""
    return _plain(Ties())


def plain_shortlisting() -> Any:
    """Return how a new season makes finalists of nominations, fit for JSON."""
    return _plain(Shortlisting())


def plain_honours() -> Any:
    """Return how places are filled in a new season, fit for JSON."""
    return _plain(Honours())


class RuleSheet(models.Model):
    """The rules of one season's public vote; frozen at opening."""

    class Display(models.TextChoices):
        """What the public sees of the tallies while voting is open."""

        LIVE = "live", _("live")
        DELAYED = "delayed", _("delayed")
        DAILY = "daily", _("once a day")
        RANK_ONLY = "rank_only", _("ranks without numbers")
        HIDDEN = "hidden", _("hidden until announced")

    season = models.OneToOneField(Season, models.PROTECT, related_name="rule_sheet")
    min_choices = models.PositiveSmallIntegerField(default=1)
    display = models.CharField(max_length=10, choices=Display, default=Display.LIVE)
    display_delay_minutes = models.PositiveSmallIntegerField(default=0)
    display_hour = models.PositiveSmallIntegerField(default=18, validators=[MaxValueValidator(23)])
    turnout_public = models.BooleanField(default=True)
    public_weight = models.PositiveSmallIntegerField(default=30, db_comment="Per cent")
    panel_weight = models.PositiveSmallIntegerField(default=70, db_comment="Per cent")
    conversion = models.JSONField(
        default=plain_conversion, db_comment="How votes become points: rules.conversions.Conversion"
    )
    panel = models.JSONField(
        default=plain_panel, db_comment="How marks become one value: rules.panels.Panel"
    )
    ties = models.JSONField(
        default=plain_ties, db_comment="What decides between equals: rules.ties.Ties"
    )
    consolidation = models.JSONField(
        null=True,
        blank=True,
        db_comment="Components of the result: rules.components.Consolidation; NULL: public vote "
        "and panel, by the columns above",
    )
    honours = models.JSONField(
        default=plain_honours,
        db_comment="Places and quotas: rules.honours.Honours",
    )
    shortlisting = models.JSONField(
        default=plain_shortlisting,
        db_comment="How nominations become finalists: rules.shortlisting.Shortlisting",
    )
    candidate_notice_days = models.PositiveSmallIntegerField(
        default=5, validators=[MinValueValidator(1), MaxValueValidator(MOST_NOTICE_DAYS)]
    )
    result_notice_days = models.PositiveSmallIntegerField(
        default=5, validators=[MinValueValidator(1), MaxValueValidator(MOST_NOTICE_DAYS)]
    )
    notice_working_days = models.BooleanField(
        default=True, db_comment="Whether notices count working days; else calendar days"
    )
    rate_interval_ms = models.PositiveIntegerField(
        default=1000, db_comment="A voter earns one ballot every so many milliseconds"
    )
    rate_burst = models.PositiveIntegerField(default=5, db_comment="Ballots a voter may save up")
    fresh_per_minute = models.PositiveIntegerField(
        default=30, db_comment="New browsers a network may bring before their ballots are marked"
    )
    fresh_burst = models.PositiveIntegerField(default=60)
    token_minutes = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )
    frozen_at = models.DateTimeField(null=True, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True, db_comment="SHA-256, hexadecimal")
    fingerprint_format = models.PositiveSmallIntegerField(
        default=4, db_comment="Which form of the rules the fingerprint is taken of"
    )
    version = models.PositiveSmallIntegerField(
        default=0, db_comment="Number of the last amendment that holds"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(min_choices__gte=1) & Q(min_choices__lte=64),
                name="ballot_has_1_to_64_choices",
            ),
            models.CheckConstraint(condition=Q(display_hour__lte=23), name="display_hour_of_a_day"),
            models.CheckConstraint(
                condition=Q(public_weight=100 - F("panel_weight")), name="weights_make_100"
            ),
            models.CheckConstraint(
                condition=Q(token_minutes__gte=1) & Q(token_minutes__lte=30),
                name="token_lives_30_minutes_at_most",
            ),
            models.CheckConstraint(
                condition=Q(rate_interval_ms__gte=1) & Q(rate_burst__gte=1),
                name="voter_rate_is_positive",
            ),
            models.CheckConstraint(
                condition=Q(fresh_per_minute__gte=1) & Q(fresh_burst__gte=1),
                name="fresh_budget_is_positive",
            ),
            models.CheckConstraint(
                condition=Q(candidate_notice_days__gte=1, candidate_notice_days__lte=60)
                & Q(result_notice_days__gte=1, result_notice_days__lte=60),
                name="notices_last_1_to_60_days",
            ),
            models.CheckConstraint(
                condition=Q(fingerprint_format__gte=1) & Q(fingerprint_format__lte=4),
                name="fingerprint_format_is_known",
            ),
            models.CheckConstraint(
                condition=Q(version=0) | Q(frozen_at__isnull=False),
                name="only_frozen_rules_are_amended",
            ),
            models.CheckConstraint(
                condition=Q(display__in=["live", "delayed", "daily", "rank_only", "hidden"]),
                name="display_rule_is_known",
            ),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True) | ~Q(fingerprint=""),
                name="frozen_rules_have_a_fingerprint",
            ),
        ]

    def __str__(self) -> str:
        return f"rules of {self.season_id}"


class Cap(models.Model):
    """One limit: in this scope and period at most ``max`` ballots or choices."""

    class Scope(models.TextChoices):
        """What is limited together."""

        SEASON = "season", _("the season")
        CATEGORY = "category", _("each category")
        NOMINEE = "nominee", _("each nominee")

    class Period(models.TextChoices):
        """Until when a use counts. ``ballot``: within one ballot, nothing is remembered."""

        BALLOT = "ballot", _("a ballot")
        WINDOW = "window", _("a voting window")
        DAY = "day", _("a day")
        SEASON = "season", _("the season")

    class Counts(models.TextChoices):
        """What is counted."""

        BALLOTS = "ballots", _("ballots")
        CHOICES = "choices", _("choices")

    sheet = models.ForeignKey(RuleSheet, models.PROTECT, related_name="caps")
    scope = models.CharField(max_length=10, choices=Scope)
    period = models.CharField(max_length=10, choices=Period)
    counts = models.CharField(max_length=10, choices=Counts)
    max = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "scope", "period", "counts"], name="cap_once_per_sheet"
            ),
            models.CheckConstraint(condition=Q(max__gte=1), name="cap_allows_something"),
            models.CheckConstraint(
                condition=~(Q(period="ballot") & Q(counts="ballots")),
                name="ballots_are_not_counted_within_a_ballot",
            ),
            models.CheckConstraint(
                condition=Q(scope__in=["season", "category", "nominee"])
                & Q(period__in=["ballot", "window", "day", "season"])
                & Q(counts__in=["ballots", "choices"]),
                name="cap_words_are_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} × {self.period} × {self.counts} ≤ {self.max}"


class VotingWindow(models.Model):
    """A part of the voting time with limits of its own; it lasts until the next one starts."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="windows")
    starts_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "starts_at"], name="window_start_once_per_season"
            ),
        ]

    def __str__(self) -> str:
        return f"window from {self.starts_at:%Y-%m-%d %H:%M}"


class RuleAmendment(models.Model):
    """One change of frozen rules: what, why, by which two people. Rows are added, never changed.

    A column that is NULL leaves its rule as it was. The triggers of ``frozen_guard`` let the
    sheet and the season take exactly these values, and no others.
    """

    season = models.ForeignKey(Season, models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField()
    closes_at = models.DateTimeField(null=True, blank=True)
    display = models.CharField(  # noqa: DJ001 -- NULL: unchanged
        max_length=10, null=True, blank=True, choices=RuleSheet.Display
    )
    display_delay_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    display_hour = models.PositiveSmallIntegerField(null=True, blank=True)
    turnout_public = models.BooleanField(null=True, blank=True)
    candidate_notice_days = models.PositiveSmallIntegerField(null=True, blank=True)
    result_notice_days = models.PositiveSmallIntegerField(null=True, blank=True)
    before = models.JSONField(db_comment="The rules that change, as they were, by field")
    reason = models.CharField(max_length=300, db_comment="Public")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposed_amendments"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="approved_amendments"
    )
    in_force_at = models.DateTimeField(default=timezone.now)
    fingerprint_before = models.CharField(max_length=64)
    fingerprint_after = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("amendment of the rules")
        verbose_name_plural = _("amendments of the rules")
        ordering = ["season", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "number"], name="amendment_number_once_per_season"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="amendments_count_from_one"),
            models.CheckConstraint(
                condition=~Q(proposed_by=F("approved_by")), name="two_people_amend"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="amendment_says_why"),
            models.CheckConstraint(
                condition=~Q(fingerprint_before=F("fingerprint_after"))
                & ~Q(fingerprint_before="")
                & ~Q(fingerprint_after=""),
                name="amendment_changes_the_fingerprint",
            ),
            models.CheckConstraint(
                condition=Q(display__isnull=True)
                | Q(display__in=["delayed", "daily", "rank_only", "hidden"]),
                name="amendment_never_shows_more",
            ),
            models.CheckConstraint(
                condition=Q(turnout_public__isnull=True) | Q(turnout_public=False),
                name="amendment_only_hides_turnout",
            ),
        ]

    def __str__(self) -> str:
        return f"amendment {self.number} of {self.season_id}"
