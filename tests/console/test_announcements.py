"""Announcements to voters: written in the console, shown on the public pages, kept in the log."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from tests import make
from tests.roles.people import member
from voting.audit.models import AuditEntry
from voting.seasons import announcing
from voting.seasons.models import Announcement, Season

pytestmark = pytest.mark.django_db

PAGE = "/en/console/seasons/here/announcements/"
NOW = {"text": "服务点今天暂停", "text_en": "Closed today", "starts_at": "2026-01-01T09:00",
       "ends_at": "", "reason": ""}  # fmt: skip
NAUGHTY = Path(__file__).parents[1] / "data" / "naughty_strings" / "strings.json"


@pytest.fixture
def season(redis: Any) -> Season:
    return make.opened(redis, slug="here")


@pytest.fixture
def organiser(season: Season) -> Client:
    return member("organiser", season)


def public(page: str = "/en/s/here/") -> str:
    return Client().get(page).content.decode()


def test_what_is_put_up_is_read_by_voters_in_their_language(
    organiser: Client, season: Season
) -> None:
    assert organiser.post(PAGE, NOW).status_code == 302

    assert "Closed today" in public()
    assert "Closed today" in public("/en/s/here/?view=elder")
    assert "服务点今天暂停" in public("/zh-hans/s/here/")
    assert "Closed today" in public("/en/")
    assert AuditEntry.objects.get(action="announcement.post").after["text"] == "服务点今天暂停"


def test_only_what_holds_now_is_shown(organiser: Client, season: Season) -> None:
    now = timezone.now()
    for text, start, end in (
        ("past", -2, -1), ("now", -1, 1), ("later", 1, 2), ("open end", -3, None),
    ):  # fmt: skip
        announcing.post_announcement(
            season_id=season.pk, text=text, text_en="", starts_at=now + timedelta(hours=start),
            ends_at=None if end is None else now + timedelta(hours=end), actor="甲",
        )  # fmt: skip
    hidden = make.season(slug="draft")
    announcing.post_announcement(
        season_id=hidden.pk, text="of a draft", text_en="", starts_at=now, ends_at=None, actor="甲"
    )

    assert [one.text for one in announcing.running()] == ["now", "open end"]
    page = public("/en/")
    assert "of a draft" not in page
    assert [one["state"] for one in organiser.get(PAGE).context["announcements"]] == [
        "later", "now", "over", "now",
    ]  # fmt: skip


def test_a_preview_saves_nothing(organiser: Client) -> None:
    answer = organiser.post(PAGE, NOW | {"show": "1"})

    assert answer.status_code == 200
    assert "How voters will see it" in answer.content.decode()
    assert not Announcement.objects.exists()


def test_every_wording_stays_in_the_log(organiser: Client, season: Season) -> None:
    organiser.post(PAGE, NOW)
    own = f"{PAGE}{Announcement.objects.get().pk}/"
    changed = NOW | {"text": "服务点明天恢复", "text_en": "Open tomorrow"}
    assert organiser.post(own, changed).status_code == 422
    assert organiser.post(own, changed | {"reason": "雨停了"}).status_code == 302
    assert "Open tomorrow" in public()
    assert organiser.post(own, {"action": "withdraw", "reason": "恢复"}).status_code == 302
    assert "Open tomorrow" not in public()
    log = AuditEntry.objects.filter(action__startswith="announcement.").order_by("pk")

    assert [(one.action, one.before.get("text"), one.after.get("text")) for one in log] == [
        ("announcement.post", None, "服务点今天暂停"),
        ("announcement.edit", "服务点今天暂停", "服务点明天恢复"),
        ("announcement.withdraw", "服务点明天恢复", None),
    ]
    assert organiser.post(own, changed | {"reason": "x"}).status_code == 422
    assert organiser.post(own, {"action": "withdraw", "reason": "x"}).status_code == 422
    assert log.count() == 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": ""}, "This field is required."),
        ({"text": "长" * 301}, "at most 300 characters"),
        ({"ends_at": "2025-01-01T09:00"}, "It must end after it starts."),
        ({"starts_at": "soon"}, "Enter a valid date/time."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_put_up(
    organiser: Client, change: dict[str, str], said: str
) -> None:
    answer = organiser.post(PAGE, NOW | change)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Announcement.objects.exists()


def test_an_announcement_of_another_season_is_not_there(organiser: Client) -> None:
    other = make.season(slug="there").announcements.create(text="x", created_by="甲")

    assert organiser.get(f"{PAGE}{other.pk}/").status_code == 404
    assert organiser.post(f"{PAGE}{other.pk}/", NOW).status_code == 404


@pytest.mark.both
@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("announcement_says_what_and_who", {"text": ""}),
        ("announcement_says_what_and_who", {"created_by": ""}),
        ("announcement_ends_after_it_starts", {"ends_at": timezone.now() - timedelta(days=9)}),
    ],
)
def test_the_database_refuses_what_cannot_be(
    season: Season, name: str, fields: dict[str, Any]
) -> None:
    season.announcements.create(text="x", created_by="甲")
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Announcement.objects.update(**fields)


def test_markup_is_shown_and_never_executed(organiser: Client) -> None:
    texts = [one for one in json.loads(NAUGHTY.read_text(encoding="utf-8")) if "\0" not in one]
    bundles = ["".join(texts[at : at + 5])[:300].strip() for at in range(0, len(texts), 60)]
    for text in bundles[:9]:
        assert organiser.post(PAGE, NOW | {"text": text, "text_en": ""}).status_code == 302
    assert [one.text for one in Announcement.objects.order_by("pk")] == [
        text.replace("\r\n", "\n") if "\r" not in text else text for text in bundles[:9]
    ]
    page = public()

    assert "<script>alert" not in page
    assert "<img src" not in page[page.index("announcements") : page.index("</section>")]
    one_line = next(text for text in bundles[:9] if "\n" not in text)
    assert escape(one_line) in page


def test_what_was_taken_down_can_still_be_read(organiser: Client, season: Season) -> None:
    made = announcing.post_announcement(
        season_id=season.pk, text="检修期间请稍后再投", text_en="Please wait", actor="甲",
        starts_at=timezone.now(), ends_at=None,
    )  # fmt: skip
    announcing.withdraw_announcement(announcement_id=made.pk, actor="甲", reason="修好了")

    page = organiser.get(f"{PAGE}{made.pk}/").content.decode()
    for text in ("检修期间请稍后再投", "Please wait", "taken down"):
        assert text in page
    assert "Change the announcement" not in page
    assert "taken down" in organiser.get(PAGE).content.decode()


def test_times_are_those_of_the_seasons_clock(db: None) -> None:
    season = make.season(slug="there", time_zone="America/New_York")
    announcing.post_announcement(
        season_id=season.pk, text="通知", text_en="", actor="甲", ends_at=None,
        starts_at=datetime(2026, 1, 1, 12, 0, tzinfo=UTC),
    )  # fmt: skip

    page = member("organiser", season).get(PAGE.replace("here", "there"))
    assert "1 Jan 2026, 07:00" in page.content.decode()
