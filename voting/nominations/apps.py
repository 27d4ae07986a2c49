"""Nominations: putting somebody forward, review, and the way onto the ballot."""

from django.apps import AppConfig


class NominationsConfig(AppConfig):
    """The topic ``nominations``."""

    name = "voting.nominations"
    label = "nominations"
    default_auto_field = "django.db.models.BigAutoField"
