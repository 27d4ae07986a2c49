"""Nominations: putting somebody forward, review, and the way onto the ballot."""

from django.apps import AppConfig


class NominationsConfig(AppConfig):
    """The topic ``nominations``."""

    name = "voting.nominations"
    label = "nominations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what is kept of people here; the module needs the tables, so not earlier."""
        from voting.nominations import personal_data  # noqa: PLC0415 -- see above

        personal_data.register()
