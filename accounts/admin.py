"""People in the admin, which is entered by the site's own sign-in."""

from typing import Any, ClassVar, Final

import allauth.account.admin
import allauth.mfa.admin
import allauth.socialaccount.admin
import allauth.usersessions.admin  # noqa: F401 -- registered by them, and then again by us
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.trust import is_trusted

admin.site.site_header = _("Welfare Star: administration")
admin.site.site_title = _("Welfare Star")
admin.site.index_title = _("What would you like to look after?")


_RIGHTS: Final = ("is_staff", "is_superuser", "groups", "user_permissions")


def _is_administrator(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_superuser


class PersonAddForm(forms.ModelForm):
    """Makes a person by e-mail address. They sign in by code; staff set a password themselves."""

    class Meta:
        model = User
        fields = ("email", "name")

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 -- Django's signature
        """Make them without a password."""
        self.instance.set_unusable_password()
        made: User = super().save(commit=commit)
        return made


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
    add_form = PersonAddForm
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
        (None, {"fields": ["email", "name"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Leave administrators out for whoever is none: an address changed is an account taken."""
        found: QuerySet[User] = super().get_queryset(request)
        return found if _is_administrator(request) else found.filter(is_superuser=False)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Take the password of whoever is not staff (any more): only staff may have one."""
        if not obj.is_staff:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002 -- Django's signature
        form_url: str = "",
    ) -> HttpResponse:
        """Give a password to staff alone."""
        person = self.get_object(request, unquote(id))
        if person is not None and not person.is_staff:
            raise PermissionDenied
        answer: HttpResponse = super().user_change_password(request, id, form_url)
        return answer

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let administrators alone change whom a role or the site is entrusted to.

        Whoever could write another address or password there would sign in as them.
        """
        allowed: bool = super().has_change_permission(request, obj)
        return allowed and (_is_administrator(request) or obj is None or not is_trusted(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As above: an account that is gone leaves its address to the next."""
        allowed: bool = super().has_delete_permission(request, obj)
        return allowed and (_is_administrator(request) or obj is None or not is_trusted(obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Let administrators alone give rights: others could give themselves all of them."""
        found = list(super().get_readonly_fields(request, obj))
        return found if _is_administrator(request) else [*found, *_RIGHTS]


# A group hands on its rights: whoever may change one could put rights into their own.
admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(BaseGroupAdmin):
    """What groups may do; administrators alone decide that."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_administrator(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_administrator(request)


class LookedAt(admin.ModelAdmin):
    """Rows that their owners make; staff can look at them and remove them."""

    search_fields = ["user__email", "user__name", "user__phone"]
    list_select_related = ["user"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out what belongs to administrators, for whoever is none."""
        found: QuerySet[Any] = super().get_queryset(request)
        return found if _is_administrator(request) else found.filter(user__is_superuser=False)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


# Applications of WeChat are set in the environment; their secrets have no place in the database.
admin.site.unregister(
    [Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession]
)


@admin.register(EmailAddress)
class EmailAddressAdmin(LookedAt):
    """Addresses that were proved or wait for it. Added by others, one would open an account."""

    list_display = ["user", "email", "verified", "primary"]
    fields = ["user", "email", "verified", "primary"]


@admin.register(Authenticator)
class AuthenticatorAdmin(LookedAt):
    """Second factors. Removing one frees somebody who has lost it; secrets are not shown."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    fields = ["user", "type", "created_at", "last_used_at"]


@admin.register(SocialAccount)
class SocialAccountAdmin(LookedAt):
    """Who signs in with WeChat."""

    list_display = ["user", "provider", "uid", "date_joined", "last_login"]
    fields = ["user", "provider", "uid", "date_joined", "last_login"]


@admin.register(UserSession)
class UserSessionAdmin(LookedAt):
    """Where people are signed in; of the network the first part."""

    list_display = ["user", "created_at", "ip", "user_agent"]
    fields = ["user", "created_at", "ip", "user_agent"]
