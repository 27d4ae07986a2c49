"""Ballots: the public pages, the ledger and the count."""

from django.apps import AppConfig


class BallotsConfig(AppConfig):
    """The topic ``ballots``."""

    name = "voting.ballots"
    label = "ballots"
    default_auto_field = "django.db.models.BigAutoField"
