"""Which season simulated voters go to when none is named."""

import pytest

from tests import make
from voting.ballots.management.commands.demo_traffic import Command
from voting.seasons.models import Season

pytestmark = pytest.mark.django_db


def test_simulated_voters_go_where_people_vote() -> None:
    voted = make.season(slug="voted", is_demo=True)
    Season.objects.filter(pk=voted.pk).update(phase=Season.Phase.OPEN)
    make.season(slug="takes-nominations", is_demo=True)

    assert Command()._season(None, any_season=False).slug == "voted"
    assert Command()._season("takes-nominations", any_season=False).slug == "takes-nominations"
