"""Installing and starting on a bare machine, piece by piece and without a network."""

import os
import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of what installing needs, deep down and with blanks in its path."""
    folder = tmp_path / "a deep folder" / "with blanks"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "bootstrap.py", folder)
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    return folder


@pytest.fixture
def bootstrap(clone: Path) -> ModuleType:
    """The copy's ``bootstrap.py``, not run."""
    spec = spec_from_file_location("bootstrap_copy", clone / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def installs(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The requirements that were installed; nothing is fetched."""
    names: list[str] = []
    monkeypatch.setattr(
        bootstrap, "install_requirements", lambda _python, path: names.append(path.name)
    )
    return names


def test_environment_is_made_without_pip(bootstrap: ModuleType, clone: Path) -> None:
    bootstrap.make_environment(clone / ".venv")

    assert bootstrap.works(bootstrap.python_of(clone / ".venv"))
    assert not list((clone / ".venv").rglob("pip"))


def test_second_start_installs_nothing(bootstrap: ModuleType, installs: list[str]) -> None:
    bootstrap.install("run")
    bootstrap.install("run")

    assert installs == ["run.txt"]


def test_test_set_serves_for_running(bootstrap: ModuleType, installs: list[str]) -> None:
    bootstrap.install("test")
    bootstrap.install("run")

    assert installs == ["test.txt"]


def test_changed_requirements_are_installed(
    bootstrap: ModuleType, installs: list[str], clone: Path
) -> None:
    bootstrap.install("run")
    with (clone / "requirements" / "run.txt").open("a") as file:
        file.write("# changed\n")
    bootstrap.install("run")

    assert installs == ["run.txt", "run.txt"]


def test_failed_install_is_tried_again(
    bootstrap: ModuleType, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_python: Path, _path: Path) -> None:
        raise bootstrap.Stop("no network")

    monkeypatch.setattr(bootstrap, "install_requirements", fail)
    with pytest.raises(bootstrap.Stop):
        bootstrap.install("run")

    assert not bootstrap.stamp_of(clone / ".venv", "run").is_current()


def test_broken_environment_is_made_anew(
    bootstrap: ModuleType, installs: list[str], clone: Path
) -> None:
    bootstrap.install("run")
    (clone / ".venv" / "bin" / "python").unlink()
    bootstrap.install("run")

    assert installs == ["run.txt", "run.txt"]
    assert bootstrap.works(bootstrap.python_of(clone / ".venv"))


def test_old_python_gets_advice(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))

    with pytest.raises(bootstrap.Stop, match=r"Python 3\.11 or later is needed"):
        bootstrap.install("run")


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("pip 20.3.4 from /usr (python 3.11)", r"pip 20\.3\.4 is too old, 22\.3 is needed"),
        ("", "Debian: apt install python3-pip"),
    ],
)
def test_old_or_missing_pip_gets_advice(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, said: str, advice: str
) -> None:
    answer = SimpleNamespace(stdout=said, returncode=0 if said else 1)
    monkeypatch.setattr(bootstrap.subprocess, "run", lambda *_words, **_options: answer)

    with pytest.raises(bootstrap.Stop, match=advice):
        bootstrap.check_pip()


@pytest.mark.parametrize("version", ["22.3", "23.0.1", "25.1.dev0"])
def test_pip_that_is_new_enough_is_used(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    answer = SimpleNamespace(stdout=f"pip {version} from /usr (python 3.11)", returncode=0)
    monkeypatch.setattr(bootstrap.subprocess, "run", lambda *_words, **_options: answer)

    bootstrap.check_pip()


def test_other_peoples_packages_stay_out(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("PIP_USER", "1")

    environment = bootstrap.clean_environment(PORT="8001")

    assert {"PYTHONPATH", "PIP_USER"}.isdisjoint(environment)
    assert environment["PORT"] == "8001"
    assert environment["PYTHONUTF8"] == "1"


@pytest.mark.parametrize("words", [["nonsense"], ["setup", "nonsense"]])
def test_wrong_words_show_what_can_be_said(clone: Path, words: list[str]) -> None:
    answer = subprocess.run(
        [sys.executable, clone / "bootstrap.py", *words],
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 2
    assert "python3 bootstrap.py run" in answer.stdout
    assert not (clone / ".venv").exists()
