"""Accounts: people who sign in."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """User and sign-in."""

    name = "accounts"
    verbose_name = _("People")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what allauth tells, and say what accounts know of a person."""
        from accounts import own_data, wiring  # noqa: PLC0415 -- they need the models

        wiring.connect()
        own_data.register_all()
