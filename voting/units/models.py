"""The tree of units: county centre, township offices, village stations, or what a site calls them.

Names and tiers are data. A unit is never deleted: one that is merged or closed keeps its row, so
that what it once nominated still says by whom.
"""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

code_validator = RegexValidator(
    r"^[0-9A-Za-z][0-9A-Za-z-]{0,19}\Z", _("A code is 1 to 20 letters, digits or hyphens.")
)


class Tier(models.Model):
    """A level of the tree, such as county centre, township office or village station."""

    position = models.PositiveSmallIntegerField(unique=True, db_comment="1 is the highest")
    name = models.CharField(_("name"), max_length=30, unique=True)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """One office or station."""

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[code_validator])
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="units", verbose_name=_("tier"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children",
        verbose_name=_("belongs to"),
    )  # fmt: skip
    kind = models.CharField(
        _("kind"), max_length=20, blank=True, db_comment="As the source names it, such as township"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_units",
        verbose_name=_("merged into"),
    )  # fmt: skip
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"],
                condition=Q(closed_at__isnull=True),
                name="unit_name_once_below_its_parent",
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(closed_at__isnull=True, parent__isnull=True),
                name="unit_name_once_at_the_top",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="unit_not_its_parent"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True)
                | (Q(closed_at__isnull=False) & ~Q(merged_into=F("id"))),
                name="merged_unit_is_closed",
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(code=""), name="unit_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ResponsiblePerson(models.Model):
    """Who answers for a unit, and from when until when."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="responsible_persons")
    name = models.CharField(_("name"), max_length=60)
    post = models.CharField(_("post"), max_length=60, blank=True)
    phone = models.CharField(_("phone number"), max_length=40, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(
        _("until"), null=True, blank=True, db_comment="Inclusive; NULL while in office"
    )

    class Meta:
        verbose_name = _("responsible person")
        verbose_name_plural = _("responsible persons")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(ends_on__isnull=True),
                name="one_responsible_person_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="responsible_person_ends_after_starting",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="responsible_person_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class UnitEvent(models.Model):
    """What happened to a unit, who did it and why. Rows are added and never changed."""

    class Action(models.TextChoices):
        """What happened."""

        ADDED = "added", _("added")
        RENAMED = "renamed", _("renamed")
        MOVED = "moved", _("moved")
        MERGED = "merged", _("merged")
        CLOSED = "closed", _("closed")
        APPOINTED = "appointed", _("responsible person appointed")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    action = models.CharField(max_length=10, choices=Action)
    actor = models.CharField(max_length=150)
    reason = models.CharField(max_length=300)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("unit event")
        verbose_name_plural = _("unit events")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(actor="") & ~Q(reason=""), name="unit_event_says_who_and_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} by {self.actor}"
