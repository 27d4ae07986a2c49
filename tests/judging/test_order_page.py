"""Ranks and picks by the page without scripts: what another device changed is not overwritten."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.judging import world
from tests.judging.test_other_ways import PICKS, RANKS, field, marks, revisions
from voting.judging.models import Mark

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("mode", ["ranks", "picks"])
def test_an_order_does_not_overwrite_what_another_device_has_changed_unseen(mode: str) -> None:
    board, (seat,) = world.opened(world.season(RANKS if mode == "ranks" else PICKS))
    client = world.browser(seat)
    address = world.address(board, "order/")
    seen = revisions(client, address)
    mine = {"whole": "1", field(board, "101"): "1", field(board, "102"): "2",
            field(board, "103"): "3"}  # fmt: skip
    theirs = {field(board, "101"): "1", field(board, "103"): "1", field(board, "201"): "2"}
    assert client.post(address, theirs | {"whole": "1"} | seen).status_code == 302
    before = marks(seat)

    answer = client.post(address, mine | seen)

    page = answer.content.decode()
    assert (answer.status_code, marks(seat)) == (422, before)
    assert "Another device has changed something here meanwhile." in page
    assert ("On another device: rank 1" if mode == "ranks" else "On another device: chosen") in page
    if mode == "ranks":
        assert f'name="{field(board, "102")}" value="2"' in page  # what was typed stands there
    # Once it has been seen, saving again keeps one's own.
    again = dict(re.findall(r'name="(r_[^"]+)" value="(\d+)"', page))
    assert client.post(address, mine | again).status_code == 302
    assert marks(seat)["102"] == ("2" if mode == "ranks" else "1")
    stale = {"move": f"down:{field(board, '101').removeprefix('c_')}"} | seen
    assert client.post(address, stale).status_code == 422


def test_an_order_of_many_takes_no_more_queries_than_one_of_few() -> None:
    board, (seat,) = world.opened(world.season(RANKS))
    client = world.browser(seat)
    address = world.address(board, "order/")
    counts = []
    for numbers in (("101", "102"), ("101", "102", "103", "201", "202")):
        Mark.objects.all().delete()
        typed = {field(board, one): str(at) for at, one in enumerate(numbers, 1)}
        with CaptureQueriesContext(connection) as found:
            assert client.post(address, typed | revisions(client, address)).status_code == 302
        counts.append(len(found))
    assert counts[1] <= counts[0]


def test_what_is_no_rank_takes_no_rank_away() -> None:
    board, (seat,) = world.opened(world.season(RANKS))
    client = world.browser(seat)
    address = world.address(board, "order/")
    client.post(address, {field(board, "101"): "1"})
    typed = {field(board, "101"): "l"} | revisions(client, address)
    assert client.post(address, typed).status_code == 422
    assert marks(seat) == {"101": "1"}
