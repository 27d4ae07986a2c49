"""Who may read the mailbox of a site without a mail server."""

import hmac
import os
import secrets
from ipaddress import ip_address
from pathlib import Path
from shlex import quote
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

_PASSED_ON = (
    "X-Forwarded-For",
    "X-Forwarded-Proto",
    "X-Forwarded-Host",
    "X-Forwarded-Port",
    "Forwarded",
    "X-Real-IP",
    "Via",
    "CF-Connecting-IP",
    "True-Client-IP",
)
COOKIE = "mailbox-key"
_SHORTEST = 32  # characters; a file that a full disk left empty opens nothing


def may_read_mailbox(request: HttpRequest) -> bool:
    """Return whether a browser on this very machine asks that has shown the key before."""
    return asks_from_here(request) and is_key(request.COOKIES.get(COOKIE, ""))


def asks_from_here(request: HttpRequest) -> bool:
    """Return whether the request comes from this very machine, with nothing in between.

    Whoever reads the mailbox can sign in as anybody. A proxy on this machine would make all the
    world look like this machine, so a request that was passed on is refused; and the host must
    be one that is meant for this machine, since another name may have been bound to it. That is
    not enough by itself: a tunnel may add no header, and other users share this machine. So the
    key is asked for too.
    """
    if not settings.MAILBOX or _was_passed_on(request):
        return False
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    return _is_loopback(request.META.get("REMOTE_ADDR") or "") and (
        host == "localhost" or _is_loopback(host)
    )


def _was_passed_on(request: HttpRequest) -> bool:
    """Return whether a proxy has left its mark.

    As the headers came: config.middleware sets X-Forwarded-Proto to what it believes.
    """
    if isinstance(request, ASGIRequest):
        came = {name.decode("latin-1").lower() for name, _value in request.scope["headers"]}
        return any(name.lower() in came for name in _PASSED_ON)
    return any(request.headers.get(name) for name in _PASSED_ON if name != "X-Forwarded-Proto")


def is_key(given: str) -> bool:
    """Return whether this is the key in the owner's file."""
    return bool(given) and hmac.compare_digest(given.encode(), mailbox_key().encode())


def remember_key(response: HttpResponse) -> None:
    """Leave the key with the browser, for as long as it is open."""
    response.set_cookie(
        COOKIE, mailbox_key(), secure=settings.HTTPS, httponly=True, samesite="Strict"
    )


def key_file() -> Path:
    """Return where the key lies, readable by the owner alone."""
    path: Path = settings.DATA_DIR / "mailbox-key.txt"
    return path


def mailbox_address(origin: str, *, with_key: bool) -> str:
    """Return the address that opens the mailbox, whole; a shell puts in a key that is not shown.

    with_key: whether only the person at the terminal reads it.
    """
    key = mailbox_key()  # made now, if this is the first time
    typed = key if with_key else f"$(cat {quote(str(key_file()))})"
    return f"{origin}{reverse('mailbox')}?key={typed}"


def mailbox_key() -> str:
    """Return the key, made when it is first needed.

    Two processes may make it together: the file is linked into place whole, the first one wins.
    Raises ValueError when the file holds no key.
    """
    path = key_file()
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = path.read_text(encoding="ascii").strip()
    if len(key) < _SHORTEST:
        raise ValueError(f"no key in {path}; remove the file, and a new one is made")
    return key


def _is_loopback(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return (getattr(parsed, "ipv4_mapped", None) or parsed).is_loopback
