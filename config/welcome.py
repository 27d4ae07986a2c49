"""What a person at the terminal is told when the site is ready, in both languages."""

import http.client
import socket
import sys
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts.mailbox_access import mailbox_address
from voting.seasons.models import Season

WIDE_OPEN = {"0.0.0.0", "::", ""}  # noqa: S104 -- names them, does not listen on them


@dataclass(frozen=True)
class Addresses:
    """Where the site can be reached."""

    origin: str
    extra: tuple[str, ...] = ()

    def environment(self) -> dict[str, str]:
        """Return what the processes must know so that they let these addresses in."""
        return {"SITE_ORIGIN": self.origin, "EXTRA_ORIGINS": ",".join(self.extra)}


def addresses(host: str, port: int, *, named: str, extra: list[str]) -> Addresses:
    """Work out the site's addresses from where it listens.

    named: SITE_ORIGIN as the operator set it; empty to derive it from host and port.
    """
    if named:
        return Addresses(named, tuple(extra))
    if host in WIDE_OPEN:
        # The name of this machine stays the main one: a site that others reach by plain http is
        # a trial in a trusted network, and phones there come by the address beside it.
        outside = _outside_address()
        more = [f"http://{outside}:{port}"] if outside else []
        return Addresses(f"http://127.0.0.1:{port}", (*extra, *more))
    shown = f"[{host}]" if ":" in host else host
    return Addresses(f"http://{shown}:{port}", tuple(extra))


def is_ready(host: str, port: int, origin: str) -> bool:
    """Ask the site whether it can take ballots."""
    target = "127.0.0.1" if host in WIDE_OPEN else host
    connection = http.client.HTTPConnection(target, port, timeout=2)
    try:
        connection.request("GET", "/readyz", headers={"Host": urlsplit(origin).netloc})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def banner(place: Addresses, *, host: str) -> str:
    """Return the addresses of the pages and how to sign in, in Chinese and in English."""
    lines = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            lines += ["", gettext("Welfare Star is ready."), *_pages(place, host)]
    return "\n".join([*lines, ""])


def _pages(place: Addresses, host: str) -> list[str]:
    rows = [(gettext("Home"), _page(place.origin, "seasons:home"))]
    seasons = Season.objects.order_by("-is_demo", "-opens_at")
    season = seasons.exclude(phase=Season.Phase.DRAFT).first() or seasons.first()
    if season is not None:
        rows += [
            (gettext("Season"), _page(place.origin, "ballots:season", season.slug)),
            (gettext("Live board"), _page(place.origin, "ballots:board", season.slug)),
        ]
    taking = seasons.filter(stages__kind="nominations", stages__ends_at__gt=timezone.now()).first()
    if taking is not None:
        rows.append((gettext("Put forward"), _page(place.origin, "nominations:start", taking.slug)))
    rows += [
        (gettext("Console"), _page(place.origin, "console:home")),
        (gettext("Administration"), _page(place.origin, "admin:index")),
    ]
    if settings.MAILBOX:
        rows.append((gettext("Mailbox"), _mailbox(place.origin)))
    if season is not None and not _is_loopback(host):
        rows += [
            (gettext("On a phone in this network"), _page(origin, "ballots:season", season.slug))
            for origin in place.extra
        ]
    sign_in = _first_password(settings.DATA_DIR / "admin-password.txt")
    if sign_in:
        rows.append((gettext("Administrator"), sign_in))
    column = max(_width(name) for name, _address in rows) + 2
    return [
        f"  {name}{' ' * (column - _width(name))}{address}" for name, address in rows if address
    ]


def _width(text: str) -> int:
    """Return how many columns a terminal gives to a text: two to a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _page(origin: str, name: str, *arguments: str) -> str:
    with suppress(NoReverseMatch):
        return origin + reverse(name, args=arguments)
    return ""


def _first_password(path: Path) -> str:
    """Return the first sign-in; only where it is kept if others may read what is printed."""
    if not sys.stdout.isatty():
        return f"{settings.ADMIN_EMAIL}  ({path})" if path.exists() else ""
    try:
        return f"{settings.ADMIN_EMAIL}  {path.read_text(encoding='utf-8').strip()}"
    except OSError:
        return ""


def _mailbox(origin: str) -> str:
    """Return the mailbox's address; only where its key is kept if others may read the print."""
    return mailbox_address(origin, with_key=sys.stdout.isatty())


def _is_loopback(host: str) -> bool:
    if host in WIDE_OPEN:
        return False
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _outside_address() -> str:
    """Return this machine's address in its network; empty when it has none.

    Connecting a datagram socket sends nothing: it only asks for the route.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return ""
        return str(probe.getsockname()[0])
