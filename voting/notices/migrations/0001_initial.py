import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("seasons", "0061_rehearsals"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("holiday", "day off"), ("make_up", "worked to make up")],
                        max_length=10,
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True, db_comment="Such as Spring Festival", max_length=40
                    ),
                ),
            ],
            options={
                "ordering": ["day"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["holiday", "make_up"])),
                        name="calendar_day_kind_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarYear",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(unique=True)),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        db_comment="Number of the announcement that it follows",
                        max_length=120,
                    ),
                ),
                (
                    "complete",
                    models.BooleanField(
                        db_comment="All its days off and made-up days are entered", default=False
                    ),
                ),
            ],
            options={
                "ordering": ["year"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("year__gte", 2000), ("year__lte", 2100)),
                        name="calendar_year_is_near",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("complete", False),
                            models.Q(("source", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="complete_year_names_its_source",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("title_en", models.CharField(blank=True, max_length=240)),
                (
                    "number",
                    models.CharField(blank=True, db_comment="Document number", max_length=60),
                ),
                (
                    "body",
                    models.TextField(
                        db_comment="Paragraphs, parted by an empty line", max_length=3000
                    ),
                ),
                ("body_en", models.TextField(blank=True, max_length=6000)),
                (
                    "office",
                    models.CharField(db_comment="Who issues it, as below the text", max_length=80),
                ),
                ("office_en", models.CharField(blank=True, max_length=160)),
                ("contact_name", models.CharField(blank=True, max_length=60)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("address", models.CharField(blank=True, max_length=120)),
                ("address_en", models.CharField(blank=True, max_length=240)),
                ("hours", models.CharField(blank=True, max_length=80)),
                ("hours_en", models.CharField(blank=True, max_length=160)),
                (
                    "decision_days",
                    models.PositiveSmallIntegerField(
                        db_comment="Working days to decide an objection",
                        default=10,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("candidate", "notice of proposed nominees"),
                            ("result", "notice of the result"),
                        ],
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(db_comment="1 is the first")),
                (
                    "issue",
                    models.CharField(
                        choices=[
                            ("first", "first notice"),
                            ("correction", "correction within the same period"),
                            ("again", "new notice with a period of its own"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        db_comment="Public: why there is another version",
                        max_length=300,
                    ),
                ),
                ("published_at", models.DateTimeField()),
                ("published_by", models.CharField(max_length=150)),
                (
                    "approved_by",
                    models.CharField(blank=True, db_comment="The second person", max_length=150),
                ),
                (
                    "days",
                    models.PositiveSmallIntegerField(db_comment="How long it stands, by the rules"),
                ),
                ("counts_working_days", models.BooleanField(db_comment="Else calendar days")),
                (
                    "starts_on",
                    models.DateField(db_comment="First day that counts, on the season's clock"),
                ),
                (
                    "last_day",
                    models.DateField(db_comment="Last day that counts, on the season's clock"),
                ),
                (
                    "ends_at",
                    models.DateTimeField(db_comment="Exclusive: the midnight after the last day"),
                ),
                (
                    "unknown_years",
                    models.JSONField(
                        db_comment="Years whose holidays nobody knew when it was published",
                        default=list,
                    ),
                ),
                (
                    "fingerprint",
                    models.CharField(db_comment="SHA-256 of texts, period and list", max_length=64),
                ),
                (
                    "season",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="seasons.season",
                    ),
                ),
            ],
            options={
                "ordering": ["-version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("season", "kind", "version"), name="notice_version_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["candidate", "result"]),
                            ("issue__in", ["first", "correction", "again"]),
                        ),
                        name="notice_words_are_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("issue", "first"), ("version", 1)),
                            models.Q(
                                ("version__gt", 1),
                                models.Q(("issue", "first"), _negated=True),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="another_notice_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on__lte", models.F("last_day")),
                            ("published_at__lt", models.F("ends_at")),
                        ),
                        name="notice_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("fingerprint", ""), _negated=True),
                            models.Q(("published_by", ""), _negated=True),
                        ),
                        name="notice_says_by_whom",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "ref",
                    models.CharField(
                        db_comment="What it stands for, such as nominee:12", max_length=40
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
                    "unit_codes",
                    models.JSONField(
                        blank=True,
                        db_comment="Units that it belongs to or that put it forward; not public",
                        default=list,
                    ),
                ),
                ("category_position", models.PositiveSmallIntegerField()),
                ("category", models.CharField(max_length=40)),
                ("category_en", models.CharField(blank=True, max_length=80)),
                ("summary", models.CharField(blank=True, max_length=400)),
                ("summary_en", models.CharField(blank=True, max_length=400)),
                ("drawing", models.JSONField(blank=True, default=dict)),
                (
                    "nominators",
                    models.JSONField(
                        blank=True,
                        db_comment="Keys of the people who put it forward; not public",
                        default=list,
                    ),
                ),
                (
                    "nominee",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="seasons.nominee",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="notices.publicnotice",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("notice", "position"), name="notice_position_once"
                    ),
                    models.UniqueConstraint(
                        fields=("notice", "ref"), name="nominee_once_in_a_notice"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("ref", ""), _negated=True),
                        ),
                        name="entry_has_a_name",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        db_comment="To talk about it; random", max_length=8, unique=True
                    ),
                ),
                (
                    "code_digest",
                    models.CharField(
                        db_comment="SHA-256 of the secret code of its receipt",
                        max_length=64,
                        unique=True,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "by this site"),
                            ("letter", "by letter"),
                            ("visit", "in person"),
                            ("phone", "by phone"),
                            ("email", "by e-mail"),
                        ],
                        default="web",
                        max_length=10,
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("false_deeds", "the deeds are not true"),
                            ("not_eligible", "the conditions are not met"),
                            ("conduct", "conduct or record"),
                            ("procedure", "procedure of nomination or review"),
                            ("mistake", "mistake in a name, unit or text"),
                            ("other", "something else"),
                        ],
                        max_length=20,
                    ),
                ),
                ("text", models.TextField(max_length=5000)),
                (
                    "received_at",
                    models.DateTimeField(db_comment="By letter: the day of posting counts"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "received"),
                            ("not_accepted", "not accepted for handling"),
                            ("accepted", "accepted for handling"),
                            ("investigating", "being looked into"),
                            ("decided", "decided"),
                        ],
                        default="received",
                        max_length=20,
                    ),
                ),
                ("decide_by", models.DateField(db_comment="On the season's clock")),
                (
                    "refusal",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("anonymous", "no real name or seal"),
                            ("late", "after the notice had ended"),
                            ("no_lead", "no clear lead that could be followed"),
                            ("not_concerned", "does not concern this notice"),
                            ("same_again", "the same has been decided before"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("upheld", "upheld"),
                            ("partly", "upheld in part"),
                            ("not_upheld", "not upheld"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "effect",
                    models.CharField(
                        choices=[
                            ("none", "the list stays as it is"),
                            ("remove", "the nominee is taken off the list"),
                            ("correct", "the entry is corrected"),
                        ],
                        default="none",
                        max_length=10,
                    ),
                ),
                (
                    "decision",
                    models.TextField(blank=True, db_comment="For the objector", max_length=3000),
                ),
                (
                    "public_summary",
                    models.CharField(
                        blank=True,
                        db_comment="For everybody; names nobody who objected",
                        max_length=500,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "entry",
                    models.ForeignKey(
                        blank=True,
                        db_comment="NULL: it concerns the notice as a whole",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="notices.noticeentry",
                    ),
                ),
                (
                    "handler",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handled_objections",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="notices.publicnotice",
                    ),
                ),
            ],
            options={
                "ordering": ["received_at", "pk"],
                "indexes": [models.Index(fields=["state", "decide_by"], name="objections_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "received",
                                    "not_accepted",
                                    "accepted",
                                    "investigating",
                                    "decided",
                                ],
                            )
                        ),
                        name="objection_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", False),
                                ("state", "not_accepted"),
                                models.Q(("refusal", ""), _negated=True),
                                models.Q(("decision", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "not_accepted"), _negated=True), ("refusal", "")
                            ),
                            _connector="OR",
                        ),
                        name="refused_objection_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", False),
                                ("handler__isnull", False),
                                ("state", "decided"),
                                ("outcome__in", ["upheld", "partly", "not_upheld"]),
                                models.Q(("decision", ""), _negated=True),
                                models.Q(("public_summary", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "decided"), _negated=True), ("outcome", "")
                            ),
                            _connector="OR",
                        ),
                        name="decided_objection_says_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "investigating"), _negated=True),
                            ("handler__isnull", False),
                            _connector="OR",
                        ),
                        name="somebody_looks_into_it",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["not_accepted", "decided"]),
                            ("decided_at__isnull", True),
                            _connector="OR",
                        ),
                        name="open_objection_has_no_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effect", "none"),
                            models.Q(
                                ("effect__in", ["remove", "correct"]),
                                ("outcome__in", ["upheld", "partly"]),
                                ("entry__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="only_an_upheld_objection_changes_the_list",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="objection_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ObjectionEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("received", "received"),
                            ("accepted", "accepted for handling"),
                            ("refused", "not accepted for handling"),
                            ("taken_on", "taken on"),
                            ("handed_back", "handed back"),
                            ("recused", "recusal"),
                            ("answered", "answered"),
                            ("added", "more was handed in"),
                            ("noted", "noted"),
                            ("decided", "decided"),
                            ("erased", "contact erased"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "actor",
                    models.CharField(blank=True, db_comment="Empty: the objector", max_length=150),
                ),
                ("note", models.CharField(blank=True, db_comment="For handlers", max_length=500)),
                (
                    "told",
                    models.TextField(blank=True, db_comment="For the objector", max_length=3000),
                ),
                (
                    "objection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="notices.objection",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ObjectionEvidence",
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
                        choices=[("evidence", "evidence"), ("seal", "letter with the seal")],
                        default="evidence",
                        max_length=10,
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        db_comment="As it was called where it came from", max_length=120
                    ),
                ),
                (
                    "path",
                    models.CharField(
                        db_comment="Within the private files", max_length=200, unique=True
                    ),
                ),
                ("media_type", models.CharField(max_length=80)),
                ("size", models.PositiveIntegerField(db_comment="Bytes")),
                ("sha256", models.CharField(max_length=64)),
                ("added_at", models.DateTimeField()),
                (
                    "objection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="notices.objection",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Recusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("unit", "belongs to the unit of the nominee"),
                            ("nominator", "put the nominee forward"),
                            ("objector", "made the objection"),
                            ("declared", "declared it"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
                (
                    "objection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recusals",
                        to="notices.objection",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recusals",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("objection", "user"), name="recused_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("title_en", models.CharField(blank=True, max_length=240)),
                (
                    "number",
                    models.CharField(blank=True, db_comment="Document number", max_length=60),
                ),
                (
                    "body",
                    models.TextField(
                        db_comment="Paragraphs, parted by an empty line", max_length=3000
                    ),
                ),
                ("body_en", models.TextField(blank=True, max_length=6000)),
                (
                    "office",
                    models.CharField(db_comment="Who issues it, as below the text", max_length=80),
                ),
                ("office_en", models.CharField(blank=True, max_length=160)),
                ("contact_name", models.CharField(blank=True, max_length=60)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("address", models.CharField(blank=True, max_length=120)),
                ("address_en", models.CharField(blank=True, max_length=240)),
                ("hours", models.CharField(blank=True, max_length=80)),
                ("hours_en", models.CharField(blank=True, max_length=160)),
                (
                    "decision_days",
                    models.PositiveSmallIntegerField(
                        db_comment="Working days to decide an objection",
                        default=10,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("candidate", "notice of proposed nominees"),
                            ("result", "notice of the result"),
                        ],
                        max_length=10,
                    ),
                ),
                ("edited_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("edited_by", models.CharField(blank=True, max_length=150)),
                (
                    "season",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice_drafts",
                        to="seasons.season",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("season", "kind"), name="one_notice_draft_of_a_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["candidate", "result"])),
                        name="notice_draft_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decision_days__gte", 1), ("decision_days__lte", 60)),
                        name="notice_draft_days_fit",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Objector",
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
                            ("person", "a person, by their real name"),
                            ("unit", "a unit, with its seal"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True, db_comment="Of the person or the unit", max_length=60
                    ),
                ),
                (
                    "contact_person",
                    models.CharField(blank=True, db_comment="For a unit", max_length=60),
                ),
                (
                    "workplace",
                    models.CharField(blank=True, db_comment="Of a person", max_length=60),
                ),
                ("phone", models.CharField(blank=True, db_comment="E.164", max_length=20)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                (
                    "objection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objector",
                        to="notices.objection",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("erased_at__isnull", False),
                                ("contact_person", ""),
                                ("email", ""),
                                ("name", ""),
                                ("phone", ""),
                                ("workplace", ""),
                            ),
                            models.Q(
                                ("erased_at__isnull", True), models.Q(("name", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="objector_is_named_until_erased",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["person", "unit"])),
                        name="objector_kind_is_known",
                    ),
                ],
            },
        ),
    ]
