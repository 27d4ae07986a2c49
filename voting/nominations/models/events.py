"""What happened to a nomination, and what was said about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voting.nominations.models.nomination import Nomination


class NominationEvent(models.Model):
    """One change of state, or another step worth keeping. Rows are added and never changed."""

    nomination = models.ForeignKey(Nomination, models.PROTECT, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    action = models.CharField(max_length=30, db_comment="What, such as submit, return, accept")
    state = models.CharField(
        max_length=12, choices=Nomination.State, db_comment="The state it is in from then on"
    )
    actor = models.CharField(max_length=150, db_comment="Who, as the log names people")
    reason = models.CharField(max_length=1000, blank=True)
    is_public = models.BooleanField(
        default=True, db_comment="Whether the nominator sees it; never who it was"
    )
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("nomination event")
        verbose_name_plural = _("nomination events")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(actor="") & ~Q(action=""), name="nomination_event_says_who_and_what"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[
                    "draft", "submitted", "returned", "resubmitted", "accepted", "rejected",
                    "merged", "withdrawn", "not_listed",
                ]),
                name="nomination_event_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(action__in=["return", "reject"]) | ~Q(reason=""),
                name="return_and_refusal_have_a_reason",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.action} of {self.nomination_id}"


class Message(models.Model):
    """One message between the nominator and the organising office."""

    class Side(models.TextChoices):
        """Who wrote it."""

        NOMINATOR = "nominator", _("nominator")
        OFFICE = "office", _("organising office")

    nomination = models.ForeignKey(Nomination, models.CASCADE, related_name="messages")
    at = models.DateTimeField(default=timezone.now)
    side = models.CharField(max_length=10, choices=Side)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True,
        db_comment="NULL: a nominator without an account",
    )  # fmt: skip
    text = models.TextField()
    read_at = models.DateTimeField(
        null=True, blank=True, db_comment="When the other side first opened it"
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(side__in=["nominator", "office"]), name="message_side_is_known"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="message_says_something"),
            models.CheckConstraint(
                condition=Q(side="nominator") | Q(author__isnull=False),
                name="office_message_has_an_author",
            ),
        ]

    def __str__(self) -> str:
        return f"message on {self.nomination_id}"
