"""Long numbers and letters, and sentences, as people read them."""

from django import template

from accounts import addresses, sentences

register = template.Library()


@register.filter
def spaced(phone: str) -> str:
    """Show a number in E.164 as people read it."""
    return addresses.spaced(phone)


@register.filter
def in_fours(text: str) -> str:
    """Show letters in groups of four."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


@register.simple_tag
def gap() -> str:
    """Return what stands between two sentences in the language of the page."""
    return sentences.gap()
