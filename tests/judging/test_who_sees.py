"""Who sees what: own sheets and no others', hidden fields nowhere, files of those one marks."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.judging import world
from tests.papers import text_of
from tests.roles.people import member
from voting.judging import urls
from voting.judging.blind import code_of
from voting.judging.models import HIDEABLE, Panel, ScoreSheet, Seat
from voting.judging.services import panels, seats, submitting
from voting.judging.services.errors import JudgingRefused
from voting.nominations.models import Attachment, Nomination
from voting.nominations.storage import FILES
from voting.seasons.models import Nominee, Season
from voting.seasons.photos import PUBLIC
from voting.units.models import Tier, Unit

pytestmark = pytest.mark.django_db

STEM = "5" * 32
PHOTO = "6" * 32
PROOF = "7" * 32
SECRETS = {
    "name": ("罗小满", "Luo Xiaoman"),
    "unit": ("桃花坪街道", "Taohuaping"),
    "number": ("107",),
}


def filled(season: object) -> Nominee:
    """Give a season one nominee with everything that can be hidden."""
    category = season.categories.get(position=1)  # type: ignore[attr-defined]
    nominee = Nominee.objects.create(
        season=season, category=category, ballot_number="107", name="罗小满",
        name_en="Luo Xiaoman", unit="桃花坪街道", unit_en="Taohuaping",
        summary="罗小满的夜车", summary_en="Luo  Xiaoman drives",
        deeds="罗小满开车。\n\n桃花坪街道的老人都认识罗 小满。投 107号。",
        deeds_en="Luo Xiaoman of Taohuaping drives at night. No. 107.",
        figures=[{"value": "19", "unit": "位", "label": "罗小满照看的老人"}],
        portrait=STEM, photos=[{"stem": PHOTO, "width": 9, "height": 6, "caption": "罗小满出车"}],
    )  # fmt: skip
    for name in (f"{STEM}-card.jpg", f"{PHOTO}-thumb.jpg", f"{PHOTO}-page.jpg"):
        PUBLIC.write(name, b"picture")
    tier = Tier.objects.create(position=1, name="站")
    unit = Unit.objects.create(code="u1", name="桃花坪街道", tier=tier)
    nomination = Nomination.objects.create(
        season=season, category=category, nominee=nominee, route="unit", unit=unit,
        state="accepted", state_since=timezone.now(), submitted_at=timezone.now(),
        headline="好事", name="罗小满", unit_opinion="罗小满同志情况属实，桃花坪街道同意推荐。",
        opinion_signed_by="王主任",
    )  # fmt: skip
    for kind, stem, title in (("hours", PROOF, "罗小满服务证明"), ("consent", "8" * 32, "同意书")):
        Attachment.objects.create(
            nomination=nomination, kind=kind, title=title, stem=stem, bytes=5, sha256="0" * 64,
            content_type="application/pdf",
        )  # fmt: skip
        FILES.write(f"{stem}.pdf", b"paper")
    return nominee


def opened(*hidden: str, judges: int = 1) -> tuple[Panel, Nominee, list[Seat]]:
    season = world.season()
    nominee = filled(season)
    board, found = world.opened(season, judges=judges, hidden=hidden)
    return board, nominee, found


def addresses(board: Panel, nominee: Nominee, language: str = "en") -> Iterator[tuple[str, str]]:
    """Yield every address of judges, from the program's own address book."""
    for pattern in urls.urlpatterns:
        words = {"slug": board.season.slug, "panel": str(board.pk)}
        words |= {"code": code_of(board, nominee.pk), "place": "1"}
        takes = {"start": ("slug",)}.get(str(pattern.name)) or [
            name for name in words if f"?P<{name}>" in str(pattern.pattern)
        ]
        path = reverse(f"judging:{pattern.name}", kwargs={name: words[name] for name in takes})
        yield str(pattern.name), path.replace("/en/", f"/{language}/")


POSTS = {"answer", "save", "undo"}


def status(client: Client, name: str, path: str) -> int:
    if name == "save":
        return client.post(path, "{}", content_type="application/json").status_code
    return (client.post if name in POSTS else client.get)(path).status_code


def test_strangers_sign_in_and_all_others_find_nothing() -> None:
    board, nominee, _seats = opened()
    outsider = world.judge(board.season, "J9")
    # A judge of the season who has no seat on this panel.
    people = {
        "organiser": member("organiser", board.season),
        "reviewer": member("reviewer", board.season),
        "observer": member("observer", board.season),
        "judge elsewhere": member("judge", world.season()),
        "administrator": world.browser(world.organiser()),
        "judge without a seat": world.browser(outsider.user),
    }
    wrong = {}
    for name, path in addresses(board, nominee):
        stranger = status(Client(), name, path)
        if stranger != (
            401 if name == "save" else 404 if name in {"portrait", "photo", "proof"} else 302
        ):
            wrong[f"stranger {name}"] = stranger
        for who, client in people.items():
            expected = 200 if who == "judge without a seat" and name == "start" else 404
            if (found := status(client, name, path)) != expected:
                wrong[f"{who} {name}"] = found

    assert wrong == {}


def test_who_has_not_declared_sees_no_file() -> None:
    season = world.season()
    nominee = filled(season)
    board = world.panel(season)
    (seat,) = world.seated(board, world.judge(season, "J1"), ready=False)
    panels.open_panel(panel_id=board.pk, by=world.organiser())
    client = world.browser(seat)

    for name, path in addresses(board, nominee):
        if name in {"start", "answer"}:
            continue
        found = status(client, name, path)
        assert found in {302, 404, 400}, name
    assert "罗小满" not in client.get(f"/zh-hans/judging/{season.slug}/").content.decode()


def test_nobody_sees_files_before_the_panel_is_open() -> None:
    season = world.season()
    nominee = filled(season)
    board = world.panel(season)
    (seat,) = world.seated(board, world.judge(season, "J1"))
    client = world.browser(seat)

    for name, path in addresses(board, nominee):
        if name in {"portrait", "photo", "proof"}:
            assert client.get(path).status_code == 404
        elif name not in POSTS:
            assert "罗小满" not in client.get(path, follow=True).content.decode(), name


def test_who_declined_or_left_finds_nothing() -> None:
    board, nominee, (seat,) = opened()
    client = world.browser(seat)
    assert client.get(world.page(board, nominee)).status_code == 200

    seats.leave(seat_id=seat.pk, by=world.organiser(), reason="ill")

    for rest in ("", "portrait", "photo-1", "proof-1"):
        assert client.get(world.page(board, nominee, rest)).status_code == 404
    assert client.get(f"/en/judging/{board.season.slug}/").status_code == 200


def test_files_come_as_files_under_neutral_names() -> None:
    board, nominee, (seat,) = opened()
    client = world.browser(seat)

    photo = client.get(world.page(board, nominee, "photo-1-large"))
    proof = client.get(world.page(board, nominee, "proof-1"))

    assert (photo.content, photo.headers["Cache-Control"]) == (b"picture", "private, max-age=600")
    assert (proof.content, proof.headers["Cache-Control"]) == (b"paper", "no-store")
    assert proof.headers["Content-Disposition"] == 'attachment; filename="proof-1.pdf"'
    # What people signed to consent is no proof, and nobody judges by it.
    assert client.get(world.page(board, nominee, "proof-2")).status_code == 404
    assert "同意书" not in client.get(world.page(board, nominee)).content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_hidden_fields_are_in_no_byte_that_a_judge_gets(language: str) -> None:
    board, nominee, (seat,) = opened(*HIDEABLE)
    client = world.browser(seat)
    world.save(client, board, world.piece(board, nominee, "c_help", "8"))
    code = code_of(board, nominee.pk)
    found: dict[str, list[str]] = {}
    pages = dict(addresses(board, nominee, language))
    pages["compare"] += f"?a={code}&b={code}"
    pages["others"] = pages["sheet"].replace(code, code_of(board, world.first(board).pk))
    words = [word for own in SECRETS.values() for word in own]
    words += [STEM, PHOTO, PROOF, "王主任", "候选人101", "<img"]
    for name, path in pages.items():
        if name in {"answer", "undo", "save"}:
            continue
        answer = client.get(path)
        pdf = answer.headers["Content-Type"] == "application/pdf"
        whole = text_of(answer.content) if pdf else answer.content.decode()
        whole += str(answer.headers)
        if name in {"portrait", "photo", "proof"}:
            assert answer.status_code == 404
            continue
        # Codes and tokens are random; by chance one may hold a number.
        whole = re.sub(r"[0-9a-f]{12,}|\"[A-Za-z0-9]{64}\"", "", whole)
        if hits := [word for word in words if re.search(rf"(?<![\w.]){word}(?![\w])", whole)
                    or (not word.isascii() and word in whole)]:  # fmt: skip
            found[name] = hits

    assert found == {}
    sheet = client.get(pages["sheet"]).content.decode()
    assert sheet.count("■■") >= 4


def test_hidden_names_are_blanked_however_a_text_spells_them() -> None:
    board, nominee, (seat,) = opened("name")
    spellings = ("羅小滿", "罗 小 满", "罗·小满", "Luo Xiaoman", "Xiaoman Luo", "ＬＵＯ Xiao-man")
    nominee.name_en = "Luo Xiaoman"
    nominee.deeds = f"邻居都认得{'、'.join(spellings)}，小满那天也来。"
    nominee.save()

    page = world.browser(seat).get(world.page(board, nominee, language="zh-hans")).content.decode()

    assert [one for one in spellings if one in page] == []
    assert f"邻居都认得{'、'.join(['■■'] * len(spellings))}，小满那天也来。" in page


@pytest.mark.parametrize("hidden", HIDEABLE)
def test_only_what_is_hidden_is_hidden(hidden: str) -> None:
    board, nominee, (seat,) = opened(hidden)
    page = world.browser(seat).get(world.page(board, nominee, language="zh-hans")).content.decode()

    shown = {
        "name": "罗小满" in page,
        "portrait": "portrait" in page,
        "unit": "桃花坪" in page,
        "number": ">107<" in page,
        "photos": "photo-1" in page,
        "attachments": "proof-1" in page,
    }
    assert [name for name, seen in shown.items() if not seen] == [hidden]


def test_the_order_says_nothing_of_hidden_numbers() -> None:
    board, _nominee, (seat,) = opened("number", "name")
    client = world.browser(seat)

    page = client.get(world.address(board, "submit/")).content.decode()

    codes = list(dict.fromkeys(re.findall(r"/([0-9a-f]{12})/", page)))
    of_first = [
        code_of(board, one.pk)
        for one in board.season.nominees.filter(category__position=1).order_by("ballot_number")
    ]
    assert codes[:4] == sorted(of_first)


def test_marks_of_others_are_shown_afterwards_at_most_and_never_by_whom() -> None:
    board, nominee, found = opened(judges=4)
    Panel.objects.update(shows_marks=True)
    for seat, points in zip(found[1:], ("2", "6", "7"), strict=True):
        world.mark_all(seat, points)
        submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    own = found[0]
    client = world.browser(own)

    before = client.get(world.page(board, nominee)).content.decode()
    world.mark_all(own, "9")
    submitting.submit(seat_id=own.pk, user=own.judge.user)
    submitted = client.get(world.page(board, nominee)).content.decode()
    panels.close_panel(panel_id=board.pk, by=world.organiser(), reason="评审结束")
    after = client.get(world.page(board, nominee)).content.decode()
    Panel.objects.update(shows_marks=False)
    never = client.get(world.page(board, nominee)).content.decode()

    text = "The panel: lowest 2, middle 6.5, highest 9"
    # Whoever has submitted could take the sheet back, and mark by what the others gave.
    assert (before.count(text), submitted.count(text)) == (0, 0)
    assert (after.count(text), never.count(text)) == (4, 0)
    assert not any(f"评委J{number}" in after for number in range(1, 5))


def test_notes_are_on_no_page_but_the_judges_own() -> None:
    board, nominee, (seat, other) = opened(judges=2)
    world.save(world.browser(seat), board, world.piece(board, nominee, "note", "只有我看见"))
    assert ScoreSheet.objects.get().note == "只有我看见"

    boss = world.browser(world.organiser())
    slug = board.season.slug
    pages = [
        boss.get(path)
        for path in (
            "/admin/",
            f"/en/console/seasons/{slug}/",
            f"/en/console/seasons/{slug}/audit/",
        )
    ]
    pages.append(world.browser(other).get(world.page(board, nominee)))

    assert all("只有我看见" not in page.content.decode() for page in pages)
    assert "只有我看见" in world.browser(seat).get(world.page(board, nominee)).content.decode()
    assert not [one for one in _registered() if one.startswith("judging")]


def _registered() -> list[str]:
    return [model._meta.label_lower for model in admin.site._registry]


def test_over_means_reading_only() -> None:
    board, nominee, (seat,) = opened()
    Panel.objects.update(due_at=timezone.now() - timedelta(hours=1))

    page = world.browser(seat).get(world.page(board, nominee)).content.decode()

    assert "Marking is over." in page
    assert page.count("<fieldset") == page.count(" disabled>") == 4
    assert "I must recuse myself" not in page


def test_comments_for_the_committee_are_read_once_nobody_marks_any_more() -> None:
    board, nominee, (seat,) = opened()
    world.mark_all(seat)
    sheet = seat.sheets.get(nominee=nominee)
    sheet.comment, sheet.note = "实地走访属实", "只给自己看"
    sheet.save()
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    client = world.browser(world.organiser())
    page = reverse("console:seat", args=[board.season.slug, board.pk, seat.pk])
    assert "实地走访属实" not in client.get(page).content.decode()

    panels.close_panel(panel_id=board.pk, by=world.organiser(), reason="评审结束")
    Season.objects.filter(pk=board.season_id).update(phase="closed")
    shown = client.get(page).content.decode()
    assert "实地走访属实" in shown
    assert "只给自己看" not in shown
    with pytest.raises(JudgingRefused, match="closed"):
        seats.leave(seat_id=seat.pk, by=world.organiser(), reason="ill")
