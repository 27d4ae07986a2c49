"""A rehearsal can be wiped; what counts cannot."""

from django.db import migrations

from voting.seasons import frozen_guard


class Migration(migrations.Migration):
    dependencies = [("seasons", "0060_announcement")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: frozen_guard.remove(editor.connection),
            lambda apps, editor: frozen_guard.install(editor.connection),
        ),
        migrations.RunPython(
            lambda apps, editor: frozen_guard.install(editor.connection),
            lambda apps, editor: frozen_guard.remove(editor.connection),
        ),
    ]
