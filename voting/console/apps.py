"""The organisers' pages, which look across topics."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The pages for organisers; they have no tables of their own."""

    name = "voting.console"
    label = "console"
