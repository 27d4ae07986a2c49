"""Audit: the log that nobody can edit."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The topic ``audit``."""

    name = "voting.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
