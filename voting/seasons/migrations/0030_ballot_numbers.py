"""Ballot numbers may be given at opening: until then a draft's nominees stand without."""

import django.core.validators
from django.db import migrations, models

from voting.seasons import frozen_guard


class Migration(migrations.Migration):
    dependencies = [("seasons", "0021_rules_guarded")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: frozen_guard.remove(editor.connection),
            lambda apps, editor: frozen_guard.install(editor.connection),
        ),
        migrations.RemoveConstraint(model_name="nominee", name="ballot_number_once_per_season"),
        migrations.AddField(
            model_name="season",
            name="numbering",
            field=models.CharField(
                choices=[
                    ("entered", "as entered for each nominee"),
                    ("by_strokes", "in the order of the surnames' strokes, given at opening"),
                    ("drawn", "by a public draw that anybody can repeat, given at opening"),
                ],
                db_comment="How ballot numbers are given; those that were given stand with the nominees",
                default="entered",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="nominee",
            name="ballot_number",
            field=models.CharField(
                blank=True,
                db_comment="Empty while the season is a draft, if it is given at opening",
                max_length=8,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[0-9A-Za-z]{1,8}\\Z", "A ballot number is 1 to 8 letters or digits."
                    )
                ],
            ),
        ),
        migrations.AddConstraint(
            model_name="nominee",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ballot_number", ""), _negated=True),
                fields=("season", "ballot_number"),
                name="ballot_number_once_per_season",
            ),
        ),
        migrations.AddConstraint(
            model_name="season",
            constraint=models.CheckConstraint(
                condition=models.Q(("numbering__in", ["entered", "by_strokes", "drawn"])),
                name="season_numbering_is_known",
            ),
        ),
        migrations.RunPython(
            lambda apps, editor: frozen_guard.install(editor.connection),
            lambda apps, editor: frozen_guard.remove(editor.connection),
        ),
    ]
