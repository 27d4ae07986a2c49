"""What the pages of nominations show; the words of states, times and places."""

from datetime import datetime, timedelta
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voting.nominations import queries
from voting.nominations.forms import STEPS
from voting.nominations.models import Nomination, Photo
from voting.seasons.models import Season
from voting.seasons.page_context import Words, content, drawn, full_moment, moment, zone_text
from voting.seasons.portraits import portrait_svg


class StepLink(TypedDict):
    """One step of the form, as the bar above it shows it."""

    key: str
    title: str
    number: int
    now: bool
    done: bool
    address: str


def step_title(step: str) -> str:
    """Name a step."""
    return {
        "who": _("Who"),
        "contact": _("Contact and consent"),
        "deeds": _("Deeds"),
        "files": _("Photos and proof"),
        "check": _("Check"),
    }[step]


def steps(nomination: Nomination, current: str) -> list[StepLink]:
    """Return the steps, with the present one and those before it marked."""
    at = STEPS.index(current)
    return [
        {
            "key": step, "title": step_title(step), "number": place + 1, "now": place == at,
            "done": place < at,
            "address": reverse("nominations:step", args=[nomination.code, step]),
        }
        for place, step in enumerate(STEPS)
    ]  # fmt: skip


def deadline(season: Season) -> dict[str, Any]:
    """Return until when nominations are taken and how long that is, in words by the minute."""
    now = timezone.now()
    ends_at = queries.closes_at(season)
    if ends_at is None:
        return {"ends": "", "left": "", "is_open": False, "zone_text": zone_text(season.time_zone)}
    return {
        "ends": moment(ends_at, season.time_zone),
        "left": _left(ends_at - now) if ends_at > now else "",
        "is_open": queries.is_open(season, now),
        "soon": 0 < (ends_at - now).total_seconds() < 24 * 3600,
        "zone_text": zone_text(season.time_zone),
    }


def _left(rest: timedelta) -> str:
    """Return a time still to go in one unit: days, then hours, at the end minutes."""
    minutes = max(1, int(rest.total_seconds() // 60))
    if minutes >= 2 * 24 * 60:
        days = minutes // (24 * 60)
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    if minutes >= 2 * 60:
        hours = minutes // 60
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


def nomination_context(nomination: Nomination) -> dict[str, Any]:
    """Return what every page about one nomination shows. Three queries."""
    season = nomination.season
    portrait = Photo.objects.filter(nomination=nomination, kind="portrait").first()
    return {
        "nomination": nomination,
        "season": None,  # the bar would link pages that a draft season does not have yet
        "season_name": content(season.name, season.name_en),
        "season_slug": season.slug,
        "category": content(nomination.category.name, nomination.category.name_en)
        if nomination.category
        else None,
        "sender": sender(nomination),
        "portrait": portrait,
        "drawing": drawn(portrait_svg(drawing_for(nomination))),
        "deadline": deadline(season),
        "saved_at": clock(nomination.updated_at, season.time_zone),
    }


def drawing_for(nomination: Nomination) -> dict[str, str]:
    """Return the drawing that stands for somebody without a portrait."""
    return {"kind": nomination.kind}


def clock(at: datetime, zone: str) -> str:
    """Return the time of day, with the date if it is not today's."""
    today = timezone.localdate(timezone=ZoneInfo(zone))
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M}" if local.date() == today else moment(at, zone)


def sender(nomination: Nomination) -> Words:
    """Say who puts forward."""
    if nomination.unit is not None:
        return content(nomination.unit.name, nomination.unit.name_en)
    if nomination.organisation:
        return {"text": nomination.organisation, "lang": "zh-Hans"}
    route = Nomination.Route(nomination.route)
    return {"text": str(route.label), "lang": ""}


def state_line(nomination: Nomination) -> str:
    """Say in a sentence how far a nomination has come."""
    nominee = nomination.nominee
    if nomination.state == "accepted" and nominee and nominee.withdrawn_at:
        return _("It had been accepted; since then the nominee has been taken off the list.")
    return {
        "draft": _("This is a draft. Nobody but you sees it."),
        "submitted": _("It has been sent in, and waits for the review."),
        "returned": _("The office asks you to correct something."),
        "resubmitted": _("It is under review."),
        "accepted": _("It has been accepted."),
        "rejected": _("It has not been accepted."),
        "merged": _("It was put together with another nomination of the same nominee."),
        "withdrawn": _("It has been withdrawn."),
        "not_listed": _("It is not on the shortlist."),
    }[nomination.state]


def event_text(action: str, state: str) -> str:
    """Say what happened; an action that is not known here is named by the state it led to."""
    known = {
        "submit": _("Sent in"),
        "resubmit": _("Sent in again"),
        "return": _("Returned for correction"),
        "accept": _("Accepted"),
        "reject": _("Not accepted"),
        "merge": _("Put together with another nomination"),
        "withdraw": _("Withdrawn"),
        "withdraw_consent": _("Consent to publication taken back"),
        "joined": _("Another nomination was put together with this one"),
        "parted": _("A nomination was taken apart from this one again"),
        "unmerge": _("Taken apart from the other nomination again"),
        "lead_accepted": _("The nomination yours was put together with is accepted"),
        "lead_rejected": _("The nomination yours was put together with is not accepted"),
        "lead_reopened": _("The nomination yours was put together with is under review again"),
        "lead_unlisted": _("The nomination yours was put together with is not shortlisted"),
        "reopen": _("A decision was taken back"),
        "unlist": _("Not shortlisted"),
        "relist": _("Back on the list"),
        "import": _("Taken in from a list"),
        "assign_category": _("Moved to another category"),
    }
    return known.get(action) or str(Nomination.State(state).label)


def history(nomination: Nomination) -> list[dict[str, Any]]:
    """Return the public events, the first one first: when, what, why. One query."""
    zone = nomination.season.time_zone
    return [
        {
            "when": full_moment(event.at, zone),
            "what": event_text(event.action, event.state),
            "reason": event.reason,
            "state": event.state,
        }
        for event in nomination.events.filter(is_public=True)
    ]


def messages_of(nomination: Nomination) -> list[dict[str, Any]]:
    """Return the messages, the first one first. The office writes as an office, not as a person."""
    zone = nomination.season.time_zone
    return [
        {
            "when": full_moment(message.at, zone),
            "mine": message.side == "nominator",
            "text": message.text,
        }
        for message in nomination.messages.all()
    ]


def quota_lines(season: Season, unit: Any) -> dict[str, Any]:
    """Say how many nominations a unit has left, in all and by category."""
    left = queries.quota_left(season, unit.pk)
    ends_at = queries.closes_at(season)
    date = moment(ends_at, season.time_zone) if ends_at else ""
    name = content(unit.name, unit.name_en)["text"]
    least = left.least
    return {
        "unit": unit,
        "name": content(unit.name, unit.name_en),
        "left": least,
        "text": ngettext(
            "%(unit)s has %(n)s nomination left, until %(date)s",
            "%(unit)s has %(n)s nominations left, until %(date)s",
            least or 0,
        )
        % {"unit": name, "n": least, "date": date}
        if least is not None
        else _("%(unit)s may put forward without a limit, until %(date)s")
        % {"unit": name, "date": date},
        "categories": [
            {
                "name": content(one.name, one.name_en),
                "left": left.of_category.get(one.pk),
            }
            for one in season.categories.order_by("position")
        ],
    }
