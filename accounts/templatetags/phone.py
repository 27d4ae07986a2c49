"""Phone numbers in templates."""

from django import template

from accounts import addresses

register = template.Library()


@register.filter
def spaced(phone: str) -> str:
    """Show a number in E.164 as people read it."""
    return addresses.spaced(phone)
