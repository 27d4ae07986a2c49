"""Template tags of the page frame."""

from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest

register = template.Library()


@register.simple_tag(takes_context=True)
def this_page_in(context: dict[str, Any], language_code: str) -> str:
    """Return this page's address in another language, keeping the large-type view."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return f"/{language_code}/"
    _root, prefix, *rest = request.path.split("/", 2)
    known = request.resolver_match is not None and prefix in dict(settings.LANGUAGES)
    # Put together, not translated: Django's own way would switch the language meanwhile, and
    # afterwards back to one without the words of a showcase (voting.seasons.showcase).
    address = f"/{language_code}/{''.join(rest) if known else ''}"
    return f"{address}?view=elder" if request.GET.get("view") == "elder" else address
