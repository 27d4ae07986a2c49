"""Which way of WeChat is open to somebody."""

from typing import TypedDict

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


class Way(TypedDict):
    """One way to sign in with WeChat; ``url`` takes a POST, so that no page starts it by itself."""

    url: str
    in_app: bool


def is_configured(provider: str) -> bool:
    """Return whether a provider has an application of its own."""
    return bool(settings.SOCIALACCOUNT_PROVIDERS[provider]["APPS"])


def weixin_ways(request: HttpRequest) -> list[Way]:
    """Return the way that fits a browser, if it was configured.

    The browser's name decides what is offered and nothing else: anybody can claim any name.
    """
    in_app = "MicroMessenger" in request.headers.get("User-Agent", "")
    provider = "weixin" if in_app else "weixin_web"
    if not is_configured(provider):
        return []
    return [{"url": reverse(f"{provider}_login"), "in_app": in_app}]
