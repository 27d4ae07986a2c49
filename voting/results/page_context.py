"""The contexts of the public pages of a result, and what other pages tell of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from voting.notices import notice_texts, queries
from voting.results import explaining
from voting.results.models import PublishedResult
from voting.results.queries import publications, published_last
from voting.seasons.headlines import Headline
from voting.seasons.models import Season
from voting.seasons.page_context import content, frame_context, full_moment, zone_text
from voting.seasons.public_pages import Page

Values = dict[str, Any]


def frame(season: Season) -> Values:
    """Return what bar and footer show."""
    return frame_context(season) | {"slug": season.slug, "nav_current": "result"}


def headlines(seasons: Sequence[Season], now: datetime) -> dict[int, Headline]:
    """Return by a season's key that its result is on notice, was, or has been announced.

    One query, or none while no vote of these is over.
    """
    over = {Season.Phase.CLOSED, Season.Phase.ANNOUNCED}
    by_key = {one.pk: one for one in seasons if one.phase in over}
    if not by_key:
        return {}
    found = published_last(by_key.values())
    return {key: _headline(by_key[key], one, now) for key, one in found.items()}


def _headline(season: Season, found: PublishedResult, now: datetime) -> Headline:
    result = Page(reverse("results:result", args=[season.slug]), _("See the result"))
    notice = found.notice
    if season.phase == Season.Phase.ANNOUNCED:
        return Headline("star", _("The result has been announced"), "", (result,))
    if now >= notice.ends_at:
        return Headline(
            "clock",
            _("The notice of the result has ended"),
            _("The result is final once it has been announced."),
            (result,),
        )
    period = notice_texts.period_text(
        notice.starts_on,
        notice.last_day,
        queries.Terms(notice.days, notice.counts_working_days),
        season.time_zone,
    )
    way = Page(reverse("notices:result_object", args=[season.slug]), _("Make an objection"))
    return Headline(
        "megaphone", _("The result is on public notice; anybody can object"), period, (result, way)
    )


def result_context(found: PublishedResult, *, position: int = 0, number: str = "") -> Values | None:
    """Return the context of ``results/result.html``; None for a category or nominee it lacks.

    position: of the category; 0: the first. number: whose total is explained; "": the first's.
    """
    season, snapshot, notice = found.snapshot.season, found.snapshot, found.notice
    facts = explaining.facts_of(season)
    rankings = explaining.rankings_of(snapshot)
    lists = [explaining.list_context(one, facts) for one in rankings]
    at = _which(lists, position, number)
    if at is None:
        return None
    own = lists[at]
    chosen = number or (own["rows"][0]["number"] if own["rows"] else "")
    running = timezone.now() < notice.ends_at
    return {
        **frame(season),
        "tabs": [
            {"name": one["category"], "position": one["position"], "current": one is own}
            for one in lists
        ]
        if len(lists) > 1
        else [],
        "ranking": own,
        "chosen": number,
        "explained": explaining.explanation(rankings[at], chosen, facts) if chosen else None,
        "version": snapshot.version,
        "reason": snapshot.reason,
        "is_final": season.phase == Season.Phase.ANNOUNCED,
        "is_running": running,
        "notice_url": reverse("notices:result", args=[season.slug]),
        "object_url": reverse("notices:result_object", args=[season.slug]),
        "period": notice_texts.period_text(
            notice.starts_on,
            notice.last_day,
            queries.Terms(notice.days, notice.counts_working_days),
            season.time_zone,
        ),
        "sealed_text": full_moment(snapshot.sealed_at, season.time_zone),
        "zone_text": zone_text(season.time_zone),
        "sources": _sources(snapshot.sources, rankings),
        "sheet_count": len(snapshot.sources.get("sheets", ())),
        "fingerprint": [snapshot.fingerprint[at : at + 8] for at in range(0, 64, 8)],
        "inputs_fingerprint": snapshot.inputs_fingerprint,
        "versions": [
            {
                "version": one.snapshot.version,
                "reason": one.snapshot.reason,
                "at": full_moment(one.notice.published_at, season.time_zone),
            }
            for one in publications(season)
        ],
    }


def _sources(sources: Values, rankings: list[Values]) -> Values:
    """Return where everything came from, components by their names."""
    names = explaining.names_of(*map(explaining.declared_of, rankings))
    return sources | {
        part: [
            {**one, "part": names.get(one["component"], content(one["component"], ""))}
            for one in sources.get(part, ())
        ]
        for part in ("files", "held")
    }


def _which(lists: list[Values], position: int, number: str) -> int | None:
    for at, one in enumerate(lists):
        rows = [*one["rows"], *one["without"]]
        if number and any(row["number"] == number for row in rows):
            return at
        if not number and position in {0, one["position"]}:
            return at
    return None


def certificate_context(conferral: Any) -> Values:
    """Return the context of ``results/certificate.html``: whether a certificate holds."""
    season = conferral.season
    return frame(season) | {
        "conferral": conferral,
        "name": content(conferral.name, conferral.name_en),
        "category": content(conferral.category, conferral.category_en),
        "conferred_text": full_moment(conferral.conferred_at, season.time_zone),
        "revoked_text": full_moment(conferral.revoked_at, season.time_zone)
        if conferral.revoked_at
        else "",
    }
