"""A command by hand that looks into the wrong folder says so, and nothing else does."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

ROOT = Path(__file__).resolve().parents[2]


def manage(folder: Path, redis_url: str, *words: str) -> subprocess.CompletedProcess[str]:
    own = {"DATABASE_URL", "CACHE_REDIS_URL", "KEY_DIR", "SITE_ORIGIN"}
    settings = {name: value for name, value in os.environ.items() if name not in own}
    settings |= {
        "DATA_DIR": str(folder), "REDIS_URL": redis_url, "HOST": "127.0.0.1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *words],
        capture_output=True, text=True, check=False, env=settings, cwd=ROOT,
    )  # fmt: skip


@pytest.mark.parametrize("words", [("reconcile", "x"), ("results", "x")])
def test_a_data_dir_without_a_database_is_named(
    tmp_path: Path, settings: Settings, words: tuple[str, ...]
) -> None:
    folder = tmp_path / "another folder"
    folder.mkdir(mode=0o700)

    # The second time there is a file, which the first look has made.
    for done in (manage(folder, settings.REDIS_URL, *words) for _again in range(2)):
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert f"no database of the site in DATA_DIR, which is {folder}." in done.stderr
        assert "the same folder as for `run`" in done.stderr


def test_a_database_that_lacks_something_else_is_another_fault(
    tmp_path: Path, settings: Settings
) -> None:
    (folder := tmp_path / "data").mkdir(mode=0o700)
    with sqlite3.connect(folder / "welfare-star.sqlite3") as database:
        database.execute("CREATE TABLE half (id INTEGER)")
    database.close()

    done = manage(folder, settings.REDIS_URL, "results", "x")

    assert "Traceback" in done.stderr
    assert "DATA_DIR, which is" not in done.stderr
