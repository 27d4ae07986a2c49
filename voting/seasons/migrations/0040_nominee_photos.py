"""Nominees can have real photos beside their drawing."""

from django.db import migrations, models

from voting.seasons import frozen_guard


def lift(apps, editor):
    frozen_guard.remove(editor.connection)


def restore(apps, editor):
    frozen_guard.install(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("seasons", "0030_ballot_numbers")]

    operations = [
        migrations.RunPython(lift, restore),
        migrations.AddField(
            "nominee",
            "portrait",
            models.CharField(
                max_length=32, blank=True, default="",
                db_comment="Stem of the published portrait's files, or ''",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "nominee",
            "photos",
            models.JSONField(
                default=list,
                blank=True,
                db_comment="Published photos: stem, width, height, caption, taken_on of each",
            ),
        ),
        migrations.RunPython(restore, lift),
    ]
