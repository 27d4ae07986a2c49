"""Which network a request comes from: by the peer, and by proxies that are trusted only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hotpath.sizes import Size
from voting.hotpath.network import (
    UNKNOWN,
    TrustedProxies,
    client_address,
    is_secure,
    prefix_of,
)

PROXIES = TrustedProxies(["10.0.0.0/8", "192.0.2.1", "2001:db8:ffff::/48"])
NOBODY = TrustedProxies([])


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        # Nobody in front: the header is anybody's claim.
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("203.0.113.9", ["10.0.0.1, 198.51.100.1"], "203.0.113.9"),
        # One proxy: what it has added itself, at the right end.
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.2.3.4, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.2.3.4", "198.51.100.1"], "198.51.100.1"),
        # Several proxies, each trusted, up to the first that is not.
        ("10.0.0.1", ["1.2.3.4, 198.51.100.1, 192.0.2.1, 10.9.9.9"], "198.51.100.1"),
        # Somebody claims to be one of our proxies.
        ("10.0.0.1", ["10.0.0.2, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["10.0.0.2"], "10.0.0.2"),
        # IPv4 in IPv6 is IPv4, on either side.
        ("::ffff:10.0.0.1", ["::ffff:198.51.100.1"], "198.51.100.1"),
        ("::ffff:203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("2001:db8:ffff::1", ["2001:db8:1::5"], "2001:db8:1::5"),
        ("2001:db8:ffff::1", [" 2001:DB8:1::5 "], "2001:db8:1::5"),
        # A zone is no part of an address.
        ("fe80::1%eth0", ["198.51.100.1"], "fe80::1"),
        ("10.0.0.1", ["fe80::1%eth0"], "fe80::1"),
        # What cannot be read ends the walk at the last proxy, and is never a client.
        ("10.0.0.1", ["unknown"], "10.0.0.1"),
        ("10.0.0.1", ["1.2.3.4, unknown"], "10.0.0.1"),
        ("10.0.0.1", ["1.2.3.4, , 192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", ["198.51.100.1:4711"], "10.0.0.1"),
        ("10.0.0.1", ["[2001:db8::1]"], "10.0.0.1"),
        ("10.0.0.1", ["010.1.1.1"], "10.0.0.1"),
        ("10.0.0.1", ["1.2.3.4\x00"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("", ["198.51.100.1"], ""),
        ("unix:", ["198.51.100.1"], ""),
    ],
)
def test_client_is_the_first_from_the_right_that_is_no_trusted_proxy(
    peer: str, forwarded: list[str], client: str
) -> None:
    assert client_address(peer, forwarded, PROXIES) == client


def test_without_trusted_proxies_the_peer_is_the_client() -> None:
    assert client_address("127.0.0.1", ["198.51.100.1"], NOBODY) == "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("198.51.100.1", "c6336401"),
        ("::ffff:198.51.100.1", "c6336401"),
        ("2001:db8:1:2:3:4:5:6", "20010db800010002"),
        ("2001:db8:1:2::", "20010db800010002"),
        ("fe80::1%eth0", "fe80000000000000"),
        ("::1", "0000000000000000"),
    ],
)
def test_network_is_an_ipv4_address_or_an_ipv6_64(address: str, prefix: str) -> None:
    assert prefix_of(address).hex() == prefix


@pytest.mark.parametrize(
    "text", ["", "unknown", "1.2.3", "1.2.3.4.5", "256.1.1.1", "::g", "1.2.3.4/8"]
)
def test_what_is_no_address_is_one_unknown_network(text: str) -> None:
    assert prefix_of(text) == UNKNOWN


def test_trusted_networks_may_be_written_with_host_bits() -> None:
    proxies = TrustedProxies(["10.1.2.3/8"])

    assert "10.255.0.1" in proxies
    assert "11.0.0.1" not in proxies
    assert "no address" not in proxies
    assert None not in proxies


def test_scheme_is_the_word_of_a_trusted_proxy_only() -> None:
    cases = [
        ("http", "203.0.113.9", "https"),
        ("http", "10.0.0.1", "https"),
        ("http", "10.0.0.1", "https, http"),
        ("http", "10.0.0.1", "http, https"),
        ("https", "10.0.0.1", "http"),
        ("https", "203.0.113.9", "http"),
        ("wss", "203.0.113.9", ""),
        ("ws", "203.0.113.9", ""),
    ]

    assert [is_secure(*case, PROXIES) for case in cases] == [
        False, True, False, True, False, True, True, False,
    ]  # fmt: skip


def test_no_header_makes_an_untrusted_peer_somebody_else(size: Size) -> None:
    @size(200, 20_000)
    @given(st.ip_addresses().map(str), st.lists(st.text(max_size=40), max_size=4))
    def check(peer: str, forwarded: list[str]) -> None:
        if peer not in PROXIES:
            assert prefix_of(client_address(peer, forwarded, PROXIES)) == prefix_of(peer)
        else:
            prefix_of(client_address(peer, forwarded, PROXIES))

    check()
