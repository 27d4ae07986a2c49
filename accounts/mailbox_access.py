"""Who may read the mailbox of a site without a mail server."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

_PASSED_ON = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")


def may_read_mailbox(request: HttpRequest) -> bool:
    """Return whether a browser on this very machine asks, with nothing in between.

    Whoever reads the mailbox can sign in as anybody. A proxy on this machine would make all the
    world look like this machine, so a request that was passed on is refused; and the host must
    be one that is meant for this machine, since another name may have been bound to it.
    """
    if not settings.MAILBOX or any(request.headers.get(name) for name in _PASSED_ON):
        return False
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    return _is_loopback(request.META.get("REMOTE_ADDR") or "") and (
        host == "localhost" or _is_loopback(host)
    )


def _is_loopback(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return (getattr(parsed, "ipv4_mapped", None) or parsed).is_loopback
