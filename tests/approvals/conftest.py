"""Two people who may sign."""

import pytest

from accounts.models import User


@pytest.fixture
def first() -> User:
    return User.objects.create_user("first@example.org", name="刘国栋")


@pytest.fixture
def second() -> User:
    return User.objects.create_user("second@example.org", name="袁秋萍")
