import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

ROOT = Path(__file__).resolve().parents[2]
POLICY = {
    "default-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
    "img-src 'self' data:",
    "connect-src 'self' ws://127.0.0.1:8000 ws://127.0.0.1:8000 ws://localhost:8000",
}


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/accounts/login/", "/admin/login/", "/zh-hans/", "/en/"])
def test_every_page_carries_the_policy(
    client: Client, collected_static: Path, address: str
) -> None:
    answer = client.get(address)

    directives = set(answer["Content-Security-Policy"].split("; "))
    assert {sorted_sources(one) for one in directives} == {sorted_sources(one) for one in POLICY}
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"


def sorted_sources(directive: str) -> tuple[str, ...]:
    name, *sources = directive.split()
    return (name, *sorted(set(sources)))


PRINT_SETTINGS = """
import json
import django
from django.conf import settings
django.setup()
print(json.dumps({name: getattr(settings, name) for name in (
    "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
    "LANGUAGE_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "SESSION_COOKIE_HTTPONLY",
    "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "EMAIL_TIMEOUT", "MAILBOX",
    "EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS")}))
"""


def settings_under(tmp_path: Path, **environment: str) -> dict[str, object]:
    told = subprocess.run(
        [sys.executable, "-c", PRINT_SETTINGS],
        cwd=ROOT,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATA_DIR": str(tmp_path)}
        | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, object] = json.loads(told.stdout)
    return answer


def test_https_brings_host_cookies_and_strict_transport(tmp_path: Path) -> None:
    found = settings_under(
        tmp_path,
        SITE_ORIGIN="https://vote.example.org",
        EMAIL_URL="smtp+tls://user:pass%40word@smtp.example.org",
        KEY_DIR=str(tmp_path / "keys"),
    )

    assert found == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "LANGUAGE_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "EMAIL_TIMEOUT": 5,
        "MAILBOX": False,
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "smtp.example.org",
        "EMAIL_PORT": 587,
        "EMAIL_USE_TLS": True,
    }


def test_without_a_mail_server_mails_become_files(tmp_path: Path) -> None:
    found = settings_under(tmp_path, EMAIL_URL="", KEY_DIR=str(tmp_path / "keys"))

    assert found["MAILBOX"] is True
    assert found["EMAIL_BACKEND"] == "accounts.mail.MailboxBackend"
    assert found["SESSION_COOKIE_NAME"] == "session"


@pytest.mark.django_db
def test_the_scheme_is_believed_from_trusted_proxies_alone(
    client: Client, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.1"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS = 31_536_000

    def is_strict(peer: str) -> bool:
        answer = client.get("/nowhere.txt", REMOTE_ADDR=peer, HTTP_X_FORWARDED_PROTO="https")
        return "Strict-Transport-Security" in answer

    assert is_strict("10.0.0.1")
    assert not is_strict("203.0.113.7")
