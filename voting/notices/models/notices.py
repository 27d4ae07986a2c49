"""A notice while it is being prepared, and what was published of it.

What was published is added and never changed: whoever stood in a notice can be looked up for good.
A correction, or a notice for another period, is a new version.
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voting.seasons.models import Nominee, Season

LONGEST_PERIOD = 60  # working days
_DAYS = [MinValueValidator(1), MaxValueValidator(LONGEST_PERIOD)]


class NoticeKind(models.TextChoices):
    """What is made public."""

    CANDIDATE = "candidate", _("notice of proposed nominees")
    RESULT = "result", _("notice of the result")


class NoticeTexts(models.Model):
    """What a notice says besides its list."""

    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=240, blank=True)
    number = models.CharField(max_length=60, blank=True, db_comment="Document number")
    body = models.TextField(max_length=3000, db_comment="Paragraphs, parted by an empty line")
    body_en = models.TextField(max_length=6000, blank=True)
    office = models.CharField(max_length=80, db_comment="Who issues it, as below the text")
    office_en = models.CharField(max_length=160, blank=True)
    contact_name = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=120, blank=True)
    address_en = models.CharField(max_length=240, blank=True)
    hours = models.CharField(max_length=80, blank=True)
    hours_en = models.CharField(max_length=160, blank=True)
    decision_days = models.PositiveSmallIntegerField(
        default=10, validators=_DAYS, db_comment="Working days to decide an objection"
    )

    class Meta:
        abstract = True


class NoticeDraft(NoticeTexts):
    """The next version of a season's notice; it is kept after publication, for another one."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="notice_drafts")
    kind = models.CharField(max_length=10, choices=NoticeKind)
    edited_at = models.DateTimeField(default=timezone.now)
    edited_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "kind"], name="one_notice_draft_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["candidate", "result"]), name="notice_draft_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(decision_days__gte=1) & Q(decision_days__lte=LONGEST_PERIOD),
                name="notice_draft_days_fit",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class PublicNotice(NoticeTexts):
    """One version of a notice as it was published. Rows are added and never changed."""

    class Issue(models.TextChoices):
        """Why there is this version."""

        FIRST = "first", _("first notice")
        CORRECTION = "correction", _("correction within the same period")
        AGAIN = "again", _("new notice with a period of its own")

    season = models.ForeignKey(Season, models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=10, choices=NoticeKind)
    version = models.PositiveSmallIntegerField(db_comment="1 is the first")
    issue = models.CharField(max_length=10, choices=Issue)
    reason = models.CharField(
        max_length=300, blank=True, db_comment="Public: why there is another version"
    )
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=150)
    approved_by = models.CharField(max_length=150, blank=True, db_comment="The second person")
    days = models.PositiveSmallIntegerField(db_comment="How long it stands, by the rules")
    counts_working_days = models.BooleanField(db_comment="Else calendar days")
    starts_on = models.DateField(db_comment="First day that counts, on the season's clock")
    last_day = models.DateField(db_comment="Last day that counts, on the season's clock")
    ends_at = models.DateTimeField(db_comment="Exclusive: the midnight after the last day")
    unknown_years = models.JSONField(
        default=list, db_comment="Years whose holidays nobody knew when it was published"
    )
    fingerprint = models.CharField(max_length=64, db_comment="SHA-256 of texts, period and list")

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "kind", "version"], name="notice_version_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["candidate", "result"])
                & Q(issue__in=["first", "correction", "again"]),
                name="notice_words_are_known",
            ),
            models.CheckConstraint(
                condition=Q(version=1, issue="first")
                | (Q(version__gt=1) & ~Q(issue="first") & ~Q(reason="")),
                name="another_notice_says_why",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("last_day")) & Q(published_at__lt=F("ends_at")),
                name="notice_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(fingerprint="") & ~Q(published_by=""), name="notice_says_by_whom"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.title} ({self.version})"


class NoticeEntry(models.Model):
    """One line of a published list, as it stood. Rows are added and never changed."""

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="entries")
    position = models.PositiveSmallIntegerField()
    ref = models.CharField(max_length=40, db_comment="What it stands for, such as nominee:12")
    # The line stands by itself: a draft's nominees may still be replaced as a whole.
    nominee = models.ForeignKey(
        Nominee, models.DO_NOTHING, null=True, blank=True, db_constraint=False, related_name="+"
    )
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10, choices=Nominee.Kind, default=Nominee.Kind.PERSON)
    unit = models.CharField(max_length=60, blank=True)
    unit_en = models.CharField(max_length=120, blank=True)
    unit_codes = models.JSONField(
        default=list, blank=True,
        db_comment="Units that it belongs to or that put it forward; not public",
    )  # fmt: skip
    category_position = models.PositiveSmallIntegerField()
    category = models.CharField(max_length=40)
    category_en = models.CharField(max_length=80, blank=True)
    summary = models.CharField(max_length=400, blank=True)
    summary_en = models.CharField(max_length=400, blank=True)
    drawing = models.JSONField(default=dict, blank=True)
    nominators = models.JSONField(
        default=list, blank=True, db_comment="Keys of the people who put it forward; not public"
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "position"], name="notice_position_once"),
            models.UniqueConstraint(fields=["notice", "ref"], name="nominee_once_in_a_notice"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(ref=""), name="entry_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
