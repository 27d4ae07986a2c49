"""What all measurements share: temporary folders, one load after the other, results on disk."""

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from types import FrameType
from typing import Any, Never

from config.processes import end_with_parent
from loadtests.generator import Load, NotMeasured, Result
from loadtests.machine import Placement
from loadtests.processes import ROOT, python

RESULTS = ROOT / "var" / "bench"


@contextmanager
def measuring() -> Iterator[tuple[Path, ExitStack]]:
    """Give a folder for everything that is started, and end all of it in the end.

    The folder is beside the results and not under /tmp: there it might lie in memory, where
    flushing to disk costs nothing.
    """
    RESULTS.mkdir(parents=True, exist_ok=True)
    former = {number: signal.signal(number, _leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        with (
            tempfile.TemporaryDirectory(
                prefix="run-", dir=RESULTS, ignore_cleanup_errors=True
            ) as name,
            ExitStack() as stack,
        ):
            yield Path(name), stack
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _leave(number: int, _frame: FrameType | None) -> Never:
    sys.exit(128 + number)


def apply_load(load: Load, folder: Path, placement: Placement) -> Result:
    """Run the generator in a process of its own. Raises NotMeasured."""
    load = replace(load, cpus=sorted(placement.generator))
    file = folder / "load.json"
    file.write_text(json.dumps(asdict(load)), encoding="utf-8")
    answer = subprocess.run(
        python("-m", "loadtests.generator", str(file)),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=load.seconds + load.warm_seconds + 60,
        preexec_fn=end_with_parent(),
        check=False,
    )
    if answer.returncode:
        raise NotMeasured(f"port {load.port}: {answer.stderr.strip()[-2000:]}")
    return Result(**json.loads(answer.stdout))


def save(name: str, content: dict[str, Any]) -> Path:
    """Write results as JSON under ``var/bench``; return where."""
    path = RESULTS / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}.json"
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return path


def say(text: str) -> None:
    """Tell the person at the terminal what is going on."""
    print(text, flush=True)
