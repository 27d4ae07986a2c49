"""Notices: what is made public for a time, and the objections to it."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The topic ``notices``."""

    name = "voting.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"
