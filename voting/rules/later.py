"""Mappings whose values are worked out when somebody looks at them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

V = TypeVar("V")


class Later(Mapping[str, V]):
    """Values by key, each worked out at most once, by a pure function."""

    def __init__(self, keys: Iterable[str], work: Callable[[str], V]) -> None:
        self._keys = dict.fromkeys(keys)
        self._work = work
        self._done: dict[str, V] = {}

    def __getitem__(self, key: str) -> V:
        if key not in self._done:
            if key not in self._keys:
                raise KeyError(key)
            self._done[key] = self._work(key)
        return self._done[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return f"Later({list(self._keys)})"
