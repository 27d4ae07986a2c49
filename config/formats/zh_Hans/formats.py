"""Chinese pages: the clock as in their sentences (8:05), and thousands set apart as in tables."""

from django.conf.locale.zh_Hans.formats import DATE_FORMAT  # type: ignore[import-untyped]

DATETIME_FORMAT = f"{DATE_FORMAT} G:i"
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
