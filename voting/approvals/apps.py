"""Approvals: what needs two people."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """The topic ``approvals``."""

    name = "voting.approvals"
    label = "approvals"
    default_auto_field = "django.db.models.BigAutoField"
