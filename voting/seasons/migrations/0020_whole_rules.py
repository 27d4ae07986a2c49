"""The whole rule sheet, and amendments of it."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import voting.seasons.models.rules
from django.conf import settings
from django.db import migrations, models

from voting.seasons import frozen_guard


class Migration(migrations.Migration):

    dependencies = [
        ('seasons', '0011_approval_and_publication'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(
            lambda apps, editor: frozen_guard.remove(editor.connection),
            lambda apps, editor: frozen_guard.install(editor.connection),
        ),
        migrations.CreateModel(
            name='RuleAmendment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('closes_at', models.DateTimeField(blank=True, null=True)),
                ('display', models.CharField(blank=True, choices=[('live', 'live'), ('delayed', 'delayed'), ('daily', 'once a day'), ('rank_only', 'ranks without numbers'), ('hidden', 'hidden until announced')], max_length=10, null=True)),
                ('display_delay_minutes', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('display_hour', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('turnout_public', models.BooleanField(blank=True, null=True)),
                ('candidate_notice_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('result_notice_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('before', models.JSONField(db_comment='The rules that change, as they were, by field')),
                ('reason', models.CharField(db_comment='Public', max_length=300)),
                ('in_force_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('fingerprint_before', models.CharField(max_length=64)),
                ('fingerprint_after', models.CharField(max_length=64)),
            ],
            options={
                'verbose_name': 'amendment of the rules',
                'verbose_name_plural': 'amendments of the rules',
                'ordering': ['season', 'number'],
            },
        ),
        migrations.AddField(
            model_name='rulesheet',
            name='candidate_notice_days',
            field=models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)]),
        ),
        migrations.AddField(
            model_name='rulesheet',
            name='conversion',
            field=models.JSONField(db_comment='How votes become points: rules.conversions.Conversion', default=voting.seasons.models.rules.plain_conversion),
        ),
        migrations.AddField(
            model_name='rulesheet',
            name='fingerprint_format',
            field=models.PositiveSmallIntegerField(db_comment='Which form of the rules the fingerprint is taken of', default=2),
        ),
        migrations.AddField(
            model_name='rulesheet',
            name='notice_working_days',
            field=models.BooleanField(db_comment='Whether notices count working days; else calendar days', default=True),
        ),
        migrations.AddField(
            model_name='rulesheet',
            name='panel',
            field=models.JSONField(db_comment='How marks become one value: rules.panels.Panel', default=voting.seasons.models.rules.plain_panel),
        ),
        migrations.AddField(
            model_name='rulesheet',
            name='result_notice_days',
            field=models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)]),
        ),
        migrations.AddField(
            model_name='rulesheet',
            name='shortlisting',
            field=models.JSONField(db_comment='How nominations become finalists: rules.shortlisting.Shortlisting', default=voting.seasons.models.rules.plain_shortlisting),
        ),
        migrations.AddField(
            model_name='rulesheet',
            name='ties',
            field=models.JSONField(db_comment='What decides between equals: rules.ties.Ties', default=voting.seasons.models.rules.plain_ties),
        ),
        migrations.AddField(
            model_name='rulesheet',
            name='version',
            field=models.PositiveSmallIntegerField(db_comment='Number of the last amendment that holds', default=0),
        ),
        migrations.AddConstraint(
            model_name='rulesheet',
            constraint=models.CheckConstraint(condition=models.Q(('candidate_notice_days__gte', 1), ('candidate_notice_days__lte', 60), ('result_notice_days__gte', 1), ('result_notice_days__lte', 60)), name='notices_last_1_to_60_days'),
        ),
        migrations.AddConstraint(
            model_name='rulesheet',
            constraint=models.CheckConstraint(condition=models.Q(('fingerprint_format__in', [1, 2])), name='fingerprint_format_is_known'),
        ),
        migrations.AddConstraint(
            model_name='rulesheet',
            constraint=models.CheckConstraint(condition=models.Q(('version', 0), ('frozen_at__isnull', False), _connector='OR'), name='only_frozen_rules_are_amended'),
        ),
        migrations.AddConstraint(
            model_name='rulesheet',
            constraint=models.CheckConstraint(condition=models.Q(('display__in', ['live', 'delayed', 'daily', 'rank_only', 'hidden'])), name='display_rule_is_known'),
        ),
        migrations.AddField(
            model_name='ruleamendment',
            name='approved_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approved_amendments', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='ruleamendment',
            name='proposed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposed_amendments', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='ruleamendment',
            name='season',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='seasons.season'),
        ),
        migrations.AddConstraint(
            model_name='ruleamendment',
            constraint=models.UniqueConstraint(fields=('season', 'number'), name='amendment_number_once_per_season'),
        ),
        migrations.AddConstraint(
            model_name='ruleamendment',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='amendments_count_from_one'),
        ),
        migrations.AddConstraint(
            model_name='ruleamendment',
            constraint=models.CheckConstraint(condition=models.Q(('proposed_by', models.F('approved_by')), _negated=True), name='two_people_amend'),
        ),
        migrations.AddConstraint(
            model_name='ruleamendment',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='amendment_says_why'),
        ),
        migrations.AddConstraint(
            model_name='ruleamendment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fingerprint_before', models.F('fingerprint_after')), _negated=True), models.Q(('fingerprint_before', ''), _negated=True), models.Q(('fingerprint_after', ''), _negated=True)), name='amendment_changes_the_fingerprint'),
        ),
        migrations.AddConstraint(
            model_name='ruleamendment',
            constraint=models.CheckConstraint(condition=models.Q(('display__isnull', True), ('display__in', ['delayed', 'daily', 'rank_only', 'hidden']), _connector='OR'), name='amendment_never_shows_more'),
        ),
        migrations.AddConstraint(
            model_name='ruleamendment',
            constraint=models.CheckConstraint(condition=models.Q(('turnout_public__isnull', True), ('turnout_public', False), _connector='OR'), name='amendment_only_hides_turnout'),
        ),
    ]
