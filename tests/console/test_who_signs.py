"""What two people sign is for whole seasons: nobody with one unit of it sees or stops it."""

import pytest

from accounts.models import User
from tests import make
from tests.console.staff import browser, person
from voting.approvals.models import Proposal
from voting.approvals.services import propose
from voting.console import approval_kinds
from voting.console.approval_kinds import NotAllowed, send_back, visible_to
from voting.roles.models import Grant
from voting.seasons.models import Season
from voting.units.models import Tier, Unit

pytestmark = pytest.mark.django_db

PAGE = "/en/console/seasons/spring/"


@pytest.fixture
def season() -> Season:
    return make.season(slug="spring")


@pytest.fixture
def proposal(season: Season) -> Proposal:
    kind = next(iter(approval_kinds.KINDS))
    first = person("刘国栋", season=season)
    return propose(season_id=season.pk, kind=kind, user=first, reason="会议决定", seen="s1")


def of_a_unit(season: Season | None) -> User:
    tier = Tier.objects.create(position=1, name="县")
    unit = Unit.objects.create(code="11", name="一县", tier=tier)
    user = person("袁秋萍", role="observer")
    Grant.objects.create(user=user, role="organiser", season=season, unit=unit, granted_by="x")
    return user


@pytest.mark.parametrize("in_all_seasons", [False, True])
def test_who_organises_one_unit_neither_sees_nor_returns_what_waits(
    season: Season, proposal: Proposal, in_all_seasons: bool
) -> None:
    low = of_a_unit(None if in_all_seasons else season)
    client = browser(low)
    one = f"{PAGE}approvals/{proposal.pk}/"

    listed = client.get("/en/console/approvals/")
    sent = client.post(one, {"seen": "s1", "note": "no", "return": "1"})

    assert list(visible_to(low)) == []
    assert (listed.status_code, "会议决定" in listed.text) == (200, False)
    assert (client.get(one).status_code, sent.status_code) == (403, 403)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("waiting", None)


def test_returning_needs_what_signing_needs(season: Season, proposal: Proposal) -> None:
    with pytest.raises(NotAllowed):
        send_back(proposal, user=of_a_unit(season), note="no")

    proposal.refresh_from_db()
    assert proposal.state == "waiting"
