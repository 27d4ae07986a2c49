"""What templates may ask about the site."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.mailbox_access import may_read_mailbox


def site(request: HttpRequest) -> dict[str, Any]:
    """Return whether the visitor may read the mailbox; found out only when a template asks."""
    return {"mailbox_open": SimpleLazyObject(lambda: may_read_mailbox(request))}
