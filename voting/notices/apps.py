"""Notices: what is made public for a time, and the objections to it."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The topic ``notices``."""

    name = "voting.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what is kept of people here, and whether the stage of the result's notice is over."""
        from voting.notices import personal_data  # noqa: PLC0415 -- needs the tables
        from voting.notices.queries.notices import result_was_on_notice  # noqa: PLC0415 -- likewise
        from voting.seasons.happening import on_stage  # noqa: PLC0415 -- likewise

        personal_data.register()
        on_stage("result_notice", result_was_on_notice)
