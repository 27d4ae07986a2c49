"""A decision keeps which version of the nomination it left behind.

Older rows stay without one: nobody can tell it any more, and what was decided is never changed.
"""

from django.db import migrations, models

from voting.audit import append_only

TABLE = "nominations_decision"


class Migration(migrations.Migration):
    dependencies = [("nominations", "0002_append_only")]

    operations = [
        # Should SQLite make the table anew, the triggers would stay behind with the old one.
        migrations.RunPython(
            lambda apps, editor: append_only.remove(editor.connection, TABLE),
            lambda apps, editor: append_only.install(editor.connection, TABLE),
        ),
        migrations.AddField(
            model_name="decision",
            name="version",
            field=models.PositiveIntegerField(
                blank=True,
                db_comment=(
                    "Of the nomination, as the decision left it; NULL: from before this was kept"
                ),
                null=True,
            ),
        ),
        migrations.RunPython(
            lambda apps, editor: append_only.install(editor.connection, TABLE),
            lambda apps, editor: append_only.remove(editor.connection, TABLE),
        ),
    ]
