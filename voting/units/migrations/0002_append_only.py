"""What happened to a unit stays on record."""

from django.db import migrations

from voting.audit import append_only


class Migration(migrations.Migration):
    dependencies = [("units", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: append_only.install(editor.connection, "units_unitevent"),
            lambda apps, editor: append_only.remove(editor.connection, "units_unitevent"),
        )
    ]
