"""What the tests of the organisers' pages share; a module may have an organiser of its own."""

from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User


@pytest.fixture(autouse=True)
def hashed_files(collected_static: Path) -> None:
    """Pages name static files by their hashes."""


@pytest.fixture
def organiser(client: Client) -> Client:
    """A browser of somebody who may do everything."""
    client.force_login(User.objects.create_superuser("boss@example.org", "x", name="袁秋萍"))
    return client
