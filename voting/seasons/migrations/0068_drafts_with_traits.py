"""Drafts are frozen in the form of the rules that holds what quotas ask of nominees."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("seasons", "0067_traits_guarded")]

    operations = [
        migrations.RunSQL(
            "UPDATE seasons_rulesheet SET fingerprint_format = 4 WHERE frozen_at IS NULL",
            "UPDATE seasons_rulesheet SET fingerprint_format = 3 WHERE frozen_at IS NULL",
        ),
    ]
