"""What the account tests share."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.test import Client

from accounts.sms.senders import TextMessage, outbox


@pytest.fixture(autouse=True)
def hashed_files(collected_static: Path) -> None:
    """Pages name static files by their hashes."""


@pytest.fixture
def last_code() -> Callable[[], str]:
    """Return the code in the latest mail."""

    def read() -> str:
        found = re.search(r"^(\d{6})$", str(mail.outbox[-1].body), re.MULTILINE)
        assert found, mail.outbox[-1].body
        return found.group(1)

    return read


@pytest.fixture
def lately() -> Callable[..., None]:
    """Have a browser's session prove just now who it is, as signing in by code does."""

    def prove(client: Client, method: str = "code", seconds_ago: float = 0) -> None:
        session = client.session
        made = {"method": method, "at": time.time() - seconds_ago}
        session["account_authentication_methods"] = [made]
        session["account_authentication_methods_user"] = session[SESSION_KEY]
        session.save()

    return prove


@pytest.fixture
def texts() -> Iterator[list[TextMessage]]:
    """The text messages that were sent."""
    outbox.clear()
    yield outbox
    outbox.clear()
