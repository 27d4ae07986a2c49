"""Units for staff: to look at. Changes go through the console, which asks for a reason."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from voting.units.models import ResponsiblePerson, Tier, Unit, UnitEvent


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows rows; every change needs a reason on record, which this form has no field for."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Tier)
class TierAdmin(admin.ModelAdmin):
    """Names of the levels."""

    list_display = ["position", "name", "name_en"]


@admin.register(Unit)
class UnitAdmin(ReadOnlyAdmin):
    """The tree as a list."""

    list_display = ["code", "name", "tier", "parent", "closed_at"]
    list_filter = ["tier"]
    list_select_related = ["tier", "parent"]
    search_fields = ["name", "name_en", "code"]


@admin.register(ResponsiblePerson)
class ResponsiblePersonAdmin(ReadOnlyAdmin):
    """Who answers for which unit."""

    list_display = ["name", "post", "unit", "starts_on", "ends_on"]
    list_select_related = ["unit"]
    search_fields = ["name", "unit__name"]


@admin.register(UnitEvent)
class UnitEventAdmin(ReadOnlyAdmin):
    """What happened to units."""

    list_display = ["at", "unit", "action", "actor", "reason"]
    list_filter = ["action"]
    list_select_related = ["unit"]
