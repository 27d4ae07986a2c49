"""People in the admin, which is entered by the site's own sign-in."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.utils.translation import gettext_lazy as _

from accounts.models import User

admin.site.site_header = _("Welfare Star: administration")
admin.site.site_title = _("Welfare Star")
admin.site.index_title = _("What would you like to look after?")


class UserCreationForm(AdminUserCreationForm):
    """Makes a person by e-mail address; without a password, they sign in by code."""

    class Meta:
        model = User
        fields = ("email", "name")
        field_classes: ClassVar[dict[str, Any]] = {}


class PersonChangeForm(UserChangeForm):
    """Changes a person; there is no user name."""

    class Meta:
        model = User
        fields = "__all__"
        field_classes: ClassVar[dict[str, Any]] = {}


@admin.register(User)
class UserAdmin(BaseUserAdmin):
    """Who may sign in, and who is staff."""

    form = PersonChangeForm
    add_form = UserCreationForm
    ordering = ["-is_staff", "email"]
    list_display = ["email", "name", "is_staff", "is_superuser", "is_active", "last_login"]
    list_filter = ["is_staff", "is_superuser", "is_active"]
    search_fields = ["email", "name", "phone"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "password", "name"]}),
        (_("Phone"), {"fields": ["phone", "phone_verified"]}),
        (
            _("Rights"),
            {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]},
        ),
        (_("Times"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "name", "usable_password", "password1", "password2"]}),
    ]
