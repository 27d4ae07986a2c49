from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils.translation import override


@pytest.fixture(autouse=True)
def english(collected_static: Path) -> Iterator[None]:
    """Messages as they stand in the program; pages find their styles."""
    cache.clear()
    with override("en"):
        yield
