"""What quotas ask of nominees, and who won before, is frozen with the rules and fingerprinted."""

from django.db import migrations, models

from voting.seasons import frozen_guard


class Migration(migrations.Migration):

    dependencies = [
        ('seasons', '0066_drafts_in_the_new_form'),
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
        migrations.AlterField(
            model_name='rulesheet',
            name='fingerprint_format',
            field=models.PositiveSmallIntegerField(db_comment='Which form of the rules the fingerprint is taken of', default=4),
        ),
        migrations.AddConstraint(
            model_name='rulesheet',
            constraint=models.CheckConstraint(condition=models.Q(('fingerprint_format__gte', 1), ('fingerprint_format__lte', 4)), name='fingerprint_format_is_known'),
        ),
        migrations.RunPython(
            lambda apps, editor: frozen_guard.install(editor.connection),
            lambda apps, editor: frozen_guard.remove(editor.connection),
        ),
    ]
