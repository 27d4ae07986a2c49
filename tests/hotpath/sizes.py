"""How many examples a property is tried with."""

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings

Size = Callable[..., settings]


def size_for(config: pytest.Config) -> Size:
    """Return what makes settings for so many examples.

    Few and always the same ones; or, with ``--long`` (or TEST_LONG=1), many new ones.
    """
    long = bool(config.getoption("long", default=False) or os.environ.get("TEST_LONG"))

    def chosen(few: int, many: int, **others: int) -> settings:
        return settings(
            max_examples=many if long else few,
            derandomize=not long,
            database=None,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
            # To find the shortest way to a fault takes minutes; the long run may.
            phases=list(Phase) if long else [Phase.explicit, Phase.generate],
            **others,
        )

    return chosen
