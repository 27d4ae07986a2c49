"""The organiser's own calendar, for years whose public holidays the library does not know."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CalendarYear(models.Model):
    """A year; once it is complete, nothing counted in it needs a warning."""

    year = models.PositiveSmallIntegerField(unique=True)
    source = models.CharField(
        max_length=120, blank=True, db_comment="Number of the announcement that it follows"
    )
    complete = models.BooleanField(
        default=False, db_comment="All its days off and made-up days are entered"
    )

    class Meta:
        ordering = ["year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year__gte=2000) & Q(year__lte=2100), name="calendar_year_is_near"
            ),
            models.CheckConstraint(
                condition=Q(complete=False) | ~Q(source=""), name="complete_year_names_its_source"
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day that is not what its weekday says: off, or worked to make up for a day off."""

    class Kind(models.TextChoices):
        """What the day is."""

        HOLIDAY = "holiday", _("day off")
        MAKE_UP = "make_up", _("worked to make up")

    day = models.DateField(unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=40, blank=True, db_comment="Such as Spring Festival")

    class Meta:
        ordering = ["day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["holiday", "make_up"]), name="calendar_day_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.kind}"
