"""Judging: panels, seats, score sheets."""

from django.apps import AppConfig


class JudgingConfig(AppConfig):
    """The topic ``judging``."""

    name = "voting.judging"
    label = "judging"
    default_auto_field = "django.db.models.BigAutoField"
