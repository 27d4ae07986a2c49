"""Photos of an accepted nomination on the public pages, and away again."""

import os
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests import make
from tests.nominations import world
from tests.review import world as reviewing
from voting.nominations.models import Nomination, Photo
from voting.nominations.services import erasing, files
from voting.nominations.services.files import add_photo
from voting.nominations.services.letters import secret_link
from voting.nominations.services.listing import take_off_list
from voting.nominations.services.messages import write_message
from voting.nominations.services.publishing import (
    publish_photos,
    unpublish_photos,
    withdraw_publication,
)
from voting.nominations.services.states import move
from voting.nominations.storage import CLEARANCES, FILES
from voting.seasons.copying import begin_rehearsal
from voting.seasons.models import Nominee, Season
from voting.seasons.photos import PUBLIC

pytestmark = pytest.mark.django_db


@pytest.fixture
def accepted(client: Client, nomination: Nomination) -> Nomination:
    add_photo(nomination_id=nomination.pk, kind="portrait", raw=world.picture())
    add_photo(nomination_id=nomination.pk, kind="activity", raw=world.picture(1200, 800),
              caption="义务劳动 <b>")  # fmt: skip
    world.filled(client, nomination)
    world.send_in(client, nomination)
    nominee = nomination.season.nominees.get()
    move(nomination_id=nomination.pk, to="accepted", action="accept", actor="x",
         nominee_id=nominee.pk)  # fmt: skip
    nomination.refresh_from_db()
    publish_photos(nomination, nominee)
    return nomination


def test_published_photos_have_names_of_their_own(accepted: Nomination) -> None:
    nominee = accepted.season.nominees.get()
    private = set(Photo.objects.values_list("stem", flat=True))

    assert nominee.portrait not in private
    assert [(one["caption"], one["width"], one["height"]) for one in nominee.photos] == [
        ("义务劳动 <b>", 1200, 800)
    ]
    assert len(PUBLIC.of_stem(nominee.portrait)) == 2
    answer = Client().get(f"/photos/{nominee.portrait}-card.jpg")
    assert answer.content == FILES.read(f"{Photo.objects.get(kind='portrait').stem}-card.jpg")
    assert answer.headers["Content-Type"] == "image/jpeg"
    for stem in private:
        for ending in ("card.jpg", "page.jpg", "thumb.webp"):
            assert Client().get(f"/photos/{stem}-{ending}").status_code == 404
    assert Client().get(f"/photos/{nominee.portrait}-page.jpg").status_code == 404


def test_publishing_again_takes_the_place_of_the_first(
    accepted: Nomination, django_capture_on_commit_callbacks: Any
) -> None:
    before = accepted.season.nominees.get()
    with django_capture_on_commit_callbacks(execute=True):
        after = publish_photos(accepted, before)
    assert after.portrait != before.portrait
    assert PUBLIC.of_stem(before.portrait) == []
    with django_capture_on_commit_callbacks(execute=True):
        unpublish_photos(after)
    assert not list(PUBLIC.root.glob("*/*"))
    assert (Nominee.objects.get().portrait, Nominee.objects.get().photos) == ("", [])


def test_without_consent_nothing_is_published(
    accepted: Nomination, django_capture_on_commit_callbacks: Any
) -> None:
    accepted.season.nominees.update(summary="一句话", deeds="事迹", figures=[{"value": "3"}])
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_publication(nomination_id=accepted.pk, actor="x")
    nominee = accepted.season.nominees.get()
    assert (nominee.portrait, nominee.photos) == ("", [])
    assert (nominee.summary, nominee.deeds, nominee.figures) == ("", "", [])
    assert not list(PUBLIC.root.glob("*/*"))
    assert publish_photos(accepted, nominee).portrait == ""


@pytest.mark.parametrize("how", ["taken back", "taken off", "season over", "account erased"])
def test_rehearsals_keep_no_copy_either(accepted: Nomination, user: User, how: str) -> None:
    nominee = accepted.season.nominees.get()
    accepted.season.nominees.update(
        summary="一句话", summary_en="In short", deeds="事迹", deeds_en="Deeds",
        figures=[{"value": "3"}], scenes=[{"scene": "truck"}],
    )  # fmt: skip
    other = make.nominee(accepted.season, nominee.category, "102", summary="别人的")
    copy = begin_rehearsal(slug=accepted.season.slug, actor="x", reason="x")
    copied = copy.nominees.get(name=nominee.name)
    assert (copied.summary, copied.portrait) == ("一句话", nominee.portrait)
    # The way to the copy does not lead over its name.
    accepted.season.nominees.update(name="改过的名字")

    if how == "taken back":
        withdraw_publication(nomination_id=accepted.pk, actor="x")
    elif how == "taken off":
        move(nomination_id=accepted.pk, to="rejected", action="reject", actor="x", reason="x")
        take_off_list(nominee.pk)
    elif how == "season over":
        erasing.erase_contacts(season_id=accepted.season_id, actor="x", reason="x")
    else:
        erasing.erase_person(user_id=user.pk)

    copied.refresh_from_db()
    assert (copied.portrait, copied.photos, copied.figures, copied.scenes) == ("", [], [], [])
    assert copied.summary + copied.summary_en + copied.deeds + copied.deeds_en == ""
    untouched = copy.nominees.get(copied_from=other)
    assert untouched.summary == ("" if how == "season over" else other.summary)
    other.refresh_from_db()
    assert other.summary == "别人的"


def test_a_rehearsal_shows_the_photos_of_now_or_none(
    accepted: Nomination, django_capture_on_commit_callbacks: Any
) -> None:
    nominee = accepted.season.nominees.get()
    shown, cleared = (
        begin_rehearsal(slug=accepted.season.slug, actor="x", reason="x") for _each in range(2)
    )
    cleared.nominees.update(portrait="", photos=[])
    Season.objects.filter(pk=shown.pk).update(phase="open")

    with django_capture_on_commit_callbacks(execute=True):
        now = publish_photos(accepted, nominee)

    copied = shown.nominees.get(copied_from=nominee)
    assert (copied.portrait, copied.photos) == (now.portrait, now.photos)
    assert len(PUBLIC.of_stem(copied.portrait)) == 2
    assert len(PUBLIC.of_stem(copied.photos[0]["stem"])) == 4
    gone = cleared.nominees.get(copied_from=nominee)
    assert (gone.portrait, gone.photos) == ("", [])
    with django_capture_on_commit_callbacks(execute=True):
        unpublish_photos(now)
    copied.refresh_from_db()
    assert (copied.portrait, copied.photos) == ("", [])


def test_public_pages_show_the_photo_where_there_is_one(
    accepted: Nomination, redis: Any, user: User
) -> None:
    season = accepted.season
    make.nominee(season, season.categories.first(), "102")
    nominee = season.nominees.get(ballot_number="101")
    season.phase = "open"
    season.save()
    photo = f"/photos/{nominee.portrait}-card.jpg"
    for page in ("", "board/", "n/101/", "?view=elder"):
        text = Client().get(f"/en/s/{season.slug}/{page}").content.decode()
        assert photo in text, page
        assert ("/portraits/" in text) == (page != "n/101/")
    text = Client().get(f"/en/s/{season.slug}/n/101/").content.decode()
    assert f"{nominee.photos[0]['stem']}-thumb.webp" in text
    assert "义务劳动 &lt;b&gt;" in text
    assert '<img src="' + photo + '" alt="" width="160" height="200"' in text


def test_copies_and_scans_that_no_row_names_are_swept_and_others_stay(
    accepted: Nomination,
) -> None:
    with transaction.atomic():  # as when a decision is only tried
        publish_photos(accepted, accepted.season.nominees.get())
        transaction.set_rollback(True)
    CLEARANCES.write("0" * 32 + ".pdf", b"orphan")
    assert files.sweep_files() == 0  # not a day old
    for folder in (FILES, PUBLIC, CLEARANCES):
        for path in folder.root.glob("*/*"):
            os.utime(path, (1, 1))

    assert files.sweep_files() == 2 + 4 + 1

    nominee = accepted.season.nominees.get()
    assert len(PUBLIC.of_stem(nominee.portrait)) == 2
    assert len(PUBLIC.of_stem(nominee.photos[0]["stem"])) == 4
    assert not list(CLEARANCES.root.glob("*/*"))
    assert len(list(FILES.root.glob("*/*"))) == 8


def test_the_daily_command_says_what_it_removed(
    accepted: Nomination, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("nominations_tidy")
    assert capsys.readouterr().out == "0 nominations erased or forgotten, 0 files removed\n"
    assert Photo.objects.count() == 2


def test_who_put_forward_the_same_person_cannot_empty_the_page(
    accepted: Nomination, django_capture_on_commit_callbacks: Any
) -> None:
    nominee = accepted.season.nominees.get()
    accepted.season.nominees.update(summary="一句话", deeds="事迹")
    other = reviewing.nomination(
        accepted.season, state="merged", nominee=nominee, category=accepted.category
    )
    by = reviewing.person("乙", "reviewer", accepted.season)
    by_page = Client()
    assert by_page.get(secret_link(other)).status_code == 302

    with django_capture_on_commit_callbacks(execute=True):
        answer = by_page.post(world.address(other), {"take_back": "1"}, follow=True)

    assert "so it stays as it is; the office sees this" in answer.content.decode()
    after = accepted.season.nominees.get()
    assert (after.summary, after.deeds) == ("一句话", "事迹")
    assert (after.portrait, after.photos) == (nominee.portrait, nominee.photos)
    assert len(PUBLIC.of_stem(nominee.portrait)) == 2
    given = accepted.consents.filter(kind="publication", withdrawn_at=None)
    assert given.exists()
    assert not other.consents.filter(kind="publication", withdrawn_at=None).exists()
    assert [event.action for event in other.events.all()] == ["withdraw_consent"]
    # The office is told until it has answered.
    here = f"/en/console/seasons/{accepted.season.slug}/"
    desk = world.signed_in(by)
    said = "A consent to publication for 范玉莲 was taken back"
    assert [t["text"] for t in desk.get(here).context["todos"] if "consent" in t["text"]] == [said]
    write_message(nomination_id=other.pk, side="office", user=by, text="页面由另一份推荐而来。")
    assert not [t for t in desk.get(here).context["todos"] if "consent" in t["text"]]


def test_who_was_taken_off_the_list_is_not_told_that_all_is_well(
    accepted: Nomination, client: Client
) -> None:
    page = client.get(world.address(accepted)).content.decode()
    assert "It has been accepted." in page

    # As an upheld objection does.
    Nominee.objects.filter(pk=accepted.nominee_id).update(withdrawn_at=timezone.now())

    page = client.get(world.address(accepted)).content.decode()
    assert "since then the nominee has been taken off the list" in page
