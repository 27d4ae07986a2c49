"""Rehearsals of before: whose copy a nominee is can only be told by category and name."""

from django.db import migrations


def find(apps, editor):
    nominees = apps.get_model("seasons", "Nominee").objects
    for copy in nominees.filter(season__rehearsal_of__isnull=False).select_related("season", "category"):
        original = nominees.filter(
            season_id=copy.season.rehearsal_of_id,
            category__position=copy.category.position,
            name=copy.name,
        ).first()
        nominees.filter(pk=copy.pk).update(copied_from=original)


class Migration(migrations.Migration):
    dependencies = [("seasons", "0063_rehearsal_copies")]

    operations = [migrations.RunPython(find, migrations.RunPython.noop)]
