"""The site itself: its commands, its checks and the static files that all pages share."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Put the parts together."""

    name = "config"

    def ready(self) -> None:
        """Register the system checks."""
        from config import checks  # noqa: F401, PLC0415 -- checks register on import, after the apps
