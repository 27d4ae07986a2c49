"""Pages name colleagues by name or number: an account by itself would show its address."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.notices.conftest import objection, published
from tests.review import world
from voting.nominations.models import (
    CheckAnswer,
    Clearance,
    Decision,
    Likeness,
    Message,
    Nomination,
    Shortlist,
)
from voting.nominations.services.deciding import seed
from voting.notices import services
from voting.notices.models import Objection, Recusal
from voting.seasons.models import Season

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "nameless@example.org"


@pytest.fixture
def season(db: None, collected_static: Path) -> Season:
    return world.season(contact_phone="1")


@pytest.fixture
def nameless(season: Season) -> User:
    user = world.person("nameless", "reviewer", season)
    user.name = ""
    user.save()
    return user


@pytest.fixture
def organiser(season: Season) -> Client:
    return world.signed_in(world.person("袁秋萍", "organiser", season))


def names_by_number(client: Client, tail: str, user: User) -> None:
    answer = client.get(world.page(tail))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert ADDRESS not in page, tail
    assert f"#{user.pk}" in page, tail


def reviewed(season: Season, by: User) -> Nomination:
    """Put a nomination on file to which somebody has done everything."""
    one = world.nomination(season)
    seed(season)
    item = season.checklist_items.all()[0]
    CheckAnswer.objects.create(nomination=one, item=item, answer="yes", answered_by=by)
    Clearance.objects.create(
        nomination=one, issuer="公安局", issued_on=timezone.localdate(), result="clear",
        added_by=by,
    )  # fmt: skip
    Decision.objects.create(nomination=one, kind="pass", decided_by=by, version=one.version)
    Message.objects.create(nomination=one, side="office", author=by, text="请补充。")
    return one


def test_a_nomination_names_who_checked_wrote_and_decided(
    season: Season, nameless: User, organiser: Client
) -> None:
    one = reviewed(season, nameless)
    names_by_number(organiser, f"nominations/at/{one.code}/", nameless)
    observer = world.signed_in(world.person("丙", "observer", season))
    names_by_number(observer, f"nominations/at/{one.code}/", nameless)


def test_two_side_by_side_and_a_shortlist_name_who_said_so(
    season: Season, nameless: User, organiser: Client
) -> None:
    one, other = world.nomination(season), world.nomination(season, "范玉连")
    Likeness.objects.create(
        first=one, second=other, percent=90, verdict="different", verdict_by=nameless,
        verdict_at=timezone.now(),
    )  # fmt: skip
    names_by_number(organiser, f"nominations/at/{one.code}/compare/{other.code}/", nameless)
    Shortlist.objects.create(
        category=season.categories.get(position=1), method="decision", places=3,
        confirmed_at=timezone.now(), confirmed_by=nameless, reason="按决定",
    )  # fmt: skip
    names_by_number(organiser, "shortlist/1/", nameless)


def test_notices_and_objections_name_who_handles_and_who_signed(
    nameless: User, organiser: Client
) -> None:
    season = Season.objects.get()
    season.nominees.create(category=season.categories.all()[0], name="范玉莲", ballot_number="101")
    published(season)
    made = objection(season, ref="")
    Objection.objects.update(handler=nameless, state="investigating")
    Recusal.objects.create(objection=made, user=nameless, ground="declared", at=timezone.now())
    services.propose_publication(
        season_id=season.pk, kind="candidate", issue="again", reason="重新公示。", user=nameless
    )
    for tail in ("objections/", f"objections/{made.number}/", "notices/", "notices/prepare/"):
        names_by_number(organiser, tail, nameless)


def test_no_template_prints_an_account_itself() -> None:
    fields = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    accounts = {field.name for field in fields if field.related_model is User}
    # What has no dot before it was made ready by the view. Some topics keep a name under the word
    # under which others keep an account.
    accounts -= {field.name for field in fields if field.related_model is not User}
    assert {"proposed_by", "handler", "decided_by", "user", "author"} <= accounts
    prints = re.compile(rf"(?:\{{\{{ ?|=)[\w.]+\.(?:{'|'.join(accounts)})(?: ?\}}\}}|[ %])")
    found = []
    for path in (ROOT / "templates").rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        found += [
            f"{path.relative_to(ROOT)}: {one[0]}"
            for one in prints.finditer(source)
            if one[0].strip() != "{{ request.user }}"  # to themselves
        ]
    assert not found
