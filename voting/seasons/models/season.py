"""Season, category, nominee and past winner, and what was done to a season."""

from datetime import datetime
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
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
        default=True, db_comment="Shown without award wording (no approval to confer a title)"
    )
    approval_authority = models.CharField(
        max_length=80, blank=True, db_comment="Who has approved that a title is conferred"
    )
    approval_authority_en = models.CharField(max_length=160, blank=True)
    approval_ref = models.CharField(
        max_length=80, blank=True, db_comment="Number of the approving document"
    )
    approved_places = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        db_comment="How many may be honoured in all by that document",
    )
    published_at = models.DateTimeField(
        null=True,
        blank=True,
        db_comment="Since when the public may see a season that is not open for voting; NULL: not",
    )
    rehearsal_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rehearsals",
        db_comment="The season that this one only rehearses; never changes (rehearsal_guard)",
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
                condition=Q(is_showcase=True)
                | (
                    ~Q(approval_authority="")
                    & ~Q(approval_ref="")
                    & Q(approved_places__isnull=False)
                ),
                name="season_needs_approval_for_award_wording",
                violation_error_message=_(
                    "Award wording needs an approval: by whom, under which number, for how many "
                    "places. Without it the season is a showcase."
                ),
            ),
            models.CheckConstraint(
                condition=Q(approved_places__isnull=True) | Q(approved_places__gte=1),
                name="season_approval_is_for_somebody",
            ),
            models.CheckConstraint(
                condition=Q(rehearsal_of__isnull=True) | Q(published_at__isnull=True),
                name="season_rehearsal_is_never_published",
            ),
            models.CheckConstraint(
                condition=Q(rehearsal_of__isnull=True) | ~Q(rehearsal_of=F("id")),
                name="season_does_not_rehearse_itself",
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
    traits = models.JSONField(
        default=dict,
        blank=True,
        db_comment="What quotas ask besides category, unit and kind: trait -> value",
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    copied_from = models.ForeignKey(
        "self", models.DO_NOTHING, null=True, blank=True, editable=False, db_constraint=False,
        related_name="+",
        db_comment="Of a rehearsal's: whose texts and photos these are; it may be gone meanwhile",
    )  # fmt: skip

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
