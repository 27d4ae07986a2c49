"""Which network a request comes from and by which scheme: decided here, for all parts alike."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

UNKNOWN = b"?"


class TrustedProxies:
    """The proxies whose word about the client is believed."""

    def __init__(self, networks: Sequence[str]) -> None:
        self.networks = [ip_network(name, strict=False) for name in networks]

    def __contains__(self, address: object) -> bool:
        """Return whether an address (parsed or as text) is one of them."""
        parsed = _parsed(address) if isinstance(address, str) else address
        return isinstance(parsed, IPv4Address | IPv6Address) and any(
            parsed.version == network.version and parsed in network for network in self.networks
        )


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def client_address(peer: str, forwarded: Sequence[str], trusted: TrustedProxies) -> str:
    """Return the client's address: the first from the right that is not a trusted proxy.

    peer: who opened the connection. forwarded: the values of X-Forwarded-For headers in order;
    they are ignored unless the peer is trusted. What cannot be parsed ends the walk.
    """
    address = _parsed(peer)
    if address is None or address not in trusted:
        return str(address) if address else ""
    for hop in reversed(",".join(forwarded).split(",") if forwarded else []):
        parsed = _parsed(hop)
        if parsed is None:
            break
        address = parsed
        if address not in trusted:
            break
    return str(address)


@lru_cache(maxsize=8192)
def prefix_of(address: str) -> bytes:
    """Return the network that is counted together: an IPv4 address, or an IPv6 /64."""
    parsed = _parsed(address)
    if parsed is None:
        return UNKNOWN
    if isinstance(parsed, IPv6Address):
        return IPv6Network((parsed, 64), strict=False).network_address.packed[:8]
    return parsed.packed


def client_prefix(peer: str, forwarded: bytes | None, trusted: TrustedProxies) -> bytes:
    """Return the network behind a request: ballots, pages and sockets all ask here.

    forwarded: the X-Forwarded-For headers in order, joined by commas; None without one.
    """
    if forwarded is not None and trusted.networks:
        peer = client_address(peer, [forwarded.decode("latin-1")], trusted)
    return prefix_of(peer)


def is_secure(scheme: str, peer: str, forwarded_proto: str, trusted: TrustedProxies) -> bool:
    """Return whether the client speaks https, by a trusted proxy's word if there is one."""
    if forwarded_proto and peer in trusted:
        return forwarded_proto.rpartition(",")[2].strip() == "https"
    return scheme in {"https", "wss"}
