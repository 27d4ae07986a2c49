"""What organisers' pages have without asking for it: the navigation, and how people are named."""

from typing import Any

from django import template

from voting.audit.services import name_of
from voting.console import navigation

register = template.Library()


@register.simple_tag(takes_context=True)
def console_ways(context: dict[str, Any]) -> dict[str, Any]:
    """Return the ways beside this page; in pages of a season those of the season too."""
    request = context["request"]
    return navigation.navigation(
        request.user, getattr(request, "season", None), request.resolver_match.url_name
    )


@register.filter
def person_name(user: object) -> str:
    """Name an account as history does: never by its address, which the account itself would be."""
    return name_of(user)
