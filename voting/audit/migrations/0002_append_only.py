"""What stands in the audit log stays there."""

from django.db import migrations

from voting.audit import append_only


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: append_only.install(editor.connection, "audit_auditentry"),
            lambda apps, editor: append_only.remove(editor.connection, "audit_auditentry"),
        )
    ]
