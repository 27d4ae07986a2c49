from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils.translation import override


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages as they stand in the program."""
    with override("en"):
        yield


@pytest.fixture(autouse=True)
def own_files(settings: LazySettings, tmp_path: Path, collected_static: Path) -> None:
    """Uploads go to a folder of the test's own; pages name static files by their hashes."""
    settings.DATA_DIR = tmp_path
