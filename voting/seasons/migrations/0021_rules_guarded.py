"""What was frozen before keeps the fingerprint of its form; the guard knows amendments."""

from django.db import migrations

from voting.seasons import frozen_guard


class Migration(migrations.Migration):
    dependencies = [("seasons", "0020_whole_rules")]

    operations = [
        migrations.RunSQL(
            "UPDATE seasons_rulesheet SET fingerprint_format = 1 WHERE frozen_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        migrations.RunPython(
            lambda apps, editor: frozen_guard.install(editor.connection),
            lambda apps, editor: frozen_guard.remove(editor.connection),
        ),
    ]
