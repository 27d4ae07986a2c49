"""Units: the offices and stations that nominate, and who answers for them."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    """The topic ``units``."""

    name = "voting.units"
    label = "units"
    default_auto_field = "django.db.models.BigAutoField"
