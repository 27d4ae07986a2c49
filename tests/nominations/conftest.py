from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.nominations import world
from voting.nominations.models import Nomination
from voting.seasons.models import Season
from voting.units.models import Unit


@pytest.fixture(autouse=True)
def own_files(settings: LazySettings, tmp_path: Path, collected_static: Path) -> None:
    """Uploads go to a folder of the test's own; pages name static files by their hashes."""
    settings.DATA_DIR = tmp_path
    cache.clear()


@pytest.fixture
def season(db: None) -> Season:
    return world.season(by_organisations=True, by_oneself=True, without_account=True)


@pytest.fixture
def office(db: None) -> Unit:
    return world.unit("11")


@pytest.fixture
def station(office: Unit) -> Unit:
    return world.unit("111", office)


@pytest.fixture
def user(season: Season, office: Unit) -> User:
    return world.recommender(season, office)


@pytest.fixture
def client(user: User) -> Client:
    return world.signed_in(user)


@pytest.fixture
def nomination(user: User, season: Season, office: Unit) -> Nomination:
    return world.draft(user, season, of=office)
