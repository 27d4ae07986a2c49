"""Certificates: one sheet for each who is honoured, with the address at which anybody checks it.

Only a conferral has one, and only while it holds. The words say no more than the season may.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from voting.notices.paper import kept, missing_in, printable, safe_name, set_pages, zipped
from voting.results.models import Conferral
from voting.seasons.models import Season
from voting.seasons.services import RuleBroken

TEMPLATE: Final = Path(__file__).parent / "certificate.typ"
FORM: Final = 2  # counts changes of the form, since what was made once is kept


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a certificate is set from: its words, and those that its font lacks."""

    conferral: Conferral
    words: dict[str, Any]
    missing: tuple[str, ...]


def sheet_of(conferral: Conferral, *, with_place: bool = False) -> Sheet:
    """Return what stands on a certificate. Raises RuleBroken if there must be none.

    conferral: with its season.
    """
    if conferral.season.phase != Season.Phase.ANNOUNCED:
        raise RuleBroken(not_yet())
    if conferral.revoked_at is not None:
        raise RuleBroken(
            _("%(number)s has been revoked: there is no certificate any more.")
            % {"number": conferral.number}
        )
    with override("zh-hans"):
        words, missing = printable(_words(conferral, with_place=with_place))
    return Sheet(conferral, words, missing)


def not_yet() -> str:
    """Say why there are no certificates before the announcement."""
    return _("There are certificates once the result has been announced.")


def printed(sheet: Sheet) -> bytes:
    """Return the PDF; it is set once, and the same bytes each time. Asks no database."""
    conferral = sheet.conferral
    raw = json.dumps([FORM, sheet.words], ensure_ascii=False, sort_keys=True)
    day = conferral.conferred_at.astimezone(ZoneInfo(conferral.season.time_zone)).date()
    return kept(
        "certificates",
        sha256(raw.encode()).hexdigest()[:32],
        lambda: set_pages(TEMPLATE, {"certificate": sheet.words}, day),
    )


def lacking(conferral: Conferral) -> tuple[str, ...]:
    """Return the characters of a certificate that its font does not have."""
    season = conferral.season
    texts = (conferral.name, conferral.name_en, conferral.category, season.name, season.organiser)
    return missing_in(texts)


def file_name(conferral: Conferral) -> str:
    """Return a name that every file system takes: number and name."""
    return f"{conferral.number} {safe_name(conferral.name)}".strip() + ".pdf"


def archived(sheets: Iterable[Sheet]) -> Iterator[bytes]:
    """Return a ZIP of certificates piece by piece, as they are set."""
    yield from zipped((file_name(one.conferral), printed(one)) for one in sheets)


def address_of(conferral: Conferral) -> str:
    """Return the address that the QR code holds: the page that says whether it is genuine."""
    with override("zh-hans"):
        path = reverse("results:certificate", args=[conferral.code])
    return f"{settings.SITE_ORIGIN}{path}"


def _words(conferral: Conferral, *, with_place: bool) -> dict[str, Any]:
    season = conferral.season
    address = address_of(conferral)
    issued = conferral.conferred_at.astimezone(ZoneInfo(season.time_zone))
    return {
        "title": "入选证书" if season.is_showcase else "荣誉证书",
        "season": season.name,
        "name": conferral.name,
        "name_en": conferral.name_en,
        "deed": _deed(conferral, with_place=with_place),
        "end": "特此证明" if season.is_showcase else "特颁此证",
        "approval": "" if season.is_showcase
        else f"{season.approval_authority}批准，{season.approval_ref}",
        "organisers": _organisers(season.organiser),
        "date": date_format(issued, "Y年n月j日"),
        "number": f"编号：{conferral.number}",
        "check": "扫码查验这张证书是否真实有效",
        "address": address.partition("://")[2],
        "code": _qr(address),
        "honour": not season.is_showcase,
        "mark": _mark(season),
    }  # fmt: skip


def _deed(conferral: Conferral, *, with_place: bool) -> str:
    """Say what is certified: without an approval nobody is given a title."""
    name = conferral.season.name
    place = f"（第{conferral.place}名）" if with_place else ""
    if conferral.season.is_showcase:
        return f"在{name}活动中入选“{conferral.category}”名单{place}。"
    # A season is mostly called after its title; the word for the selection is no part of it.
    title = re.sub("(评选)?(活动)?$", "", name) or name
    return f"被授予“{title}”称号，类别：{conferral.category}{place}。"


def _organisers(text: str) -> Sequence[str]:
    """Return who issues it, one in a line if there are several."""
    several = [one.strip() for one in text.replace("；", "、").split("、") if one.strip()]
    return several if len(several) <= 4 else [text]


def _mark(season: Season) -> str:
    """Return what is laid across a sheet that must not be taken for a real one."""
    if season.rehearsal_of_id:
        return "演练"
    return "演示" if season.is_demo else ""


def _qr(address: str) -> str:
    picture = BytesIO()
    segno.make(address, error="m", micro=False).save(
        picture, kind="svg", border=0, dark="#14252b", svgclass=None, lineclass=None, omitsize=True
    )
    return picture.getvalue().decode()
