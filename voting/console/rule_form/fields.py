"""Lists that are typed as text: starts of windows, tables of ranks, points by rank."""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from voting.rules.conversions import Band

# Half and full width alike: colon, comma, enumeration comma, semicolon.
_BETWEEN: Final = re.compile("[:,;\uff1a\uff0c\u3001\uff1b\\s]+")


class StartsField(forms.CharField):
    """Moments, one on each line, on the clock that is set."""

    def __init__(self, **words: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), required=False, **words)

    def clean(self, value: Any) -> Any:
        """Return the moments. Raises ValidationError that names the line that is none."""
        moments: list[datetime] = []
        for line in str(super().clean(value)).splitlines():
            if not line.strip():
                continue
            try:
                moments.append(forms.DateTimeField().clean(line.strip().replace("T", " ")))
            except forms.ValidationError as error:
                raise forms.ValidationError(
                    _("“%(line)s” is no date and time. Write it like 2027-03-15 20:00."),
                    params={"line": line.strip()[:40]},
                ) from error
        return moments

    @staticmethod
    def written(moments: Sequence[datetime]) -> str:
        """Return moments as they are typed."""
        local = (timezone.localtime(one).replace(tzinfo=None) for one in moments)
        # Seconds only where there are any: what is saved again must be what was there.
        return "\n".join(one.isoformat(sep=" ").removesuffix(":00") for one in local)


class BandsField(forms.CharField):
    """A table: on each line the last rank of a band and its points."""

    def __init__(self, **words: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 5}), required=False, **words)

    def clean(self, value: Any) -> Any:
        """Return the bands. Raises ValidationError that names the line that is none."""
        bands: list[Band] = []
        for line in str(super().clean(value)).splitlines():
            parts = [part for part in _BETWEEN.split(line.strip()) if part]
            if not parts:
                continue
            try:
                rank, points = parts
                upto = None if rank in {"*", _("others")} else int(rank)
                if upto is not None and not 1 <= upto <= 10_000:
                    raise ValueError(rank)
                bands.append(Band(upto, Decimal(points)))
            except (ValueError, InvalidOperation) as error:
                raise forms.ValidationError(
                    _("“%(line)s” is no band. Write the last rank and the points, like 3: 80."),
                    params={"line": line.strip()[:40]},
                ) from error
        return tuple(bands)

    @staticmethod
    def written(bands: Sequence[Band]) -> str:
        """Return bands as they are typed."""
        return "\n".join(
            f"{'*' if band.upto is None else band.upto}: {band.points}" for band in bands
        )


class PointsField(forms.CharField):
    """Whole numbers in a row."""

    def clean(self, value: Any) -> Any:
        """Return the numbers. Raises ValidationError that names what is none."""
        parts = [part for part in _BETWEEN.split(str(super().clean(value)).strip()) if part]
        for part in parts:
            if not (part.isascii() and part.isdigit() and len(part) <= 6):
                raise forms.ValidationError(
                    _("“%(part)s” is no whole number."), params={"part": part[:40]}
                )
        return tuple(int(part) for part in parts)

    @staticmethod
    def written(points: Sequence[int]) -> str:
        """Return points as they are typed."""
        return ", ".join(str(one) for one in points)
