"""Rules about the repository itself."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 400  # lines
CODE = {".py", ".html", ".css", ".js", ".lua", ".md", ".txt", ".toml"}
LONG_BY_NATURE = ("/migrations/", "/locale/", "/vendor/", "/tests/data/", "/requirements/")
PACKAGES = ("accounts", "config", "realtime", "voting")
ENVIRONMENT_READERS = {"config/env.py", "config/asgi.py", "bootstrap.py", "manage.py"}


def files() -> Iterator[Path]:
    """Yield every file of the repository, committed or not yet."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listing.stdout.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file():
            yield path


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_files() -> list[Path]:
    names = {"Makefile", "run", ".env.example"}
    return [path for path in files() if path.suffix in CODE or path.name in names]


def python_files() -> list[Path]:
    return [path for path in files() if path.suffix == ".py"]


def test_no_file_is_too_long_to_read() -> None:
    long = {
        name_of(path): count
        for path in text_files()
        if not any(part in f"/{name_of(path)}" for part in LONG_BY_NATURE)
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }

    assert long == {}


def test_no_two_files_of_tests_are_called_the_same() -> None:
    """Their folders are no packages: pytest refuses the second one, and with it the whole run."""
    names = [path.name for path in python_files() if path.name.startswith("test_")]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_nothing_is_left_to_be_done() -> None:
    mark = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = [
        f"{name_of(path)}:{number}"
        for path in text_files()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if mark.search(line)
    ]

    assert found == []


def test_only_one_module_reads_the_environment() -> None:
    readers = {
        name_of(path)
        for path in python_files()
        if name_of(path).split("/")[0] not in {"tests", "loadtests", "docs"}
        if re.search(r"\bos\.(environ|getenv)\b", path.read_text(encoding="utf-8"))
    }

    assert readers <= ENVIRONMENT_READERS


@pytest.mark.parametrize("room", ["voting/hotpath", "voting/rules"])
def test_hot_path_and_rules_do_without_django(room: str) -> None:
    imports = {
        f"{name_of(path)}: {module}"
        for path in (ROOT / room).rglob("*.py")
        for module in imported(path)
        if module.split(".")[0] in {"django", "channels", "asgiref", "psycopg"}
    }

    assert imports == set()


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def test_requirements_name_no_address() -> None:
    found = [
        f"{path.name}: {line}"
        for path in (ROOT / "requirements").iterdir()
        for line in path.read_text(encoding="utf-8").splitlines()
        if "://" in line or line.lstrip().startswith(("-i ", "--index", "--extra", "--find"))
    ]

    assert found == []


def test_requirements_are_locked_with_hashes() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        entries = re.split(r"\n(?=[a-zA-Z])", path.read_text(encoding="utf-8"))
        unlocked = [
            entry.split()[0] for entry in entries if "==" in entry and "sha256:" not in entry
        ]

        assert unlocked == [], path.name


def own_commands() -> list[tuple[str, str]]:
    return sorted(
        (name, app)
        for name, app in get_commands().items()
        if isinstance(app, str) and app.split(".")[0] in PACKAGES
    )


@pytest.mark.parametrize(("name", "app"), own_commands())
def test_every_command_says_what_it_does(name: str, app: str) -> None:
    command = load_command_class(app, name)

    assert command.help.endswith(".")
    assert command.create_parser("manage.py", name).format_help()


def test_example_environment_lists_what_the_settings_read() -> None:
    listed = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    read = {
        match
        for path in (ROOT / "config").rglob("*.py")
        for match in re.findall(
            r"\benv\.(?:text|flag|number|words|folder)\(\s*\"(\w+)\"", path.read_text()
        )
    }

    assert len(listed) == len(set(listed))
    assert set(listed) == read


def test_python_packages_have_their_marker() -> None:
    folders = {path.parent for path in python_files() if name_of(path).split("/")[0] in PACKAGES}

    assert [name_of(each) for each in folders if not (each / "__init__.py").exists()] == []
