"""What the account tests share."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core import mail

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
def texts() -> Iterator[list[TextMessage]]:
    """The text messages that were sent."""
    outbox.clear()
    yield outbox
    outbox.clear()
