"""Every refusal of the public interface: its code, status and title (RFC 9457).

docs/formats.md lists them with their extra members; pages decide by ``type``, never by the text.
"""

from typing import Any, Final

import msgspec

TYPE_BASE: Final = "/problems/"

# Each by its code: its status and its title.
PROBLEMS: Final[dict[str, tuple[int, str]]] = {
    "bad-request": (400, "The request could not be read."),
    "unknown-field": (400, "The request has a member that is not known."),
    "unknown-host": (400, "This site does not answer to that name."),
    "forbidden-origin": (403, "The request did not come from a page of this site."),
    "no-cookie": (403, "The voter cookie is missing."),
    "bad-token": (403, "The ballot token is not one of ours."),
    "foreign-token": (403, "The ballot token belongs to another voter or season."),
    "expired-token": (403, "The ballot token has expired; the ballot was not counted."),
    "not-open": (403, "Voting has not begun."),
    "paused": (403, "Voting is paused."),
    "closed": (403, "Voting has ended; the ballot was not counted."),
    "verification-required": (403, "This season asks for a verified voter."),
    "unknown-season": (404, "There is no such season."),
    "wrong-method": (405, "This address takes another method."),
    "already-voted": (409, "No ballot is left for now."),
    "nominee-used": (409, "A nominee has been chosen as often as allowed for now."),
    "token-used": (409, "This vote id stands for another ballot that was received."),
    "too-large": (413, "The request is too large."),
    "wrong-media-type": (415, "The request must be application/json."),
    "too-few": (422, "The ballot has too few choices."),
    "too-many": (422, "The ballot has too many choices."),
    "category-full": (422, "The ballot has too many choices in one category."),
    "duplicate-choice": (422, "A nominee stands twice on the ballot."),
    "unknown-nominee": (422, "The ballot names someone who is not on the list."),
    "withdrawn": (422, "A nominee has withdrawn."),
    "flooded": (429, "Too many requests from this network."),
    "rate-limited": (429, "Ballots come too fast."),
    "busy": (503, "No ballot can be taken safely right now."),
    "not-ready": (503, "The vote store is being checked."),
    "unknown-outcome": (503, "It is not known whether the ballot was received."),
}


class Problem(Exception):
    """A refusal; ``extra`` holds its further members."""

    def __init__(self, code: str, /, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra

    @property
    def status(self) -> int:
        """The HTTP status."""
        return PROBLEMS[self.code][0]

    def body(self) -> bytes:
        """Return the JSON object."""
        status, title = PROBLEMS[self.code]
        return msgspec.json.encode(
            {"type": TYPE_BASE + self.code, "title": title, "status": status, **self.extra}
        )

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Return the header lines, with Retry-After (whole seconds, rounded up) where known."""
        lines = [
            (b"content-type", b"application/problem+json"),
            (b"cache-control", b"no-store"),
        ]
        if "retry_ms" in self.extra:
            seconds = max(1, -(-int(self.extra["retry_ms"]) // 1000))
            lines.append((b"retry-after", str(seconds).encode()))
        if self.code == "wrong-method":
            lines.append((b"allow", b"POST"))
        return lines
