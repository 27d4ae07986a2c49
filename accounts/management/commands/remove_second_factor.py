"""Free somebody who has lost phone, key and recovery codes, where nobody else can do it."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from accounts.models import User


class Command(BaseCommand):
    """Remove all second factors of one person; the next page for staff asks for a new one."""

    help = "Remove the second factors of a person who has lost them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("person", help="e-mail address, or phone number with its +86")

    def handle(self, *args: Any, person: str, **options: Any) -> None:
        user = User.objects.filter(Q(email=person.strip().lower()) | Q(phone=person)).first()
        if user is None:
            raise CommandError(f"There is nobody with {person}.")
        removed, _rows = Authenticator.objects.filter(user=user).delete()
        self.stdout.write(f"{user}: {removed} removed.")
