"""What happened to a nomination, and what was decided about it, stays on record."""

from django.db import migrations

from voting.audit import append_only

TABLES = ("nominations_nominationevent", "nominations_decision")


class Migration(migrations.Migration):
    dependencies = [("nominations", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: append_only.install(editor.connection, *TABLES),
            lambda apps, editor: append_only.remove(editor.connection, *TABLES),
        )
    ]
