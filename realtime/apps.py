"""Realtime: showing tallies as they grow. Reads, never writes."""

from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    """Ticker, hub and sockets."""

    name = "realtime"
