"""The navigation, which every organisers' page has without asking for it."""

from typing import Any

from django import template

from voting.console import navigation

register = template.Library()


@register.simple_tag(takes_context=True)
def console_ways(context: dict[str, Any]) -> dict[str, Any]:
    """Return the ways beside this page; in pages of a season those of the season too."""
    request = context["request"]
    return navigation.navigation(
        request.user, getattr(request, "season", None), request.resolver_match.url_name
    )
