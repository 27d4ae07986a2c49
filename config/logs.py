"""Logs: JSON for machines, plain lines for a person at a terminal, and nobody's data in either.

The standard library's loggers (Django, uvicorn) and structlog's end in the same place, so that
nothing gets out unredacted.
"""

import logging.config
import re
import sys
from collections.abc import MutableMapping
from ipaddress import ip_address
from typing import Any

import structlog

Event = MutableMapping[str, Any]

# What stands under one of these names never gets out, whatever it looks like.
SECRET_NAMES = re.compile(
    r"(^|_)(code|token|password|passwd|secret|cookie|cookies|authorization|session(_?id)?|csrf"
    r"|email|e_mail|phone|mobile|ip|address|remote_addr|peer|client_ip|voter|voter_key|device_key"
    r"|prefix_key|vote_id|body|key)$",
    re.IGNORECASE,
)
# Of these the value is needed to understand anything, and it is none of the above.
PLAIN_NAMES = frozenset({"event", "level", "logger", "timestamp", "request_id"})

# What is logged may be an attacker's: every pattern takes time in proportion to the text. So words
# are tried from their beginning only, and what cannot be matched otherwise is not given back (++).
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<![\w.-])(?:\+\d{8,15}|(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?![\w-])"
)
_PAIR = re.compile(
    r"(?i)(?<![\w-])((?=[\w-]*?(?:token|password|secret|csrf|session)"
    r"|(?:[\w-]*?-)?(?:code|cookie|authorization)(?![\w-]))[\w-]++[\"']?\s*+[=:]\s*+)"
    r"(?:bearer\s++)?(\"[^\"]*\"|'[^']*'|[^\s,;&}]+)"
)
_BEARER = re.compile(r"(?i)\bbearer\s+[\w.~+/=-]+")
_CODE = re.compile(r"(?i)((?:验证码|code)\D{0,12})\d{6}(?!\d)")
# What opens a door by standing in an address: invitations, drafts without account, receipts.
_WAY_IN = re.compile(r"((?:/|%2[Ff])(?:join|link|objection)(?:/|%2[Ff]))[\w.~:-]+")
_IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_IPV6 = re.compile(
    r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}(?![\w:])"
)
_REMOVED = "[removed]"
LONGEST = 8_000  # characters of one value
LONGEST_TRACEBACK = 20_000
_CUT = "…"


def settings(log_format: str, level: str) -> dict[str, Any]:
    """Return the LOGGING setting.

    log_format: json, text, or auto (text when a person's terminal is at the other end).
    """
    text = log_format == "text" or (log_format == "auto" and sys.stderr.isatty())
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if text
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _shared(),
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    redact,
                    renderer,
                ],
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "structured",
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # An access log would hold addresses; the operator's proxy keeps the one the law wants.
            "uvicorn.access": {"handlers": [], "propagate": False, "level": "CRITICAL"},
            "uvicorn": {"handlers": [], "propagate": True},
            "uvicorn.error": {"handlers": [], "propagate": True},
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
        },
    }


def configure(logging_settings: dict[str, Any]) -> None:
    """Set both logging systems up; Django calls this with the LOGGING setting."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(logging_settings)


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def redact(_logger: object, _method: str, event: Event) -> Event:
    """Take out what could lead to a person or open a door; the last step before rendering."""
    for name, value in event.items():
        if name in {"timestamp", "request_id", "level"}:
            continue
        event[name] = _clean(name, value)
    return event


def _clean(name: str, value: object) -> object:
    if name not in PLAIN_NAMES and SECRET_NAMES.search(name) and value is not None:
        return _REMOVED
    if isinstance(value, bool | int | float) or value is None:
        return value
    if isinstance(value, dict):
        return {key: _clean(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean("", inner) for inner in value]
    text = value if isinstance(value, str) else str(value)
    if name == "exception":
        return _clean_traceback(text)
    return clean_text(text if len(text) <= LONGEST else _beginning(text, LONGEST) + _CUT)


def _clean_traceback(text: str) -> str:
    """Return both ends of a long one: where it began, and the error itself."""
    if len(text) <= LONGEST_TRACEBACK:
        return clean_text(text)
    half = LONGEST_TRACEBACK // 2
    end = _beginning(text[::-1], half)[::-1]
    return f"{clean_text(_beginning(text, half))}\n{_CUT}\n{clean_text(end)}"


def _beginning(text: str, length: int) -> str:
    """Return the beginning without the word at the cut: half an address would not be recognised."""
    cut = text[:length]
    blank = max(cut.rfind(" ", length - 200), cut.rfind("\n", length - 200))
    return cut if blank < 0 else cut[:blank]


def clean_text(text: str) -> str:
    """Return the text without addresses, numbers, codes, tokens and cookies."""
    text = _EMAIL.sub("[e-mail]", text)
    text = _WAY_IN.sub(rf"\1{_REMOVED}", text)
    text = _PAIR.sub(rf"\1{_REMOVED}", text)
    text = _BEARER.sub(f"Bearer {_REMOVED}", text)
    text = _CODE.sub(rf"\1{_REMOVED}", text)
    text = _PHONE.sub("[phone]", text)
    text = _IPV4.sub(_network, text)
    return _IPV6.sub(_network, text)


def _network(found: re.Match[str]) -> str:
    """Return what stands for an address: this machine's own says nothing of anybody."""
    try:
        address = ip_address(found.group())
    except ValueError:
        return found.group()  # a time of day, a version
    return found.group() if address.is_loopback or address.is_unspecified else "[address]"
