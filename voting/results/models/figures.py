"""What is brought from outside: votes on paper, by telephone or SMS; hours, points, bonuses."""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voting.seasons.models import Nominee, Season

LONGEST_STRATUM: Final = 40
FIGURE_DIGITS: Final = 16
FIGURE_DECIMALS: Final = 4


class FigureBatch(models.Model):
    """One file of figures for one component. It counts once a second person has confirmed it.

    Two people can hold one back while it is in doubt: it does not count then, and the report on how
    firm the result is says what it would change.

    What an operator brings into a showcase season by command counts at once: nothing depends on
    it there, and the row says so.
    """

    class State(models.TextChoices):
        """Whether it counts."""

        WAITING = "waiting", _("waiting for the second person")
        COUNTED = "counted", _("counted")
        HELD = "held", _("held back")
        WITHDRAWN = "withdrawn", _("withdrawn")

    season = models.ForeignKey(Season, models.PROTECT, related_name="figure_batches")
    component = models.CharField(
        max_length=40, db_comment="Key of the component that the rule sheet declares"
    )
    file_name = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, db_comment="SHA-256 of the file, hexadecimal")
    source = models.CharField(
        max_length=300, blank=True, db_comment="Who counted what, when and where; public"
    )
    evidence = models.CharField(
        max_length=40, blank=True, db_comment="Name of the private scan that proves it, or ''"
    )
    evidence_name = models.CharField(max_length=120, blank=True, db_comment="As it was brought")
    evidence_sha256 = models.CharField(max_length=64, blank=True, db_comment="Hexadecimal; public")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_comment="NULL: an operator, by command",
    )  # fmt: skip
    entered_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_comment="NULL while it waits, and in a showcase season that an operator filled",
    )  # fmt: skip
    confirmed_at = models.DateTimeField(null=True, blank=True)
    held_because = models.CharField(
        max_length=300, blank=True, db_comment="Public: why it is in doubt; '' unless held"
    )
    withdrawn_by = models.CharField(max_length=150, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("file of figures")
        verbose_name_plural = _("files of figures")
        ordering = ["season", "component", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "component", "fingerprint"],
                condition=~Q(state="withdrawn"),
                name="figures_of_a_file_count_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["counted", "held"]) | Q(confirmed_at__isnull=False),
                name="counted_figures_are_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("entered_by")),
                name="two_people_confirm_figures",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by="") & ~Q(withdrawn_because="")),
                name="withdrawn_figures_say_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "counted", "held", "withdrawn"]),
                name="figures_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | ~Q(held_because=""), name="held_figures_say_why"
            ),
            models.CheckConstraint(
                condition=Q(evidence="", evidence_sha256="")
                | (~Q(evidence="") & ~Q(evidence_sha256="")),
                name="evidence_has_a_fingerprint",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.component}: {self.file_name}"


class Figure(models.Model):
    """One number of one nominee; the stratum is "" where the component has none."""

    batch = models.ForeignKey(FigureBatch, models.PROTECT, related_name="figures")
    stratum = models.CharField(max_length=LONGEST_STRATUM, blank=True)
    nominee = models.ForeignKey(Nominee, models.PROTECT, related_name="+")
    figure = models.DecimalField(max_digits=FIGURE_DIGITS, decimal_places=FIGURE_DECIMALS)

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["batch", "stratum", "nominee"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "stratum", "nominee"], name="figure_once_in_a_batch"
            ),
            models.CheckConstraint(condition=Q(figure__gte=0), name="figures_are_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.nominee_id}: {self.figure}"
