"""The usual tables: what can be voted for, and one row for each vote."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Nominee(models.Model):
    """What can be voted for."""

    # Said by hand, as the type checker knows the site's own settings only.
    objects: ClassVar["models.Manager[Nominee]"]
    number = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name


class Vote(models.Model):
    """One ballot; all its choices in one row, which is the cheapest that a table can be."""

    objects: ClassVar["models.Manager[Vote]"]
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    day = models.DateField()
    choices = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["voter", "day"], name="one_vote_per_voter_and_day"),
        ]

    def __str__(self) -> str:
        return f"vote {self.pk}"
