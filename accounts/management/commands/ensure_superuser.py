"""Make the first administrator of a new site."""

import os
import secrets
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from accounts.models import User


class Command(BaseCommand):
    """Make one superuser unless there is one; the password goes to a file, never to a log."""

    help = "Make the first superuser, with a random password in DATA_DIR/admin-password.txt."

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.DATA_DIR / "admin-password.txt"
        if User.objects.filter(is_superuser=True).exists():
            where = f"; the first password is in {path}" if path.exists() else ""
            self.stdout.write(f"There is an administrator already{where}.")
            return
        password = _password_in(path)
        address = settings.ADMIN_EMAIL.strip().lower()
        with transaction.atomic():
            user, _created = User.objects.get_or_create(email=address)
            user.is_staff = user.is_superuser = user.is_active = True
            # Whoever signs is named; the person behind it can change this.
            with translation.override(settings.LANGUAGE_CODE):
                user.name = user.name or gettext("Administrator")
            user.set_password(password)
            user.save()
            # Whoever sets ADMIN_EMAIL vouches for it: signing in must work before mail does.
            EmailAddress.objects.update_or_create(
                user=user, email=address, defaults={"verified": True, "primary": True}
            )
        self.stdout.write(f"Administrator {address}; the password is in {path}.")


def _password_in(path: Path) -> str:
    """Return the password in the file, made now unless an earlier run got only that far."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8").strip()
    password = secrets.token_urlsafe(15)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(password + "\n")
        file.flush()
        os.fsync(file.fileno())
    return password
