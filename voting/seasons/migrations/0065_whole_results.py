"""Components beyond public vote and panel, places and quotas; frozen with the other rules."""

import voting.seasons.models.rules
from django.db import migrations, models

from voting.seasons import frozen_guard


class Migration(migrations.Migration):

    dependencies = [
        ('seasons', '0064_known_copies'),
    ]

    operations = [
        migrations.RunPython(
            lambda apps, editor: frozen_guard.remove(editor.connection),
            lambda apps, editor: frozen_guard.install(editor.connection),
        ),
        migrations.RemoveConstraint(
            model_name='rulesheet',
            name='fingerprint_format_is_known',
        ),
        migrations.AddField(
            model_name='nominee',
            name='traits',
            field=models.JSONField(blank=True, db_comment='What quotas ask besides category, unit and kind: trait -> value', default=dict),
        ),
        migrations.AddField(
            model_name='rulesheet',
            name='consolidation',
            field=models.JSONField(blank=True, db_comment='Components of the result: rules.components.Consolidation; NULL: public vote and panel, by the columns above', null=True),
        ),
        migrations.AddField(
            model_name='rulesheet',
            name='honours',
            field=models.JSONField(db_comment='Places and quotas: rules.honours.Honours', default=voting.seasons.models.rules.plain_honours),
        ),
        migrations.AlterField(
            model_name='rulesheet',
            name='fingerprint_format',
            field=models.PositiveSmallIntegerField(db_comment='Which form of the rules the fingerprint is taken of', default=3),
        ),
        migrations.AddConstraint(
            model_name='rulesheet',
            constraint=models.CheckConstraint(condition=models.Q(('fingerprint_format__gte', 1), ('fingerprint_format__lte', 3)), name='fingerprint_format_is_known'),
        ),
        migrations.RunPython(
            lambda apps, editor: frozen_guard.install(editor.connection),
            lambda apps, editor: frozen_guard.remove(editor.connection),
        ),
    ]
