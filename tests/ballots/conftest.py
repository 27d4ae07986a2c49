from collections.abc import Iterator

import pytest
from redis import Redis

from tests import make
from voting.ballots import stores
from voting.seasons.models import Season


@pytest.fixture(autouse=True)
def _clients() -> Iterator[None]:
    """Let go of the program's own clients, whose connections a killed store has broken."""
    yield
    for factory in (stores.vote_store, stores.cache_store):
        factory.cache_clear()


@pytest.fixture
def season(db: None, redis: Redis) -> Season:
    """One ballot a day with at most three choices, open since yesterday."""
    return make.opened(redis)


@pytest.fixture
def unlimited(db: None, redis: Redis) -> Season:
    """As many ballots as anybody likes."""
    return make.opened(redis, caps=make.UNLIMITED)
