"""What the public pages of a notice show. Nothing here names who objected."""

import re
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from voting.notices import notice_texts, queries
from voting.notices.models import (
    NoticeEntry,
    NoticeKind,
    NoticeTexts,
    Objection,
    ObjectionEvent,
    PublicNotice,
)
from voting.seasons.models import Season
from voting.seasons.page_context import content, frame_context, full_moment, zone_text
from voting.seasons.queries import is_public

Values = dict[str, Any]


def frame(season: Season, kind: str = NoticeKind.CANDIDATE) -> Values:
    """Return what bar and footer show; a season that is not open has no pages to lead to."""
    framed = frame_context(season)
    if not is_public(season):
        framed["season"] = None
    pages = {
        name: reverse(f"notices:{kind}{ending}", args=[season.slug])
        for name, ending in (("notice", ""), ("object", "_object"), ("receipt", "_receipt"))
    }
    of_result = kind == NoticeKind.RESULT
    return framed | {
        "slug": season.slug,
        "nav_current": "result" if of_result else "notice",
        "pages": pages,
        "of_result": of_result,
    }


def notice_context(notice: PublicNotice, now: datetime | None = None) -> Values:
    """Return the context of ``notices/notice.html``: five queries, however long the list is."""
    season, at = notice.season, now or timezone.now()
    versions = list(queries.versions(season, notice.kind))
    current = versions[0]
    entries = list(queries.entries_of(notice))
    return {
        **frame(season, notice.kind),
        **texts_context(notice),
        "notice": notice,
        "is_current": notice.pk == current.pk,
        "is_running": at < notice.ends_at and notice.pk == current.pk,
        "is_over": at >= current.ends_at,
        "published_text": full_moment(notice.published_at, season.time_zone),
        "period": notice_texts.period_text(
            notice.starts_on,
            notice.last_day,
            queries.Terms(notice.days, notice.counts_working_days),
            season.time_zone,
        ),
        "warning": notice_texts.unknown_years_text(notice.unknown_years),
        "groups": groups(entries),
        "count": len(entries),
        "how": notice_texts.how_to_object(notice.decision_days),
        "decisions": [
            {
                "at": one.decided_at,
                "outcome": one.get_outcome_display(),
                "summary": one.public_summary,
            }
            for one in queries.public_decisions(season, notice.kind)
        ],
        "versions": [_version(one, season) for one in versions],
        "fingerprint": [notice.fingerprint[at : at + 8] for at in range(0, 64, 8)],
        "print_url": reverse(f"notices:{notice.kind}_print", args=[season.slug, notice.version]),
        "zone_text": zone_text(season.time_zone),
    }


def texts_context(texts: NoticeTexts) -> Values:
    """Return the texts of a notice in the page's language."""
    body = content(texts.body, texts.body_en)
    return {
        "title": content(texts.title, texts.title_en),
        "number": texts.number,
        "body": body,
        "paragraphs": [part.strip() for part in body["text"].split("\n") if part.strip()],
        "office": content(texts.office, texts.office_en),
        "contact": contact_rows(texts),
    }


def contact_rows(texts: NoticeTexts) -> list[tuple[str, str, str]]:
    """Return how to reach the office: what it is, the words, and what a press on them opens."""
    english = not (get_language() or "").startswith("zh")
    links = {texts.email: f"mailto:{texts.email}"}
    if re.fullmatch(r"[+\d() -]+", texts.phone):  # one number, and no words
        links[texts.phone] = f"tel:{re.sub(r'[() -]', '', texts.phone)}"
    return [
        (label, words, links.get(words, ""))
        for label, words in notice_texts.contact_pairs(texts, english=english)
    ]


def groups(entries: list[NoticeEntry]) -> list[Values]:
    """Return the list by category, as it was published."""
    return [
        {"name": name, "entries": [_entry(entry) for entry in rows]}
        for name, rows in (
            (content(*names), list(found))
            for names, found in groupby(entries, key=lambda one: (one.category, one.category_en))
        )
    ]


def receipt_context(objection: Objection, code: str) -> Values:
    """Return the context of ``notices/receipt.html``: how far it is, and what was answered."""
    season = objection.notice.season
    zone = season.time_zone
    shown = [event for event in objection.events.all() if event.action in _TOLD]
    entry = objection.entry
    return {
        **frame(season, objection.notice.kind),
        "objection": objection,
        "code": code,
        "code_groups": [code[at : at + 4] for at in range(0, len(code), 4)],
        "about": content(entry.name, entry.name_en) if entry else None,
        "received_text": full_moment(objection.received_at, zone),
        "decide_by": notice_texts.day_text(objection.decide_by),
        "is_late": objection.is_open
        and timezone.now().astimezone(ZoneInfo(zone)).date() > objection.decide_by,
        "follows": ""
        if objection.is_open
        else notice_texts.follows_text(objection, queries.next_version(objection), zone),
        "evidence": list(objection.evidence.all()),
        "thread": [
            {
                "when": full_moment(event.at, zone),
                "what": _TOLD_TEXTS[_Action(event.action)](),
                "mine": event.action in {_Action.RECEIVED, _Action.ADDED},
                "text": event.told,
            }
            for event in shown
        ],
        "zone_text": zone_text(zone),
        "contact": contact_rows(objection.notice),
    }


_Action = ObjectionEvent.Action
_TOLD_TEXTS = {
    _Action.RECEIVED: lambda: _("Received"),
    _Action.ACCEPTED: lambda: _("Accepted for handling"),
    _Action.REFUSED: lambda: _("Not accepted for handling"),
    _Action.TAKEN_ON: lambda: _("Being looked into"),
    _Action.ANSWERED: lambda: _("Answer of the office"),
    _Action.ADDED: lambda: _("You added"),
    _Action.DECIDED: lambda: _("Decided"),
}
_TOLD = frozenset(_TOLD_TEXTS)


def _entry(entry: NoticeEntry) -> Values:
    return {
        "position": entry.position,
        "name": content(entry.name, entry.name_en),
        "unit": content(entry.unit, entry.unit_en),
        "summary": content(entry.summary, entry.summary_en),
    }


def _version(notice: PublicNotice, season: Season) -> Values:
    return {
        "number": notice.version,
        "url": reverse(f"notices:{notice.kind}_version", args=[season.slug, notice.version]),
        "issue": notice.get_issue_display(),
        "reason": notice.reason,
        "at": full_moment(notice.published_at, season.time_zone),
    }
