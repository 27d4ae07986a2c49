"""Answers of offices are kept until the season has ended, as the consent says, and no longer."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests import make
from tests.review import world
from voting.audit.models import AuditEntry
from voting.nominations.models import Clearance, Contact, Nomination, Photo
from voting.nominations.services import erasing
from voting.nominations.services.checking import add_clearance, strike_clearance
from voting.nominations.services.files import sweep_files
from voting.nominations.storage import CLEARANCES, FILES
from voting.seasons.models import Season, Stage

pytestmark = pytest.mark.django_db

SCAN = f"{'ab' * 16}.pdf"


def asked(one: Nomination, by: User) -> None:
    """Put what two offices said on file; one is struck out."""
    CLEARANCES.write(SCAN, b"%PDF-")
    scan = {"stem": SCAN[:32], "content_type": "application/pdf", "bytes": 5, "sha256": "0" * 64}
    words: dict[str, Any] = {"nomination_id": one.pk, "user": by, "result": "against",
                             "issued_on": timezone.localdate(), "note": "有一起处罚"}  # fmt: skip
    add_clearance(issuer="县公安局", scan=scan, **words)
    strike_clearance(
        clearance_id=add_clearance(issuer="县法院", **words).pk, user=by, reason="写错了"
    )


def test_they_go_with_their_scans_as_soon_as_the_season_has_ended(
    season: Season, client: Client, reviewer: User, django_capture_on_commit_callbacks: Any
) -> None:
    one = world.nomination(season)
    asked(one, reviewer)
    ended = season.closes_at + timedelta(days=20)
    Stage.objects.create(
        season=season, kind="announcement", starts_at=season.closes_at, ends_at=ended
    )

    def tidy(moment: Any) -> int:
        with django_capture_on_commit_callbacks(execute=True):
            return erasing.erase_old(days=180, actor="timer", now=moment)

    assert tidy(ended) == 0
    assert (Clearance.objects.count(), CLEARANCES.read(SCAN)) == (2, b"%PDF-")
    assert tidy(ended + timedelta(minutes=1)) == 1
    assert (Clearance.objects.count(), CLEARANCES.read(SCAN)) == (0, None)
    assert Contact.objects.count() == 1  # the rest has its own time

    line = AuditEntry.objects.latest("pk")
    assert (line.action, line.actor, line.after) == (
        "nominations.erase_clearances", "timer", {"nominations": 1},
    )  # fmt: skip
    assert tidy(ended + timedelta(minutes=1)) == 0
    assert (
        "No answer of an office is on file"
        in client.get(world.page(f"nominations/at/{one.code}/")).text
    )


def test_the_log_never_says_what_an_office_said(season: Season, reviewer: User) -> None:
    asked(world.nomination(season), reviewer)

    written = str(list(AuditEntry.objects.values("before", "after", "reason", "target")))

    assert "县公安局" in written
    assert "against" not in written
    assert "处罚" not in written


def test_photos_go_unless_they_are_of_a_nominee_who_may_be_shown(
    season: Season, django_capture_on_commit_callbacks: Any
) -> None:
    kept, back, never = (world.nomination(season, name) for name in ("甲", "乙", "丙"))
    category = season.categories.get(position=1)
    for place, one in enumerate((kept, back), 1):
        nominee = make.nominee(season, category, f"10{place}", name=one.name)
        Nomination.objects.filter(pk=one.pk).update(nominee=nominee, state="accepted")
    back.consents.filter(kind="publication").update(withdrawn_at=timezone.now())
    photos = {}
    for one in (kept, back, never):
        photo = Photo.objects.create(nomination=one, kind="portrait", width=1, height=1, bytes=1)
        FILES.write(f"{photo.stem}-page.jpg", b"x")
        photos[one.name] = photo.stem

    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase_contacts(season_id=season.pk, actor="timer", reason="x")

    assert list(Photo.objects.values_list("nomination__name", flat=True)) == ["甲"]
    assert [FILES.read(f"{stem}-page.jpg") for stem in photos.values()] == [b"x", None, None]
    assert sweep_files() == 0
