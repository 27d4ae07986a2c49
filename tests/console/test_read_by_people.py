"""Log and approvals name what they are about, in the language of whoever reads them."""

import re
from pathlib import Path

import pytest
from django.utils.translation import override

from accounts.models import User
from accounts.templatetags.spacing import whole_dates
from tests import make
from tests.notices.conftest import objection, published
from tests.roles.people import browser, granted, person
from voting.approvals.models import Proposal
from voting.approvals.services import return_proposal
from voting.console import approval_kinds
from voting.notices.services.publishing import propose_publication
from voting.seasons import queries
from voting.seasons.models import Season

pytestmark = pytest.mark.django_db

LOG = "/en/console/seasons/here/audit/"


@pytest.fixture
def season(collected_static: Path) -> Season:
    return make.season(slug="here", contact_phone="0739-8230000")


@pytest.fixture
def organiser() -> User:
    return person("袁秋萍", is_superuser=True)


def signed(season: Season, kind: str, user: User) -> Proposal:
    """Sign as the first person."""
    if kind == "notice.publish":
        return propose_publication(
            season_id=season.pk, kind="candidate", issue="first", reason="", user=user
        )
    found, told = approval_kinds.KINDS[kind], queries.season_by_slug(season.slug)
    return approval_kinds.sign_first(found, told, user=user, reason="按时", seen=found.state(told))


def test_an_objection_in_the_log_names_whom_it_is_about(season: Season, organiser: User) -> None:
    published(season)
    made = objection(season)
    assert made.entry is not None
    assert made.entry.ref not in (page := browser(organiser).get(LOG).content.decode())
    assert f'<ins><span class="sr">after </span>{made.entry.name}</ins>' in page


def test_whoever_is_tied_to_an_objection_is_not_told_by_the_log(season: Season) -> None:
    observer = person("陈志远")  # called like whoever objects
    granted(observer, "observer", season)
    published(season)
    made = objection(season)
    assert made.entry is not None
    assert made.entry.name not in browser(observer).get(LOG).content.decode()


def test_what_was_signed_is_called_by_its_name_and_told_once(
    season: Season, organiser: User
) -> None:
    proposal = signed(season, "notice.publish", organiser)
    return_proposal(proposal_id=proposal.pk, user=person("刘国栋"), note="再看")
    page = browser(organiser).get(LOG).content.decode()
    for what in ("Signed first, waits for a second person", "Returned by the second person"):
        assert f"<p><b>{what}</b> · Publish the notice</p>" in page
    assert len(re.findall(r'<span class="muted">Title</span>', page)) == 1


@pytest.mark.parametrize("kind", ["voting.open", "notice.publish"])
def test_labels_of_what_was_signed_are_in_the_readers_language(
    season: Season, organiser: User, kind: str
) -> None:
    with override("en"):
        proposal = signed(season, kind, organiser)
    return_proposal(proposal_id=proposal.pk, user=person("刘国栋"), note="再看")
    kept = proposal.difference[0]
    label, ours = {"voting.open": ("Voting", "投票"), "notice.publish": ("Title", "标题")}[kind]
    client = browser(organiser)
    address = f"console/seasons/here/approvals/{proposal.pk}/"

    page = client.get(f"/en/{address}").content.decode()
    assert f"<dt>{label}</dt>" in page
    assert f'<ins lang="zh-Hans">{whole_dates(kept["after"])}</ins>' in page  # as it was signed
    assert f"<dt>{ours}</dt>" in client.get(f"/zh-hans/{address}").content.decode()
    assert f'<span class="muted">{label}</span>' in client.get(LOG).content.decode()
    # What nobody knows as a word of the program stays, and says in which language it is.
    if kind == "notice.publish":
        assert '<dt lang="zh-Hans">奖项1</dt>' in page
    proposal.refresh_from_db()
    assert proposal.difference[0] == kept
