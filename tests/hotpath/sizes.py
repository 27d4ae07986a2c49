"""How many examples a property is tried with."""

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings

Size = Callable[..., settings]


def is_long(config: pytest.Config) -> bool:
    """Return whether the long batteries are to be run whole."""
    return bool(config.getoption("long", default=False) or os.environ.get("TEST_LONG"))


def size_for(config: pytest.Config) -> Size:
    """Return what makes settings for so many examples.

    Few and always the same ones; or, with ``--long`` (or TEST_LONG=1), many new ones.
    """
    long = is_long(config)

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
