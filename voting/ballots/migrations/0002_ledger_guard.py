"""The ledger is append-only from its first day."""

from django.db import migrations

from voting.ballots import ledger_guard


class Migration(migrations.Migration):
    dependencies = [("ballots", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: ledger_guard.install(editor.connection),
            lambda apps, editor: ledger_guard.remove(editor.connection),
        )
    ]
