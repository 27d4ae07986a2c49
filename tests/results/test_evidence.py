"""Scans that prove figures: asked for where a title depends on them, seen by who confirms."""

import csv
import os
import time
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests.results import world
from tests.roles.people import browser, member
from voting.audit.models import AuditEntry
from voting.results.evidence import FILES, ORPHAN_SECONDS
from voting.results.models import FigureBatch
from voting.results.services import sealing
from voting.seasons.models import Season

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n0\n%%EOF\n"


@pytest.fixture(autouse=True)
def folder(settings: object, tmp_path: Path, collected_static: Path, english: None) -> None:
    """Scans lie in a folder of the test's."""
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]


def award() -> Season:
    return world.over(
        is_showcase=False, approval_authority="县政府", approval_ref="〔2026〕1 号",
        approved_places=1,
    )  # fmt: skip


def brought(
    client: Client, season: Season, scan: bytes | None = PDF, name: str = "唱票.pdf"
) -> int:
    sent = {
        "kind": "votes", "source": "图书馆票箱",
        "file": ContentFile(world.votes(), "votes.csv"),
    }  # fmt: skip
    if scan is not None:
        sent["evidence"] = ContentFile(scan, name)
    return client.post(reverse("console:figures", args=[season.slug]), sent).status_code


def scans() -> list[Path]:
    return [path for path in FILES.root.rglob("*") if path.is_file()]


def test_the_second_person_sees_numbers_and_scan_before_confirming() -> None:
    season = award()
    first, second = map(browser, world.organisers(season))
    assert brought(first, season) == 302
    batch = FigureBatch.objects.get()
    page = reverse("console:figures_one", args=[season.slug, batch.pk])
    assert "somebody else must confirm" in first.get(page).content.decode()
    shown = second.get(page).content.decode()
    assert "compare it with the table" in shown
    assert "候选人101" in shown.replace("Nominee 101", "候选人101")
    assert "200" in shown
    assert "420" in shown  # all together
    assert batch.evidence_sha256 == sha256(PDF).hexdigest()
    scan = second.get(page + "evidence")
    assert scan.content == PDF
    assert scan["Content-Type"] == "application/pdf"
    assert scan["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "attachment" in scan["Content-Disposition"]
    assert second.post(page, {"confirm": "1"}).status_code == 302
    batch.refresh_from_db()
    assert batch.state == FigureBatch.State.COUNTED


def test_an_award_takes_no_figures_without_a_scan_and_a_showcase_does() -> None:
    season = award()
    (client, *_rest) = map(browser, world.organisers(season))
    assert brought(client, season, scan=None) == 422
    assert not FigureBatch.objects.exists()
    Season.objects.filter(pk=season.pk).update(is_showcase=True)
    assert brought(client, season, scan=None) == 302


@pytest.mark.parametrize(
    "scan", [b"<html>", b"%PDF-1.7 cut", b"\x89PNG\r\n\x1a\nnot one", b"GIF89a"]
)
def test_what_is_no_scan_is_refused_at_its_field_and_leaves_nothing(scan: bytes) -> None:
    season = award()
    (client, *_rest) = map(browser, world.organisers(season))
    answer = client.post(
        reverse("console:figures", args=[season.slug]),
        {
            "kind": "votes", "source": "x", "file": ContentFile(world.votes(), "v.csv"),
            "evidence": ContentFile(scan, "scan.pdf"),
        },
    )  # fmt: skip
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["evidence"]
    assert not FigureBatch.objects.exists()
    assert scans() == []


def test_a_refused_table_leaves_no_scan_behind() -> None:
    season = award()
    (client, *_rest) = map(browser, world.organisers(season))
    assert brought(client, season) == 302
    assert brought(client, season) == 422  # the very same file once more
    assert len(scans()) == 1


def test_a_photo_of_the_count_loses_where_it_was_taken() -> None:
    season = award()
    (client, *_rest) = map(browser, world.organisers(season))
    exif = Image.Exif()
    exif[0x010F] = "camera of somebody"
    raw = BytesIO()
    Image.new("RGB", (640, 480), "white").save(raw, "JPEG", exif=exif)
    assert brought(client, season, raw.getvalue(), "照片.jpg") == 302
    batch = FigureBatch.objects.get()
    kept = FILES.read(batch.evidence)
    assert kept is not None
    assert b"camera of somebody" in raw.getvalue()
    assert b"camera of somebody" not in kept
    assert batch.evidence_sha256 == sha256(kept).hexdigest()


def test_figures_are_taken_along_as_they_came_and_the_log_says_so() -> None:
    season = award()
    (client, *_rest) = map(browser, world.organisers(season))
    brought(client, season)
    batch = FigureBatch.objects.get()
    answer = client.get(reverse("console:figures_csv", args=[season.slug, batch.pk]))
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["nominee"]: int(row["votes"]) for row in rows} == world.VOTES
    assert {row["channel"] for row in rows} == {"public"}
    assert AuditEntry.objects.filter(action="figures.export").count() == 1


def test_observers_and_other_seasons_find_no_scan() -> None:
    season = award()
    (client, *_rest) = map(browser, world.organisers(season))
    brought(client, season)
    batch = FigureBatch.objects.get()
    for name in ("figures_one", "figures_csv", "figures_evidence"):
        address = reverse(f"console:{name}", args=[season.slug, batch.pk])
        assert member("observer", season).get(address).status_code == 403
        assert Client().get(address).status_code == 302
        other = reverse(f"console:{name}", args=["other", batch.pk])
        assert client.get(other).status_code == 404


def test_the_fingerprint_of_the_scan_is_sealed_and_public() -> None:
    season = world.over()
    scan = FILES.root.parent / "count.pdf"
    scan.write_bytes(PDF)
    votes = scan.with_name("votes.csv")
    votes.write_bytes(world.votes())
    call_command(
        "offline_votes_import", season.slug, str(votes), "--source", "票箱", "--evidence", str(scan)
    )
    world.import_scores(season=season, raw=world.scores(), file_name="s.csv", actor="operator")
    world.sealed_and_published(season)
    fingerprint = sha256(PDF).hexdigest()
    assert sealing.sources_of(season)["files"][0]["evidence"] == fingerprint
    page = Client().get(f"/en/s/{season.slug}/result/").content.decode()
    assert fingerprint in page


def test_a_scan_that_nothing_names_goes_after_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    season = award()
    (client, *_rest) = map(browser, world.organisers(season))
    brought(client, season)
    FILES.write(f"{'0' * 32}.pdf", PDF)
    old = time.time() - ORPHAN_SECONDS - 60
    for path in scans():
        os.utime(path, (old, old))
    call_command("results_tidy")
    assert "files deleted: 1" in capsys.readouterr().out
    assert [path.name for path in scans()] == [FigureBatch.objects.get().evidence]
