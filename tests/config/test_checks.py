from pathlib import Path

import pytest
from django.core.checks import Error, run_checks
from pytest_django.fixtures import Settings

from config import checks


@pytest.fixture(autouse=True)
def safe_site(settings: Settings, tmp_path: Path) -> None:
    """A public site with which nothing is wrong."""
    settings.DEBUG = False
    settings.SITE_ORIGIN = "https://vote.example.org"
    settings.HTTPS = True
    settings.INSECURE_HTTP_OK = False
    settings.ALLOWED_HOSTS = ["vote.example.org"]
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    settings.MAILBOX = False
    settings.EMAIL_URL = "smtp+tls://user:password@smtp.example.org:587"
    settings.DATA_DIR = tmp_path
    tmp_path.chmod(0o700)
    settings.KEY_DIR = tmp_path / "keys"
    settings.KEY_DIR.mkdir(mode=0o700)
    settings.STATIC_ROOT = tmp_path / "static"
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.DATABASE_URL = "postgres://votes@db.internal/votes"
    settings.REDIS_URL = "redis://votes.internal:6379/0"
    settings.CACHE_REDIS_URL = "redis://cache.internal:6379/0"
    settings.VOTE_STORE_UNSAFE_OK = False
    settings.METRICS_TOKEN = ""
    settings.STAFF_SECOND_FACTOR = True


def found() -> list[str]:
    return [str(message.id) for message in checks.check_settings()]


def test_a_safe_site_may_start() -> None:
    assert found() == []


def test_the_checks_are_registered(settings: Settings) -> None:
    settings.DEBUG = True

    messages = [message for message in run_checks(tags=["security"]) if message.id == "site.E001"]

    assert len(messages) == 1


UNSAFE = [
    ({"STAFF_SECOND_FACTOR": False}, "site.E020"),
    ({"SMS_GATEWAY_URL": "http://sms.example.org/"}, "site.E021"),
    ({"SMS_GATEWAY_URL": "https://sms.example.org/", "SMS_GATEWAY_BODY": "{"}, "site.E022"),
    ({"SMS_GATEWAY_URL": "https://sms.example.org/", "SMS_GATEWAY_HEADERS": "[]"}, "site.E022"),
    (
        {"SMS_GATEWAY_URL": "https://sms.example.org/", "SMS_GATEWAY_BODY": '{"to": "{phone}"}'},
        "site.E023",
    ),
    ({"WEIXIN_APP_ID": "wx1"}, "site.E024"),
    ({"WEIXIN_WEB_APP_SECRET": "secret"}, "site.E024"),
    ({"DEBUG": True}, "site.E001"),
    ({"ALLOWED_HOSTS": ["*"]}, "site.E002"),
    ({"ALLOWED_HOSTS": ["vote.example.org", "*"]}, "site.E002"),
    ({"SITE_ORIGIN": "http://vote.example.org", "HTTPS": False}, "site.E003"),
    ({"TRUSTED_PROXIES": []}, "site.W003"),
    ({"MAILBOX": True}, "site.E004"),
    ({"EMAIL_URL": ""}, "site.W004"),
    ({"CACHE_REDIS_URL": "redis://votes.internal"}, "site.E007"),
    ({"DATABASE_URL": "sqlite:////srv/votes.sqlite3"}, "site.W007"),
    ({"VOTE_STORE_UNSAFE_OK": True}, "site.E008"),
    ({"METRICS_TOKEN": "short"}, "site.E009"),
    ({"BALLOT_ADAPTER": "fast"}, "site.E011"),
]


@pytest.mark.parametrize(("change", "code"), UNSAFE)
def test_each_unsafe_setting_is_named_with_a_way_out(
    settings: Settings, change: dict[str, object], code: str
) -> None:
    for name, value in change.items():
        setattr(settings, name, value)

    [message] = checks.check_settings()

    assert message.id == code
    assert message.hint
    assert isinstance(message, Error) == (code.startswith("site.E"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_on_this_machine_all_of_it_is_allowed(settings: Settings, host: str) -> None:
    settings.SITE_ORIGIN = f"http://{host}:8000"
    settings.HTTPS = False
    settings.DEBUG = True
    settings.MAILBOX = True
    settings.VOTE_STORE_UNSAFE_OK = True
    settings.DATABASE_URL = "sqlite:////srv/votes.sqlite3"

    assert found() == []


def test_plain_http_may_be_allowed_on_purpose(settings: Settings) -> None:
    settings.SITE_ORIGIN = "http://192.168.1.5:8000"
    settings.HTTPS = False
    settings.INSECURE_HTTP_OK = True

    assert found() == []


def test_keys_that_others_can_read_are_named(settings: Settings) -> None:
    key: Path = settings.KEY_DIR / "seasons" / "demo.key"
    key.parent.mkdir()
    key.write_text("00")
    key.chmod(0o640)

    [message] = checks.check_settings()

    assert message.id == "site.E006"
    assert "seasons/demo.key" in message.msg
    key.chmod(0o600)
    assert found() == []


@pytest.mark.parametrize("place", ["", "votes.sqlite3", "votes.sqlite3-wal"])
@pytest.mark.parametrize(
    ("origin", "codes"),
    [("https://vote.example.org", {"site.E010"}), ("http://127.0.0.1:8000", {"site.W010"})],
)
def test_data_that_others_can_read_are_named(
    settings: Settings, origin: str, codes: set[str], place: str
) -> None:
    settings.SITE_ORIGIN = origin
    settings.DATABASE_URL = f"sqlite:///{settings.DATA_DIR}/votes.sqlite3"
    for name in ("votes.sqlite3", "votes.sqlite3-wal"):
        (settings.DATA_DIR / name).touch(mode=0o600)
    assert set(found()) <= {"site.W007"}  # SQLite on a public site

    (settings.DATA_DIR / place).chmod(0o750)

    assert set(found()) - {"site.W007"} == codes
    [message] = [message for message in checks.check_settings() if message.id in codes]
    assert str(settings.DATA_DIR / place) in message.msg
    assert message.is_serious() == (codes == {"site.E010"})


def test_a_command_makes_files_for_its_owner_alone() -> None:
    manage = (Path(__file__).resolve().parents[2] / "manage.py").read_text(encoding="utf-8")

    assert manage.index("os.umask(0o077)") < manage.index("execute_from_command_line(sys.argv)")


@pytest.mark.parametrize("served", ["STATIC_ROOT", "MEDIA_ROOT"])
def test_keys_do_not_lie_where_files_are_served(settings: Settings, served: str) -> None:
    settings.KEY_DIR = Path(getattr(settings, served)) / "keys"

    assert found() == ["site.E005"]


SAME = [
    ("redis://localhost", "redis://127.0.0.1:6379/0", True),
    ("redis://h:6380/1", "redis://h:6380?db=1", True),
    ("redis://H/1", "redis://h/1", True),
    ("redis://h/0", "redis://h/1", False),
    ("redis://h:6379", "redis://h:6380", False),
    ("unix:///run/vote.sock", "unix:///run/vote.sock?db=0", True),
    ("unix:///run/vote.sock", "unix:///run/vote.sock?db=1", False),
    ("unix:///run/vote.sock", "unix:///run/cache.sock", False),
    ("redis://h", "", False),
]


@pytest.mark.parametrize(("one", "other", "same"), SAME)
def test_one_database_under_two_names_is_recognised(one: str, other: str, same: bool) -> None:
    assert checks.same_store(one, other) is same
