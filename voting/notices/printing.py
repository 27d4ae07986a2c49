"""The printed notice: a PDF with its own font, made without any network.

A compiler for documents (typst) sets the page; here its words are put together. What the font has
no character for is shown as 〓, as printers do, and named with its code below the list.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import override

from voting.notices import notice_texts
from voting.notices.models import NoticeEntry, NoticeKind, NoticeTexts, PublicNotice
from voting.notices.paper import GETA, code_of, kept, printable, set_pages
from voting.notices.queries import Line, Terms
from voting.seasons.models import Season

TEMPLATE: Final = Path(__file__).parent / "notice.typ"
FORM: Final = 1  # counts changes of the form, since what was made once is kept
DRAFT: Final = "预览"  # laid across what is not published


@dataclass(frozen=True, slots=True)
class Printed:
    """A notice on paper, and the characters that its font does not have."""

    pdf: bytes
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """When a notice stands, for paper: local days."""

    first: date
    last: date
    issued_on: date
    terms: Terms


def printed_notice(notice: PublicNotice) -> bytes:
    """Return the PDF of a published version; it is made once, and the same bytes each time."""
    return kept("notices", f"{notice.fingerprint[:32]}-{FORM}", lambda: _made(notice))


def _made(notice: PublicNotice) -> bytes:
    zone = ZoneInfo(notice.season.time_zone)
    period = Period(
        notice.starts_on, notice.last_day, notice.published_at.astimezone(zone).date(),
        Terms(notice.days, notice.counts_working_days),
    )  # fmt: skip
    proof = f"本公示第{notice.version}版，指纹（SHA-256）：{notice.fingerprint}"
    if notice.issue != PublicNotice.Issue.FIRST:
        proof = f"{proof}。{notice.reason}"
    entries = list(notice.entries.order_by("position"))
    return compose(notice.season, notice, entries, period, proof=proof).pdf


def compose(
    season: Season,
    texts: NoticeTexts,
    lines: Sequence[NoticeEntry | Line],
    period: Period,
    *,
    proof: str = "",
    draft: str = "",
) -> Printed:
    """Set a notice for paper, in Chinese whatever the page's language.

    proof: a line below the list. draft: laid across each page of what is not published.
    """
    with override("zh-hans"):
        words = _words(season, texts, lines, period, proof, draft)
    replaced, missing = printable(words)
    if missing:
        named = "、".join(f"{one}（{code_of(one)}）" for one in missing)
        note = f"{GETA}为字库中没有的字，依次为：{_without(named, missing)}。"
        replaced["missing"] = note
    return Printed(set_pages(TEMPLATE, {"notice": replaced}, period.issued_on), missing)


def _words(
    season: Season,
    texts: NoticeTexts,
    lines: Sequence[NoticeEntry | Line],
    period: Period,
    proof: str,
    draft: str,
) -> dict[str, Any]:
    listed = "拟表彰名单" if _is_result(texts) and not season.is_showcase else (
        "拟入选名单" if _is_result(texts) else "候选名单"
    )  # fmt: skip
    sentence = notice_texts.period_text(period.first, period.last, period.terms, season.time_zone)
    contact = [
        f"{label}：{value}" for label, value in notice_texts.contact_pairs(texts, english=False)
    ]
    groups = [
        {
            "name": f"{category}（{len(rows)}）",
            "lines": [[str(place), row.name, row.unit, row.summary] for place, row in rows],
        }
        for category, rows in _grouped(lines)
    ]
    return {
        "title": texts.title,
        "number": texts.number,
        "office": texts.office,
        "date": notice_texts.day_text(period.issued_on),
        "paragraphs": [part.strip() for part in texts.body.split("\n") if part.strip()],
        "sections": [
            ["一、公示期", [f"{sentence}。"]],
            ["二、异议受理", notice_texts.how_to_object(texts.decision_days)],
            ["三、联系方式", contact],
        ],
        "annex": f"附件：{listed}（共{len(lines)}个）",
        "annex_mark": "附件",
        "list_title": listed,
        "columns": ["序号", "姓名（名称）", "所在地或单位", "主要事迹"],
        "groups": groups,
        "proof": proof,
        "missing": "",
        "draft": draft,
    }


def _is_result(texts: NoticeTexts) -> bool:
    return getattr(texts, "kind", NoticeKind.CANDIDATE) == NoticeKind.RESULT


def _grouped(
    lines: Sequence[NoticeEntry | Line],
) -> Iterable[tuple[str, list[tuple[int, NoticeEntry | Line]]]]:
    for category, rows in groupby(enumerate(lines, 1), key=lambda row: row[1].category):
        yield category, list(rows)


def _without(named: str, missing: Sequence[str]) -> str:
    return named.translate({ord(letter): None for letter in missing})
