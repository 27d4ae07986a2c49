"""What one person proposes and another one approves."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voting.seasons.models import Season


class Proposal(models.Model):
    """A change that waits for a second person. It is kept whatever becomes of it."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("waiting for the second person")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned")
        WITHDRAWN = "withdrawn", _("withdrawn")

    season = models.ForeignKey(Season, models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=40, db_comment="What is to be done, such as voting.open")
    payload = models.JSONField(default=dict, blank=True, db_comment="What whoever does it needs")
    difference = models.JSONField(
        default=list, blank=True, db_comment='What changes: [{"label", "before", "after"}]'
    )
    reason = models.CharField(max_length=300, db_comment="Public")
    seen = models.CharField(
        max_length=64, blank=True, db_comment="What it was based on; approval refuses another"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposals"
    )
    proposed_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True,
        related_name="decided_proposals",
    )  # fmt: skip
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "kind"],
                condition=Q(state="waiting"),
                name="one_waiting_proposal_of_a_kind",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(decided_by=F("proposed_by")),
                name="two_people_approve",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by__isnull=True, decided_at__isnull=True)
                | Q(
                    ~Q(state="waiting"), decided_by__isnull=False, decided_at__isnull=False
                ),
                name="proposal_says_who_decided",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="proposal_says_why"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "approved", "returned", "withdrawn"]),
                name="proposal_state_is_known",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.season_id}"
