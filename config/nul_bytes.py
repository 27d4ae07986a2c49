"""NUL, which PostgreSQL keeps in no text: nothing here has it in a name, so nothing is found by it.

In one place, because every page that looks something up by what was sent would otherwise have to
think of it. Forms refuse it by themselves, in words.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.defaults import page_not_found

NUL: Final = "\0"
_SHOWN_INSTEAD: Final = "\ufffd"


class NulBytes:
    """Answers 404 to an address with NUL, and takes it out of questions and cookies."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        """Look at the request; in an asynchronous chain this hands the coroutine through."""
        if NUL in request.path_info:
            raise Http404
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = _without(request.GET)
        for name, value in request.COOKIES.items():
            if NUL in value:
                request.COOKIES[name] = value.replace(NUL, _SHOWN_INSTEAD)
        answer: HttpResponse | Awaitable[HttpResponse] = self.get_response(request)
        return answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 404 where something of a form was looked up as it came."""
        if isinstance(exception, DataError) and "NUL" in str(exception):
            return page_not_found(request, Http404())
        return None


def _without(asked: Any) -> Any:
    plain = asked.copy()
    for name, values in list(plain.lists()):
        plain.pop(name)
        plain.setlist(
            name.replace(NUL, _SHOWN_INSTEAD),
            [value.replace(NUL, _SHOWN_INSTEAD) for value in values],
        )
    plain._mutable = False  # noqa: SLF001 -- as the request's own is
    return plain
