"""Season, category, nominee and rule sheet: what stands still while people vote."""

from datetime import datetime
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

ballot_number_validator = RegexValidator(
    r"^[0-9A-Za-z]{1,8}\Z", _("A ballot number is 1 to 8 letters or digits.")
)


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless ``name`` is an IANA time zone."""
    if name not in available_timezones():
        raise ValidationError(_("%(name)s is not a time zone."), params={"name": name})


class Season(models.Model):
    """One run of the award."""

    class Phase(models.TextChoices):
        """What may be done now. ``open`` before ``opens_at`` means: rules frozen, waiting."""

        DRAFT = "draft", _("draft")
        OPEN = "open", _("open")
        PAUSED = "paused", _("paused")
        CLOSED = "closed", _("closed")
        ANNOUNCED = "announced", _("announced")

    class IdentityLevel(models.TextChoices):
        """What makes a voter."""

        ANONYMOUS = "anonymous", _("a browser")
        VERIFIED = "verified", _("a verified phone or e-mail address")

    class Order(models.TextChoices):
        """In which order nominees are shown; never by votes."""

        NUMBER = "number", _("by ballot number")
        STROKES = "strokes", _("by strokes of the surname")
        RANDOM = "random", _("in another order for each visitor")

    class Numbering(models.TextChoices):
        """How nominees get their ballot numbers."""

        ENTERED = "entered", _("as entered for each nominee")
        STROKES = "by_strokes", _("in the order of the surnames' strokes, given at opening")
        DRAW = "drawn", _("by a public draw that anybody can repeat, given at opening")

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120, blank=True)
    summary = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)
    phase = models.CharField(max_length=10, choices=Phase, default=Phase.DRAFT)
    opens_at = models.DateTimeField(db_comment="Voting starts; inclusive")
    closes_at = models.DateTimeField(db_comment="Voting ends; exclusive")
    time_zone = models.CharField(
        max_length=50, default="Asia/Shanghai", validators=[validate_time_zone]
    )
    identity_level = models.CharField(
        max_length=10, choices=IdentityLevel, default=IdentityLevel.ANONYMOUS
    )
    order = models.CharField(max_length=10, choices=Order, default=Order.NUMBER)
    numbering = models.CharField(
        max_length=10, choices=Numbering, default=Numbering.ENTERED,
        db_comment="How ballot numbers are given; those that were given stand with the nominees",
    )  # fmt: skip
    slices = models.PositiveSmallIntegerField(
        default=1, db_comment="Into how many streams voters are spread; fixed at opening"
    )
    epoch = models.PositiveIntegerField(
        default=0, db_comment="Counts how often the vote store was loaded from the ledger"
    )
    is_demo = models.BooleanField(default=False)
    is_showcase = models.BooleanField(
        default=False, db_comment="Shown without award wording (no approval to confer a title)"
    )
    organiser = models.CharField(max_length=80)
    organiser_en = models.CharField(max_length=160, blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_hours = models.CharField(max_length=80, blank=True)
    contact_hours_en = models.CharField(max_length=160, blank=True)
    help_points = models.CharField(
        max_length=200, blank=True, db_comment="Where people without a phone of their own can vote"
    )
    help_points_en = models.CharField(max_length=300, blank=True)
    pause_reason = models.CharField(max_length=200, blank=True)
    pause_reason_en = models.CharField(max_length=300, blank=True)
    pause_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(
        null=True, blank=True, db_comment="When voting was closed before closes_at; else NULL"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")),
                name="season_opens_before_it_closes",
                violation_error_message=_("Voting must close after it opens."),
            ),
            models.CheckConstraint(
                condition=Q(slices__gte=1) & Q(slices__lte=64), name="season_has_1_to_64_slices"
            ),
            models.CheckConstraint(
                condition=Q(phase__in=["draft", "open", "paused", "closed", "announced"]),
                name="season_phase_is_known",
            ),
            models.CheckConstraint(
                condition=Q(numbering__in=["entered", "by_strokes", "drawn"]),
                name="season_numbering_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ends_at(self) -> datetime:
        """When voting ends or has ended: as planned, or earlier if somebody closed it."""
        return self.closed_at or self.closes_at


class Category(models.Model):
    """One prize within a season."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="categories")
    position = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80, blank=True)
    short_name = models.CharField(max_length=12, blank=True)
    short_name_en = models.CharField(max_length=24, blank=True)
    places = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "position"], name="category_position_once_per_season"
            ),
            models.UniqueConstraint(
                fields=["season", "name"], name="category_name_once_per_season"
            ),
            models.CheckConstraint(condition=Q(places__gte=1), name="category_has_places"),
            models.CheckConstraint(condition=Q(position__gte=1), name="category_counts_from_one"),
        ]

    def __str__(self) -> str:
        return self.name


class Nominee(models.Model):
    """A person, team, project or community on the ballot."""

    class Kind(models.TextChoices):
        """What stands for the prize."""

        PERSON = "person", _("person")
        TEAM = "team", _("team")
        PROJECT = "project", _("project")
        COMMUNITY = "community", _("community")

    season = models.ForeignKey(Season, models.PROTECT, related_name="nominees")
    category = models.ForeignKey(Category, models.PROTECT, related_name="nominees")
    ballot_number = models.CharField(
        max_length=8, blank=True, validators=[ballot_number_validator],
        db_comment="Empty while the season is a draft, if it is given at opening",
    )  # fmt: skip
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PERSON)
    unit = models.CharField(max_length=60, blank=True)
    unit_en = models.CharField(max_length=120, blank=True)
    summary = models.CharField(max_length=400, blank=True, db_comment="The deed in one line")
    summary_en = models.CharField(max_length=400, blank=True)
    deeds = models.TextField(blank=True, db_comment="Paragraphs are separated by an empty line")
    deeds_en = models.TextField(blank=True)
    figures = models.JSONField(default=list, blank=True)
    drawing = models.JSONField(default=dict, blank=True)
    scenes = models.JSONField(default=list, blank=True)
    portrait = models.CharField(
        max_length=32, blank=True, db_comment="Stem of the published portrait's files, or ''"
    )
    photos = models.JSONField(
        default=list,
        blank=True,
        db_comment="Published photos: stem, width, height, caption, taken_on of each",
    )
    strokes = models.PositiveSmallIntegerField(
        null=True, blank=True, db_comment="Strokes of the first character of the name"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["category__position", "ballot_number"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "ballot_number"],
                condition=~Q(ballot_number=""),
                name="ballot_number_once_per_season",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ballot_number} {self.name}".strip()


class PastWinner(models.Model):
    """Someone honoured in an edition that was held before this platform."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="past_winners")
    edition = models.CharField(max_length=40)
    edition_en = models.CharField(max_length=40, blank=True)
    category = models.CharField(max_length=40)
    category_en = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    unit_en = models.CharField(max_length=120, blank=True)
    summary = models.CharField(max_length=120, blank=True)
    summary_en = models.CharField(max_length=240, blank=True)
    drawing = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-edition", "pk"]

    def __str__(self) -> str:
        return f"{self.edition} {self.name}"


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


class SeasonEvent(models.Model):
    """Who did what to a season, when and why. Rows are added and never changed."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="events")
    at = models.DateTimeField(auto_now_add=True)
    action = models.CharField(max_length=30)
    actor = models.CharField(max_length=150)
    reason = models.CharField(max_length=300)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(actor="") & ~Q(reason=""), name="event_says_who_and_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} by {self.actor}"
