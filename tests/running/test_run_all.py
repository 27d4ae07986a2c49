"""What ``make test`` makes of its runs, with small programs in their place."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from config.processes import is_alive, wait_until
from tests import run_all
from tests.run_all import ROOT, Run, carry_out, main

Planned = Callable[..., None]


def program(name: str, text: str) -> Run:
    """Return a run that is a small program instead of pytest."""
    run = Run(name, [], {})

    def start() -> None:
        run.process = subprocess.Popen([sys.executable, "-c", text], stdout=run.output)

    run.start = start  # type: ignore[method-assign]
    return run


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch) -> Planned:
    def planned(*runs: Run) -> None:
        monkeypatch.setattr(run_all, "planned", lambda _words: list(runs))

    return planned


@pytest.mark.parametrize(
    ("codes", "expected"),
    [([0, 0, 0], 0), ([0, 5, 5], 0), ([0, 1, 0], 1), ([5, 5, 5], 5), ([2, 0, 0], 1)],
)
def test_one_failed_run_fails_all(
    plan: Planned, capsys: pytest.CaptureFixture[str], codes: list[int], expected: int
) -> None:
    names = ["SQLite", "PostgreSQL", "browser"]
    plan(*(
        program(name, f"print('says {name}'); exit({code})")
        for name, code in zip(names, codes, strict=True)
    ))  # fmt: skip

    assert main([]) == expected
    said = capsys.readouterr().out
    assert all(f"says {name}" in said for name in names)
    assert ("all passed" in said) is (expected == 0)


@pytest.mark.parametrize(("ci", "expected"), [("", 0), ("true", 1)])
def test_missing_browser_is_said_and_fails_in_ci(
    plan: Planned, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    ci: str, expected: int,
) -> None:  # fmt: skip
    monkeypatch.setenv("CI", ci)
    plan(program("SQLite", ""))

    assert main([]) == expected
    assert "NOT run" in (said := capsys.readouterr().out)
    assert "apt install chromium" in said


def test_browser_tests_are_planned_where_there_is_a_browser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def names() -> list[str]:
        runs = run_all.planned([])
        for run in runs:
            run.output.close()
        return [run.name for run in runs]

    monkeypatch.setenv("CHROMIUM", sys.executable)
    assert "browser" in names()
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert "browser" not in names()


def test_no_more_run_at_once_than_was_said(capsys: pytest.CaptureFixture[str]) -> None:
    clock = "import time; print(time.monotonic()); time.sleep(.3); print(time.monotonic())"

    assert carry_out([program(str(number), clock) for number in range(3)], 1) == {
        "0": 0, "1": 0, "2": 0,
    }  # fmt: skip
    times = [
        float(word) for word in re.findall(r"^\d+\.\d+$", capsys.readouterr().out, re.MULTILINE)
    ]
    assert len(times) == 6
    assert times == sorted(times)


def test_progress_is_how_many_tests_have_ended() -> None:
    run = program("SQLite", "print('.... [ 12%]\\n..xF [ 45%]\\nE.. is no line of tests\\n..')")
    assert run.progress() == "SQLite: 0 tests"
    run.start()
    assert wait_until(lambda: run.code() == 0, seconds=20)
    assert run.progress() == "SQLite: 10 tests"
    run.close()


def test_who_ends_it_ends_its_runs() -> None:
    """As Ctrl-C and CI's time-out do."""
    script = """
import subprocess, sys
from tests import run_all
def start(run):
    run.process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    print(run.process.pid, flush=True)
run_all.Run.start = start
run_all.end_all_when_told_to()
run_all.carry_out([run_all.Run("one", [], {})], 1)
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGTERM)
        parent.stdout.read()
        assert parent.wait(10) == 128 + signal.SIGTERM
    assert wait_until(lambda: not is_alive(child), seconds=5)
