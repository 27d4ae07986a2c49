from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client
from django.utils.translation import override

from accounts.models import User
from tests.review import world
from voting.seasons.models import Season


@pytest.fixture(autouse=True)
def own_files(settings: LazySettings, tmp_path: Path, collected_static: Path) -> Iterator[None]:
    """Uploads go to a folder of the test's own; messages as they stand in the program."""
    settings.DATA_DIR = tmp_path
    cache.clear()
    with override("en"):
        yield


@pytest.fixture
def season(db: None) -> Season:
    return world.season()


@pytest.fixture
def reviewer(season: Season) -> User:
    return world.person("甲", "reviewer", season)


@pytest.fixture
def other(season: Season) -> User:
    return world.person("乙", "reviewer", season)


@pytest.fixture
def client(reviewer: User) -> Client:
    return world.signed_in(reviewer)
