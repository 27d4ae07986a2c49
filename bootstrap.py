"""Install, run and test Welfare Star with nothing but Python 3.11 and pip (or uv).

    python3 bootstrap.py run [--no-demo]  install what is needed, then serve the site
    python3 bootstrap.py test [args]      install what is needed, then run all tests
    python3 bootstrap.py setup [run|test|load]
    python3 bootstrap.py manage ...       a management command of the site

Everything is installed into .venv beside this file. Only the standard library is used here.
"""

from __future__ import annotations  # so that an older Python gets as far as the advice below

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
OLDEST_PYTHON = (3, 11)
OLDEST_PIP = (22, 3)  # the first that installs into another environment (--python)
# Who holds the test set has the run set too: test.in includes run.in.
INCLUDES = {"run": ("run", "test"), "test": ("test",), "load": ("load",)}
FOLDERS = {"run": ".venv", "test": ".venv", "load": ".venv-load"}


class Stop(Exception):
    """Something is missing; the text says in one line what to do."""


def main(words: list[str]) -> int:
    """Carry out one command; return the exit code."""
    command, *rest = words or ["help"]
    if command == "run" and set(rest) <= {"--no-demo"}:
        return start_site(rest)
    if command == "test":
        install("test")
        return run_tests(rest)
    if command == "setup" and len(rest) <= 1 and set(rest) <= set(INCLUDES):
        install(rest[0] if rest else "run")
        return 0
    if command == "manage":
        install("run")
        return manage(rest)
    print(__doc__)
    return 0 if command in {"help", "-h", "--help"} else 2


# --- installing --------------------------------------------------------------------------------


def install(name: str) -> None:
    """Make the environment hold the locked requirements; quick when it already does."""
    if sys.version_info < OLDEST_PYTHON:
        raise Stop(
            f"Python 3.11 or later is needed, and this is {sys.version.split()[0]}. "
            "Try: python3.11 bootstrap.py … or python3.12 bootstrap.py …"
        )
    folder = ROOT / FOLDERS[name]
    python = python_of(folder)
    if any(stamp_of(folder, each).is_current() for each in INCLUDES[name]) and works(python):
        return
    if not works(python):
        say(f"making {folder.name} with Python {sys.version.split()[0]}")
        make_environment(folder)
    requirements = ROOT / "requirements" / f"{name}.txt"
    install_requirements(python, requirements)
    stamp_of(folder, name).write()


def make_environment(folder: Path) -> None:
    """Make a virtual environment; Debian without python3-venv can do that too, without pip."""
    try:
        import venv  # noqa: PLC0415 -- missing where only a part of Python is installed
    except ImportError:
        raise Stop(
            "This Python has no 'venv'. Install all of it (Debian: apt install python3)."
        ) from None
    builder = venv.EnvBuilder(clear=True, symlinks=os.name != "nt", with_pip=False)
    builder.create(folder)


def install_requirements(python: Path, requirements: Path) -> None:
    """Install exactly what is locked, checking every file's hash."""
    target = ["--require-hashes", "-r", str(requirements)]
    started = time.monotonic()
    uv = shutil.which("uv")
    if uv:
        say(f"installing {requirements.name} with uv")
        command = [uv, "pip", "install", "--quiet", "--python", str(python), *target]
        installed = _succeeds(command)
        if not installed:
            # It has settings of its own for proxies and certificates; pip's may be the right ones.
            say("uv could not; trying pip")
    else:
        installed = False
    if not installed:
        check_pip()
        say(f"installing {requirements.name} with pip, which takes a minute")
        command = [outer_python(), "-m", "pip", "--python", str(python), "install", "--quiet"]
        command += ["--disable-pip-version-check", "--root-user-action=ignore", *target]
        if not _succeeds(command):
            raise Stop(f"Installing {requirements.name} failed; the lines above say why.")
    say(f"installed in {time.monotonic() - started:.0f} s")


def _succeeds(command: list[str]) -> bool:
    return not subprocess.run(command, env=clean_environment(), check=False, cwd=ROOT).returncode


def check_pip() -> None:
    """Make sure that there is a pip which can install into another environment."""
    answer = subprocess.run(
        [outer_python(), "-m", "pip", "--version"],
        capture_output=True,
        text=True,
        check=False,
        env=clean_environment(),
    )
    words = answer.stdout.split()
    if answer.returncode or len(words) < 2:
        raise Stop("Neither pip nor uv was found. Install one (Debian: apt install python3-pip).")
    numbers = tuple(int(part) for part in words[1].split(".")[:2] if part.isdigit())
    if numbers < OLDEST_PIP:
        raise Stop(f"pip {words[1]} is too old, 22.3 is needed. Try: python3 -m pip install -U pip")


def outer_python() -> str:
    """Return the Python whose pip is used: never that of the environment, which has none."""
    return getattr(sys, "_base_executable", None) or sys.executable


class Stamp:
    """Remembers which requirements an environment was filled with."""

    def __init__(self, folder: Path, requirements: Path) -> None:
        self.file = folder / f".installed-{requirements.stem}"
        self.requirements = requirements

    def text(self) -> str:
        """Return what the stamp must say: requirements, Python and machine."""
        digest = hashlib.sha256(self.requirements.read_bytes()).hexdigest()
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        return f"{digest} {version} {sysconfig.get_platform()}\n"

    def is_current(self) -> bool:
        """Return whether nothing has changed since."""
        try:
            return self.file.read_text(encoding="ascii") == self.text()
        except OSError:
            return False

    def write(self) -> None:
        """Remember that the environment is complete: written last, so never half true."""
        self.file.write_text(self.text(), encoding="ascii")


def stamp_of(folder: Path, name: str) -> Stamp:
    """Return the stamp of one set of requirements."""
    return Stamp(folder, ROOT / "requirements" / f"{name}.txt")


def python_of(folder: Path) -> Path:
    """Return the environment's Python."""
    return folder / "bin" / "python"


def works(python: Path) -> bool:
    """Return whether an environment's Python starts and is of this Python's version."""
    try:
        answer = subprocess.run(
            [python, "-c", "import sys; print(*sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=False,
            env=clean_environment(),
        )
    except OSError:
        return False
    return answer.stdout.split() == [str(number) for number in sys.version_info[:2]]


def clean_environment(**changes: str) -> dict[str, str]:
    """Return the environment without what would lead Python to other people's packages."""
    dropped = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    # UTF-8 whatever LANG says: addresses and names are printed in Chinese.
    return {**kept, "PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1", **changes}


# --- running -----------------------------------------------------------------------------------


def start_site(words: list[str]) -> int:
    """Become the supervisor: signals and the exit code are then its own."""
    install("run")
    say("starting (Ctrl-C ends it)")
    sys.stdout.flush()
    python = str(python_of(ROOT / ".venv"))
    os.chdir(ROOT)
    os.execve(python, [python, str(ROOT / "manage.py"), "serve_all", *words], clean_environment())


def manage(words: list[str]) -> int:
    """Run a management command."""
    python = python_of(ROOT / ".venv")
    command = [str(python), str(ROOT / "manage.py"), *words]
    return subprocess.run(command, env=clean_environment(), check=False).returncode


# --- testing -----------------------------------------------------------------------------------


def run_tests(words: list[str]) -> int:
    """Run all tests, or what the words select; return 0 if all of them passed."""
    command = [str(python_of(ROOT / ".venv")), "-m", "tests.run_all", *words]
    sys.stdout.flush()
    return subprocess.run(command, env=clean_environment(), check=False, cwd=ROOT).returncode


def say(text: str) -> None:
    """Tell the person at the terminal what is going on."""
    print(f"· {text}", flush=True)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
