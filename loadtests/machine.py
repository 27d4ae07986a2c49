"""This machine: its processors, what processes use of them, and what runs on it. Linux only."""

import os
import platform
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from config.embedded_store import find_server, memory_of

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_KB = os.sysconf("SC_PAGE_SIZE") // 1024
LIBRARIES = (
    "uvicorn", "uvloop", "httptools", "redis", "hiredis", "msgspec", "django", "gunicorn",
    "psycopg", "channels", "channels_redis", "websockets",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placement:
    """Which processors serve, which generate load, and which are the stores'."""

    web: frozenset[int]
    generator: frozenset[int]
    stores: frozenset[int]

    def text(self) -> str:
        """Return it in words."""
        parts = (("web", self.web), ("generator", self.generator), ("stores", self.stores))
        return ", ".join(f"{name} on cpu {min(cpus)}" for name, cpus in parts)


def placement() -> Placement:
    """Return the placement for as many processors as this process may use.

    One: everything shares it. Two: the web server has its own. Three or more: so have all.
    """
    allowed = sorted(os.sched_getaffinity(0))
    web, generator, stores = (allowed[min(place, len(allowed) - 1)] for place in range(3))
    return Placement(frozenset({web}), frozenset({generator}), frozenset({stores}))


def pin(pid: int, cpus: frozenset[int]) -> None:
    """Keep a process, its threads and its children on some processors."""
    for each in tree(pid):
        with suppress(OSError):
            for thread in Path(f"/proc/{each}/task").iterdir():
                os.sched_setaffinity(int(thread.name), cpus)


def tree(pid: int) -> list[int]:
    """Return a process and all its descendants that are alive."""
    found = [pid]
    for each in found:
        with suppress(OSError):
            for thread in Path(f"/proc/{each}/task").iterdir():
                children = (thread / "children").read_text("ascii")
                found += [int(child) for child in children.split()]
    return found


def _stat(pid: int) -> list[str]:
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def cpu_seconds(pid: int) -> float:
    """Return what a process tree has used: user and system time, with children that have ended."""
    ticks = 0
    for each in tree(pid):
        if fields := _stat(each):
            ticks += sum(int(value) for value in fields[11:15])
    return ticks / _TICKS


def resident_kb(pid: int) -> int:
    """Return a process's memory without its children."""
    return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * _PAGE_KB


def steal_seconds() -> float:
    """Return for how long the hypervisor gave this machine's processors to others."""
    return int(Path("/proc/stat").read_text("ascii").split("\n", 1)[0].split()[8]) / _TICKS


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "missing"


def processor() -> str:
    """Return the processor's name."""
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _source() -> str:
    """Return the commit that is measured, marked when files differ from it."""
    answer = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=10"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout.strip() or "not a working copy"


def describe(**programs: str) -> dict[str, str]:
    """Return machine and versions. programs: further ones by name, as they call themselves."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": f"{processor()}, {len(os.sched_getaffinity(0))} of {os.cpu_count()} cpus",
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "source": _source(),
        "python": platform.python_version(),
        "load": " ".join(f"{value:.2f}" for value in os.getloadavg()),
        "libraries": ", ".join(f"{name} {_version(name)}" for name in LIBRARIES),
        **programs,
    }


def program_version(path: Path) -> str:
    """Return the first line of ``path --version``."""
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    return (answer.stdout or answer.stderr).split("\n", 1)[0].strip()


def store_version() -> str:
    """Return what the embedded store's program calls itself, and the allocator that it is given."""
    server = find_server()
    return ", ".join([program_version(server), *memory_of(server).values()])
