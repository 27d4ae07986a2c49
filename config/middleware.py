"""What every Django request gets: the client's network, the scheme, a number for the logs."""

import re
import secrets
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import structlog
from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

from voting.hotpath.network import TrustedProxies, client_address, is_secure

Middleware = (
    Callable[[HttpRequest], HttpResponse] | Callable[[HttpRequest], Awaitable[HttpResponse]]
)
_REQUEST_ID = re.compile(r"[0-9A-Za-z_-]{8,64}")


@sync_and_async_middleware
def client_network(get_response: Callable[[HttpRequest], Any]) -> Middleware:
    """Find the client's address and scheme as the hot path does, and drop what is not believed.

    Sets ``request.client_address``. Afterwards X-Forwarded-Proto is this program's own word,
    which is what SECURE_PROXY_SSL_HEADER then reads.
    """

    def settle(request: HttpRequest) -> None:
        peer = request.META.get("REMOTE_ADDR") or ""
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR")
        proto = request.META.get("HTTP_X_FORWARDED_PROTO", "")
        scope: dict[str, Any] = getattr(request, "scope", {})
        scheme = scope.get("scheme") or request.META.get("wsgi.url_scheme", "http")
        trusted = trusted_proxies(tuple(settings.TRUSTED_PROXIES))
        request.client_address = client_address(peer, [forwarded] if forwarded else [], trusted)  # type: ignore[attr-defined]
        secure = is_secure(scheme, peer, proto, trusted)
        request.META["HTTP_X_FORWARDED_PROTO"] = "https" if secure else "http"

    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponse:
            settle(request)
            response: HttpResponse = await get_response(request)
            return response

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponse:
        settle(request)
        response: HttpResponse = get_response(request)
        return response

    return synchronous


@sync_and_async_middleware
def request_id(get_response: Callable[[HttpRequest], Any]) -> Middleware:
    """Give each request a number that stands in every log line about it and in the answer.

    A number that came with the request is kept when it is harmless in a log. It stays bound when
    the answer leaves here: Django logs refusals later, and each request has a context of its own.
    """

    def begin(request: HttpRequest) -> str:
        given = request.headers.get("X-Request-ID", "")
        number = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        structlog.contextvars.bind_contextvars(request_id=number)
        return number

    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponse:
            number = begin(request)
            response: HttpResponse = await get_response(request)
            response["X-Request-ID"] = number
            return response

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponse:
        number = begin(request)
        response: HttpResponse = get_response(request)
        response["X-Request-ID"] = number
        return response

    return synchronous


@cache
def trusted_proxies(networks: tuple[str, ...]) -> TrustedProxies:
    """Return the parsed networks; parsing them for every request would cost more than asking."""
    return TrustedProxies(networks)
