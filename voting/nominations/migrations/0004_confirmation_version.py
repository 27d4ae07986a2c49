"""A code keeps which version of the nomination was checked when it was asked for.

Codes live for minutes: those that are out there when this runs send nothing in, and whoever enters
one is asked to check once more.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("nominations", "0003_decision_version")]

    operations = [
        migrations.AddField(
            model_name="confirmation",
            name="version",
            field=models.PositiveIntegerField(
                db_comment=(
                    "Of the nomination as it was checked: the code sends in this and nothing else"
                ),
                default=0,
            ),
            preserve_default=False,
        ),
    ]
