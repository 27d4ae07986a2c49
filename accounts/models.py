"""People who sign in. A voter without an account is not one of them."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes users; an address is stored in lower case, since people do not mean capitals by it."""

    def create_user(
        self,
        email: str | None = None,
        password: str | None = None,
        **fields: Any,
    ) -> "User":
        """Make a user; without a password, they sign in by code."""
        user = self.model(email=(email or "").strip().lower() or None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self,
        email: str,
        password: str,
        **fields: Any,
    ) -> "User":
        """Make somebody who may do everything in the admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, by e-mail or by phone; there is no user name."""

    email = models.EmailField(_("e-mail address"), unique=True, null=True, blank=True)
    phone = models.CharField(
        _("phone number"), max_length=20, unique=True, null=True, blank=True, db_comment="E.164"
    )
    phone_verified = models.BooleanField(default=False)
    name = models.CharField(_("name"), max_length=60, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(
        null=True, blank=True, editable=False,
        db_comment="When a first code was asked for, until it is entered: nobody's account so far",
    )  # fmt: skip
    erased_at = models.DateTimeField(
        null=True, blank=True, editable=False,
        db_comment="When the person had the account erased; history points at what is left",
    )  # fmt: skip

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=Q(email__isnull=True) | ~Q(email=""), name="no_empty_email"
            ),
            models.CheckConstraint(
                condition=Q(phone__isnull=True) | ~Q(phone=""), name="no_empty_phone"
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(email__isnull=True, phone__isnull=True, name="", is_active=False),
                name="erased_account_names_nobody",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or f"user {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a missing address as NULL: many people may have none, but "" would be one."""
        self.email = self.email or None
        self.phone = self.phone or None
        super().save(*args, **kwargs)
