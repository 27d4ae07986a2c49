"""Invented ballots of a rehearsal can be deleted; ballots of a season cannot."""

from django.db import migrations

from voting.seasons import rehearsal_guard


class Migration(migrations.Migration):
    dependencies = [("ballots", "0003_verified_voters"), ("seasons", "0061_rehearsals")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: rehearsal_guard.install(editor.connection),
            lambda apps, editor: rehearsal_guard.remove(editor.connection),
        )
    ]
