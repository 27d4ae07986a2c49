"""A sealed result is never changed; with a rehearsal it can be deleted."""

from django.db import migrations

from voting.audit import append_only
from voting.seasons import rehearsal_guard

TABLE = "results_resultsnapshot"


def seal(apps, editor):
    append_only.install(editor.connection, TABLE)
    rehearsal_guard.install(editor.connection)


def unseal(apps, editor):
    rehearsal_guard.remove(editor.connection)
    append_only.remove(editor.connection, TABLE)
    rehearsal_guard.install(editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("results", "0001_initial"),
        ("ballots", "0004_rehearsals"),
        ("seasons", "0066_drafts_in_the_new_form"),
    ]

    operations = [migrations.RunPython(seal, unseal)]
