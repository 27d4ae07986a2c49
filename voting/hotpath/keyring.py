"""Keys of the vote path: season keys, token and cookie keys, day keys for networks.

Each has a file of its own under ``KEY_DIR``, outside the database and its backups.
"""

import hmac
from pathlib import Path

from voting.hotpath.keyfiles import KeyMissing, make_key, read_key
from voting.hotpath.tokens import Keys

DAY_MS = 86_400_000
_DAYS_KEPT_IN_MEMORY = 4
_PREFIXES_KEPT_IN_MEMORY = 20_000
_LENGTHS = [length.to_bytes(2, "big") for length in range(256)]


class Keyring:
    """Reads keys once and keeps them; day keys are made as days come."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._days: dict[int, bytes] = {}
        self._prefixes: dict[tuple[int, bytes], bytes] = {}
        self._voter: Keys | None = None
        self._ballot: Keys | None = None

    @property
    def voter(self) -> Keys:
        """The keys that sign voter cookies."""
        self._voter = self._voter or self._signing("voter")
        return self._voter

    @property
    def ballot(self) -> Keys:
        """The keys that sign ballot tokens."""
        self._ballot = self._ballot or self._signing("ballot")
        return self._ballot

    def make(self) -> None:
        """Make the keys that a new site needs; those that exist stay as they are."""
        for purpose in ("voter", "ballot"):
            if not self._files(purpose):
                make_key(self.folder / f"{purpose}-1.key")

    def missing(self, seasons: list[str]) -> list[str]:
        """Return the names of keys that must exist and do not, for ``/readyz``."""
        names = [purpose for purpose in ("voter", "ballot") if not self._files(purpose)]
        names += [f"season {slug}" for slug in seasons if not self.season_path(slug).is_file()]
        return names

    def season_path(self, season: str) -> Path:
        """Return where a season's key stands: losing it makes nullifiers unrepeatable."""
        return self.folder / "seasons" / f"{season}.key"

    def season(self, season: str) -> bytes:
        """Return a season's key. Raises KeyMissing."""
        return read_key(self.season_path(season))

    def make_season(self, season: str) -> bytes:
        """Make a season's key at its first opening."""
        return make_key(self.season_path(season))

    def day(self, day: int) -> bytes:
        """Return the key under which networks are known on one day (days since 1970, UTC)."""
        key = self._days.get(day)
        if key is None:
            key = make_key(self.folder / "days" / f"{day}.key")
            while len(self._days) >= _DAYS_KEPT_IN_MEMORY:
                del self._days[min(self._days)]
            self._days[day] = key
        return key

    def prefix_key(self, prefix: bytes, day: int) -> bytes:
        """Return 16 bytes that stand for a network on one day."""
        known = self._prefixes.get((day, prefix))
        if known is None:
            known = hmac.digest(self.day(day), b"\x06prefix" + prefix, "sha256")[:16]
            if len(self._prefixes) >= _PREFIXES_KEPT_IN_MEMORY:
                self._prefixes.clear()
            self._prefixes[day, prefix] = known
        return known

    def _files(self, purpose: str) -> list[Path]:
        return sorted(self.folder.glob(f"{purpose}-*.key"))

    def _signing(self, purpose: str) -> Keys:
        keys = {int(path.stem.rpartition("-")[2]): read_key(path) for path in self._files(purpose)}
        if not keys:
            raise KeyMissing(f"no {purpose} key in {self.folder}")
        return Keys(keys)


def nullifier(
    season_key: bytes, *, voter: bytes, cap: str, scope: str, period: str, number: int
) -> bytes:
    """Return the 16 bytes that one use of one limit leaves in the ledger.

    HMAC-SHA-256 under the season key over length-prefixed fields: whoever lacks the key can
    check that no use occurs twice, and cannot link two uses to one voter.
    Source: docs/formats.md, "Nullifier".
    """
    message = b"".join(
        [
            _LENGTHS[len(field)] + field
            for field in (voter, cap.encode(), scope.encode(), period.encode(), b"%d" % number)
        ]
    )
    return hmac.digest(season_key, message, "sha256")[:16]
