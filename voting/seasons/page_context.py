"""What pages above a single ballot show of seasons, and the words that all pages share.

Each context costs a fixed number of queries, however many seasons, nominees or winners there are.
"""

from datetime import datetime
from itertools import groupby
from typing import Any, Final, TypedDict
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from voting.seasons import announcing, queries
from voting.seasons.headlines import headlines_of
from voting.seasons.models import PastWinner, Season
from voting.seasons.portraits import TINTS, banner_svg, portrait_svg, validate
from voting.seasons.queries import TimelineStage

MOST_ANNOUNCEMENTS: Final = 10
# In this order seasons stand on the home page: first what can be done now.
_STATES = ("open", "paused", "not_open", "preparing", "closed", "announced")


class Words(TypedDict):
    """A piece of content: its text, and its language where that is not the page's."""

    text: str
    lang: str


def content(zh: str, en: str) -> Words:
    """Return the text in the page's language, or the Chinese one marked as such."""
    if (get_language() or "").startswith("zh"):
        return {"text": zh, "lang": ""}
    return {"text": en, "lang": ""} if en else {"text": zh, "lang": "zh-Hans" if zh else ""}


def moment(at: datetime, zone: str) -> str:
    """Return day and time, such as 24 Nov, 18:00, on the season's clock."""
    return date_format(at.astimezone(ZoneInfo(zone)), pgettext("date format", "j M, H:i"))


def full_moment(at: datetime, zone: str) -> str:
    """Return year, day and time on the season's clock."""
    return date_format(at.astimezone(ZoneInfo(zone)), pgettext("date format", "j M Y, H:i"))


def zone_text(zone: str) -> str:
    """Name the clock by which times are given."""
    return _("Beijing time") if zone == "Asia/Shanghai" else zone.replace("_", " ")


def state_of(season: Season, now: datetime) -> str:
    """Return not_open, open, paused, closed or announced: what a voter can do at ``now``."""
    if season.phase in {Season.Phase.ANNOUNCED, Season.Phase.CLOSED}:
        return str(season.phase)
    if now >= season.closes_at:
        return "closed"
    if season.phase == Season.Phase.PAUSED:
        return "paused"
    if season.phase == Season.Phase.DRAFT or now < season.opens_at:
        return "not_open"
    return "open"


def state_text(state: str) -> str:
    """Return the state in words."""
    return {
        "not_open": _("Voting has not opened yet"),
        "open": _("Voting is open"),
        "paused": _("Voting is paused"),
        "closed": _("Voting has closed"),
        "announced": _("The result is announced"),
    }[state]


def stage_text(kind: str) -> str:
    """Name a stage. kind: of ``rules.schedule.ORDER``."""
    return {
        "nominations": pgettext("stage", "Nominations"),
        "eligibility_review": pgettext("stage", "Eligibility review"),
        "preliminary_review": pgettext("stage", "Preliminary review"),
        "candidate_notice": pgettext("stage", "Candidate notice"),
        "voting": pgettext("stage", "Public vote"),
        "judging": pgettext("stage", "Panel review"),
        "consolidation": pgettext("stage", "Combined result"),
        "result_notice": pgettext("stage", "Result notice"),
        "announcement": pgettext("stage", "Announcement"),
    }[kind]


def going_on(stage: TimelineStage, zone: str) -> str:
    """Say until when a stage goes on."""
    return _("%(stage)s until %(date)s") % {
        "stage": stage_text(stage.kind),
        "date": full_moment(stage.ends_at, zone),
    }


def comes_next(stages: list[TimelineStage], zone: str) -> str:
    """Say from when on the next stage is, or nothing if there is none."""
    coming = next((one for one in stages if one.state == "later"), None)
    if coming is None:
        return ""
    return _("%(stage)s from %(date)s") % {
        "stage": stage_text(coming.kind),
        "date": full_moment(coming.starts_at, zone),
    }


def frame_context(season: Season) -> dict[str, Any]:
    """Return what bar and footer show on every page about a season."""
    return {
        "season": season,
        "season_name": content(season.name, season.name_en),
        "organiser": content(season.organiser, season.organiser_en),
        "contact_hours": content(season.contact_hours, season.contact_hours_en),
        "help_points": content(season.help_points, season.help_points_en),
    }


def standing_context(season: Season, now: datetime) -> dict[str, str]:
    """Return what a voter can do at ``now``, and from when to when voting goes on."""
    state, zone = state_of(season, now), season.time_zone
    return {
        "state": state,
        "state_text": state_text(state),
        "opens_text": moment(season.opens_at, zone),
        "closes_text": moment(season.ends_at, zone),
        "zone_text": zone_text(zone),
    }


def announcements(now: datetime, season: Season | None = None) -> list[dict[str, Any]]:
    """Return what voters are told now: in one season, or in all with the season's name. One query.

    The pages that show it are rendered anew every few seconds, so that it comes and goes in time.
    """
    running = announcing.running(now).select_related("season")
    if season is not None:
        running = running.filter(season=season)
    return [
        {
            "text": content(one.text, one.text_en),
            "since": moment(one.starts_at, one.season.time_zone),
            "season": None if season else content(one.season.name, one.season.name_en),
        }
        for one in running[:MOST_ANNOUNCEMENTS]
    ]


def drawn(text: str) -> SafeString:
    """Let a drawing into a page as it is."""
    # Drawn by our own code out of a fixed list of words; nothing in it comes from a person.
    return mark_safe(text)  # noqa: S308 -- see above


def home_context(now: datetime | None = None) -> dict[str, Any]:
    """Return the context of ``seasons/home.html``: seasons that are not drafts, past winners.

    now: the moment to show; the page must be made anew when a state changes.
    """
    at = now or timezone.now()
    seasons = (
        queries.public_seasons()
        .prefetch_related("stages")
        .annotate(
            nominee_count=Count(
                "nominees", filter=Q(nominees__withdrawn_at__isnull=True), distinct=True
            ),
            category_count=Count("categories", distinct=True),
        )
        .order_by("-opens_at", "slug")
    )
    told = headlines_of(list(seasons), at)
    cards = [_card(season, at) | {"headlines": told.get(season.pk, [])} for season in seasons]
    for place, card in enumerate(cards):
        card["banner"] = drawn(banner_svg(TINTS[place % len(TINTS)]))
    cards.sort(key=lambda card: _STATES.index(card["state"]))
    return {
        "nav_current": "home",
        "seasons": cards,
        # The next step of "how it works": a ballot where one can be cast, else nothing.
        "open_slug": next((card["slug"] for card in cards if card["state"] == "open"), ""),
        "past": _past_winners(),
        "announcements": announcements(at),
        # Of an empty page nobody knows yet what it will show.
        "has_award": not cards or any(not card["is_showcase"] for card in cards),
    }


def _card(season: Season, at: datetime) -> dict[str, Any]:
    state = state_of(season, at) if queries.has_ballot(season) else "preparing"
    zone = season.time_zone
    # The year only where it is not this one.
    near = season.opens_at.year == season.ends_at.year == at.year
    worded = moment if near else full_moment
    opens, closes = worded(season.opens_at, zone), worded(season.ends_at, zone)
    dates = {
        "preparing": _preparing(season, at),
        "not_open": _("opens %(date)s"),
        "open": _("closes %(date)s"),
        "paused": _("closes %(date)s"),
        "closed": "%(date)s",  # "Voting has closed" stands before it
        "announced": _("closed %(date)s"),
    }[state].replace("%(date)s", opens if state == "not_open" else closes)
    counts = vars(season)  # the two annotations have no declared type
    return {
        "slug": season.slug,
        "name": content(season.name, season.name_en),
        "summary": content(season.summary, season.summary_en),
        "organiser": content(season.organiser, season.organiser_en),
        "state": state,
        "state_text": _("In preparation") if state == "preparing" else state_text(state),
        "dates": dates,
        "opens_text": opens,
        "closes_text": closes,
        "zone_text": zone_text(zone),
        "nominee_count": counts["nominee_count"],
        "category_count": counts["category_count"],
        "is_demo": season.is_demo,
        "is_showcase": season.is_showcase,
    }


def _preparing(season: Season, at: datetime) -> str:
    stages = queries.timeline(season, at)
    present = [one for one in stages if one.state == "now"]
    return (
        going_on(present[-1], season.time_zone) if present else comes_next(stages, season.time_zone)
    )


def _past_winners() -> list[dict[str, Any]]:
    """Return the editions, latest first, each with its winners."""
    winners = PastWinner.objects.filter(queries.public_condition("season__")).order_by(
        "-edition", "pk"
    )
    return [
        {"edition": edition, "winners": [_winner(winner) for winner in group]}
        for edition, group in (
            (content(*names), rows)
            for names, rows in groupby(winners, key=lambda one: (one.edition, one.edition_en))
        )
    ]


def _winner(winner: PastWinner) -> dict[str, Any]:
    drawing = {} if validate(winner.drawing) else winner.drawing
    return {
        "name": content(winner.name, winner.name_en),
        "category": content(winner.category, winner.category_en),
        "unit": content(winner.unit, winner.unit_en),
        "summary": content(winner.summary, winner.summary_en),
        "portrait": drawn(portrait_svg(drawing)),
    }
