"""What a browser lets go of when it changes hands, at signing in and out: topics say it here."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

Step = Callable[[HttpRequest, HttpResponseBase], None]
_steps: list[Step] = []


def also(step: Step) -> None:
    """Have something done with the answer to whoever signs in or out. Once, at the start."""
    _steps.append(step)


def finish(request: HttpRequest, response: HttpResponseBase) -> None:
    """Do it."""
    for step in _steps:
        step(request, response)
