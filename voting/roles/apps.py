"""Roles: who may do what."""

from django.apps import AppConfig


class RolesConfig(AppConfig):
    """The topic ``roles``."""

    name = "voting.roles"
    label = "roles"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what roles know of a person."""
        from voting.roles import people  # noqa: PLC0415 -- it needs the models

        people.connect()
