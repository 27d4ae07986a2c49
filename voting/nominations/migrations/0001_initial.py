import django.db.models.deletion
import django.utils.timezone
import voting.nominations.models.files
import voting.nominations.models.nomination
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("seasons", "0061_rehearsals"),
        ("units", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChecklistItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("code", models.SlugField(max_length=30)),
                ("text", models.CharField(max_length=120)),
                ("text_en", models.CharField(blank=True, max_length=240)),
                (
                    "looked_up",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "a person looks"),
                            ("age", "age"),
                            ("hours", "service hours"),
                            ("consent", "consent to being put forward"),
                            ("publication", "consent to being shown to the public"),
                            ("guardian", "guardian's consent"),
                            ("one_category", "the same name in another category"),
                            ("past_winner", "the same name among earlier winners"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                (
                    "least",
                    models.DecimalField(
                        blank=True,
                        db_comment="Years for age, hours for hours",
                        decimal_places=1,
                        max_digits=8,
                        null=True,
                    ),
                ),
                (
                    "blocks",
                    models.BooleanField(
                        db_comment="Whether nothing is accepted while this is answered with no",
                        default=True,
                    ),
                ),
                (
                    "is_asked",
                    models.BooleanField(
                        db_comment="False once it is taken off the list", default=True
                    ),
                ),
                (
                    "season",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checklist_items",
                        to="seasons.season",
                    ),
                ),
            ],
            options={
                "verbose_name": "checklist item",
                "verbose_name_plural": "checklist items",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("season", "code"), name="checklist_item_once"),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="checklist_item_asks_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "looked_up__in",
                                [
                                    "",
                                    "age",
                                    "hours",
                                    "consent",
                                    "publication",
                                    "guardian",
                                    "one_category",
                                    "past_winner",
                                ],
                            )
                        ),
                        name="checklist_check_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("looked_up__in", ["age", "hours"]), _negated=True),
                            ("least__gte", 0),
                            _connector="OR",
                        ),
                        name="checklist_number_is_given",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DecisionReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("return", "return for correction"), ("reject", "not accepting")],
                        max_length=10,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("code", models.SlugField(max_length=30)),
                ("text", models.CharField(max_length=120)),
                ("text_en", models.CharField(blank=True, max_length=240)),
                ("is_offered", models.BooleanField(default=True)),
                (
                    "season",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision_reasons",
                        to="seasons.season",
                    ),
                ),
            ],
            options={
                "verbose_name": "reason of decisions",
                "verbose_name_plural": "reasons of decisions",
                "ordering": ["kind", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("season", "kind", "code"), name="decision_reason_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["return", "reject"])),
                        name="decision_reason_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="decision_reason_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LikenessSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("compared", models.PositiveIntegerField()),
                (
                    "season",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="likeness_search",
                        to="seasons.season",
                    ),
                ),
            ],
            options={
                "verbose_name": "search for duplicates",
                "verbose_name_plural": "searches for duplicates",
            },
        ),
        migrations.CreateModel(
            name="Nomination",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=voting.nominations.models.nomination.new_code,
                        max_length=10,
                        unique=True,
                    ),
                ),
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
                ("name", models.CharField(blank=True, max_length=200)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                (
                    "place",
                    models.CharField(
                        blank=True,
                        db_comment="Where the nominee lives or works, as it is shown",
                        max_length=60,
                    ),
                ),
                ("birth_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "age",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("adult", "18 or older"),
                            ("minor", "14 to 17"),
                            ("child", "younger than 14"),
                        ],
                        db_comment="'' if no person",
                        max_length=10,
                    ),
                ),
                (
                    "route",
                    models.CharField(
                        choices=[
                            ("unit", "by a unit"),
                            ("organisation", "by an organisation"),
                            ("self", "by oneself"),
                            ("citizen", "by a citizen"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "organisation",
                    models.CharField(
                        blank=True,
                        db_comment="The recommending organisation outside the tree",
                        max_length=120,
                    ),
                ),
                (
                    "link_number",
                    models.PositiveSmallIntegerField(
                        db_comment="Part of the secret link; a higher one makes older links void",
                        default=1,
                    ),
                ),
                (
                    "language",
                    models.CharField(db_comment="Of notices", default="zh-hans", max_length=10),
                ),
                (
                    "headline",
                    models.CharField(blank=True, db_comment="The deed in one line", max_length=400),
                ),
                ("summary", models.TextField(blank=True, db_comment="The season's short text")),
                ("story", models.TextField(blank=True, db_comment="The season's medium text")),
                ("full_story", models.TextField(blank=True, db_comment="The season's long text")),
                (
                    "service_hours",
                    models.DecimalField(blank=True, decimal_places=1, max_digits=8, null=True),
                ),
                ("unit_opinion", models.CharField(blank=True, max_length=1000)),
                ("opinion_signed_by", models.CharField(blank=True, max_length=120)),
                ("opinion_signed_on", models.DateField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "sent in"),
                            ("returned", "returned for correction"),
                            ("resubmitted", "sent in again"),
                            ("accepted", "accepted"),
                            ("rejected", "not accepted"),
                            ("merged", "put together with another one"),
                            ("withdrawn", "withdrawn"),
                            ("not_listed", "not shortlisted"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("state_since", models.DateTimeField(db_comment="When the state was reached")),
                (
                    "submitted_at",
                    models.DateTimeField(
                        blank=True, db_comment="When it first counted as sent in", null=True
                    ),
                ),
                (
                    "typed",
                    models.JSONField(
                        blank=True,
                        db_comment="What was typed and does not fit its field",
                        default=dict,
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        db_comment="Counts changes, so that two windows do not overwrite each other",
                        default=1,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nominations",
                        to="seasons.category",
                    ),
                ),
                (
                    "nominator",
                    models.ForeignKey(
                        blank=True,
                        db_comment="NULL: without an account, known by a confirmed address in nominations_contact",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nominations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "nominee",
                    models.ForeignKey(
                        blank=True,
                        db_comment="Whom it was mapped to; several may be mapped to one",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nominations",
                        to="seasons.nominee",
                    ),
                ),
                (
                    "season",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nominations",
                        to="seasons.season",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The recommending unit",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nominations",
                        to="units.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "nomination",
                "verbose_name_plural": "nominations",
                "ordering": ["-submitted_at", "-pk"],
                "indexes": [
                    models.Index(
                        fields=["season", "state", "-submitted_at"], name="nomination_in_state"
                    ),
                    models.Index(fields=["season", "unit", "category"], name="nomination_of_unit"),
                    models.Index(fields=["state", "updated_at"], name="nomination_untouched"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "submitted",
                                    "returned",
                                    "resubmitted",
                                    "accepted",
                                    "rejected",
                                    "merged",
                                    "withdrawn",
                                    "not_listed",
                                ],
                            )
                        ),
                        name="nomination_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("route__in", ["unit", "organisation", "self", "citizen"])
                        ),
                        name="nomination_route_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["person", "team", "project", "community"])
                        ),
                        name="nomination_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("age__in", ["", "adult", "minor", "child"])),
                        name="nomination_age_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("age", ""), ("kind", "person"), _connector="OR"),
                        name="only_persons_have_an_age",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("birth_year__isnull", True),
                            models.Q(
                                ("birth_year__gte", 1880),
                                ("birth_year__lte", 2200),
                                ("kind", "person"),
                            ),
                            _connector="OR",
                        ),
                        name="birth_year_of_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("route", "unit"), _negated=True),
                            ("unit__isnull", False),
                            _connector="OR",
                        ),
                        name="unit_nomination_names_its_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("route", "self"), _negated=True),
                            ("kind", "person"),
                            ("state", "draft"),
                            _connector="OR",
                        ),
                        name="oneself_is_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("submitted_at__isnull", False),
                            ("state__in", ["draft", "withdrawn"]),
                            _connector="OR",
                        ),
                        name="nomination_counts_since_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"),
                            ("submitted_at__isnull", True),
                            models.Q(
                                ("category__isnull", False),
                                models.Q(("name", ""), _negated=True),
                                models.Q(("headline", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="sent_nomination_says_whom_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("route", "organisation"), _negated=True),
                            models.Q(("organisation", ""), _negated=True),
                            ("state", "draft"),
                            ("submitted_at__isnull", True),
                            _connector="OR",
                        ),
                        name="organisation_nomination_names_it",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("typed", {}),
                            ("state__in", ["draft", "returned", "withdrawn"]),
                            _connector="OR",
                        ),
                        name="sent_nomination_fits_its_fields",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "draft"), _negated=True),
                            models.Q(("nominee__isnull", True), ("submitted_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="draft_has_not_been_sent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("nominee__isnull", True),
                            models.Q(
                                ("state__in", ["draft", "returned", "not_listed"]), _negated=True
                            ),
                            _connector="OR",
                        ),
                        name="unfinished_nomination_has_no_nominee",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "accepted"), _negated=True),
                            ("nominee__isnull", False),
                            _connector="OR",
                        ),
                        name="accepted_nomination_has_its_nominee",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("service_hours__isnull", True),
                            ("service_hours__gte", 0),
                            _connector="OR",
                        ),
                        name="service_hours_are_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1), ("link_number__gte", 1)),
                        name="nomination_counts_from_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "side",
                    models.CharField(
                        choices=[("nominator", "nominator"), ("office", "organising office")],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField()),
                (
                    "read_at",
                    models.DateTimeField(
                        blank=True, db_comment="When the other side first opened it", null=True
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_comment="NULL: a nominator without an account",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="nominations.nomination",
                    ),
                ),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["nominator", "office"])),
                        name="message_side_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="message_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("side", "nominator"), ("author__isnull", False), _connector="OR"
                        ),
                        name="office_message_has_an_author",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "percent",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        db_comment="How alike they were found; NULL: nobody had computed it",
                        null=True,
                    ),
                ),
                ("reason", models.CharField(db_comment="Both nominators read it", max_length=300)),
                ("merged_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undone_reason", models.CharField(blank=True, max_length=300)),
                (
                    "merged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        db_comment="NULL: nobody did, the one it was put together with was withdrawn",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "into",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="nominations.nomination",
                    ),
                ),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges",
                        to="nominations.nomination",
                    ),
                ),
            ],
            options={
                "verbose_name": "merge of nominations",
                "verbose_name_plural": "merges of nominations",
                "ordering": ["merged_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("nomination",),
                        name="nomination_is_merged_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("nomination", models.F("into")), _negated=True),
                        name="nomination_not_merged_into_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="merge_says_why"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at__isnull", True), ("undone_by__isnull", True)),
                            models.Q(
                                ("undone_at__isnull", False),
                                models.Q(("undone_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="undone_merge_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Likeness",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("percent", models.PositiveSmallIntegerField()),
                (
                    "reasons",
                    models.JSONField(db_comment="Pairs of code and per cent", default=list),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("", "nobody has looked yet"), ("different", "not the same")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("verdict_at", models.DateTimeField(blank=True, null=True)),
                (
                    "verdict_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="likenesses_first",
                        to="nominations.nomination",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="likenesses_second",
                        to="nominations.nomination",
                    ),
                ),
            ],
            options={
                "verbose_name": "likeness",
                "verbose_name_plural": "likenesses",
                "ordering": ["-percent", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("first", "second"), name="likeness_once_for_a_pair"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))),
                        name="likeness_is_of_two_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("percent__lte", 100)), name="likeness_is_a_share"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("verdict", ""),
                                ("verdict_at__isnull", True),
                                ("verdict_by__isnull", True),
                            ),
                            models.Q(
                                ("verdict", "different"),
                                ("verdict_at__isnull", False),
                                ("verdict_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="likeness_verdict_says_by_whom",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pass", "passed the preliminary review"),
                            ("accept", "accepted"),
                            ("return", "returned for correction"),
                            ("reject", "not accepted"),
                            ("reopen", "decision taken back"),
                            ("merge", "put together with another one"),
                            ("unmerge", "taken apart again"),
                            ("list", "shortlisted"),
                            ("unlist", "not shortlisted"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "text",
                    models.CharField(
                        blank=True,
                        db_comment="What the nominator reads, the reason included",
                        max_length=1000,
                    ),
                ),
                (
                    "fields",
                    models.JSONField(
                        blank=True,
                        db_comment="What is to be corrected, by name of the field",
                        default=list,
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, db_comment="For reviewers only", max_length=500),
                ),
                ("decided_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reason",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="nominations.decisionreason",
                    ),
                ),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="nominations.nomination",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision about a nomination",
                "verbose_name_plural": "decisions about nominations",
                "ordering": ["decided_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "pass",
                                    "accept",
                                    "return",
                                    "reject",
                                    "reopen",
                                    "merge",
                                    "unmerge",
                                    "list",
                                    "unlist",
                                ],
                            )
                        ),
                        name="decision_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "kind__in",
                                    ["return", "reject", "reopen", "merge", "unmerge", "unlist"],
                                ),
                                _negated=True,
                            ),
                            models.Q(("text", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="decision_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("phone", models.CharField(blank=True, db_comment="Of the nominee", max_length=40)),
                (
                    "email",
                    models.EmailField(blank=True, db_comment="Of the nominee", max_length=254),
                ),
                (
                    "address",
                    models.CharField(blank=True, db_comment="Of the nominee", max_length=200),
                ),
                ("nominator_name", models.CharField(blank=True, max_length=60)),
                ("nominator_phone", models.CharField(blank=True, max_length=40)),
                ("nominator_email", models.EmailField(blank=True, max_length=254)),
                ("guardian_name", models.CharField(blank=True, max_length=60)),
                ("guardian_relation", models.CharField(blank=True, max_length=40)),
                ("guardian_phone", models.CharField(blank=True, max_length=40)),
                (
                    "confirmed_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the nominator proved to own address or phone",
                        null=True,
                    ),
                ),
                (
                    "typed",
                    models.JSONField(
                        blank=True,
                        db_comment="What was typed and does not fit its field",
                        default=dict,
                    ),
                ),
                (
                    "nomination",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contact",
                        to="nominations.nomination",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_at__isnull", True),
                            models.Q(("nominator_email", ""), _negated=True),
                            models.Q(("nominator_phone", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="confirmed_contact_has_an_address",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("nomination", "being put forward"),
                            ("publication", "being shown to the public"),
                            ("checks", "other bodies being asked"),
                            ("media", "reports in newspapers and on other sites"),
                            ("guardian", "guardian's consent"),
                            ("guardian_publication", "guardian's consent to being shown"),
                            ("truth", "that what is said is true"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "given_by",
                    models.CharField(db_comment="Name; emptied with the contact", max_length=60),
                ),
                (
                    "relation",
                    models.CharField(blank=True, db_comment="Of a guardian", max_length=40),
                ),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "recorded_by",
                    models.CharField(
                        db_comment="Who ticked it, as the log names people", max_length=150
                    ),
                ),
                ("text_version", models.CharField(max_length=20)),
                ("text", models.TextField(db_comment="As it stood on the page")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="nominations.nomination",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
                "ordering": ["given_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("nomination", "kind"),
                        name="consent_of_a_kind_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "nomination",
                                    "publication",
                                    "checks",
                                    "media",
                                    "guardian",
                                    "guardian_publication",
                                    "truth",
                                ],
                            )
                        ),
                        name="consent_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text", ""), _negated=True),
                            models.Q(("text_version", ""), _negated=True),
                        ),
                        name="consent_says_to_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            ("withdrawn_at__gte", models.F("given_at")),
                            _connector="OR",
                        ),
                        name="consent_is_withdrawn_later",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "e-mail"), ("phone", "text message")], max_length=10
                    ),
                ),
                ("address", models.CharField(max_length=254)),
                ("code_hash", models.CharField(max_length=64)),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="confirmations",
                        to="nominations.nomination",
                    ),
                ),
            ],
            options={
                "verbose_name": "confirmation",
                "verbose_name_plural": "confirmations",
                "ordering": ["-sent_at", "-pk"],
                "indexes": [
                    models.Index(fields=["address", "-sent_at"], name="confirmation_to_address")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["email", "phone"])),
                        name="confirmation_channel_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("address", ""), _negated=True),
                            models.Q(("code_hash", ""), _negated=True),
                        ),
                        name="confirmation_went_somewhere",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("sent_at"))),
                        name="confirmation_lives_a_while",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Clearance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("issuer", models.CharField(max_length=80)),
                ("issued_on", models.DateField()),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("clear", "nothing against it"),
                            ("reserved", "with reservations"),
                            ("against", "against it"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "stem",
                    models.CharField(
                        db_comment="Name of the scan's file",
                        default=voting.nominations.models.files.new_stem,
                        max_length=32,
                        unique=True,
                    ),
                ),
                (
                    "content_type",
                    models.CharField(blank=True, db_comment="'' without a scan", max_length=20),
                ),
                ("bytes", models.PositiveIntegerField(default=0)),
                (
                    "sha256",
                    models.CharField(blank=True, db_comment="Of what was uploaded", max_length=64),
                ),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("struck_at", models.DateTimeField(blank=True, null=True)),
                ("struck_reason", models.CharField(blank=True, max_length=300)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clearances",
                        to="nominations.nomination",
                    ),
                ),
            ],
            options={
                "verbose_name": "clearance",
                "verbose_name_plural": "clearances",
                "ordering": ["issued_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("issuer", ""), _negated=True),
                        name="clearance_says_who_gave_it",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("result__in", ["clear", "reserved", "against"])),
                        name="clearance_result_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("struck_at__isnull", True),
                            models.Q(("struck_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="struck_clearance_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("bytes", 0), ("content_type", "")),
                            models.Q(
                                ("bytes__gte", 1), models.Q(("content_type", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="clearance_scan_has_a_size",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[("yes", "yes"), ("no", "no"), ("na", "does not apply")],
                        max_length=5,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                ("answered_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "answered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="nominations.checklistitem",
                    ),
                ),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_answers",
                        to="nominations.nomination",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer to the checklist",
                "verbose_name_plural": "answers to the checklist",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("nomination", "item"), name="one_answer_to_a_question"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ["yes", "no", "na"])),
                        name="check_answer_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hours", "proof of service hours"),
                            ("opinion", "opinion of the unit, stamped"),
                            ("consent", "signed consent"),
                            ("other", "other proof"),
                        ],
                        default="other",
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                (
                    "stem",
                    models.CharField(
                        default=voting.nominations.models.files.new_stem, max_length=32, unique=True
                    ),
                ),
                (
                    "content_type",
                    models.CharField(
                        choices=[
                            ("application/pdf", "PDF"),
                            ("image/jpeg", "JPEG"),
                            ("image/png", "PNG"),
                        ],
                        max_length=20,
                    ),
                ),
                ("bytes", models.PositiveIntegerField()),
                ("sha256", models.CharField(db_comment="Of what was uploaded", max_length=64)),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="nominations.nomination",
                    ),
                ),
            ],
            options={
                "verbose_name": "attachment",
                "verbose_name_plural": "attachments",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["hours", "opinion", "consent", "other"])),
                        name="attachment_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("content_type__in", ["application/pdf", "image/jpeg", "image/png"])
                        ),
                        name="attachment_type_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), ("bytes__gte", 1)
                        ),
                        name="attachment_holds_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NominationEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "action",
                    models.CharField(
                        db_comment="What, such as submit, return, accept", max_length=30
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "sent in"),
                            ("returned", "returned for correction"),
                            ("resubmitted", "sent in again"),
                            ("accepted", "accepted"),
                            ("rejected", "not accepted"),
                            ("merged", "put together with another one"),
                            ("withdrawn", "withdrawn"),
                            ("not_listed", "not shortlisted"),
                        ],
                        db_comment="The state it is in from then on",
                        max_length=12,
                    ),
                ),
                (
                    "actor",
                    models.CharField(db_comment="Who, as the log names people", max_length=150),
                ),
                ("reason", models.CharField(blank=True, max_length=1000)),
                (
                    "is_public",
                    models.BooleanField(
                        db_comment="Whether the nominator sees it; never who it was", default=True
                    ),
                ),
                ("detail", models.JSONField(blank=True, default=dict)),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="nominations.nomination",
                    ),
                ),
            ],
            options={
                "verbose_name": "nomination event",
                "verbose_name_plural": "nomination events",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("actor", ""), _negated=True),
                            models.Q(("action", ""), _negated=True),
                        ),
                        name="nomination_event_says_who_and_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "submitted",
                                    "returned",
                                    "resubmitted",
                                    "accepted",
                                    "rejected",
                                    "merged",
                                    "withdrawn",
                                    "not_listed",
                                ],
                            )
                        ),
                        name="nomination_event_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("action__in", ["return", "reject"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="return_and_refusal_have_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Photo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("portrait", "portrait"), ("activity", "activity photo")],
                        max_length=10,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "stem",
                    models.CharField(
                        default=voting.nominations.models.files.new_stem, max_length=32, unique=True
                    ),
                ),
                (
                    "width",
                    models.PositiveSmallIntegerField(db_comment="Of the largest copy, in pixels"),
                ),
                ("height", models.PositiveSmallIntegerField()),
                ("bytes", models.PositiveIntegerField(db_comment="Of the largest copy")),
                ("sha256", models.CharField(db_comment="Of what was uploaded", max_length=64)),
                (
                    "crop",
                    models.PositiveSmallIntegerField(
                        db_comment="Where 4:5 is cut out: per cent of the way along the longer side",
                        default=50,
                    ),
                ),
                ("caption", models.CharField(blank=True, max_length=200)),
                ("taken_on", models.DateField(blank=True, null=True)),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="photos",
                        to="nominations.nomination",
                    ),
                ),
            ],
            options={
                "verbose_name": "photo",
                "verbose_name_plural": "photos",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "portrait")),
                        fields=("nomination",),
                        name="one_portrait",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["portrait", "activity"])),
                        name="photo_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("width__gte", 1), ("height__gte", 1), ("bytes__gte", 1)
                        ),
                        name="photo_has_a_size",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("crop__lte", 100)), name="crop_lies_within"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "second_look",
                    models.BooleanField(
                        db_comment="Accepting needs a preliminary review by somebody else before",
                        default=False,
                    ),
                ),
                (
                    "season",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review_settings",
                        to="seasons.season",
                    ),
                ),
            ],
            options={
                "verbose_name": "review settings",
                "verbose_name_plural": "review settings",
            },
        ),
        migrations.CreateModel(
            name="Shortlist",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("decision", "by decision of the office"),
                            ("count", "by the number of nominators"),
                            ("eph", "by E Pluribus Hugo: each nominator's points are divided"),
                        ],
                        default="decision",
                        max_length=10,
                    ),
                ),
                (
                    "places",
                    models.PositiveSmallIntegerField(db_comment="How many are proposed at most"),
                ),
                (
                    "per_unit",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        db_comment="At most so many of one unit; NULL: no such limit",
                        null=True,
                    ),
                ),
                (
                    "names_each",
                    models.PositiveSmallIntegerField(
                        db_comment="How many a nominator may name in this category", default=5
                    ),
                ),
                (
                    "over_full",
                    models.CharField(
                        choices=[
                            ("keep", "all of them count"),
                            ("cut", "the first ones count"),
                            ("void", "none of them counts"),
                        ],
                        default="keep",
                        max_length=5,
                    ),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "category",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shortlist",
                        to="seasons.category",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "shortlist",
                "verbose_name_plural": "shortlists",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("method__in", ["decision", "count", "eph"])),
                        name="shortlist_method_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("over_full__in", ["keep", "cut", "void"])),
                        name="shortlist_over_full_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("places__gte", 1),
                            ("names_each__gte", 1),
                            models.Q(
                                ("per_unit__isnull", True), ("per_unit__gte", 1), _connector="OR"
                            ),
                        ),
                        name="shortlist_numbers_are_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confirmed_at__isnull", True), ("confirmed_by__isnull", True)
                            ),
                            models.Q(
                                ("confirmed_at__isnull", False),
                                ("confirmed_by__isnull", False),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="confirmed_shortlist_says_by_whom_and_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShortlistEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                (
                    "nominators",
                    models.PositiveIntegerField(
                        db_comment="How many different ones put it forward"
                    ),
                ),
                (
                    "points",
                    models.CharField(
                        blank=True, db_comment="Exact, such as 105 1/4", max_length=40
                    ),
                ),
                ("is_through", models.BooleanField()),
                ("why", models.CharField(max_length=12)),
                (
                    "chosen",
                    models.BooleanField(
                        db_comment="A person's choice, not the rule's", default=False
                    ),
                ),
                (
                    "nominee",
                    models.JSONField(
                        db_comment="Texts of the nominee that was taken off, to put it back",
                        default=dict,
                    ),
                ),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shortlist_entries",
                        to="nominations.nomination",
                    ),
                ),
                (
                    "shortlist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="nominations.shortlist",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of a shortlist",
                "verbose_name_plural": "entries of shortlists",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("shortlist", "nomination"), name="shortlist_entry_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("why__in", ["through", "chosen", "line", "unit", "tie", "not_chosen"])
                        ),
                        name="shortlist_why_is_known",
                    ),
                ],
            },
        ),
    ]
