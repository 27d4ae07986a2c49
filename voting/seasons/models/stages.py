"""When what happens in a season, besides the vote."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from voting.seasons.models.season import Season


class Stage(models.Model):
    """One stage of a season. The vote has none: its times are the season's own, in one place."""

    class Kind(models.TextChoices):
        """What happens; in this order, though a season may leave out any of them."""

        NOMINATIONS = "nominations", _("nominations")
        ELIGIBILITY_REVIEW = "eligibility_review", _("eligibility review")
        PRELIMINARY_REVIEW = "preliminary_review", _("preliminary review")
        CANDIDATE_NOTICE = "candidate_notice", _("candidate notice")
        JUDGING = "judging", _("panel review")
        CONSOLIDATION = "consolidation", _("combined result")
        RESULT_NOTICE = "result_notice", _("result notice")
        ANNOUNCEMENT = "announcement", _("announcement")

    season = models.ForeignKey(Season, models.PROTECT, related_name="stages")
    kind = models.CharField(max_length=20, choices=Kind)
    starts_at = models.DateTimeField(db_comment="Inclusive")
    ends_at = models.DateTimeField(db_comment="Exclusive")

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["season", "kind"], name="stage_kind_once_per_season"),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="stage_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[
                    "nominations", "eligibility_review", "preliminary_review", "candidate_notice",
                    "judging", "consolidation", "result_notice", "announcement",
                ]),
                name="stage_kind_is_known",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} from {self.starts_at:%Y-%m-%d %H:%M}"
