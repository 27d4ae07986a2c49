"""Results: figures from outside, consolidation, publication."""

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    """The topic ``results``."""

    name = "voting.results"
    label = "results"
    default_auto_field = "django.db.models.BigAutoField"
