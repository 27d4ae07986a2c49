"""System checks that refuse settings under which this site must not face the public.

They run at every start (``manage.py check`` is part of ``make run``), not only on request: an
operator who forgets a flag is told before the first voter comes.
"""

import json
import re
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import environ
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 -- Django's

SHORTEST_TOKEN = 24  # characters
FOUND_BY_OTHERS = 0o077


@register(Tags.security)
def check_settings(**_registry: object) -> list[CheckMessage]:
    """Collect what is unsafe."""
    return [
        *_debug(),
        *_hosts(),
        *_scheme(),
        *_mail(),
        *_keys(),
        *_stores(),
        *_metrics(),
        *_data(),
        *_adapter(),
        *_staff(),
        *_text_messages(),
        *_wechat(),
    ]


def is_public() -> bool:
    """Return whether the site is meant for others than this machine."""
    return not is_local(urlsplit(settings.SITE_ORIGIN).hostname or "")


def is_local(host: str) -> bool:
    """Return whether a host name means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _debug() -> Iterator[CheckMessage]:
    if settings.DEBUG and is_public():
        yield Error(
            f"DEBUG is on, and SITE_ORIGIN is {settings.SITE_ORIGIN}.",
            hint="Error pages would show settings and data to everybody. Unset DEBUG.",
            id="site.E001",
        )


def _hosts() -> Iterator[CheckMessage]:
    if any(host == "*" for host in settings.ALLOWED_HOSTS):
        yield Error(
            'ALLOWED_HOSTS contains "*".',
            hint="Name the site's hosts; links in mails are made from the host that was asked for.",
            id="site.E002",
        )


def _scheme() -> Iterator[CheckMessage]:
    if is_public() and not settings.HTTPS and not settings.INSECURE_HTTP_OK:
        yield Error(
            f"SITE_ORIGIN is {settings.SITE_ORIGIN}: plain http on a public host.",
            hint=(
                "Put a proxy with TLS in front and use https://. For a trial in a network that you"
                " trust, set INSECURE_HTTP_OK=on; voter cookies are then unprotected."
            ),
            id="site.E003",
        )
    if settings.HTTPS and not settings.TRUSTED_PROXIES:
        yield Warning(
            "SITE_ORIGIN is https, and TRUSTED_PROXIES is empty.",
            hint=(
                "Name the proxy that speaks TLS. Without that, all voters seem to come from it, and"
                " the limits for one network would stop all of them together."
            ),
            id="site.W003",
        )


def _mail() -> Iterator[CheckMessage]:
    if settings.MAILBOX and is_public():
        yield Error(
            "Mails are kept as files (MAILBOX) on a public site.",
            hint=(
                "Nobody could sign in, and whoever reads the files could sign in as anybody. Set"
                " EMAIL_URL, for example smtp+tls://user:password@smtp.example.org:587."
            ),
            id="site.E004",
        )
    if not settings.MAILBOX and not settings.EMAIL_URL:
        yield Warning(
            "No mail can be sent: EMAIL_URL is not set, and MAILBOX is off.",
            hint="Sign-in codes are lost; only staff with a password can sign in.",
            id="site.W004",
        )


def _keys() -> Iterator[CheckMessage]:
    folder: Path = settings.KEY_DIR
    for name, served in (
        ("STATIC_ROOT", settings.STATIC_ROOT),
        ("the media folder", settings.MEDIA_ROOT),
        *(("STATICFILES_DIRS", place) for place in settings.STATICFILES_DIRS),
    ):
        if folder.resolve().is_relative_to(Path(served).resolve()):
            yield Error(
                f"KEY_DIR lies inside {name}, which is served to everybody.",
                hint="Move the keys out, and replace them: they may have been read.",
                id="site.E005",
            )
    readable = sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and path.stat().st_mode & FOUND_BY_OTHERS
    )
    if readable:
        shown = ", ".join(readable[:5]) + (" ..." if len(readable) > 5 else "")
        yield Error(
            f"Key files can be read or changed by other users of this machine: {shown}.",
            hint=f"chmod -R go= {folder}",
            id="site.E006",
        )


def _stores() -> Iterator[CheckMessage]:
    if settings.REDIS_URL and same_store(settings.REDIS_URL, settings.CACHE_REDIS_URL):
        yield Error(
            "REDIS_URL and CACHE_REDIS_URL are the same database.",
            hint="Clearing the cache would clear accepted votes. Use another database or server.",
            id="site.E007",
        )
    if is_public() and settings.DATABASE_URL.startswith("sqlite"):
        yield Warning(
            "The ledger of a public site is kept in SQLite.",
            hint="It works for a small award on one machine; set DATABASE_URL to PostgreSQL.",
            id="site.W007",
        )
    if is_public() and settings.VOTE_STORE_UNSAFE_OK:
        yield Error(
            "VOTE_STORE_UNSAFE_OK is on for a public site.",
            hint="Acknowledged votes could be lost with the power. Unset it and fix the store.",
            id="site.E008",
        )


def _metrics() -> Iterator[CheckMessage]:
    token = settings.METRICS_TOKEN
    if token and len(token) < SHORTEST_TOKEN:
        yield Error(
            f"METRICS_TOKEN has fewer than {SHORTEST_TOKEN} characters.",
            hint="python3 -c 'import secrets; print(secrets.token_urlsafe())' makes a good one.",
            id="site.E009",
        )


def _data() -> Iterator[CheckMessage]:
    folder: Path = settings.DATA_DIR
    places = [folder]
    if settings.DATABASE_URL.startswith("sqlite"):
        file = str(environ.Env.db_url_config(settings.DATABASE_URL)["NAME"])
        places += [Path(file + end) for end in ("", "-wal", "-shm")]
    open_ = [place for place in places if place.exists() and place.stat().st_mode & FOUND_BY_OTHERS]
    if open_:
        shown = " ".join(str(place) for place in open_)
        public = is_public()
        yield (Error if public else Warning)(
            f"The site's data can be read or changed by other users of this machine: {shown}.",
            hint=f"chmod go= {shown}",
            id="site.E010" if public else "site.W010",
        )


def same_store(one: str, other: str) -> bool:
    """Return whether two addresses mean the same database of the same server."""
    return bool(other) and _store(one) == _store(other)


def _store(url: str) -> tuple[str, int, int]:
    parts = urlsplit(url)
    query_number = parse_qs(parts.query).get("db", [""])[0]
    if parts.scheme == "unix":
        return parts.path, 0, int(query_number or 0)
    host = "localhost" if is_local(parts.hostname or "localhost") else parts.hostname or ""
    return host.lower(), parts.port or 6379, int(query_number or parts.path.strip("/") or 0)


def _adapter() -> Iterator[CheckMessage]:
    if settings.BALLOT_ADAPTER not in {"protocol", "asgi"}:
        yield Error(
            f"BALLOT_ADAPTER is {settings.BALLOT_ADAPTER!r}, which is not known.",
            hint="Set it to protocol (the short way of a ballot) or asgi (the plain one).",
            id="site.E011",
        )


def _staff() -> Iterator[CheckMessage]:
    if settings.HTTPS and not settings.STAFF_SECOND_FACTOR:
        yield Error(
            "STAFF_SECOND_FACTOR is off on a site with https.",
            hint="Whoever reads one mailbox could open, pause and close votes. Unset it.",
            id="site.E020",
        )


def _text_messages() -> Iterator[CheckMessage]:
    url = urlsplit(settings.SMS_GATEWAY_URL)
    if not url.scheme:
        return
    if url.scheme != "https" and not is_local(url.hostname or ""):
        yield Error(
            "SMS_GATEWAY_URL is not https.",
            hint="Codes and numbers would travel readable.",
            id="site.E021",
        )
    wrong = [name for name in _SMS_TEXTS if not _is_json(getattr(settings, name), name)]
    if wrong:
        yield Error(
            f"Not JSON of the right kind: {', '.join(wrong)}.",
            hint="docs/accounts.md has examples. The body may be anything, the others are objects.",
            id="site.E022",
        )
        return
    body = settings.SMS_GATEWAY_BODY
    if not {"{phone}", "{national}"} & _named(body) or not {"{code}", "{text}"} & _named(body):
        yield Error(
            "SMS_GATEWAY_BODY does not say whom to send what.",
            hint="It needs {phone} or {national}, and {code} or {text}.",
            id="site.E023",
        )


_SMS_TEXTS = ("SMS_GATEWAY_HEADERS", "SMS_GATEWAY_BODY", "SMS_GATEWAY_ACCEPTED")


def _is_json(text: str, name: str) -> bool:
    try:
        read = json.loads(text)
    except ValueError:
        return False
    return name == "SMS_GATEWAY_BODY" or isinstance(read, dict)


def _named(template: str) -> set[str]:
    return set(re.findall(r"\{[a-z]+\}", template))


def _wechat() -> Iterator[CheckMessage]:
    pairs = (
        ("WEIXIN_APP_ID", "WEIXIN_APP_SECRET"),
        ("WEIXIN_WEB_APP_ID", "WEIXIN_WEB_APP_SECRET"),
    )
    for identifier, secret in pairs:
        if bool(getattr(settings, identifier)) != bool(getattr(settings, secret)):
            yield Error(
                f"Only one of {identifier} and {secret} is set.",
                hint="WeChat needs both; unset both to leave it off.",
                id="site.E024",
            )
