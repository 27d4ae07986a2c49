"""The audit log for staff: to look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from voting.audit.models import AuditEntry


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows rows; every change goes through a service that puts it on record."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what."""

    list_display = ["at", "actor", "action", "season", "target", "reason"]
    list_filter = ["season"]
    search_fields = ["actor", "action", "target", "reason"]
    show_full_result_count = False
