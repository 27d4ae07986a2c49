"""Commands by hand: without a vote store they say so in a sentence, and they speak English."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override
from pytest_django.fixtures import Settings

from tests import make
from voting.ballots import stores

pytestmark = pytest.mark.django_db

WHY = ("--reason", "x", "--by", "甲")
NEEDING = {
    "rebuild": ("s", *WHY),
    "reconcile": ("s",),
    "season_close": ("s", *WHY, "--approver", "乙"),
    "season_open": ("s", *WHY, "--approver", "乙"),
    "season_pause": ("s", *WHY),
    "season_resume": ("s", *WHY),
    "season_tell_store": ("s",),
    "season_withdraw": ("s", "101", *WHY),
    "seed_demo": (),
    "tick_tallies": ("--once",),
    "write_ledger": ("--once",),
}
PHASES = {"season_open": "draft", "season_resume": "paused"}


@pytest.fixture(params=["not named", "not there"])
def without_store(request: pytest.FixtureRequest, settings: Settings) -> Iterator[str]:
    """A site whose vote store has no address, or none that answers."""
    address = "" if request.param == "not named" else "redis://127.0.0.1:1"
    settings.REDIS_URL = settings.CACHE_REDIS_URL = address
    for store in (stores.vote_store, stores.cache_store):
        store.cache_clear()
    yield "REDIS_URL is not set" if request.param == "not named" else "cannot be reached"
    for store in (stores.vote_store, stores.cache_store):
        store.cache_clear()


@pytest.mark.parametrize("command", NEEDING)
def test_no_command_breaks_without_a_vote_store(command: str, without_store: str) -> None:
    made = make.season(slug="s", epoch=1)
    type(made).objects.filter(pk=made.pk).update(phase=PHASES.get(command, "open"))
    with override("zh-hans"), pytest.raises(CommandError, match=without_store):
        call_command(command, *NEEDING[command])


def test_refusals_are_english_whatever_the_site_speaks(redis: Any) -> None:
    make.season(slug="s")
    with override("zh-hans"), pytest.raises(CommandError, match="Only an open season"):
        call_command("season_pause", "s", *WHY)
