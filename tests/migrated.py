"""A migrated, empty SQLite database that later runs begin with: to migrate takes 20 seconds.

It is kept beside pytest's own cache under a name that says what it was made from; any change of a
migration, of the settings or of an installed version makes another one.
"""

import os
import shutil
import sqlite3
import sys
from hashlib import sha256
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / ".pytest_cache" / "migrated"


def template() -> Path:
    """Return where such a database is, or would be."""
    made_from = sha256(sys.version.encode())
    own = [path for app in ("accounts", "config", "voting") for path in (ROOT / app).rglob("*.py")]
    # Not only migrations: some call what stands elsewhere.
    for path in sorted(own):
        guards = path.name.endswith("_guard.py") or path.name in {"append_only.py", "draws.py"}
        if guards or "migrations" in path.parts or path.parent.name in {"config", "models"}:
            made_from.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    made_from.update((ROOT / "requirements" / "test.txt").read_bytes())
    return FOLDER / f"{made_from.hexdigest()[:32]}.sqlite3"


def copied(to: Path) -> bool:
    """Copy it; return whether there is one."""
    if not (known := template()).exists():
        return False
    shutil.copyfile(known, to)
    to.chmod(0o600)
    return True


def keep(migrated: Path) -> None:
    """Keep a copy of a database as it is right after migrating; former ones go."""
    known = template()
    if known.exists():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for former in FOLDER.glob("*.sqlite3"):
        former.unlink(missing_ok=True)
    # Two runs may do this at once: each makes a whole file and puts it in place in one step.
    whole = FOLDER / f"{known.stem}.{os.getpid()}.part"
    source, target = sqlite3.connect(migrated), sqlite3.connect(whole)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
    whole.replace(known)
