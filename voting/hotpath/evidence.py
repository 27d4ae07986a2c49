"""What a ballot's circumstances look like, as one line of text for the ledger.

``voter,device,prefix,day,fresh,changed,age,browser,referrer,work``: no text that a voter typed.
Source: docs/formats.md, "Stream entry".
"""

from functools import lru_cache

import msgspec

BROWSERS = (
    (b"MicroMessenger", "wechat"),
    (b"AlipayClient", "alipay"),
    (b" QQ/", "qq"),
    (b"Edg", "edge"),
    (b"Firefox", "firefox"),
    (b"Chrome", "chrome"),
    (b"Safari", "safari"),
)


@lru_cache(maxsize=2048)
def browser_family(user_agent: bytes) -> str:
    """Return the kind of browser that a user agent claims to be; a claim, not a fact."""
    if not user_agent:
        return "none"
    return next((family for mark, family in BROWSERS if mark in user_agent), "other")


def referrer_class(referrer: bytes | None, origins: frozenset[bytes]) -> str:
    """Return where the request says it comes from: own, none or other."""
    if not referrer:
        return "none"
    origin = b"/".join(referrer.split(b"/", 3)[:3])
    return "own" if origin in origins else "other"


class Evidence(msgspec.Struct, frozen=True):
    """The same, read back from a stream entry."""

    voter_key: bytes
    device_key: bytes
    prefix_key: bytes
    prefix_day: int
    fresh: bool
    prefix_changed: bool
    token_age_ms: int
    browser: str
    referrer: str
    work_ms: int | None


def parse_evidence(text: str) -> Evidence:
    """Return what the line says. Raises ValueError when it is not such a line."""
    voter, device, prefix, day, fresh, changed, age, browser, referrer, work = text.split(",")
    voter_key = bytes.fromhex(voter)
    return Evidence(
        voter_key,
        bytes.fromhex(device) if device else voter_key,
        bytes.fromhex(prefix),
        int(day),
        fresh == "1",
        changed == "1",
        int(age),
        browser,
        referrer,
        int(work) if work else None,
    )
