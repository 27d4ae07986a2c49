"""The site itself: its commands, its checks and the static files that all pages share."""

import atexit

from django.apps import AppConfig
from django.db import connections


def close_pools() -> None:
    """Close the database pools while their threads can still end; later Python only waits."""
    for connection in connections.all(initialized_only=True):
        close_pool = getattr(connection, "close_pool", None)  # PostgreSQL's only
        if close_pool is not None:
            close_pool()


class SiteConfig(AppConfig):
    """Put the parts together."""

    name = "config"

    def ready(self) -> None:
        """Register the system checks, and what is left to do at the end of a process."""
        from config import checks  # noqa: F401, PLC0415 -- checks register on import, after the apps

        atexit.register(close_pools)
