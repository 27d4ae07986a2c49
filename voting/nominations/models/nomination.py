"""A nomination as it was sent in. It is kept as it came, and mapped to a nominee."""

import secrets
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from voting.seasons.models import Category, Nominee, Season
from voting.units.models import Unit

# Without letters and digits that look alike; 32 ** 10 codes.
LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH: Final = 10


def new_code() -> str:
    """Return a random code for addresses, which tells nothing of number and order."""
    return "".join(secrets.choice(LETTERS) for _place in range(CODE_LENGTH))


class Nomination(models.Model):
    """Somebody put forward, by whom, and with which deeds.

    Columns hold what fits them. What was typed and does not fit waits in ``typed``, so that
    nothing is lost, and a nomination with something in it cannot be sent in.
    """

    class Route(models.TextChoices):
        """Who puts forward."""

        UNIT = "unit", _("by a unit")
        ORGANISATION = "organisation", _("by an organisation")
        SELF = "self", _("by oneself")
        CITIZEN = "citizen", _("by a citizen")

    class State(models.TextChoices):
        """How far it has come. What can follow on what: ``services.states``."""

        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("sent in")
        RETURNED = "returned", _("returned for correction")
        RESUBMITTED = "resubmitted", _("sent in again")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("not accepted")
        MERGED = "merged", _("put together with another one")
        WITHDRAWN = "withdrawn", _("withdrawn")
        NOT_LISTED = "not_listed", _("not shortlisted")

    class Age(models.TextChoices):
        """What the law asks about age: below 14 every datum is a sensitive one."""

        ADULT = "adult", _("18 or older")
        MINOR = "minor", _("14 to 17")
        CHILD = "child", _("younger than 14")

    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code)
    season = models.ForeignKey(Season, models.PROTECT, related_name="nominations")
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="nominations"
    )
    kind = models.CharField(max_length=10, choices=Nominee.Kind, default=Nominee.Kind.PERSON)
    name = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    place = models.CharField(
        max_length=60, blank=True, db_comment="Where the nominee lives or works, as it is shown"
    )
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    age = models.CharField(max_length=10, choices=Age, blank=True, db_comment="'' if no person")

    route = models.CharField(max_length=12, choices=Route)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="nominations",
        db_comment="The recommending unit",
    )  # fmt: skip
    organisation = models.CharField(
        max_length=120, blank=True, db_comment="The recommending organisation outside the tree"
    )
    nominator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="nominations",
        db_comment="NULL: without an account, known by a confirmed address in nominations_contact",
    )  # fmt: skip
    link_number = models.PositiveSmallIntegerField(
        default=1, db_comment="Part of the secret link; a higher one makes older links void"
    )
    language = models.CharField(max_length=10, default="zh-hans", db_comment="Of notices")

    headline = models.CharField(max_length=400, blank=True, db_comment="The deed in one line")
    # Paragraphs of the three texts are separated by an empty line. How long each may be, and
    # whether it is asked for, is the season's ``nomination_settings``.
    summary = models.TextField(blank=True, db_comment="The season's short text")
    story = models.TextField(blank=True, db_comment="The season's medium text")
    full_story = models.TextField(blank=True, db_comment="The season's long text")
    service_hours = models.DecimalField(max_digits=8, decimal_places=1, null=True, blank=True)
    unit_opinion = models.CharField(max_length=1000, blank=True)
    opinion_signed_by = models.CharField(max_length=120, blank=True)
    opinion_signed_on = models.DateField(null=True, blank=True)

    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    state_since = models.DateTimeField(db_comment="When the state was reached")
    submitted_at = models.DateTimeField(
        null=True, blank=True, db_comment="When it first counted as sent in"
    )
    nominee = models.ForeignKey(
        Nominee, models.PROTECT, null=True, blank=True, related_name="nominations",
        db_comment="Whom it was mapped to; several may be mapped to one",
    )  # fmt: skip
    typed = models.JSONField(
        default=dict, blank=True, db_comment="What was typed and does not fit its field"
    )
    version = models.PositiveIntegerField(
        default=1, db_comment="Counts changes, so that two windows do not overwrite each other"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("nomination")
        verbose_name_plural = _("nominations")
        ordering = ["-submitted_at", "-pk"]
        indexes = [
            # The reviewers' list of a season, one state or all, latest first.
            models.Index(fields=["season", "state", "-submitted_at"], name="nomination_in_state"),
            # What a unit has used of its quota.
            models.Index(fields=["season", "unit", "category"], name="nomination_of_unit"),
            # Drafts that nobody has touched for long.
            models.Index(fields=["state", "updated_at"], name="nomination_untouched"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[
                    "draft", "submitted", "returned", "resubmitted", "accepted", "rejected",
                    "merged", "withdrawn", "not_listed",
                ]),
                name="nomination_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(route__in=["unit", "organisation", "self", "citizen"]),
                name="nomination_route_is_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["person", "team", "project", "community"]),
                name="nomination_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(age__in=["", "adult", "minor", "child"]), name="nomination_age_is_known"
            ),
            models.CheckConstraint(
                condition=Q(age="") | Q(kind="person"), name="only_persons_have_an_age"
            ),
            models.CheckConstraint(
                condition=Q(birth_year__isnull=True)
                | Q(kind="person", birth_year__gte=1880, birth_year__lte=2200),
                name="birth_year_of_a_person",
            ),
            models.CheckConstraint(
                condition=~Q(route="unit") | Q(unit__isnull=False),
                name="unit_nomination_names_its_unit",
            ),
            models.CheckConstraint(
                condition=~Q(route="self") | Q(kind="person") | Q(state="draft"),
                name="oneself_is_a_person",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=False) | Q(state__in=["draft", "withdrawn"]),
                name="nomination_counts_since_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(submitted_at__isnull=True)
                | (Q(category__isnull=False) & ~Q(name="") & ~Q(headline="")),
                name="sent_nomination_says_whom_and_why",
            ),
            models.CheckConstraint(
                condition=~Q(route="organisation") | ~Q(organisation="") | Q(state="draft")
                | Q(submitted_at__isnull=True),
                name="organisation_nomination_names_it",
            ),
            models.CheckConstraint(
                condition=Q(typed={}) | Q(state__in=["draft", "returned", "withdrawn"]),
                name="sent_nomination_fits_its_fields",
            ),
            models.CheckConstraint(
                condition=~Q(state="draft") | Q(submitted_at__isnull=True, nominee__isnull=True),
                name="draft_has_not_been_sent",
            ),
            models.CheckConstraint(
                condition=Q(nominee__isnull=True)
                | ~Q(state__in=["draft", "returned", "not_listed"]),
                name="unfinished_nomination_has_no_nominee",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(nominee__isnull=False),
                name="accepted_nomination_has_its_nominee",
            ),
            models.CheckConstraint(
                condition=Q(service_hours__isnull=True) | Q(service_hours__gte=0),
                name="service_hours_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1) & Q(link_number__gte=1),
                name="nomination_counts_from_one",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_by_link(self) -> bool:
        """Whether nothing but the secret link leads to it: no account put it forward, and no unit.

        What a unit puts forward is the unit's, also when it came in a list and nobody began it.
        """
        return self.nominator_id is None and self.route != self.Route.UNIT
