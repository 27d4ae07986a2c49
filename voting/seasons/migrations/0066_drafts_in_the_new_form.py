"""Drafts are frozen in the form of the rules that holds components and quotas."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("seasons", "0065_whole_results")]

    operations = [
        migrations.RunSQL(
            "UPDATE seasons_rulesheet SET fingerprint_format = 3 WHERE frozen_at IS NULL",
            "UPDATE seasons_rulesheet SET fingerprint_format = 2 WHERE frozen_at IS NULL",
        ),
    ]
