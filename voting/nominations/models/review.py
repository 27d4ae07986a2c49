"""What reviewers write: checks, clearances and decisions. Nominators see none of it directly."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voting.nominations.models.files import new_stem
from voting.nominations.models.nomination import Nomination
from voting.seasons.models import Season


class ReviewSettings(models.Model):
    """How a season reviews. A season without a row reviews as the defaults say."""

    season = models.OneToOneField(Season, models.PROTECT, related_name="review_settings")
    second_look = models.BooleanField(
        default=False, db_comment="Accepting needs a preliminary review by somebody else before"
    )

    class Meta:
        verbose_name = _("review settings")
        verbose_name_plural = _("review settings")

    def __str__(self) -> str:
        return f"review of {self.season_id}"


class ChecklistItem(models.Model):
    """One question of the eligibility checklist of a season."""

    class Check(models.TextChoices):
        """What the program can find out by itself; a person still decides."""

        NONE = "", _("a person looks")
        AGE = "age", _("age")
        HOURS = "hours", _("service hours")
        CONSENT = "consent", _("consent to being put forward")
        PUBLICATION = "publication", _("consent to being shown to the public")
        GUARDIAN = "guardian", _("guardian's consent")
        ONE_CATEGORY = "one_category", _("the same name in another category")
        PAST_WINNER = "past_winner", _("the same name among earlier winners")

    season = models.ForeignKey(Season, models.PROTECT, related_name="checklist_items")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=30)
    text = models.CharField(max_length=120)
    text_en = models.CharField(max_length=240, blank=True)
    looked_up = models.CharField(max_length=20, choices=Check, blank=True, default=Check.NONE)
    least = models.DecimalField(
        max_digits=8, decimal_places=1, null=True, blank=True,
        db_comment="Years for age, hours for hours",
    )  # fmt: skip
    blocks = models.BooleanField(
        default=True, db_comment="Whether nothing is accepted while this is answered with no"
    )
    is_asked = models.BooleanField(default=True, db_comment="False once it is taken off the list")

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["season", "code"], name="checklist_item_once"),
            models.CheckConstraint(condition=~Q(text=""), name="checklist_item_asks_something"),
            models.CheckConstraint(
                condition=Q(looked_up__in=[
                    "", "age", "hours", "consent", "publication", "guardian", "one_category",
                    "past_winner",
                ]),
                name="checklist_check_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(looked_up__in=["age", "hours"]) | Q(least__gte=0),
                name="checklist_number_is_given",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.text


class CheckAnswer(models.Model):
    """What a person answered to one question; the audit log keeps what stood there before."""

    class Answer(models.TextChoices):
        """What they found."""

        YES = "yes", _("yes")
        NO = "no", _("no")
        NOT_APPLICABLE = "na", _("does not apply")

    nomination = models.ForeignKey(Nomination, models.PROTECT, related_name="check_answers")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="answers")
    answer = models.CharField(max_length=5, choices=Answer)
    note = models.CharField(max_length=300, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("answer to the checklist")
        verbose_name_plural = _("answers to the checklist")
        constraints = [
            models.UniqueConstraint(fields=["nomination", "item"], name="one_answer_to_a_question"),
            models.CheckConstraint(
                condition=Q(answer__in=["yes", "no", "na"]), name="check_answer_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.answer}"


class Clearance(models.Model):
    """What an office said about a nominee when it was asked.

    It is struck out, never deleted, until the season has ended; then all of it is erased, since
    the consent to enquiries ends there.
    """

    class Result(models.TextChoices):
        """What it said."""

        CLEAR = "clear", _("nothing against it")
        RESERVED = "reserved", _("with reservations")
        AGAINST = "against", _("against it")

    nomination = models.ForeignKey(Nomination, models.PROTECT, related_name="clearances")
    issuer = models.CharField(max_length=80)
    issued_on = models.DateField()
    result = models.CharField(max_length=10, choices=Result)
    note = models.CharField(max_length=300, blank=True)
    stem = models.CharField(
        max_length=32, unique=True, default=new_stem, db_comment="Name of the scan's file"
    )
    content_type = models.CharField(max_length=20, blank=True, db_comment="'' without a scan")
    bytes = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, db_comment="Of what was uploaded")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("clearance")
        verbose_name_plural = _("clearances")
        ordering = ["issued_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(issuer=""), name="clearance_says_who_gave_it"),
            models.CheckConstraint(
                condition=Q(result__in=["clear", "reserved", "against"]),
                name="clearance_result_is_known",
            ),
            models.CheckConstraint(
                condition=Q(struck_at__isnull=True) | ~Q(struck_reason=""),
                name="struck_clearance_says_why",
            ),
            models.CheckConstraint(
                condition=Q(content_type="", bytes=0) | Q(bytes__gte=1) & ~Q(content_type=""),
                name="clearance_scan_has_a_size",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issuer}: {self.result}"


class DecisionReason(models.Model):
    """A reason that a season's reviewers may choose."""

    class Kind(models.TextChoices):
        """For which decision."""

        RETURN = "return", _("return for correction")
        REJECT = "reject", _("not accepting")

    season = models.ForeignKey(Season, models.PROTECT, related_name="decision_reasons")
    kind = models.CharField(max_length=10, choices=Kind)
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=30)
    text = models.CharField(max_length=120)
    text_en = models.CharField(max_length=240, blank=True)
    is_offered = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("reason of decisions")
        verbose_name_plural = _("reasons of decisions")
        ordering = ["kind", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["season", "kind", "code"], name="decision_reason_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["return", "reject"]), name="decision_reason_kind_is_known"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="decision_reason_says_something"),
        ]

    def __str__(self) -> str:
        return self.text


class Decision(models.Model):
    """Who decided what about a nomination, when and why. Rows are added and never changed."""

    class Kind(models.TextChoices):
        """What was decided."""

        PASS = "pass", _("passed the preliminary review")
        ACCEPT = "accept", _("accepted")
        RETURN = "return", _("returned for correction")
        REJECT = "reject", _("not accepted")
        REOPEN = "reopen", _("decision taken back")
        MERGE = "merge", _("put together with another one")
        UNMERGE = "unmerge", _("taken apart again")
        LIST = "list", _("shortlisted")
        UNLIST = "unlist", _("not shortlisted")

    nomination = models.ForeignKey(Nomination, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.ForeignKey(
        DecisionReason, models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    text = models.CharField(
        max_length=1000, blank=True, db_comment="What the nominator reads, the reason included"
    )
    fields = models.JSONField(
        default=list, blank=True, db_comment="What is to be corrected, by name of the field"
    )
    note = models.CharField(max_length=500, blank=True, db_comment="For reviewers only")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(
        null=True, blank=True,
        db_comment="Of the nomination, as the decision left it; NULL: from before this was kept",
    )  # fmt: skip

    class Meta:
        verbose_name = _("decision about a nomination")
        verbose_name_plural = _("decisions about nominations")
        ordering = ["decided_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[
                    "pass", "accept", "return", "reject", "reopen", "merge", "unmerge", "list",
                    "unlist",
                ]),
                name="decision_kind_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["return", "reject", "reopen", "merge", "unmerge", "unlist"])
                | ~Q(text=""),
                name="decision_says_why",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} of {self.nomination_id}"
