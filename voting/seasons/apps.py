"""Seasons: who stands for what, and by which rules."""

from django.apps import AppConfig


class SeasonsConfig(AppConfig):
    """The topic ``seasons``."""

    name = "voting.seasons"
    label = "seasons"
    default_auto_field = "django.db.models.BigAutoField"
