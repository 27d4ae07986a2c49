"""What happened to a nomination stays on record."""

from django.db import migrations

from voting.audit import append_only


class Migration(migrations.Migration):
    dependencies = [("nominations", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: append_only.install(
                editor.connection, "nominations_nominationevent"
            ),
            lambda apps, editor: append_only.remove(
                editor.connection, "nominations_nominationevent"
            ),
        )
    ]
