"""Photos and proofs: made anew or refused with a clear text, shown only to those who may."""

import io
import os
import random
import struct
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, ImageDraw

from accounts.models import User
from config.http_limits import most_body_bytes
from tests.nominations import world
from tests.nominations.world import address, picture
from voting.nominations import documents, pictures
from voting.nominations.models import Attachment, Nomination, Photo
from voting.nominations.services import files
from voting.nominations.storage import FILES
from voting.notices import evidence
from voting.roles.models import Grant
from voting.seasons.models import Season
from voting.units.models import Unit

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF\n"


def upload(client: Client, nomination: Nomination, page: str, raw: bytes, **values: Any) -> Any:
    name = values.pop("name", "photo.jpg")
    file = SimpleUploadedFile(name, raw, content_type="image/jpeg")
    return client.post(address(nomination, f"add/{page}/"), {"file": file} | values)


def png_of(width: int, height: int) -> bytes:
    """Make a PNG that says it is this large, with next to nothing in it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + checksum

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1_000_000), 9)) + chunk(b"IEND", b"")
    )  # fmt: skip


def animated(form: str) -> bytes:
    frames = [Image.new("RGB", (400, 500), color) for color in ("red", "blue")]
    target = io.BytesIO()
    frames[0].save(target, form, save_all=True, append_images=frames[1:])
    return target.getvalue()


HOSTILE = {
    "empty": (b"", "Choose a file first|This file is empty|empty"),
    "text": (b"hello", "no picture that can be used"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "SVG"),
    "svg with a declaration": (b'<?xml version="1.0"?>\n<svg/>', "SVG"),
    "page": (b"<!doctype html><script>alert(1)</script>", "SVG"),
    "gif": (b"GIF89a" + bytes(100), "GIF"),
    "heic": (b"\x00\x00\x00\x18ftypheic" + bytes(100), "HEIC"),
    "program": (b"MZ" + bytes(500), "no picture that can be used"),
    "pdf": (PDF, "no picture that can be used"),
    "only a head": (b"\xff\xd8\xff\xe0" + bytes(200), "damaged or not complete"),
    "png head": (b"\x89PNG\r\n\x1a\n" + bytes(200), "damaged or not complete"),
    "bomb": (png_of(50_000, 50_000), "too many pixels"),
    "wide bomb": (png_of(60_000, 10), "too many pixels"),
    "moderate bomb": (png_of(7_000, 7_000), "too many pixels"),
    "not enough data": (png_of(1_000, 1_000), "damaged or not complete"),
    "moving webp": (animated("WEBP"), "Moving pictures"),
    "moving png": (animated("PNG"), "Moving pictures"),
    "small": (picture(200, 300), "too small: 200 × 300 pixels"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_usable_picture_is_refused_with_a_clear_text(
    client: Client, nomination: Nomination, name: str
) -> None:
    raw, said = HOSTILE[name]
    answer = upload(client, nomination, "portrait", raw)

    assert answer.status_code == 422
    assert any(one in answer.content.decode() for one in said.split("|"))
    assert not Photo.objects.exists()
    assert not list(FILES.root.glob("*/*"))


def test_a_truncated_photo_is_refused(client: Client, nomination: Nomination) -> None:
    raw = (world.SAMPLES / "portrait_8.jpg").read_bytes()
    answer = upload(client, nomination, "portrait", raw[: len(raw) // 2])
    assert "damaged or not complete" in answer.content.decode()
    assert not Photo.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(pictures.PictureRefused, match="At most 12 MB"):
        pictures.decoded(b"\xff\xd8\xff" + bytes(pictures.MOST_BYTES))
    uploading = "/en/nominations/ABCDEFGH23/add/photo/"
    assert most_body_bytes(uploading) > pictures.MOST_BYTES
    answers = "/en/console/seasons/x/nominations/at/ABCDEFGH23/"  # scans of offices' answers
    assert most_body_bytes(answers) > documents.MOST_BYTES + 512 * 1024
    for letters in ("new", "ABCD2345"):
        path = f"/en/console/seasons/x/objections/{letters}/"
        assert most_body_bytes(path) > evidence.MOST_BYTES
    assert most_body_bytes("/en/nominations/ABCDEFGH23/edit/deeds/") == 512 * 1024
    for other in ("/en/nominations/ABCDEFGH23/", "/en/nominate/x/", f"/en/s{uploading}"):
        assert most_body_bytes(other) == 64 * 1024


def markers(raw: bytes) -> set[int]:
    """Return the kinds of application segments in a JPEG file."""
    found, at = set(), 2
    while raw[at] == 0xFF and raw[at + 1] != 0xDA:
        if 0xE1 <= raw[at + 1] <= 0xEF or raw[at + 1] == 0xFE:
            found.add(raw[at + 1])
        at += 2 + int.from_bytes(raw[at + 2 : at + 4], "big")
    return found


def test_position_camera_and_what_hides_behind_a_photo_are_gone(
    client: Client, nomination: Nomination
) -> None:
    raw = (world.SAMPLES / "gps_DSCN0025.jpg").read_bytes()
    assert Image.open(io.BytesIO(raw)).getexif().get_ifd(0x8825)
    hidden = b"<script>alert('behind')</script>PK\x03\x04"
    answer = upload(client, nomination, "photo", raw + hidden, caption="义务劳动")
    assert answer.status_code == 302
    photo = Photo.objects.get()
    names = FILES.of_stem(photo.stem)

    assert len(names) == 4
    for name in names:
        content = FILES.read(name) or b""
        with Image.open(io.BytesIO(content)) as image:
            assert not image.getexif()
            assert image.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density",
                                         "progressive", "progression", "loop", "background",
                                         "timestamp", "duration"}  # fmt: skip
        assert b"script" not in content
        assert b"GPS" not in content
        if name.endswith("jpg"):
            assert markers(content) == set()


@pytest.mark.parametrize(
    ("name", "size"), [("landscape_5.jpg", (1600, 1067)), ("portrait_8.jpg", (1067, 1600))]
)
def test_a_turned_photo_stands_upright(name: str, size: tuple[int, int]) -> None:
    copies = pictures.photo((world.SAMPLES / name).read_bytes())
    assert (copies.width, copies.height) == size
    for ending, content in copies.files.items():
        with Image.open(io.BytesIO(content)) as image:
            assert max(image.size) == (1600 if "page" in ending else 640)


def test_see_through_and_grey_pictures_lie_on_white() -> None:
    layer = Image.new("RGBA", (400, 500), (0, 0, 0, 0))
    ImageDraw.Draw(layer).rectangle((100, 100, 300, 300), fill=(10, 20, 200, 255))
    for image in (layer, layer.convert("LA"), layer.convert("P"), layer.convert("1")):
        target = io.BytesIO()
        image.save(target, "PNG")
        shown = pictures.decoded(target.getvalue())
        assert shown.mode == "RGB"
    target = io.BytesIO()
    layer.save(target, "PNG")
    assert pictures.decoded(target.getvalue()).getpixel((5, 5)) == (255, 255, 255)


def test_a_portrait_is_cut_to_a_card_and_can_be_cut_elsewhere(
    client: Client, nomination: Nomination
) -> None:
    tall = Image.new("RGB", (800, 2000), "white")
    ImageDraw.Draw(tall).rectangle((0, 0, 800, 900), fill="black")
    target = io.BytesIO()
    tall.save(target, "JPEG")
    assert upload(client, nomination, "portrait", target.getvalue()).status_code == 302
    first = Photo.objects.get()
    before = FILES.of_stem(first.stem)

    def card() -> Image.Image:
        content = FILES.read(f"{Photo.objects.get().stem}-card.jpg") or b""
        return Image.open(io.BytesIO(content))

    assert card().size == (320, 400)
    assert card().getpixel((160, 20)) < (60, 60, 60)
    change = address(nomination, f"change/{first.stem}/")
    assert client.post(change, {"crop": "100"}).status_code == 302
    assert card().getpixel((160, 20)) > (200, 200, 200)
    assert Photo.objects.get().stem != first.stem
    assert client.post(change, {"crop": "7"}).status_code == 404
    assert client.post(change, {"crop": "00350"}).status_code == 404
    assert client.post(change, {"crop": "0035999"}).status_code == 404
    page = client.get(address(nomination, "edit/files/")).content.decode()
    assert f"{Photo.objects.get().stem}-card.webp" in page
    assert len(before) == 4


def test_a_new_portrait_takes_the_place_of_the_old_one(
    client: Client, nomination: Nomination, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        upload(client, nomination, "portrait", picture())
    old = Photo.objects.get().stem
    with django_capture_on_commit_callbacks(execute=True):
        upload(client, nomination, "portrait", picture(900, 1200, form="PNG"))
    assert Photo.objects.get().stem != old
    assert FILES.of_stem(old) == []
    assert len(FILES.of_stem(Photo.objects.get().stem)) == 4


def test_only_so_many_photos_and_files(client: Client, nomination: Nomination) -> None:
    for _each in range(3):
        assert upload(client, nomination, "photo", picture(), caption="x").status_code == 302
    assert (
        "At most 3 photos"
        in upload(client, nomination, "photo", picture(), caption="x").content.decode()
    )
    assert Photo.objects.count() == 3
    for _each in range(5):
        assert upload(client, nomination, "proof", PDF, kind="hours").status_code == 302
    assert (
        "At most 5 files" in upload(client, nomination, "proof", PDF, kind="hours").content.decode()
    )
    assert Attachment.objects.count() == 5


def test_a_photo_is_described_and_taken_out(
    client: Client, nomination: Nomination, django_capture_on_commit_callbacks: Any
) -> None:
    upload(client, nomination, "photo", picture(), caption="")
    photo = Photo.objects.get()
    assert (
        "Say for each photo what it shows."
        in client.get(address(nomination, "edit/check/")).content.decode()
    )
    change = address(nomination, f"change/{photo.stem}/")
    assert client.post(change, {"caption": "植树", "taken_on": "2026-03-12"}).status_code == 302
    photo.refresh_from_db()
    assert (photo.caption, photo.taken_on.isoformat()) == ("植树", "2026-03-12")  # type: ignore[union-attr]
    assert client.post(change, {"caption": "x" * 201}).status_code == 422
    assert client.post(change, {"caption": "植树", "taken_on": "soon"}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(change, {"remove": "1"}).status_code == 302
    assert not Photo.objects.exists()
    assert FILES.of_stem(photo.stem) == []
    assert client.post(change, {"caption": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"<html>%PDF-1.4 %%EOF", "Only PDF, JPEG and PNG"),
        (b"%PDF-1.4\nno end", "damaged or not complete"),
        (PDF[:-8], "damaged or not complete"),
        (PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript>>"), "contains scripts"),
        (PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/J#61vaScr#69pt>>"), "contains scripts"),
        (PDF.replace(b"/Catalog", b"/Catalog/EmbeddedFile"), "contains scripts"),
        (b"\xff\xd8\xff" + bytes(99), "damaged or not complete"),
        (b"PK\x03\x04" + bytes(99), "Only PDF, JPEG and PNG"),
    ],
)
def test_what_is_no_usable_proof_is_refused(
    client: Client, nomination: Nomination, raw: bytes, said: str
) -> None:
    answer = upload(client, nomination, "proof", raw, kind="other", name="proof.pdf")
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Attachment.objects.exists()


def test_a_proof_is_handed_out_as_a_download_that_runs_nothing(
    client: Client, nomination: Nomination
) -> None:
    title = '证明"\r\nX: <b>.html'
    upload(client, nomination, "proof", PDF, kind="hours", title=title)
    proof = Attachment.objects.get()
    answer = client.get(address(nomination, f"files/{proof.stem}.pdf"))

    assert answer.content == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer.headers["Cache-Control"]
    scan = upload(client, nomination, "proof", picture(form="PNG"), kind="opinion", title="意见")
    assert scan.status_code == 302
    assert Attachment.objects.get(kind="opinion").content_type == "image/png"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_whoever_reads_files_by_a_role_shows_a_second_factor_first(
    client: Client, season: Season, nomination: Nomination, settings: Any, method: str,
    language: str,
) -> None:  # fmt: skip
    upload(client, nomination, "proof", PDF, kind="other", name="proof.pdf")
    proof = nomination.attachments.get()
    world.filled(client, nomination)
    world.send_in(client, nomination)
    reviewer = User.objects.create_user("reviewer@example.org")
    Grant.objects.create(user=reviewer, role="reviewer", season=season, granted_by="x")
    page = address(nomination, f"files/{proof.stem}.pdf", language)
    assert world.signed_in(reviewer).get(page).status_code == 200
    settings.STAFF_SECOND_FACTOR = True

    for person in (world.signed_in(reviewer), client):
        answer = getattr(person, method)(page)
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/second-factor/?next=")


def test_a_proof_does_not_stay_in_a_browser_that_others_use(
    client: Client, nomination: Nomination
) -> None:
    upload(client, nomination, "proof", PDF, kind="other", name="proof.pdf")
    proof = nomination.attachments.get()

    answer = client.get(address(nomination, f"files/{proof.stem}.pdf"))

    assert "no-store" in answer.headers["Cache-Control"]
    assert "private" in answer.headers["Cache-Control"]


def test_a_photo_of_very_many_passes_is_refused_before_it_is_decoded() -> None:
    raw = picture(progressive=True)
    last = raw[raw.rfind(b"\xff\xda") : -2]

    assert pictures.photo(raw).width == 800
    # Phones put films behind the picture: whatever is in them, no pass is.
    assert pictures.photo(raw + last * 100).width == 800
    with pytest.raises(pictures.PictureRefused, match="damaged or not complete"):
        pictures.photo(raw[:-2] + last * 100 + b"\xff\xd9")
    # Nor do marks that stand alone hide them.
    with pytest.raises(pictures.PictureRefused, match="damaged or not complete"):
        pictures.photo(raw[:-2] + (b"\xff\x01\xff\xd3\xff" + last) * 100 + b"\xff\xd9")


def test_no_scan_keeps_the_site_busy() -> None:
    # Pixels of two values, in no order: the search for the shortest file does not end.
    dots = bytes(byte & 1 for byte in random.Random(7).randbytes(900 * 900 * 3))
    image = Image.frombytes("RGB", (900, 900), dots)
    started = time.process_time()
    raw = io.BytesIO()
    image.save(raw, "PNG", compress_level=1)
    plain = time.process_time() - started

    started = time.process_time()
    kind, content = pictures.scan(raw.getvalue())
    taken = time.process_time() - started

    assert kind == "image/png"
    assert Image.open(io.BytesIO(content)).tobytes() == dots
    assert taken < 12 * plain


def test_files_are_shown_to_those_who_may_read_the_nomination(
    client: Client, season: Season, office: Unit, station: Unit, nomination: Nomination
) -> None:
    upload(client, nomination, "portrait", picture())
    upload(client, nomination, "proof", PDF, kind="hours")
    names = [f"{Photo.objects.get().stem}-card.jpg", f"{Attachment.objects.get().stem}.pdf"]
    other_season = world.recommender(world.season(), world.unit("9"), "c@example.org")
    below = world.recommender(season, station, "d@example.org")
    reviewer = User.objects.create_superuser("root@example.org", "x")

    def answers(who: Client) -> list[int]:
        return [who.get(address(nomination, f"files/{name}")).status_code for name in names]

    assert answers(client) == [200, 200]
    strangers = [Client(), world.signed_in(other_season), world.signed_in(below)]
    assert [answers(one) for one in strangers] == [[404, 404]] * 3
    assert answers(world.signed_in(reviewer)) == [404, 404]  # a draft is nobody else's
    world.filled(client, nomination)
    world.send_in(client, nomination)
    assert answers(world.signed_in(reviewer)) == [200, 200]
    assert [answers(one) for one in strangers] == [[404, 404]] * 3
    grant = other_season.grants.get()
    another = world.draft(other_season, grant.season, of=grant.unit)
    assert client.get(address(another, f"files/{names[0]}")).status_code == 404


def test_files_without_a_row_are_swept_and_others_stay(
    client: Client, nomination: Nomination, tmp_path: Path
) -> None:
    upload(client, nomination, "portrait", picture())
    FILES.write("0" * 32 + "-page.jpg", b"orphan")
    assert files.sweep_files() == 0  # not a day old
    for path in FILES.root.glob("*/*"):
        os.utime(path, (1, 1))
    assert files.sweep_files() == 1
    assert len(list(FILES.root.glob("*/*"))) == 4
