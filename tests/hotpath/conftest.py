import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings
from redis import Redis

from tests.hotpath.booth import Booth

Size = Callable[[int, int], settings]


@pytest.fixture
def booth(redis: Redis) -> Booth:
    return Booth(redis)


@pytest.fixture(scope="session")
def size(request: pytest.FixtureRequest) -> Size:
    """Settings for so many examples: few and always the same ones, or, with --long, many new."""
    long = bool(request.config.getoption("long", default=False) or os.environ.get("TEST_LONG"))

    def chosen(few: int, many: int) -> settings:
        return settings(
            max_examples=many if long else few,
            derandomize=not long,
            database=None,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        )

    return chosen
