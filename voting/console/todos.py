"""What needs doing now: each part of the award says so for itself, and one list shows it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from voting.ballots.services.readiness import full_readiness
from voting.roles.permissions import Permission
from voting.roles.queries import Powers
from voting.seasons import queries
from voting.seasons.models import Season
from voting.seasons.page_context import moment, stage_text

SOON: Final = timedelta(days=3)  # how long before its end a stage is spoken of


class Todo(NamedTuple):
    """One thing to do, with one button."""

    kind: str  # a word on its tag: see KINDS
    text: str
    detail: str
    due_at: datetime | None  # None: no deadline
    url: str
    button: str


class Case(NamedTuple):
    """For whom and when a list is made. All that contributors need, asked once."""

    season: Season
    user: User
    powers: Powers
    now: datetime


# A part of the award that has something to say. Costs a constant number of queries, and says
# nothing about what the person may not do.
Contributor = Callable[[Case], list[Todo]]


def kinds() -> dict[str, tuple[str, str]]:
    """Return the tag of each kind: its class and its word."""
    return {
        "today": ("tag-error", _("Today")),
        "overdue": ("tag-error", _("Overdue")),
        "sign": ("tag-wait", _("To sign")),
        "stage": ("tag-wait", _("Deadline")),
        "ready": ("", _("Prepare")),
        "review": ("", _("Review")),
        "remind": ("", _("Remind")),
        "objection": ("tag-held", _("Objection")),
    }


def todos(season: Season, user: User, powers: Powers) -> list[Todo]:
    """Return what this person can do now in a season, the nearest deadline first."""
    case = Case(season, user, powers, timezone.now())
    found = [todo for contribute in CONTRIBUTORS for todo in contribute(case)]
    return sorted(found, key=lambda todo: (todo.due_at is None, todo.due_at or case.now, todo.text))


def tag_of(todo: Todo, now: datetime) -> tuple[str, str]:
    """Return class and word of the tag: how near the deadline is goes before what it is about."""
    words = kinds()
    if todo.due_at is not None and todo.due_at <= now:
        return words["overdue"]
    if todo.due_at is not None and timezone.localdate(todo.due_at) == timezone.localdate(now):
        return words["today"]
    return words[todo.kind]


def _stages(case: Case) -> list[Todo]:
    """Say which stage ends soon; whoever may change the dates is led there."""
    if not case.powers.may(Permission.SEASON_EDIT):
        return []
    return [
        Todo(
            "stage",
            _("%(stage)s ends soon") % {"stage": stage_text(stage.kind)},
            _("What is open then stays open. Look at what comes next."),
            stage.ends_at,
            reverse("console:season_stages", args=[case.season.slug]),
            _("Look at the dates"),
        )
        for stage in queries.timeline(case.season, case.now)
        if stage.state == "now" and stage.ends_at - case.now <= SOON
    ]


def _ready(case: Case) -> list[Todo]:
    """Say what is missing before voting can open."""
    if case.season.phase != Season.Phase.DRAFT or not case.powers.may(Permission.SEASON_EDIT):
        return []
    missing = [item.text for item in full_readiness(case.season) if item.blocks and not item.done]
    if not missing:
        return []
    return [
        Todo(
            "ready",
            ngettext(
                "%(n)d item is missing before voting can open",
                "%(n)d items are missing before voting can open",
                len(missing),
            )
            % {"n": len(missing)},
            missing[0],
            case.season.opens_at,
            "#ready-title",
            _("See the list"),
        )
    ]


CONTRIBUTORS: Final[tuple[Contributor, ...]] = (_stages, _ready)


def shown(todo: Todo, season: Season, now: datetime) -> dict[str, Any]:
    """Return a line of the list as the page shows it."""
    kind, word = tag_of(todo, now)
    due = moment(todo.due_at, season.time_zone) if todo.due_at else ""
    return {**todo._asdict(), "due_text": due, "tag": kind, "word": word}
