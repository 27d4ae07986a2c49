"""What a browser calls itself, in words that its owner knows."""

from typing import Final

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

register = template.Library()

# The first that is found counts: many a browser also names those that it is made from.
_BROWSERS: Final = (
    ("MicroMessenger", gettext_lazy("WeChat")), ("EdgA/", "Edge"), ("Edg/", "Edge"),
    ("OPR/", "Opera"), ("MQQBrowser", gettext_lazy("QQ Browser")),
    ("UCBrowser", gettext_lazy("UC Browser")), ("HuaweiBrowser", gettext_lazy("Huawei Browser")),
    ("MiuiBrowser", gettext_lazy("Xiaomi Browser")), ("SamsungBrowser", "Samsung Internet"),
    ("CriOS", "Chrome"), ("FxiOS", "Firefox"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
_DEVICES: Final = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"), ("Windows", "Windows"), ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


@register.filter
def browser_words(user_agent: str) -> str:
    """Return browser and device, such as Chrome · Android; a sentence if neither is known."""
    known = [
        next((str(words) for mark, words in table if mark in user_agent), "")
        for table in (_BROWSERS, _DEVICES)
    ]
    return " · ".join(filter(None, known)) or _("Unknown browser")
