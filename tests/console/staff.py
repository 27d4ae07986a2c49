"""People with roles and their browsers, for tests of what two people do."""

from django.test import Client
from django.utils import timezone

from accounts.models import User
from voting.roles.models import Grant
from voting.seasons.models import Season


def person(name: str, role: str = "organiser", season: Season | None = None) -> User:
    """Make somebody with one role, in a season or in all."""
    user = User.objects.create_user(f"{name}@example.org", name=name)
    Grant.objects.create(user=user, role=role, season=season, granted_by="test",
                         starts_at=timezone.now())  # fmt: skip
    return user


def browser(user: User | None) -> Client:
    """Return a browser that is signed in, or a stranger's."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client
