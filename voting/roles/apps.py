"""Roles: who may do what."""

from django.apps import AppConfig


class RolesConfig(AppConfig):
    """The topic ``roles``."""

    name = "voting.roles"
    label = "roles"
    default_auto_field = "django.db.models.BigAutoField"
