"""All tests, as ``make test`` runs them: several runs of pytest, as many at once as cores.

Each run has servers, databases and folders of its own. What a run says is shown when it has ended;
until then a line every now and then says how far each has come.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from config import catalogues

ROOT: Final = Path(__file__).resolve().parent.parent
# The topics whose tests are mostly about pages and forms. The two parts look only at the files of
# theirs: to find all tests of all topics takes ten seconds each time.
PAGES: Final = frozenset({
    "accounts", "approvals", "config", "console", "house", "judging", "nominations", "notices",
    "results", "review", "roles", "seasons", "units",
})  # fmt: skip
NO_TESTS: Final = 5  # pytest's exit code when a selection holds no test
NEWS_EVERY: Final = 20  # seconds
NO_CHROMIUM: Final = """
*** The browser tests were NOT run: there is no Chromium.
*** Get one (Debian: apt install chromium), or name one: CHROMIUM=/path/to/chromium
"""


@dataclass
class Run:
    """One run of pytest: its name, its selection, and what its environment says besides."""

    name: str
    words: Sequence[str]
    environment: dict[str, str]
    output: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin; what it says goes into a file."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "--quiet", *self.words],
            stdin=subprocess.DEVNULL, stdout=self.output, stderr=subprocess.STDOUT, cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"} | self.environment,
        )  # fmt: skip

    def code(self) -> int | None:
        """Return the exit code, or None while it runs."""
        return self.process.poll() if self.process else None

    def said(self) -> str:
        """Return all that it has said so far."""
        size = os.fstat(self.output.fileno()).st_size
        return os.pread(self.output.fileno(), size, 0).decode("utf-8", "replace")

    def progress(self) -> str:
        """Return how far it has come, such as ``SQLite: 432 tests``."""
        done = re.findall(r"^([.FEsxX]+)(?: *\[ *\d+%\])?$", self.said(), re.MULTILINE)
        return f"{self.name}: {sum(map(len, done))} tests"

    def close(self) -> None:
        """Show what it has said."""
        say(f"· tests: {self.name}\n{self.said()}")
        self.output.close()

    def stop(self) -> None:
        """End it as Ctrl-C does, so that it ends its servers."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()


def main(words: Sequence[str]) -> int:
    """Run all tests, or those that the words select. Return 0 if all of them passed."""
    if any(word.startswith("-m") for word in words):  # a selection of their own
        return subprocess.call([sys.executable, "-m", "pytest", "--quiet", *words], cwd=ROOT)
    if catalogues.is_stale():  # runs that begin at once must not each find none
        catalogues.compile_all()
    runs, codes = planned(words), {}
    if not any(run.name == "browser" for run in runs):
        say(NO_CHROMIUM)
        codes["browser"] = 1 if os.environ.get("CI") == "true" else NO_TESTS
    codes |= carry_out(runs, os.cpu_count() or 1)
    failed = [name for name, code in codes.items() if code not in {0, NO_TESTS}]
    if failed:
        say(f"· failed: {', '.join(failed)}")
        return 1
    if all(code == NO_TESTS for code in codes.values()):
        say("· no test matches")
        return NO_TESTS
    say("· all passed")
    return 0


def planned(words: Sequence[str]) -> list[Run]:
    """Return the runs, the longest first, so that the last ones to end are short."""
    without = ["-m", "not browser"]
    topics = {path.name for path in (ROOT / "tests").iterdir() if any(path.glob("test_*.py"))}
    rest = topics - PAGES - {"browser"}
    runs = [
        Run(name, [*without, *(words or sorted(f"tests/{topic}" for topic in of))], environment)
        for name, of, environment in (
            ("PostgreSQL", PAGES | rest, {"TEST_DATABASE": "postgres", "TEST_SHARED": "1"}),
            ("SQLite, pages", PAGES, {"TEST_PART": "pages", "TEST_SHARED": "1"}),
            ("SQLite", rest, {"TEST_PART": "rest", "TEST_SHARED": "1"}),
        )
    ]
    chromium = find_chromium()
    if chromium:
        # Playwright's own loop runs in this process; the tests' database calls are not in it.
        others = {"DJANGO_ALLOW_ASYNC_UNSAFE": "true", "CHROMIUM": chromium}
        runs.append(Run("browser", ["-m", "browser", *(words or ["tests/browser"])], others))
    return runs


def find_chromium() -> str:
    """Return a Chromium to drive; empty when there is none."""
    named = os.environ.get("CHROMIUM", "")
    # The one without windows first: it does the same with half the work.
    known = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
    names = [named] if named else known
    return next((path for path in map(shutil.which, names) if path), "")


def carry_out(runs: Sequence[Run], at_once: int) -> dict[str, int]:
    """Do the runs, so many at once; return their exit codes by name."""
    waiting, going, codes = list(runs), list[Run](), dict[str, int]()
    started = told = time.monotonic()
    try:
        while waiting or going:
            while waiting and len(going) < at_once:
                going.append(waiting.pop(0))
                going[-1].start()
            time.sleep(0.2)
            for run in [one for one in going if one.code() is not None]:
                going.remove(run)
                codes[run.name] = run.code() or 0
                told = time.monotonic()
                run.close()
            if going and time.monotonic() - told >= NEWS_EVERY:
                told = time.monotonic()
                minutes, seconds = divmod(int(told - started), 60)
                say(f"· {minutes}:{seconds:02} " + ", ".join(run.progress() for run in going))
    finally:
        for run in going:
            run.stop()
            run.close()
    return codes


def say(text: str) -> None:
    """Tell the person at the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def end_all_when_told_to() -> None:
    """Let SIGTERM end the runs too: one left behind would go on with its servers."""
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(128 + signal.SIGTERM))


if __name__ == "__main__":
    end_all_when_told_to()
    sys.exit(main(sys.argv[1:]))
