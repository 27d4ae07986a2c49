"""Objections: what was objected to, by whom, who handles it, and what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from voting.notices.models.notices import NoticeEntry, PublicNotice


class Objection(models.Model):
    """One objection. Who made it stands in ``Objector``, which can be erased."""

    class Ground(models.TextChoices):
        """What is said to be wrong."""

        FALSE_DEEDS = "false_deeds", _("the deeds are not true")
        NOT_ELIGIBLE = "not_eligible", _("the conditions are not met")
        CONDUCT = "conduct", _("conduct or record")
        PROCEDURE = "procedure", _("procedure of nomination or review")
        MISTAKE = "mistake", _("mistake in a name, unit or text")
        COUNT = "count", _("votes, marks or the calculation")
        OTHER = "other", _("something else")

    class Channel(models.TextChoices):
        """How it came in."""

        WEB = "web", _("by this site")
        LETTER = "letter", _("by letter")
        VISIT = "visit", _("in person")
        PHONE = "phone", _("by phone")
        EMAIL = "email", _("by e-mail")

    class State(models.TextChoices):
        """How far it is."""

        RECEIVED = "received", _("received")
        NOT_ACCEPTED = "not_accepted", _("not accepted for handling")
        ACCEPTED = "accepted", _("accepted for handling")
        INVESTIGATING = "investigating", _("being looked into")
        DECIDED = "decided", _("decided")

    class Refusal(models.TextChoices):
        """Why it was not accepted for handling."""

        ANONYMOUS = "anonymous", _("no real name or seal")
        LATE = "late", _("after the notice had ended")
        NO_LEAD = "no_lead", _("no clear lead that could be followed")
        NOT_CONCERNED = "not_concerned", _("does not concern this notice")
        SAME_AGAIN = "same_again", _("the same has been decided before")

    class Outcome(models.TextChoices):
        """What was decided."""

        UPHELD = "upheld", _("upheld")
        PARTLY = "partly", _("upheld in part")
        NOT_UPHELD = "not_upheld", _("not upheld")

    class Effect(models.TextChoices):
        """What follows for the proposed list."""

        NONE = "none", _("the list stays as it is")
        REMOVE = "remove", _("the nominee is taken off the list")
        CORRECT = "correct", _("the entry is corrected")

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="objections")
    entry = models.ForeignKey(
        NoticeEntry, models.PROTECT, null=True, blank=True, related_name="objections",
        db_comment="NULL: it concerns the notice as a whole",
    )  # fmt: skip
    number = models.CharField(max_length=8, unique=True, db_comment="To talk about it; random")
    code_digest = models.CharField(
        max_length=64, unique=True, db_comment="SHA-256 of the secret code of its receipt"
    )
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.WEB)
    ground = models.CharField(max_length=20, choices=Ground)
    text = models.TextField(max_length=5000)
    received_at = models.DateTimeField(db_comment="By letter: the day of posting counts")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="objections"
    )
    state = models.CharField(max_length=20, choices=State, default=State.RECEIVED)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True,
        related_name="handled_objections",
    )  # fmt: skip
    decide_by = models.DateField(db_comment="On the season's clock")
    refusal = models.CharField(max_length=20, choices=Refusal, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    effect = models.CharField(max_length=10, choices=Effect, default=Effect.NONE)
    decision = models.TextField(max_length=3000, blank=True, db_comment="For the objector")
    public_summary = models.CharField(
        max_length=500, blank=True, db_comment="For everybody; names nobody who objected"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["received_at", "pk"]
        indexes = [
            # The inbox: what is open, what is due first.
            models.Index(fields=["state", "decide_by"], name="objections_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[
                    "received", "not_accepted", "accepted", "investigating", "decided",
                ]),
                name="objection_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state="not_accepted", decided_at__isnull=False)
                & ~Q(refusal="")
                & ~Q(decision="")
                | ~Q(state="not_accepted") & Q(refusal=""),
                name="refused_objection_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="decided", handler__isnull=False, decided_at__isnull=False)
                & Q(outcome__in=["upheld", "partly", "not_upheld"])
                & ~Q(decision="")
                & ~Q(public_summary="")
                | ~Q(state="decided") & Q(outcome=""),
                name="decided_objection_says_what",
            ),
            models.CheckConstraint(
                condition=~Q(state="investigating") | Q(handler__isnull=False),
                name="somebody_looks_into_it",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["not_accepted", "decided"]) | Q(decided_at__isnull=True),
                name="open_objection_has_no_end",
            ),
            models.CheckConstraint(
                condition=Q(effect="none")
                | Q(effect__in=["remove", "correct"], outcome__in=["upheld", "partly"])
                & Q(entry__isnull=False),
                name="only_an_upheld_objection_changes_the_list",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="objection_says_something"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a decision."""
        return self.state not in {self.State.NOT_ACCEPTED, self.State.DECIDED}


class Objector(models.Model):
    """Who objected and how to reach them: for handlers alone, erased when no longer needed."""

    class Kind(models.TextChoices):
        """Who speaks."""

        PERSON = "person", _("a person, by their real name")
        UNIT = "unit", _("a unit, with its seal")

    objection = models.OneToOneField(Objection, models.PROTECT, related_name="objector")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=60, blank=True, db_comment="Of the person or the unit")
    contact_person = models.CharField(max_length=60, blank=True, db_comment="For a unit")
    workplace = models.CharField(max_length=60, blank=True, db_comment="Of a person")
    phone = models.CharField(max_length=20, blank=True, db_comment="E.164")
    email = models.EmailField(blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False)
                & Q(name="", contact_person="", workplace="", phone="", email="")
                | Q(erased_at__isnull=True) & ~Q(name=""),
                name="objector_is_named_until_erased",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["person", "unit"]), name="objector_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name or "–"


class ObjectionEvidence(models.Model):
    """A file that was handed in with an objection."""

    class Kind(models.TextChoices):
        """What it is."""

        EVIDENCE = "evidence", _("evidence")
        SEAL = "seal", _("letter with the seal")

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.EVIDENCE)
    name = models.CharField(max_length=120, db_comment="As it was called where it came from")
    path = models.CharField(max_length=200, unique=True, db_comment="Within the private files")
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField(db_comment="Bytes")
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Recusal(models.Model):
    """Somebody who must not handle an objection, and why. Rows are added and never changed."""

    class Ground(models.TextChoices):
        """What stands against it."""

        UNIT = "unit", _("belongs to the unit of the nominee")
        NOMINATOR = "nominator", _("put the nominee forward")
        OBJECTOR = "objector", _("made the objection")
        DECLARED = "declared", _("declared it")

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="recusals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="recusals")
    ground = models.CharField(max_length=10, choices=Ground)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["objection", "user"], name="recused_once"),
        ]

    def __str__(self) -> str:
        return f"{self.objection_id} {self.user_id} {self.ground}"


class ObjectionEvent(models.Model):
    """What happened to an objection, and what the objector was told. Never changed."""

    class Action(models.TextChoices):
        """What was done."""

        RECEIVED = "received", _("received")
        ACCEPTED = "accepted", _("accepted for handling")
        REFUSED = "refused", _("not accepted for handling")
        TAKEN_ON = "taken_on", _("taken on")
        HANDED_BACK = "handed_back", _("handed back")
        RECUSED = "recused", _("recusal")
        ANSWERED = "answered", _("answered")
        ADDED = "added", _("more was handed in")
        NOTED = "noted", _("noted")
        DECIDED = "decided", _("decided")
        ERASED = "erased", _("contact erased")

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    action = models.CharField(max_length=20, choices=Action)
    actor = models.CharField(max_length=150, blank=True, db_comment="Empty: the objector")
    note = models.CharField(max_length=500, blank=True, db_comment="For handlers")
    told = models.TextField(max_length=3000, blank=True, db_comment="For the objector")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.objection_id} {self.action}"
