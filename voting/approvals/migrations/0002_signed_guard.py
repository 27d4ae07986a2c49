"""What somebody has signed stays as it was signed, and what was decided stays decided."""

from django.db import migrations

from voting.approvals import signed_guard


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: signed_guard.install(editor.connection),
            lambda apps, editor: signed_guard.remove(editor.connection),
        )
    ]
