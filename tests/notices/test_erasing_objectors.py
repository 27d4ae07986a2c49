"""After an objector is erased nothing leads to them: no account, no letter, no name of a file."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.services import erase_account
from tests.notices.conftest import objection, person, published
from voting.notices import services
from voting.notices.evidence import FILES
from voting.notices.models import Objection, ObjectionEvidence
from voting.seasons.models import Season

pytestmark = pytest.mark.django_db

LETTER, PHOTO = f"{'ab' * 16}.pdf", f"{'cd' * 16}.jpg"


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path, collected_static: Path) -> None:
    """Files go to a folder of the test's own; pages name static files by their hashes."""
    settings.DATA_DIR = tmp_path


@pytest.fixture
def sender() -> User:
    return User.objects.create_user("me@example.org", name="陈志远")


@pytest.fixture
def settled(season: Season, sender: User) -> Objection:
    """Settle an objection of a unit that was sent while signed in, with two files."""
    published(season)
    made = objection(season, submitted_by=sender.pk)
    for kind, path, name in (("seal", LETTER, "陈志远的信.pdf"), ("evidence", PHOTO, "陈志远.jpg")):
        FILES.write(path, b"x")
        ObjectionEvidence.objects.create(
            objection=made, kind=kind, name=name, path=path, media_type="application/pdf", size=1,
            sha256="0" * 64, added_at=timezone.now(),
        )  # fmt: skip
    services.refuse(objection_id=made.pk, user=person("甲"), refusal="no_lead", told="线索不清。")
    return made


def left(made: Objection) -> tuple[Any, ...]:
    made.refresh_from_db()
    files = [(one.kind, one.name) for one in made.evidence.all()]
    return made.submitted_by, files, FILES.read(LETTER), FILES.read(PHOTO), made.text


GONE = (None, [("evidence", "1.jpg")], None, b"x", "服务时长与事实不符。")


def test_the_time_to_keep_it_is_over(
    season: Season, settled: Objection, django_capture_on_commit_callbacks: Any
) -> None:
    letter = settled.evidence.get(kind="seal").pk
    client = Client()
    client.force_login(person("乙"))
    page = f"/en/console/seasons/{season.slug}/objections/{settled.number}/"
    later = timezone.now() + timedelta(days=1)
    assert client.get(f"{page}files/{letter}/").status_code == 200

    with django_capture_on_commit_callbacks(execute=True):
        assert services.erase_settled(before=later, actor="tidy") == 1

    assert left(settled) == GONE
    assert client.get(f"{page}files/{letter}/").status_code == 404
    assert "陈志远" not in client.get(page).text
    assert services.erase_settled(before=later, actor="tidy") == 0


def test_the_account_is_erased(
    settled: Objection, sender: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        erase_account(user_id=sender.pk)

    assert left(settled) == GONE
