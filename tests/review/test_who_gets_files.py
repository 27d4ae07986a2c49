"""Scans of clearances are for reviewers alone, and who takes everything along is on record."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.review import world
from voting.audit.models import AuditEntry
from voting.nominations.models import Nomination
from voting.nominations.services.checking import add_clearance
from voting.nominations.storage import CLEARANCES
from voting.seasons.models import Season

pytestmark = pytest.mark.django_db

STEM = "ab" * 16


def with_scan(one: Nomination, by: User) -> str:
    """Put a clearance on file; return the address of its scan."""
    CLEARANCES.write(f"{STEM}.pdf", b"%PDF-")
    add_clearance(
        nomination_id=one.pk, user=by, issuer="县公安局", issued_on=timezone.localdate(),
        result="clear",
        scan={"stem": STEM, "content_type": "application/pdf", "bytes": 5, "sha256": "0" * 64},
    )  # fmt: skip
    return world.page(f"nominations/at/{one.code}/files/{STEM}.pdf")


def test_an_observer_reads_the_clearance_and_gets_no_scan(
    season: Season, client: Client, reviewer: User
) -> None:
    one = world.nomination(season)
    scan = with_scan(one, reviewer)
    file = world.page(f"nominations/at/{one.code}/")
    observer = world.signed_in(world.person("丙", "observer", season))

    page = observer.get(file).text

    assert ("县公安局" in page, STEM in page) == (True, False)
    assert observer.get(scan).status_code == 403
    assert STEM in client.get(file).text
    assert client.get(scan).content == b"%PDF-"


def test_who_reviews_one_unit_and_observes_the_season_gets_the_scans_of_that_unit(
    season: Season, reviewer: User
) -> None:
    unit = world.unit("11")
    scan = with_scan(world.nomination(season), reviewer)
    low = world.person("丁", "reviewer", season, unit)
    observer = world.person("戊", "observer", season)
    low.grants.update(user=observer)

    assert world.signed_in(observer).get(scan).status_code == 403


def test_who_keeps_out_of_a_decision_gets_no_scan_and_sends_no_link(
    season: Season, reviewer: User
) -> None:
    unit = world.unit("11")
    one = world.nomination(season, route="unit", unit=unit)
    scan = with_scan(one, reviewer)
    near = world.person("己", "reviewer", season)
    world.signed_in(near)
    near.grants.create(
        role="recommender", season=season, unit=unit, granted_by="test", starts_at=timezone.now()
    )
    client = world.signed_in(near)
    file = world.page(f"nominations/at/{one.code}/")

    assert STEM not in client.get(file).text
    assert client.get(scan).status_code == 403
    number = one.link_number
    assert client.post(file, {"action": "link"}).status_code in {404, 422}
    one.refresh_from_db()
    assert one.link_number == number


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_who_takes_all_nominations_along_is_on_record(
    season: Season, client: Client, reviewer: User, ending: str
) -> None:
    world.nomination(season, "王一")
    world.nomination(season, "王二")

    assert client.get(world.page(f"nominations/sheets/template.{ending}")).status_code == 200
    assert not AuditEntry.objects.exists()
    assert client.get(world.page(f"nominations/sheets/nominations.{ending}")).status_code == 200

    line = AuditEntry.objects.get()
    assert (line.action, line.actor, line.season) == ("nominations.export", "甲", season.slug)
    assert line.after == {"nominations": 2, "file": ending}
