"""The printed notice: a PDF with its own font, made without any network.

A compiler for documents (typst) sets the page; here its words are put together. What the font has
no character for is shown as 〓, as printers do, and named with its code below the list.
"""

import json
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import typst
from django.conf import settings
from django.utils.translation import override

from voting.notices import notice_texts
from voting.notices.models import NoticeEntry, NoticeKind, NoticeTexts, PublicNotice
from voting.notices.queries import Line, Terms
from voting.seasons.models import Season

HERE: Final = Path(__file__).parent
FONTS: Final = HERE / "fonts"
TEMPLATE: Final = HERE / "notice.typ"
FORM: Final = 1  # counts changes of the form, since what was made once is kept
GETA: Final = "〓"
DRAFT: Final = "预览"  # laid across what is not published
# What a person would not miss: marks that change how a character before them looks.
_INVISIBLE: Final = frozenset(range(0xFE00, 0xFE10)) | frozenset(range(0xE0100, 0xE01F0))
# One page setter at a time in a process: each may take a second and some memory.
_setting = threading.Lock()


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
    kept = settings.DATA_DIR / "notices" / f"{notice.fingerprint[:32]}-{FORM}.pdf"
    if kept.exists():
        content: bytes = kept.read_bytes()
        return content
    zone = ZoneInfo(notice.season.time_zone)
    period = Period(
        notice.starts_on, notice.last_day, notice.published_at.astimezone(zone).date(),
        Terms(notice.days, notice.counts_working_days),
    )  # fmt: skip
    proof = f"本公示第{notice.version}版，指纹（SHA-256）：{notice.fingerprint}"
    if notice.issue != PublicNotice.Issue.FIRST:
        proof = f"{proof}。{notice.reason}"
    made = compose(
        notice.season, notice, list(notice.entries.order_by("position")), period, proof=proof
    )
    kept.parent.mkdir(parents=True, exist_ok=True)
    draft = kept.with_suffix(f".{threading.get_ident()}")
    draft.write_bytes(made.pdf)
    draft.replace(kept)
    return made.pdf


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
    replaced, missing = _printable(words)
    if missing:
        named = "、".join(f"{one}（{_code(one)}）" for one in missing)
        note = f"{GETA}为字库中没有的字，依次为：{_without(named, missing)}。"
        replaced["missing"] = note
    with _setting:
        pdf = typst.compile(
            TEMPLATE,
            root=HERE,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            sys_inputs={"notice": json.dumps(replaced, ensure_ascii=False)},
            # What is the same is the same to the byte: made on the day of issue, not today.
            timestamp=datetime.combine(period.issued_on, datetime.min.time(), UTC),
        )
    return Printed(bytes(pdf or b""), missing)


def missing_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the characters of texts that the font does not have, each once, in order."""
    known = _characters()
    found = (letter for text in texts for letter in text if letter not in known)
    return tuple(dict.fromkeys(letter for letter in found if not _ignored(letter)))


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


def _printable(words: Any) -> tuple[Any, tuple[str, ...]]:
    """Return the words with 〓 for what the font does not have, and what that is."""
    texts = list(_texts(words))
    missing = missing_in(texts)
    table: dict[int, str | None] = {ord(letter): GETA for letter in missing}
    for letter in set("".join(texts)) - _characters() - set(missing):
        table[ord(letter)] = " " if letter.isspace() else None
    return _replaced(words, table), missing


def _texts(words: Any) -> Iterable[str]:
    if isinstance(words, str):
        yield words
    elif isinstance(words, dict):
        for value in words.values():
            yield from _texts(value)
    elif isinstance(words, list):
        for value in words:
            yield from _texts(value)


def _replaced(words: Any, table: dict[int, str | None]) -> Any:
    if isinstance(words, str):
        return words.translate(table)
    if isinstance(words, dict):
        return {name: _replaced(value, table) for name, value in words.items()}
    return [_replaced(value, table) for value in words]


def _without(named: str, missing: Sequence[str]) -> str:
    return named.translate({ord(letter): None for letter in missing})


def _code(letter: str) -> str:
    return f"U+{ord(letter):04X}"


def _ignored(letter: str) -> bool:
    """Return whether nobody would miss it: spaces, and marks of control, direction and width."""
    code = ord(letter)
    own = 0xE000 <= code <= 0xF8FF  # somebody's own characters, which do look like something
    return code in _INVISIBLE or letter.isspace() or not (letter.isprintable() or own)


@cache
def _characters() -> frozenset[str]:
    return frozenset((FONTS / "notice-song.txt").read_text(encoding="utf-8")) - {"\n"}
