"""The servers of a test run: real ones, started here, and never anybody else's.

Loaded as a plugin (``-p tests.servers`` in pyproject.toml) before the settings are read, so that
settings, tests and the processes they start all see the same environment.

TEST_DATABASE=sqlite (the default): everything but what is marked ``postgres``.
TEST_DATABASE=postgres: all tests that use the database, once more on PostgreSQL; what is marked
``once`` only in a long run (TEST_LONG=1), or if it is ``once("postgres")`` and the runs are shared.
TEST_SHARED=1: both are run beside each other, so each test of the topics in ``PAGES`` runs on one
of them, chosen by its name: one in four on PostgreSQL, where they take more than twice as long. In
a long run on both, and always what is marked ``both``.
TEST_PART=pages or rest: the topics in ``PAGES``, or the others.
TEST_DATABASE_URL: a PostgreSQL server to use instead of one that is started here.
"""

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from django.conf import settings as site
from django.core.management import call_command
from django.db import connections, transaction
from redis import Redis

from config import catalogues
from config.embedded_store import EmbeddedStore
from tests import migrated
from tests.hotpath.sizes import is_long
from tests.postgres import Postgres
from tests.run_all import PAGES
from voting.hotpath.stores import connect, connect_async

if "config.settings" in sys.modules:
    raise pytest.UsageError("start the tests from the project's root: python -m pytest")

ON_POSTGRES = os.environ.get("TEST_DATABASE", "sqlite") == "postgres"
ROOT = Path(__file__).resolve().parent.parent
FILLED_BY_MIGRATING = frozenset({"auth_permission", "django_content_type"})
FOLDER = Path(tempfile.mkdtemp(prefix="welfare-test-", dir="/tmp"))
MIGRATED = FOLDER / "test.sqlite3"
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
STORE = EmbeddedStore(FOLDER / "store")
POSTGRES = Postgres() if ON_POSTGRES and not os.environ.get("TEST_DATABASE_URL") else None

# Nothing of the person's own site may be seen or touched: its .env is overridden by name.
for _name in ("ALLOWED_HOSTS", "EXTRA_ORIGINS", "TRUSTED_PROXIES", "SECRET_KEY", "EMAIL_URL"):
    os.environ[_name] = ""
os.environ |= {
    "DATA_DIR": str(FOLDER / "data"),
    "KEY_DIR": str(FOLDER / "data" / "keys"),
    "REDIS_URL": STORE.url,
    "CACHE_REDIS_URL": f"{STORE.url}?db=1",
    "SITE_ORIGIN": "http://127.0.0.1:8000",
    "DATABASE_URL": (
        f"sqlite:///{FOLDER / 'site.sqlite3'}"
        if not ON_POSTGRES
        else POSTGRES.url
        if POSTGRES
        else os.environ["TEST_DATABASE_URL"]
    ),
    "DEBUG": "off",
}


def pytest_configure(config: pytest.Config) -> None:
    """Make tests empty tables past the triggers that guard them; choose the test database."""
    from django.test.testcases import TransactionTestCase  # noqa: PLC0415 -- needs the settings

    def emptied(case: TransactionTestCase) -> None:
        empty(connections["default"])

    TransactionTestCase._fixture_teardown = emptied
    _read_static_files_once()
    if not ON_POSTGRES:
        # In a file, not in memory: threads and processes of a test share it.
        settings = connections["default"].settings_dict
        settings.setdefault("TEST", {})["NAME"] = str(MIGRATED)
        if migrated.copied(MIGRATED):
            config.option.reuse_db = True  # what is new is migrated all the same


def _read_static_files_once() -> None:
    """Let all test clients share what the middleware knows of static files.

    Each client makes the middlewares anew, and this one would look at 400 files each time: a
    sixth of a second, and half of all the time that tests of pages take.
    """
    from django.contrib.staticfiles.storage import staticfiles_storage  # noqa: PLC0415 -- settings
    from servestatic.middleware import ServeStaticMiddleware  # noqa: PLC0415 -- likewise

    known: dict[Any, Any] = {}
    read = ServeStaticMiddleware.add_files_from_manifest

    def read_once(self: Any) -> None:
        storage: Any = staticfiles_storage
        key = (storage.location, tuple(storage.hashed_files.items()))
        if key not in known:
            read(self)
            known[key] = (self.files, self.directories)
        self.files, self.directories = (part.copy() for part in known[key])

    ServeStaticMiddleware.add_files_from_manifest = read_once


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start PostgreSQL if there is something to run on it."""
    if POSTGRES and session.items and not session.config.option.collectonly:
        POSTGRES.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End PostgreSQL, after the test database is gone."""
    if POSTGRES:
        POSTGRES.stop()


def empty(connection: Any) -> None:
    """Delete what a test has left, past the triggers and keys that forbid it.

    Only in tables that hold something: to flush a hundred of which two do takes half a second.
    """
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    left = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")"  # noqa: S608 -- own tables
        for name in tables
        if name not in FILLED_BY_MIGRATING
    )
    with connection.cursor() as cursor:
        cursor.execute(left)
        names = [name for (name,) in cursor.fetchall()]
        with guards_lifted(cursor, names):
            for name in names:
                cursor.execute(f'DELETE FROM "{name}"')  # noqa: S608 -- likewise


@contextmanager
def guards_lifted(cursor: Any, tables: Sequence[str]) -> Iterator[None]:
    """Take triggers off these tables, and let keys point to nothing meanwhile."""
    if cursor.db.vendor == "sqlite":
        cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        guards = [row for row in cursor.fetchall() if row[1] in tables]
        cursor.execute("PRAGMA foreign_keys = OFF")
        with transaction.atomic():
            for name, _table, _statement in guards:
                cursor.execute(f'DROP TRIGGER "{name}"')
            yield
            for _name, _table, statement in guards:
                cursor.execute(statement)
        cursor.execute("PRAGMA foreign_keys = ON")
        return
    # All or nothing: the tables refer to each other, and keys are checked at the end.
    with transaction.atomic():
        for table in tables:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what this run's database is about."""
    dropped = [item for item in items if not _belongs(item)]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if _belongs(item)]


def _belongs(item: pytest.Item) -> bool:
    topic = item.path.relative_to(ROOT / "tests").parts[0]
    part = os.environ.get("TEST_PART")
    if part and (part == "pages") != (topic in PAGES):
        return False
    if item.get_closest_marker("postgres"):
        return ON_POSTGRES
    if not _uses_database(item):
        return not ON_POSTGRES
    long = is_long(item.config)
    shared = bool(os.environ.get("TEST_SHARED")) and not long
    once = item.get_closest_marker("once")
    if once and not long:
        return ON_POSTGRES is (shared and "postgres" in once.args)
    if shared and topic in PAGES and not item.get_closest_marker("both"):
        return (crc32(item.nodeid.encode()) % 4 == 0) is ON_POSTGRES
    return True


def _uses_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("browser"):  # a site of its own
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db"})


def pytest_runtest_setup() -> None:
    """Begin each test in English: a page that the one before has opened leaves its language."""
    from django.utils import translation  # noqa: PLC0415 -- needs the settings

    translation.activate("en")


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Any:
    """Go on in English after what is made once: migrating leaves the site's own language."""
    from django.utils import translation  # noqa: PLC0415 -- needs the settings

    made = yield
    if fixturedef.scope == "session":
        translation.activate("en")
    if fixturedef.argname == "django_db_setup" and not ON_POSTGRES:
        migrated.keep(MIGRATED)
    return made


@pytest.fixture(scope="session", autouse=True)
def _catalogues() -> None:
    """Compile the translations, which are not kept in the repository."""
    if catalogues.is_stale():
        catalogues.compile_all()


@pytest.fixture(scope="session")
def vote_store() -> Iterator[EmbeddedStore]:
    """The vote store of this run; tests that kill it must start it again."""
    STORE.start()
    yield STORE
    STORE.stop()


@pytest.fixture(autouse=True)
def store_url(vote_store: EmbeddedStore) -> str:
    """The address of an empty, running vote store: every test starts from nothing."""
    if not vote_store.is_running:
        vote_store.start()
    with Redis.from_url(vote_store.url, socket_timeout=10) as client:
        client.flushall()
        client.script_flush()
    return vote_store.url


@pytest.fixture
def redis(store_url: str) -> Iterator[Any]:
    """A client of the vote store, as the program makes it."""
    with connect(store_url) as client:
        yield client


@pytest.fixture
async def aredis(store_url: str) -> AsyncIterator[Any]:
    """The same for asyncio."""
    async with connect_async(store_url) as client:
        yield client


@pytest.fixture
def child_environment(store_url: str) -> dict[str, str]:
    """The environment for a process that works on this test's database and store.

    The test must use ``django_db(transaction=True)``: another process sees committed rows only.
    """
    connection = connections["default"]
    settings = connection.settings_dict
    url = f"sqlite:///{settings['NAME']}"
    if connection.vendor == "postgresql":
        url = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{settings['NAME']}"
    return {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="session")
def collected_static() -> Path:
    """The folder of static files under their hashed names, for tests that look at real pages."""
    call_command("collectstatic", interactive=False, verbosity=0)
    return Path(site.STATIC_ROOT)
