"""Which requests are let in: method, host, origin, content type, size. No state, no round trip.

The ballot endpoint stands in front of Django, so nothing of Django's protection is behind it.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from voting.hotpath.problems import Problem

MAX_BODY: Final = 4096  # bytes
_ONCE: Final = frozenset(
    {b"host", b"origin", b"content-type", b"sec-fetch-site", b"content-length"}
)


def header_table(lines: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return headers by lower-case name; repeated ones are joined.

    Raises Problem when a header that must be single comes twice: two readers could then see two
    different requests.
    """
    table: dict[bytes, bytes] = {}
    for name, value in lines:
        if name in table:
            if name in _ONCE:
                raise Problem("bad-request")
            table[name] += (b"; " if name == b"cookie" else b", ") + value
        else:
            table[name] = value
    return table


class Entrance:
    """Decides by headers alone whether a request may come in."""

    def __init__(self, *, hosts: Iterable[str], origins: Iterable[str]) -> None:
        names = [host.lower().encode() for host in hosts]
        self.hosts = frozenset(names)
        # As in Django: ".example.org" stands for the name and all that end in it.
        self._endings = tuple(name for name in names if name.startswith(b"."))
        self.origins = frozenset(origin.encode() for origin in origins)
        self._known_hosts: set[bytes] = set()

    def check(self, method: str, headers: Mapping[bytes, bytes]) -> None:
        """Raise Problem unless this is a JSON POST to this site from one of its own pages."""
        if method != "POST":
            raise Problem("wrong-method")
        self.check_host(headers)
        site = headers.get(b"sec-fetch-site")
        if site is not None:
            if site != b"same-origin":
                raise Problem("forbidden-origin")
            # An origin that is sent beside it must agree.
            origin = headers.get(b"origin")
            if origin is not None and origin not in self.origins:
                raise Problem("forbidden-origin")
        elif headers.get(b"origin") not in self.origins:
            raise Problem("forbidden-origin")
        if headers.get(b"content-type") != b"application/json":
            raise Problem("wrong-media-type")
        if b"content-encoding" in headers:
            raise Problem("wrong-media-type")
        length = headers.get(b"content-length")
        if length is not None and not length.isdigit():
            raise Problem("bad-request")
        # Python refuses to read a number of thousands of digits.
        if length is not None and (len(length) > 9 or int(length) > MAX_BODY):
            raise Problem("too-large")

    def check_host(self, headers: Mapping[bytes, bytes]) -> None:
        """Raise Problem unless the Host header names this site."""
        host = headers.get(b"host", b"")
        if host in self._known_hosts:
            return
        name = host.rpartition(b":")[0] if host.rpartition(b":")[2].isdigit() else host
        name = name.lower()
        if name not in self.hosts and not (b"." + name).endswith(self._endings):
            raise Problem("unknown-host")
        if len(self._known_hosts) < 64:
            self._known_hosts.add(host)
