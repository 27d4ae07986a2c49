"""The ledger: every accepted ballot. Triggers refuse changes (migrations, ``ledger_guard``)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from voting.seasons.models import Nominee, Season

# How many ballots one cursor can number: see Ballot.id.
ENTRIES_PER_CURSOR = 1 << 40


class LedgerCursor(models.Model):
    """How far the writer has copied one stream. Moved in the transaction that adds the rows."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="ledger_cursors")
    slice = models.PositiveSmallIntegerField()
    epoch = models.PositiveIntegerField()
    last_ms = models.BigIntegerField(default=0, db_comment="First half of the last stream id")
    last_seq = models.BigIntegerField(default=0, db_comment="Second half of the last stream id")
    entries = models.BigIntegerField(default=0, db_comment="Ballots numbered so far")
    ended_ms = models.BigIntegerField(
        null=True, blank=True, db_comment="When the closing entry was appended (Redis clock)"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "slice", "epoch"], name="one_cursor_per_stream"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.season_id}:{self.slice} epoch {self.epoch} at {self.last_id}"

    @property
    def last_id(self) -> str:
        """The stream id behind which all is copied."""
        return f"{self.last_ms}-{self.last_seq}"


class Ballot(models.Model):
    """One accepted ballot. Rows are added by the writer alone and never changed."""

    # cursor.pk * ENTRIES_PER_CURSOR + running number: given by the writer, so that all tables
    # of a batch are written without asking the database for numbers. Rises within a stream.
    id = models.BigIntegerField(primary_key=True)
    season = models.ForeignKey(Season, models.PROTECT, related_name="+", db_index=False)
    slice = models.PositiveSmallIntegerField()
    epoch = models.PositiveIntegerField()
    stream_ms = models.BigIntegerField()
    stream_seq = models.BigIntegerField()
    vote_id = models.UUIDField(db_comment="The token's 128 random bits")
    accepted_ms = models.BigIntegerField(db_comment="Unix time by the vote store's clock")
    receipt_code = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vote_id"], name="vote_id_once"),
            models.UniqueConstraint(
                fields=["season", "slice", "epoch", "stream_ms", "stream_seq"],
                name="stream_entry_once",
            ),
        ]
        indexes = [
            # For queries.receipt_state. Not unique: 60 bits may meet, and must not stop the writer.
            models.Index(fields=["receipt_code"], name="ballot_by_receipt"),
            # For queries.ballots_per_minute and tallies_at.
            models.Index(fields=["season", "accepted_ms"], name="ballot_by_time"),
        ]

    def __str__(self) -> str:
        return f"ballot {self.pk}"


class Choice(models.Model):
    """One nominee chosen on one ballot."""

    pk = models.CompositePrimaryKey("ballot_id", "nominee_id")
    # No constraint in the database: the two are written together, and checking 10 million
    # references would cost the writer a third of its speed (docs/formats.md, Ledger).
    ballot = models.ForeignKey(
        Ballot, models.PROTECT, related_name="choices", db_constraint=False, db_index=False
    )
    nominee = models.ForeignKey(
        Nominee, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    season = models.ForeignKey(
        Season, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    slice = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"ballot {self.ballot_id} for nominee {self.nominee_id}"


class Slot(models.Model):
    """One use of a limit. Its key can exist only once, whatever the vote store remembers."""

    nullifier = models.UUIDField(
        primary_key=True,
        db_comment="HMAC-SHA-256(season key, voter, cap, scope, period, number), 16 bytes",
    )
    ballot = models.ForeignKey(
        Ballot, models.PROTECT, related_name="slots", db_constraint=False, db_index=False
    )
    season = models.ForeignKey(
        Season, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    slice = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return str(self.nullifier)


class Evidence(models.Model):
    """What may be needed to judge a ballot; destroyed after its retention time."""

    ballot = models.OneToOneField(
        Ballot, models.PROTECT, primary_key=True, related_name="evidence", db_constraint=False
    )
    season = models.ForeignKey(
        Season, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    slice = models.PositiveSmallIntegerField()
    voter_key = models.UUIDField(db_comment="Pseudonym, of this season only")
    device_key = models.UUIDField(db_comment="Pseudonym of the browser, of this season only")
    prefix_key = models.UUIDField(db_comment="Keyed hash of the network, of one day only")
    prefix_day = models.PositiveIntegerField(db_comment="Days since 1970-01-01 UTC")
    slots = models.TextField(db_comment="The limits used, as in the stream entry")
    fresh = models.BooleanField(db_comment="The browser was first seen less than 24 h before")
    over_budget = models.BooleanField(db_comment="The network had brought too many new browsers")
    prefix_changed = models.BooleanField(db_comment="Another network than the token was issued to")
    token_age_ms = models.PositiveIntegerField(db_comment="From first choice to casting")
    browser = models.CharField(max_length=12)
    referrer = models.CharField(max_length=12)
    work_ms = models.PositiveIntegerField(null=True, db_comment="Time of the proof of work")

    class Meta:
        indexes = [
            # For services.rebuild, which finds each voter's used slots.
            models.Index(fields=["season", "voter_key"], name="evidence_by_voter"),
        ]

    def __str__(self) -> str:
        return f"evidence of ballot {self.ballot_id}"


class LedgerConflict(models.Model):
    """A stream entry that the ledger could not take. Never dropped: an alarm until explained."""

    class Kind(models.TextChoices):
        """Why it was not taken."""

        VOTE_ID = "vote_id", _("the vote id is there under another ballot")
        SLOT = "slot", _("a limit's slot is there under another ballot")
        DAMAGED = "damaged", _("the entry does not match its checksum")
        UNKNOWN = "unknown", _("the entry names what this season does not know")

    season = models.ForeignKey(Season, models.PROTECT, related_name="ledger_conflicts")
    slice = models.PositiveSmallIntegerField()
    epoch = models.PositiveIntegerField()
    stream_ms = models.BigIntegerField()
    stream_seq = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    entry = models.JSONField(db_comment="The fields as they came")
    detail = models.TextField(blank=True)
    found_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "slice", "epoch", "stream_ms", "stream_seq"],
                name="conflict_once_per_entry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.stream_ms}-{self.stream_seq}"


class VerifiedVoter(models.Model):
    """One verified person's name as a voter of one season: what their cookie carries."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="verified_voters")
    voter_key = models.UUIDField(db_comment="As in Evidence: a pseudonym, of this season only")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "voter_key"], name="voter_key_once_per_season"
            ),
        ]

    def __str__(self) -> str:
        return f"voter {self.pk} of season {self.season_id}"


class VerifiedIdentity(models.Model):
    """An identity that has become a voter: it has one voter key in a season, for good.

    Account, address, number and WeChat are marked, each by itself, so that neither a new account
    nor a change of address brings a second voter key. Without the season's key, which is not in
    the database, nobody can tell whose mark it is.
    """

    season = models.ForeignKey(Season, models.PROTECT, related_name="+")
    mark = models.UUIDField(db_comment="HMAC-SHA-256(season key, identity), 16 bytes")
    voter = models.ForeignKey(VerifiedVoter, models.PROTECT, related_name="identities")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["season", "mark"], name="identity_once_per_season"),
        ]

    def __str__(self) -> str:
        return str(self.mark)
