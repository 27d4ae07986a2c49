from collections.abc import Iterator

import pytest

from voting.ballots import stores


@pytest.fixture(autouse=True)
def _clients() -> Iterator[None]:
    """Let go of the program's own clients, whose connections a killed store has broken."""
    yield
    for factory in (stores.vote_store, stores.cache_store):
        factory.cache_clear()
