"""The rules of an opened season stand still from its first day."""

from django.db import migrations

from voting.seasons import frozen_guard


class Migration(migrations.Migration):
    dependencies = [("seasons", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: frozen_guard.install(editor.connection),
            lambda apps, editor: frozen_guard.remove(editor.connection),
        )
    ]
