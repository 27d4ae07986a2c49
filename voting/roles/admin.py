"""Roles for staff: to look at. They are given, ended and taken in the console, on record."""

from django.contrib import admin

from voting.audit.admin import ReadOnlyAdmin
from voting.roles.models import Grant, Invitation, Reminder


@admin.register(Grant)
class GrantAdmin(ReadOnlyAdmin):
    """Who has which role."""

    list_display = ["user", "role", "season", "unit", "starts_at", "ends_at", "revoked_at"]
    list_filter = ["role", "season"]
    list_select_related = ["user", "season", "unit"]
    search_fields = ["user__name", "user__email"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Links that give a role; the link itself is not kept, nor its hash shown."""

    list_display = ["role", "season", "unit", "invited_by", "expires_at", "accepted_by"]
    list_filter = ["role", "season"]
    list_select_related = ["season", "unit", "invited_by", "accepted_by"]
    exclude = ["token_hash"]


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    """Which unit was reminded when."""

    list_display = ["day", "season", "unit", "sent_by"]
    list_select_related = ["season", "unit"]
