"""Long numbers and letters, and sentences, as people read them."""

import re
from typing import Final

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from accounts import addresses, sentences

register = template.Library()

# A day in either language, with the time of day if there is one. The signs of the first line are
# those for year, month and day.
_DATE: Final = re.compile(
    r"(?:\d{4}\u5e74)?\d{1,2}\u6708\d{1,2}\u65e5(?: \d{1,2}:\d{2})?"
    r"|\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
    r"(?: \d{4})?(?:, \d{1,2}:\d{2})?"
)


@register.filter
def spaced(phone: str) -> str:
    """Show a number in E.164 as people read it."""
    return addresses.spaced(phone)


@register.filter
def in_fours(text: str) -> str:
    """Show letters in groups of four."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


@register.filter
def whole_dates(text: str) -> SafeString:
    """Return a text whose dates stay in one line: Chinese may else break between any two signs."""
    escaped = conditional_escape(text)
    # The pattern holds no sign of HTML, and what stands around its matches has been escaped.
    return mark_safe(_DATE.sub(r'<span class="nowrap">\g<0></span>', escaped))  # noqa: S308


@register.simple_tag
def gap() -> str:
    """Return what stands between two sentences in the language of the page."""
    return sentences.gap()
