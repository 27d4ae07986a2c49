"""The pool: everybody whom a season may ask to judge."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voting.roles.models import Invitation
from voting.seasons.models import Season
from voting.units.models import Unit

LONGEST_KEY = 40
key_validator = RegexValidator(
    r"^[^\s,;]([^\r\n,;]*[^\s,;])?\Z", _("A code has no commas, semicolons or line breaks.")
)


class Judge(models.Model):
    """Somebody who may judge in a season. Files and draws know a judge by ``key``."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="judges")
    key = models.CharField(
        max_length=LONGEST_KEY,
        validators=[key_validator],
        db_comment="Public: it stands in draws, files and results instead of a name",
    )
    name = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    seat_type = models.CharField(
        max_length=40, blank=True, db_comment="Such as institution, individual, press"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.CharField(max_length=80, blank=True, db_comment="Where the judge works")
    related = models.JSONField(
        default=list, blank=True, db_comment="Names of people close to the judge, for recusals"
    )
    email = models.EmailField(blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="judging_as"
    )
    invitation = models.OneToOneField(
        Invitation, models.SET_NULL, null=True, blank=True, related_name="judge",
        db_comment="The link that was sent; whoever accepts it is this judge",
    )  # fmt: skip
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("judge")
        verbose_name_plural = _("judges")
        ordering = ["season", "key"]
        constraints = [
            models.UniqueConstraint(fields=["season", "key"], name="judge_key_once_per_season"),
            models.UniqueConstraint(
                fields=["season", "user"],
                condition=Q(user__isnull=False),
                name="account_is_one_judge_per_season",
            ),
            models.CheckConstraint(condition=~Q(key=""), name="judge_has_a_key"),
        ]

    def __str__(self) -> str:
        return self.name or self.key
