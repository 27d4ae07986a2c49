"""The tables of seasons as they are, for a new site; one that has the older steps goes on with them."""

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import voting.seasons.models.rules
import voting.seasons.models.season
from django.conf import settings
from django.db import migrations, models

from voting.seasons import frozen_guard


class Migration(migrations.Migration):
    replaces = [
        ("seasons", "0001_initial"),
        ("seasons", "0002_frozen_guard"),
        ("seasons", "0003_closed_at"),
        ("seasons", "0010_stages"),
        ("seasons", "0011_approval_and_publication"),
        ("seasons", "0020_whole_rules"),
        ("seasons", "0021_rules_guarded"),
        ("seasons", "0030_ballot_numbers"),
        ("seasons", "0040_nominee_photos"),
        ("seasons", "0060_announcement"),
        ("seasons", "0061_rehearsals"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("units", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Season",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("name_en", models.CharField(blank=True, max_length=120)),
                ("summary", models.TextField(blank=True)),
                ("summary_en", models.TextField(blank=True)),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("open", "open"),
                            ("paused", "paused"),
                            ("closed", "closed"),
                            ("announced", "announced"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("opens_at", models.DateTimeField(db_comment="Voting starts; inclusive")),
                ("closes_at", models.DateTimeField(db_comment="Voting ends; exclusive")),
                (
                    "time_zone",
                    models.CharField(
                        default="Asia/Shanghai",
                        max_length=50,
                        validators=[voting.seasons.models.season.validate_time_zone],
                    ),
                ),
                (
                    "identity_level",
                    models.CharField(
                        choices=[
                            ("anonymous", "a browser"),
                            ("verified", "a verified phone or e-mail address"),
                        ],
                        default="anonymous",
                        max_length=10,
                    ),
                ),
                (
                    "order",
                    models.CharField(
                        choices=[
                            ("number", "by ballot number"),
                            ("strokes", "by strokes of the surname"),
                            ("random", "in another order for each visitor"),
                        ],
                        default="number",
                        max_length=10,
                    ),
                ),
                (
                    "numbering",
                    models.CharField(
                        choices=[
                            ("entered", "as entered for each nominee"),
                            (
                                "by_strokes",
                                "in the order of the surnames' strokes, given at opening",
                            ),
                            ("drawn", "by a public draw that anybody can repeat, given at opening"),
                        ],
                        db_comment="How ballot numbers are given; those that were given stand with the nominees",
                        default="entered",
                        max_length=10,
                    ),
                ),
                (
                    "slices",
                    models.PositiveSmallIntegerField(
                        db_comment="Into how many streams voters are spread; fixed at opening",
                        default=1,
                    ),
                ),
                (
                    "epoch",
                    models.PositiveIntegerField(
                        db_comment="Counts how often the vote store was loaded from the ledger",
                        default=0,
                    ),
                ),
                ("is_demo", models.BooleanField(default=False)),
                (
                    "is_showcase",
                    models.BooleanField(
                        db_comment="Shown without award wording (no approval to confer a title)",
                        default=True,
                    ),
                ),
                (
                    "approval_authority",
                    models.CharField(
                        blank=True,
                        db_comment="Who has approved that a title is conferred",
                        max_length=80,
                    ),
                ),
                ("approval_authority_en", models.CharField(blank=True, max_length=160)),
                (
                    "approval_ref",
                    models.CharField(
                        blank=True, db_comment="Number of the approving document", max_length=80
                    ),
                ),
                (
                    "approved_places",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        db_comment="How many may be honoured in all by that document",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="Since when the public may see a season that is not open for voting; NULL: not",
                        null=True,
                    ),
                ),
                (
                    "rehearsal_of",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The season that this one only rehearses; never changes (rehearsal_guard)",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rehearsals",
                        to="seasons.season",
                    ),
                ),
                ("organiser", models.CharField(max_length=80)),
                ("organiser_en", models.CharField(blank=True, max_length=160)),
                ("contact_phone", models.CharField(blank=True, max_length=40)),
                ("contact_email", models.EmailField(blank=True, max_length=254)),
                ("contact_hours", models.CharField(blank=True, max_length=80)),
                ("contact_hours_en", models.CharField(blank=True, max_length=160)),
                (
                    "help_points",
                    models.CharField(
                        blank=True,
                        db_comment="Where people without a phone of their own can vote",
                        max_length=200,
                    ),
                ),
                ("help_points_en", models.CharField(blank=True, max_length=300)),
                ("pause_reason", models.CharField(blank=True, max_length=200)),
                ("pause_reason_en", models.CharField(blank=True, max_length=300)),
                ("pause_until", models.DateTimeField(blank=True, null=True)),
                (
                    "closed_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When voting was closed before closes_at; else NULL",
                        null=True,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("opens_at__lt", models.F("closes_at"))),
                        name="season_opens_before_it_closes",
                        violation_error_message="Voting must close after it opens.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("slices__gte", 1), ("slices__lte", 64)),
                        name="season_has_1_to_64_slices",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("phase__in", ["draft", "open", "paused", "closed", "announced"])
                        ),
                        name="season_phase_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_showcase", True),
                            models.Q(
                                models.Q(("approval_authority", ""), _negated=True),
                                models.Q(("approval_ref", ""), _negated=True),
                                ("approved_places__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="season_needs_approval_for_award_wording",
                        violation_error_message="Award wording needs an approval: by whom, under which number, for how many places. Without it the season is a showcase.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_places__isnull", True),
                            ("approved_places__gte", 1),
                            _connector="OR",
                        ),
                        name="season_approval_is_for_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rehearsal_of__isnull", True),
                            ("published_at__isnull", True),
                            _connector="OR",
                        ),
                        name="season_rehearsal_is_never_published",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rehearsal_of__isnull", True),
                            models.Q(("rehearsal_of", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="season_does_not_rehearse_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("numbering__in", ["entered", "by_strokes", "drawn"])),
                        name="season_numbering_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Announcement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "season",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="announcements",
                        to="seasons.season",
                    ),
                ),
                ("text", models.CharField(max_length=300)),
                ("text_en", models.CharField(blank=True, max_length=600)),
                ("starts_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "ends_at",
                    models.DateTimeField(
                        blank=True, db_comment="Exclusive; NULL: stays", null=True
                    ),
                ),
                ("created_by", models.CharField(max_length=150)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "announcement",
                "verbose_name_plural": "announcements",
                "ordering": ["-starts_at", "-pk"],
                "indexes": [
                    models.Index(fields=["season", "starts_at"], name="announcement_of_a_season")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text", ""), _negated=True),
                            models.Q(("created_by", ""), _negated=True),
                        ),
                        name="announcement_says_what_and_who",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__isnull", True),
                            ("ends_at__gt", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="announcement_ends_after_it_starts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "season",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="categories",
                        to="seasons.season",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("name_en", models.CharField(blank=True, max_length=80)),
                ("short_name", models.CharField(blank=True, max_length=12)),
                ("short_name_en", models.CharField(blank=True, max_length=24)),
                ("places", models.PositiveSmallIntegerField(default=1)),
            ],
            options={
                "verbose_name_plural": "categories",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("season", "position"), name="category_position_once_per_season"
                    ),
                    models.UniqueConstraint(
                        fields=("season", "name"), name="category_name_once_per_season"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("places__gte", 1)), name="category_has_places"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__gte", 1)), name="category_counts_from_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Nominee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "season",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nominees",
                        to="seasons.season",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nominees",
                        to="seasons.category",
                    ),
                ),
                (
                    "ballot_number",
                    models.CharField(
                        blank=True,
                        db_comment="Empty while the season is a draft, if it is given at opening",
                        max_length=8,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[0-9A-Za-z]{1,8}\\Z",
                                "A ballot number is 1 to 8 letters or digits.",
                            )
                        ],
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("person", "person"),
                            ("team", "team"),
                            ("project", "project"),
                            ("community", "community"),
                        ],
                        default="person",
                        max_length=10,
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=60)),
                ("unit_en", models.CharField(blank=True, max_length=120)),
                (
                    "summary",
                    models.CharField(blank=True, db_comment="The deed in one line", max_length=400),
                ),
                ("summary_en", models.CharField(blank=True, max_length=400)),
                (
                    "deeds",
                    models.TextField(
                        blank=True, db_comment="Paragraphs are separated by an empty line"
                    ),
                ),
                ("deeds_en", models.TextField(blank=True)),
                ("figures", models.JSONField(blank=True, default=list)),
                ("drawing", models.JSONField(blank=True, default=dict)),
                ("scenes", models.JSONField(blank=True, default=list)),
                (
                    "portrait",
                    models.CharField(
                        blank=True,
                        db_comment="Stem of the published portrait's files, or ''",
                        max_length=32,
                    ),
                ),
                (
                    "photos",
                    models.JSONField(
                        blank=True,
                        db_comment="Published photos: stem, width, height, caption, taken_on of each",
                        default=list,
                    ),
                ),
                (
                    "strokes",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        db_comment="Strokes of the first character of the name",
                        null=True,
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["category__position", "ballot_number"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ballot_number", ""), _negated=True),
                        fields=("season", "ballot_number"),
                        name="ballot_number_once_per_season",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PastWinner",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "season",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="past_winners",
                        to="seasons.season",
                    ),
                ),
                ("edition", models.CharField(max_length=40)),
                ("edition_en", models.CharField(blank=True, max_length=40)),
                ("category", models.CharField(max_length=40)),
                ("category_en", models.CharField(blank=True, max_length=80)),
                ("name", models.CharField(max_length=60)),
                ("name_en", models.CharField(blank=True, max_length=120)),
                ("unit", models.CharField(blank=True, max_length=60)),
                ("unit_en", models.CharField(blank=True, max_length=120)),
                ("summary", models.CharField(blank=True, max_length=120)),
                ("summary_en", models.CharField(blank=True, max_length=240)),
                ("drawing", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "ordering": ["-edition", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SeasonEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "season",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="seasons.season",
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("action", models.CharField(max_length=30)),
                ("actor", models.CharField(max_length=150)),
                ("reason", models.CharField(max_length=300)),
                ("detail", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("actor", ""), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                        ),
                        name="event_says_who_and_why",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NominationSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "season",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nomination_settings",
                        to="seasons.season",
                    ),
                ),
                ("by_units", models.BooleanField(default=True)),
                ("by_organisations", models.BooleanField(default=False)),
                ("by_oneself", models.BooleanField(default=False)),
                (
                    "without_account",
                    models.BooleanField(
                        db_comment="The nominator then confirms by a code", default=False
                    ),
                ),
                (
                    "review_while_nominating",
                    models.BooleanField(
                        db_comment="Reviewers need not wait until nominations have ended",
                        default=True,
                    ),
                ),
                (
                    "reviewers_may_correct",
                    models.BooleanField(
                        db_comment="Texts of a nomination, with a record of what was changed",
                        default=False,
                    ),
                ),
                (
                    "one_line_max",
                    models.PositiveSmallIntegerField(
                        db_comment="Characters of the deed in one line",
                        default=30,
                        validators=[
                            django.core.validators.MinValueValidator(10),
                            django.core.validators.MaxValueValidator(400),
                        ],
                    ),
                ),
                ("short_label", models.CharField(blank=True, max_length=40)),
                ("short_label_en", models.CharField(blank=True, max_length=80)),
                (
                    "short_max",
                    models.PositiveSmallIntegerField(
                        db_comment="Characters; 0: this text is not asked for",
                        default=200,
                        validators=[django.core.validators.MaxValueValidator(10000)],
                    ),
                ),
                ("short_required", models.BooleanField(default=True)),
                ("medium_label", models.CharField(blank=True, max_length=40)),
                ("medium_label_en", models.CharField(blank=True, max_length=80)),
                (
                    "medium_max",
                    models.PositiveSmallIntegerField(
                        db_comment="Characters; 0: this text is not asked for",
                        default=1500,
                        validators=[django.core.validators.MaxValueValidator(10000)],
                    ),
                ),
                ("medium_required", models.BooleanField(default=True)),
                ("long_label", models.CharField(blank=True, max_length=40)),
                ("long_label_en", models.CharField(blank=True, max_length=80)),
                (
                    "long_max",
                    models.PositiveSmallIntegerField(
                        db_comment="Characters; 0: this text is not asked for",
                        default=3000,
                        validators=[django.core.validators.MaxValueValidator(10000)],
                    ),
                ),
                ("long_required", models.BooleanField(default=False)),
                ("portrait_required", models.BooleanField(default=True)),
                (
                    "portrait_min_width",
                    models.PositiveSmallIntegerField(
                        db_comment="Pixels",
                        default=240,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(2000),
                        ],
                    ),
                ),
                (
                    "portrait_min_height",
                    models.PositiveSmallIntegerField(
                        db_comment="Pixels",
                        default=360,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(2000),
                        ],
                    ),
                ),
                (
                    "photos_max",
                    models.PositiveSmallIntegerField(
                        default=3, validators=[django.core.validators.MaxValueValidator(12)]
                    ),
                ),
                (
                    "attachments_max",
                    models.PositiveSmallIntegerField(
                        default=5, validators=[django.core.validators.MaxValueValidator(12)]
                    ),
                ),
                (
                    "hours_min",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        db_comment="Hours of service a nominee needs; NULL: none",
                        null=True,
                    ),
                ),
                ("hours_required", models.BooleanField(default=False)),
                (
                    "age_min",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        db_comment="Full years when nominations end; NULL: any age",
                        default=18,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(120)],
                    ),
                ),
                (
                    "guardian_under",
                    models.PositiveSmallIntegerField(
                        db_comment="Below this age a guardian consents too; never less than the law's 14",
                        default=18,
                        validators=[
                            django.core.validators.MinValueValidator(14),
                            django.core.validators.MaxValueValidator(18),
                        ],
                    ),
                ),
                (
                    "unit_opinion_required",
                    models.BooleanField(
                        db_comment="Of the recommending unit, with its seal on paper or as a scan",
                        default=True,
                    ),
                ),
                (
                    "consent_to_checks",
                    models.BooleanField(
                        db_comment="Whether to ask if other bodies may be asked about the nominee",
                        default=False,
                    ),
                ),
                (
                    "consent_to_media",
                    models.BooleanField(
                        db_comment="Whether to ask if newspapers may report beyond these pages",
                        default=False,
                    ),
                ),
                (
                    "quota_per_unit",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        db_comment="Nominations of one unit in all; NULL: no limit",
                        null=True,
                    ),
                ),
                (
                    "quota_per_category",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        db_comment="Nominations of one unit in one category; NULL: no limit",
                        default=1,
                        null=True,
                    ),
                ),
            ],
            options={
                "verbose_name": "nomination settings",
                "verbose_name_plural": "nomination settings",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("short_max__lte", 10000),
                            ("medium_max__lte", 10000),
                            ("long_max__lte", 10000),
                            ("one_line_max__gte", 10),
                            ("one_line_max__lte", 400),
                        ),
                        name="deeds_have_a_sensible_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("short_max__gt", 0),
                            ("medium_max__gt", 0),
                            ("long_max__gt", 0),
                            _connector="OR",
                        ),
                        name="deeds_are_asked_for",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("portrait_min_width__gte", 1),
                            ("portrait_min_width__lte", 2000),
                            ("portrait_min_height__gte", 1),
                            ("portrait_min_height__lte", 2000),
                        ),
                        name="portrait_size_is_sensible",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("photos_max__lte", 12), ("attachments_max__lte", 12)),
                        name="uploads_are_few",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("guardian_under__gte", 14),
                            ("guardian_under__lte", 18),
                            models.Q(
                                ("age_min__isnull", True), ("age_min__lte", 120), _connector="OR"
                            ),
                        ),
                        name="ages_are_sensible",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("by_units", True),
                            ("by_organisations", True),
                            ("by_oneself", True),
                            ("without_account", True),
                            _connector="OR",
                        ),
                        name="somebody_may_nominate",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("quota_per_unit__isnull", True),
                                ("quota_per_unit__gte", 1),
                                _connector="OR",
                            ),
                            models.Q(
                                ("quota_per_category__isnull", True),
                                ("quota_per_category__gte", 1),
                                _connector="OR",
                            ),
                        ),
                        name="quota_allows_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitQuota",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "season",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unit_quotas",
                        to="seasons.season",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        db_comment="NULL: in all categories together",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="seasons.category",
                    ),
                ),
                ("most", models.PositiveSmallIntegerField(db_comment="0: nothing at all")),
            ],
            options={
                "verbose_name": "exception for a unit",
                "verbose_name_plural": "exceptions for units",
                "ordering": ["unit__code", "category__position"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("category__isnull", False)),
                        fields=("season", "unit", "category"),
                        name="quota_once_per_unit_and_category",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("category__isnull", True)),
                        fields=("season", "unit"),
                        name="quota_in_all_once_per_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("most__lte", 1000)), name="quota_is_sensible"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleSheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "season",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rule_sheet",
                        to="seasons.season",
                    ),
                ),
                ("min_choices", models.PositiveSmallIntegerField(default=1)),
                (
                    "display",
                    models.CharField(
                        choices=[
                            ("live", "live"),
                            ("delayed", "delayed"),
                            ("daily", "once a day"),
                            ("rank_only", "ranks without numbers"),
                            ("hidden", "hidden until announced"),
                        ],
                        default="live",
                        max_length=10,
                    ),
                ),
                ("display_delay_minutes", models.PositiveSmallIntegerField(default=0)),
                (
                    "display_hour",
                    models.PositiveSmallIntegerField(
                        default=18, validators=[django.core.validators.MaxValueValidator(23)]
                    ),
                ),
                ("turnout_public", models.BooleanField(default=True)),
                (
                    "public_weight",
                    models.PositiveSmallIntegerField(db_comment="Per cent", default=30),
                ),
                (
                    "panel_weight",
                    models.PositiveSmallIntegerField(db_comment="Per cent", default=70),
                ),
                (
                    "conversion",
                    models.JSONField(
                        db_comment="How votes become points: rules.conversions.Conversion",
                        default=voting.seasons.models.rules.plain_conversion,
                    ),
                ),
                (
                    "panel",
                    models.JSONField(
                        db_comment="How marks become one value: rules.panels.Panel",
                        default=voting.seasons.models.rules.plain_panel,
                    ),
                ),
                (
                    "ties",
                    models.JSONField(
                        db_comment="What decides between equals: rules.ties.Ties",
                        default=voting.seasons.models.rules.plain_ties,
                    ),
                ),
                (
                    "shortlisting",
                    models.JSONField(
                        db_comment="How nominations become finalists: rules.shortlisting.Shortlisting",
                        default=voting.seasons.models.rules.plain_shortlisting,
                    ),
                ),
                (
                    "candidate_notice_days",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                    ),
                ),
                (
                    "result_notice_days",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                    ),
                ),
                (
                    "notice_working_days",
                    models.BooleanField(
                        db_comment="Whether notices count working days; else calendar days",
                        default=True,
                    ),
                ),
                (
                    "rate_interval_ms",
                    models.PositiveIntegerField(
                        db_comment="A voter earns one ballot every so many milliseconds",
                        default=1000,
                    ),
                ),
                (
                    "rate_burst",
                    models.PositiveIntegerField(
                        db_comment="Ballots a voter may save up", default=5
                    ),
                ),
                (
                    "fresh_per_minute",
                    models.PositiveIntegerField(
                        db_comment="New browsers a network may bring before their ballots are marked",
                        default=30,
                    ),
                ),
                ("fresh_burst", models.PositiveIntegerField(default=60)),
                (
                    "token_minutes",
                    models.PositiveSmallIntegerField(
                        default=30,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(30),
                        ],
                    ),
                ),
                ("frozen_at", models.DateTimeField(blank=True, null=True)),
                (
                    "fingerprint",
                    models.CharField(blank=True, db_comment="SHA-256, hexadecimal", max_length=64),
                ),
                (
                    "fingerprint_format",
                    models.PositiveSmallIntegerField(
                        db_comment="Which form of the rules the fingerprint is taken of", default=2
                    ),
                ),
                (
                    "version",
                    models.PositiveSmallIntegerField(
                        db_comment="Number of the last amendment that holds", default=0
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("min_choices__gte", 1), ("min_choices__lte", 64)),
                        name="ballot_has_1_to_64_choices",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("display_hour__lte", 23)), name="display_hour_of_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "public_weight",
                                django.db.models.expressions.CombinedExpression(
                                    models.Value(100), "-", models.F("panel_weight")
                                ),
                            )
                        ),
                        name="weights_make_100",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("token_minutes__gte", 1), ("token_minutes__lte", 30)),
                        name="token_lives_30_minutes_at_most",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rate_interval_ms__gte", 1), ("rate_burst__gte", 1)),
                        name="voter_rate_is_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fresh_per_minute__gte", 1), ("fresh_burst__gte", 1)),
                        name="fresh_budget_is_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("candidate_notice_days__gte", 1),
                            ("candidate_notice_days__lte", 60),
                            ("result_notice_days__gte", 1),
                            ("result_notice_days__lte", 60),
                        ),
                        name="notices_last_1_to_60_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fingerprint_format__in", [1, 2])),
                        name="fingerprint_format_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("version", 0), ("frozen_at__isnull", False), _connector="OR"
                        ),
                        name="only_frozen_rules_are_amended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("display__in", ["live", "delayed", "daily", "rank_only", "hidden"])
                        ),
                        name="display_rule_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("frozen_at__isnull", True),
                            models.Q(("fingerprint", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="frozen_rules_have_a_fingerprint",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Cap",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="caps",
                        to="seasons.rulesheet",
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("season", "the season"),
                            ("category", "each category"),
                            ("nominee", "each nominee"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "period",
                    models.CharField(
                        choices=[
                            ("ballot", "a ballot"),
                            ("window", "a voting window"),
                            ("day", "a day"),
                            ("season", "the season"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "counts",
                    models.CharField(
                        choices=[("ballots", "ballots"), ("choices", "choices")], max_length=10
                    ),
                ),
                ("max", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("sheet", "scope", "period", "counts"), name="cap_once_per_sheet"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("max__gte", 1)), name="cap_allows_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("period", "ballot"), ("counts", "ballots"), _negated=True
                        ),
                        name="ballots_are_not_counted_within_a_ballot",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("scope__in", ["season", "category", "nominee"]),
                            ("period__in", ["ballot", "window", "day", "season"]),
                            ("counts__in", ["ballots", "choices"]),
                        ),
                        name="cap_words_are_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VotingWindow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "season",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="windows",
                        to="seasons.season",
                    ),
                ),
                ("starts_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["starts_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("season", "starts_at"), name="window_start_once_per_season"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleAmendment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "season",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amendments",
                        to="seasons.season",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("closes_at", models.DateTimeField(blank=True, null=True)),
                (
                    "display",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("live", "live"),
                            ("delayed", "delayed"),
                            ("daily", "once a day"),
                            ("rank_only", "ranks without numbers"),
                            ("hidden", "hidden until announced"),
                        ],
                        max_length=10,
                        null=True,
                    ),
                ),
                ("display_delay_minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("display_hour", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("turnout_public", models.BooleanField(blank=True, null=True)),
                ("candidate_notice_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("result_notice_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "before",
                    models.JSONField(db_comment="The rules that change, as they were, by field"),
                ),
                ("reason", models.CharField(db_comment="Public", max_length=300)),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposed_amendments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approved_amendments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("in_force_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("fingerprint_before", models.CharField(max_length=64)),
                ("fingerprint_after", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "amendment of the rules",
                "verbose_name_plural": "amendments of the rules",
                "ordering": ["season", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("season", "number"), name="amendment_number_once_per_season"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="amendments_count_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("proposed_by", models.F("approved_by")), _negated=True),
                        name="two_people_amend",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="amendment_says_why"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("fingerprint_before", models.F("fingerprint_after")), _negated=True
                            ),
                            models.Q(("fingerprint_before", ""), _negated=True),
                            models.Q(("fingerprint_after", ""), _negated=True),
                        ),
                        name="amendment_changes_the_fingerprint",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("display__isnull", True),
                            ("display__in", ["delayed", "daily", "rank_only", "hidden"]),
                            _connector="OR",
                        ),
                        name="amendment_never_shows_more",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("turnout_public__isnull", True),
                            ("turnout_public", False),
                            _connector="OR",
                        ),
                        name="amendment_only_hides_turnout",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "season",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stages",
                        to="seasons.season",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("nominations", "nominations"),
                            ("eligibility_review", "eligibility review"),
                            ("preliminary_review", "preliminary review"),
                            ("candidate_notice", "candidate notice"),
                            ("judging", "panel review"),
                            ("consolidation", "combined result"),
                            ("result_notice", "result notice"),
                            ("announcement", "announcement"),
                        ],
                        max_length=20,
                    ),
                ),
                ("starts_at", models.DateTimeField(db_comment="Inclusive")),
                ("ends_at", models.DateTimeField(db_comment="Exclusive")),
            ],
            options={
                "ordering": ["starts_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("season", "kind"), name="stage_kind_once_per_season"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("starts_at__lt", models.F("ends_at"))),
                        name="stage_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "nominations",
                                    "eligibility_review",
                                    "preliminary_review",
                                    "candidate_notice",
                                    "judging",
                                    "consolidation",
                                    "result_notice",
                                    "announcement",
                                ],
                            )
                        ),
                        name="stage_kind_is_known",
                    ),
                ],
            },
        ),
        migrations.RunPython(
            lambda apps, editor: frozen_guard.install(editor.connection),
            lambda apps, editor: frozen_guard.remove(editor.connection),
        ),
    ]
