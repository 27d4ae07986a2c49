"""Certificates: what stands on them, who gets them, and that a phone reads their code."""

import asyncio
import json
import socket
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
import typst
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from tests.results import qr_reader, world
from tests.roles.people import browser, member
from voting.notices.paper import FONTS
from voting.results import certificates
from voting.results.models import Conferral
from voting.results.services import announcing
from voting.rules.wording import honours
from voting.seasons.models import Nominee, Season
from voting.seasons.services import RuleBroken

pytestmark = pytest.mark.django_db

APPROVED = {
    "is_showcase": False, "approval_authority": "隆回县委办公室",
    "approval_ref": "隆办函〔2026〕12号", "approved_places": 3,
}  # fmt: skip


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_words: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def season() -> Season:
    return world.filled(name="2026年隆回县公益之星", organiser="隆回县民政局、隆回县妇联")


def conferred(season: Season, monkeypatch: pytest.MonkeyPatch, **fields: Any) -> Conferral:
    """Announce the result of the season; fields: of who is honoured."""
    Nominee.objects.filter(season=season, ballot_number="101").update(**fields)
    world.announced(season, monkeypatch)
    return Conferral.objects.select_related("season").get()


def text_of(pdf: bytes) -> str:
    (page,) = PdfReader(BytesIO(pdf)).pages
    return "".join(page.extract_text().split())


def test_what_stands_on_a_certificate(
    season: Season, monkeypatch: pytest.MonkeyPatch, no_network: None
) -> None:
    Season.objects.filter(pk=season.pk).update(**APPROVED)
    row = conferred(season, monkeypatch, name="陈喆堃", name_en="Chen Zhekun")
    pdf = certificates.printed(certificates.sheet_of(row))
    text = text_of(pdf)

    for words in ("荣誉证书", "陈喆堃", "ChenZhekun", "2026年隆回县公益之星",
                  "“2026年隆回县公益之星”称号，类别：奖项1", row.number, "隆回县民政局",
                  "隆回县妇联", "隆回县委办公室批准，隆办函〔2026〕12号",
                  f"{row.conferred_at:%Y}年", f"/zh-hans/certificate/{row.code}/"):  # fmt: skip
        assert words in text
    assert "名）" not in text
    assert certificates.printed(certificates.sheet_of(row)) == pdf
    assert "第1名" in text_of(certificates.printed(certificates.sheet_of(row, with_place=True)))


def test_the_same_words_make_the_same_bytes(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = certificates.sheet_of(conferred(season, monkeypatch))
    day = sheet.conferral.conferred_at.date()
    twice = [
        certificates.set_pages(certificates.TEMPLATE, {"certificate": sheet.words}, day)
        for _time in range(2)
    ]
    assert twice[0] == twice[1]


def test_a_showcase_gives_no_titles(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    text = text_of(certificates.printed(certificates.sheet_of(conferred(season, monkeypatch))))

    assert "入选证书" in text
    assert honours(text.replace("奖项1", "")) == []
    assert "批准" not in text


def test_a_phone_reads_where_to_check_it(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    row = conferred(season, monkeypatch)
    sheet = certificates.sheet_of(row)
    picture = typst.compile(
        certificates.TEMPLATE, root=certificates.TEMPLATE.parent, font_paths=[FONTS],
        ignore_system_fonts=True, format="png", ppi=254,
        sys_inputs={"certificate": json.dumps(sheet.words)},
    )  # fmt: skip
    assert isinstance(picture, bytes)
    # 10 pixels a millimetre: the corner at the lower left.
    corner = Image.open(BytesIO(picture)).crop((340, 1550, 625, 1930))
    address = qr_reader.read(corner)

    assert address == f"http://127.0.0.1:8000/zh-hans/certificate/{row.code}/"
    page = Client().get(address.removeprefix("http://127.0.0.1:8000"))
    assert page.status_code == 200
    assert row.number in page.content.decode()
    assert ".pdf" not in page.content.decode()


def test_fonts_are_in_the_file(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = certificates.printed(certificates.sheet_of(conferred(season, monkeypatch)))
    (page,) = PdfReader(BytesIO(pdf)).pages
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    described = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]

    assert described
    assert all({"/FontFile2", "/FontFile3"} & set(one) for one in described)


@pytest.mark.parametrize("name", ["大桥社区志愿服务队" * 20, "甲"])
def test_any_name_fits_on_one_sheet(
    season: Season, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    row = conferred(season, monkeypatch, name=name[:200], name_en="Volunteers of Daqiao " * 9)
    assert name[:200] in text_of(certificates.printed(certificates.sheet_of(row)))


def test_what_the_font_lacks_is_shown_and_told(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = conferred(season, monkeypatch, name="𠮷某")
    sheet = certificates.sheet_of(row)
    page = member("organiser", season).get(reverse("console:result", args=["over"]))

    assert sheet.missing == ("𠮷",)
    assert "〓某" in text_of(certificates.printed(sheet))
    assert "font lacks 𠮷;" in page.content.decode()


def test_none_before_the_announcement_and_none_for_what_was_revoked(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _second = world.organisers(season)
    client, archive = browser(first), reverse("console:certificates", args=["over"])
    one = reverse("console:certificate", args=["over", "1"])
    for address in (archive, one):
        page = client.get(address, follow=True).content.decode()
        assert "once the result has been announced" in page
    row = conferred(season, monkeypatch)
    client = browser(first)  # the session has not lasted until now
    assert client.get(reverse("console:certificate", args=["over", "999"])).status_code == 404
    announcing.revoke(conferral_id=row.pk, actor="李敏", approved_by="王强", reason="材料虚假")
    row.refresh_from_db()

    with pytest.raises(RuleBroken, match="revoked"):
        certificates.sheet_of(row)
    one = reverse("console:certificate", args=["over", row.pk])
    assert "has been revoked" in client.get(one, follow=True).content.decode()
    assert "still holds" in client.get(archive, follow=True).content.decode()
    assert one not in client.get(reverse("console:result", args=["over"])).content.decode()


def test_an_observer_sees_the_result_and_takes_no_certificates(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = conferred(season, monkeypatch)
    observer = member("observer", season)
    page = observer.get(reverse("console:result", args=["over"])).content.decode()

    assert row.number in page
    assert "/certificates/" not in page
    assert ".zip" not in page


def test_one_and_all_can_be_taken_along(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    row = conferred(season, monkeypatch, name='罗/小"满')
    client = member("organiser", season)
    one = client.get(reverse("console:certificate", args=["over", row.pk]))
    archive = client.get(reverse("console:certificates", args=["over"]))

    assert one.headers["Content-Type"] == "application/pdf"
    assert isinstance(archive, StreamingHttpResponse)
    with ZipFile(BytesIO(asyncio.run(whole(archive)))) as found:
        assert found.namelist() == [f"{row.number} 罗_小_满.pdf"]
        assert found.read(found.namelist()[0]) == one.content
        assert found.testzip() is None
    with_place = client.get(reverse("console:certificates", args=["over"]), {"place": "1"})
    with ZipFile(BytesIO(asyncio.run(whole(with_place)))) as found:
        assert "第1名" in text_of(found.read(found.namelist()[0]))


async def whole(response: StreamingHttpResponse) -> bytes:
    return b"".join([piece async for piece in response])


@pytest.mark.parametrize(
    ("name", "tidy"),
    [("../../etc/passwd", "N-1 _.._etc_passwd.pdf"), ("a\x00b\n c. ", "N-1 ab c.pdf"),
     ("...", "N-1.pdf"),
     ("甲" * 200, f"N-1 {'甲' * 60}.pdf")],
)  # fmt: skip
def test_names_of_files_are_safe(name: str, tidy: str) -> None:
    assert certificates.file_name(Conferral(number="N-1", name=name)) == tidy


def test_a_rehearsal_or_demonstration_says_so_across_the_sheet(season: Season) -> None:
    row = Conferral(season=season)
    assert certificates._mark(row.season) == ""
    assert certificates._mark(Season(is_demo=True)) == "演示"
    assert certificates._mark(Season(rehearsal_of_id=1)) == "演练"
