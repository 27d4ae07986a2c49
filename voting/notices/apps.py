"""Notices: what is made public for a time, and the objections to it."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The topic ``notices``."""

    name = "voting.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what is kept of people here."""
        from voting.notices import personal_data  # noqa: PLC0415 -- needs the tables

        personal_data.register()
