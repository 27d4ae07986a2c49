"""What account pages need on the way in and out."""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import urlsplit

from allauth.core.exceptions import RateLimited
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.decorators import sync_and_async_middleware

from accounts.sms.senders import SmsFailed

Answer = Callable[[HttpRequest], Any]

_PAGES: Final = "/accounts/"  # their addresses name no language


@sync_and_async_middleware
def chosen_language(
    get_response: Answer,
) -> Callable[[HttpRequest], HttpResponse] | Callable[[HttpRequest], Awaitable[HttpResponse]]:
    """Switch the language by a plain link, ``?language=en``, and remember it.

    For the pages without a language in their address; the others ignore the cookie. Account pages
    also go on in the language of the page that led to them, whatever was read before.
    """

    def choose(request: HttpRequest) -> str | None:
        code = request.GET.get("language")
        if code not in dict(settings.LANGUAGES):
            code = _language_before(request)
        if code is None:
            return None
        translation.activate(code)
        request.LANGUAGE_CODE = code
        return code

    def remember(response: HttpResponse, code: str | None) -> HttpResponse:
        if code:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                code,
                max_age=365 * 24 * 3600,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                samesite="Lax",
                httponly=True,
            )
        return response

    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponse:
            code = choose(request)
            return remember(await get_response(request), code)

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponse:
        code = choose(request)
        return remember(get_response(request), code)

    return synchronous


def _language_before(request: HttpRequest) -> str | None:
    """Return the language of the page of ours from which somebody comes to an account page."""
    if not request.path_info.startswith(_PAGES):
        return None
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return None
    if before.netloc != request.get_host():
        return None
    return translation.get_language_from_path(before.path)


class TooManyRequests:
    """Answers 429 where allauth raises RateLimited and would let it become a 500.

    Likewise 503 where a text message could not be sent.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        """Pass the request on; in an asynchronous chain this hands the coroutine through."""
        answer: HttpResponse | Awaitable[HttpResponse] = self.get_response(request)
        return answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn the two exceptions into their pages."""
        if isinstance(exception, SmsFailed):
            return render(request, "accounts/sms_failed.html", status=503)
        if not isinstance(exception, RateLimited):
            return None
        response = render(request, "429.html", {"retry_seconds": 60}, status=429)
        response["Retry-After"] = "60"
        return response
