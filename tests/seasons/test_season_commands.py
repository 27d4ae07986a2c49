"""``season_import`` and ``season_export`` at the command line."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.seasons.files import SMALL
from voting.seasons.models import Season

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
DEMO = Path(__file__).parents[2] / "voting" / "seasons" / "demo" / "longhui-2026.yaml"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def run(*arguments: object) -> str:
    out = StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue()


def test_import_says_what_the_season_is(file: Path) -> None:
    assert run("season_import", file).splitlines() == [
        "small is a draft: 小城公益之星",
        "Voting: 2026-11-16 09:00 to 2026-11-30 18:00 (Asia/Shanghai)",
        "Categories: 2, nominees: 3, past winners: 1",
        "  1 志愿者: 2",
        "  2 项目: 1",
        "Choices on a ballot: 2 or more",
        "  in all at most 1 ballot a day",
        "  in all at most 3 choices on a ballot",
    ]


def test_import_shifted_to_now_is_open(file: Path) -> None:
    run("season_import", file, "--shift-to-now")
    season = Season.objects.get()
    assert season.opens_at < timezone.now() < season.closes_at


def test_faulty_file_is_refused_line_by_line(file: Path) -> None:
    file.write_text(SMALL.replace("max: 3}", "max: many}"), encoding="utf-8")

    with pytest.raises(CommandError) as raised:
        run("season_import", file)

    assert str(raised.value).splitlines() == [
        "Nothing was imported: 1 problem in small.yaml.",
        (
            "small.yaml, line 12, rules.caps[2].max: found “many”. "
            "Allowed: a whole number from 1 to 2147483647, without quotation marks."
        ),
    ]
    assert not Season.objects.exists()


def test_opened_season_is_refused(file: Path) -> None:
    run("season_import", file)
    Season.objects.update(phase="open")
    with pytest.raises(CommandError, match=r"small has been opened; its rules are frozen\."):
        run("season_import", file)


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run("season_import", tmp_path / "none.yaml")


def test_export_prints_or_writes(file: Path, tmp_path: Path) -> None:
    run("season_import", file)
    output = tmp_path / "out.yaml"

    printed = run("season_export", "small")
    run("season_export", "small", "--output", output)

    assert printed == output.read_text(encoding="utf-8")
    assert printed.startswith("season:\n  slug: small\n")


def test_export_of_an_unknown_season_names_those_that_are_known(file: Path) -> None:
    run("season_import", file)
    with pytest.raises(CommandError, match=r"Known: small\."):
        run("season_export", "smal")


def test_export_to_a_folder_that_is_not_there_is_told(file: Path, tmp_path: Path) -> None:
    run("season_import", file)
    with pytest.raises(CommandError, match="No such file"):
        run("season_export", "small", "--output", tmp_path / "none" / "out.yaml")


def test_demonstration_season_imports_and_survives_a_round_trip(tmp_path: Path) -> None:
    output = tmp_path / "out.yaml"
    assert "nominees: 48" in run("season_import", DEMO, "--shift-to-now")
    run("season_export", "longhui-2026", "--output", output)

    run("season_import", output)

    assert run("season_export", "longhui-2026") == output.read_text(encoding="utf-8")
