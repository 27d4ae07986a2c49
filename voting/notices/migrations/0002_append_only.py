"""What was published, and what happened to an objection, stays as it was."""

from django.db import migrations

from voting.audit import append_only

TABLES = (
    "notices_publicnotice",
    "notices_noticeentry",
    "notices_recusal",
    "notices_objectionevent",
)


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: append_only.install(editor.connection, *TABLES),
            lambda apps, editor: append_only.remove(editor.connection, *TABLES),
        )
    ]
