"""What must not count: a component, a stratum or a judge that was disqualified, and what then."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voting.seasons.models import Season


class Ruling(models.Model):
    """That a part of the result is left out, or that others stand in for it. Two people decide."""

    class Rule(models.TextChoices):
        """What takes its place."""

        EXCLUDE = "exclude", _("nothing: the others keep their proportion")
        SUBSTITUTE = "substitute", _("the mean of others that stand in for it")

    season = models.ForeignKey(Season, models.PROTECT, related_name="rulings")
    component = models.CharField(max_length=40)
    part = models.CharField(
        max_length=40, blank=True, db_comment="A stratum or a judge of it; '' for the whole"
    )
    rule = models.CharField(max_length=10, choices=Rule)
    stand_ins = models.JSONField(default=list, blank=True, db_comment="Components or strata")
    reason = models.CharField(max_length=300, db_comment="Public")
    ruled_by = models.CharField(max_length=150)
    approved_by = models.CharField(max_length=150)
    ruled_at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_because = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("ruling")
        verbose_name_plural = _("rulings")
        ordering = ["season", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "component", "part"],
                condition=Q(lifted_at__isnull=True),
                name="one_ruling_in_force_about_a_part",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(component=""), name="ruling_says_what_and_why"
            ),
            models.CheckConstraint(
                condition=~Q(ruled_by="") & ~Q(approved_by=""), name="two_people_rule"
            ),
            models.CheckConstraint(
                condition=Q(rule__in=["exclude", "substitute"]), name="ruling_rule_is_known"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | ~Q(lifted_because=""),
                name="lifted_ruling_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.component} {self.part}".strip()
