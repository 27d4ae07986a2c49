"""Template tags of the page frame."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import translate_url

register = template.Library()


@register.simple_tag(takes_context=True)
def this_page_in(context: dict[str, Any], language_code: str) -> str:
    """Return this page's address in another language, keeping the large-type view."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return f"/{language_code}/"
    address = translate_url(request.path, language_code)
    if address == request.path and not address.startswith(f"/{language_code}/"):
        address = f"/{language_code}/"  # a page without a language of its own
    return f"{address}?view=elder" if request.GET.get("view") == "elder" else address
