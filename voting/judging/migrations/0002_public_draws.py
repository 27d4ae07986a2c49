"""Draws of judges have rows of their own, which stay; events of a seat know their season."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('judging', '0001_initial'),
        ('seasons', '0066_drafts_in_the_new_form'),
    ]

    operations = [
        migrations.AddField(
            model_name='seat',
            name='replaces',
            field=models.OneToOneField(blank=True, db_comment='Whose seat this reserve of the draw has taken', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='judging.seat'),
        ),
        migrations.AddField(
            model_name='seatevent',
            name='season',
            field=models.ForeignKey(db_constraint=False, db_comment="The panel's: by it the database knows the rows of a rehearsal", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='seasons.season'),
        ),
        migrations.CreateModel(
            name='PanelDraw',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(db_comment='1, 2, 3 on each panel')),
                ('pool', models.JSONField(db_comment='Who can be drawn: [key, seat type] of each')),
                ('seats', models.JSONField(db_comment="Seats to draw, by seat type; '' stands for any")),
                ('source', models.CharField(db_comment='Where the seed will come from', max_length=200)),
                ('announced_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('seed_at', models.DateTimeField(db_comment='From when the seed can be known, not before')),
                ('fingerprint', models.CharField(db_comment='SHA-256 of the announcement: rules.draws.fingerprint', max_length=64)),
                ('panel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='draws', to='judging.panel')),
            ],
            options={
                'verbose_name': 'draw of a panel',
                'verbose_name_plural': 'draws of panels',
                'ordering': ['panel', 'number'],
            },
        ),
        migrations.CreateModel(
            name='DrawEnd',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('drawn', 'drawn'), ('withdrawn', 'withdrawn')], max_length=10)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reason', models.CharField(blank=True, db_comment='Public: where the seed was read, or why the draw was withdrawn', max_length=300)),
                ('seed', models.CharField(blank=True, max_length=120)),
                ('order', models.JSONField(blank=True, db_comment='The pool as drawn, by key', default=list)),
                ('passed', models.JSONField(blank=True, db_comment='Keys in the pool that had a seat already', default=list)),
                ('draw', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='end', to='judging.paneldraw')),
            ],
            options={
                'verbose_name': 'end of a draw',
                'verbose_name_plural': 'ends of draws',
                'ordering': ['draw'],
            },
        ),
        migrations.AddConstraint(
            model_name='paneldraw',
            constraint=models.UniqueConstraint(fields=('panel', 'number'), name='draws_of_a_panel_in_order'),
        ),
        migrations.AddConstraint(
            model_name='paneldraw',
            constraint=models.CheckConstraint(condition=models.Q(('seed_at__gte', models.F('announced_at'))), name='seed_is_known_after_it_is_said'),
        ),
        migrations.AddConstraint(
            model_name='paneldraw',
            constraint=models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='draw_has_a_source'),
        ),
        migrations.AddConstraint(
            model_name='drawend',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'drawn'), models.Q(('seed', ''), _negated=True)), models.Q(('kind', 'withdrawn'), ('seed', ''), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='draw_ends_by_a_seed_or_a_reason'),
        ),
    ]
