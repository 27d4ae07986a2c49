"""Ballots: the public pages, the ledger and the count."""

from django.apps import AppConfig


class BallotsConfig(AppConfig):
    """The topic ``ballots``."""

    name = "voting.ballots"
    label = "ballots"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what ballots know of a person, and let a browser's voter go with its user."""
        from voting.ballots import people  # noqa: PLC0415 -- it needs the models

        people.connect()
