"""What needs doing now: each part of the award says so for itself, and one list shows it."""

from datetime import datetime, time, timedelta
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from voting.approvals import queries as approval_queries
from voting.audit.services import name_of
from voting.ballots.services.readiness import full_readiness
from voting.console import approval_kinds, judging_todos, result_todos
from voting.console.navigation import address
from voting.console.opening_kinds import OPENING
from voting.console.quota_list import units_left
from voting.console.todo import MOST_OF_A_KIND, Case, Contributor, Todo
from voting.nominations import queries as nominations
from voting.nominations.models import Nomination
from voting.nominations.review import likenesses, queue
from voting.notices.queries import open_objections
from voting.notices.queries.ties import covered
from voting.roles.permissions import Permission
from voting.roles.queries import EVERYWHERE, Powers, scope
from voting.seasons import queries
from voting.seasons.models import Season, Stage
from voting.seasons.page_context import moment, stage_text

SOON: Final = timedelta(days=3)  # how long before its end a stage is spoken of
UNUSED_SOON: Final = timedelta(days=7)  # and how long before it unused quotas are


def kinds() -> dict[str, tuple[str, str]]:
    """Return the tag of each kind: its class and its word."""
    return {
        "today": ("tag-error", _("Today")),
        "overdue": ("tag-error", _("Overdue")),
        "sign": ("tag-wait", _("To sign")),
        "stale": ("tag-off", _("Out of date")),
        "stage": ("tag-wait", _("Deadline")),
        "ready": ("", _("Prepare")),
        "review": ("", _("Review")),
        "remind": ("", _("Remind")),
        "objection": ("tag-held", _("Objection")),
        "judge": ("", _("To mark")),
        "judging": ("", _("Judging")),
        "confirm": ("tag-wait", _("To confirm")),
        "certificates": ("", _("Certificates")),
    }


def todos(season: Season, user: User, powers: Powers) -> list[Todo]:
    """Return what this person can do now in a season, the nearest deadline first."""
    now = timezone.now()
    case = Case(season, user, powers, queries.timeline(season, now), now)
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
            _("Ends soon: %(stage)s") % {"stage": stage_text(stage.kind)},
            _("What is open then stays open. Look at what comes next."),
            stage.ends_at,
            reverse("console:season_stages", args=[case.season.slug]),
            _("Look at the dates"),
        )
        for stage in case.stages
        if stage.state == "now" and stage.ends_at - case.now <= SOON
    ]


def _unpublished(case: Case) -> list[Todo]:
    """Say that a stage is on that the public takes part in, and cannot see."""
    hidden = case.season.phase == Season.Phase.DRAFT and not queries.is_public(case.season)
    taking = any(one.kind == Stage.Kind.NOMINATIONS and one.state == "now" for one in case.stages)
    if not (hidden and taking and case.powers.may(Permission.SEASON_EDIT)):
        return []
    return [
        Todo(
            "today",
            _("Nominations are open, but the public cannot see this season"),
            _("Publish it, so that people find the call and can nominate."),
            None,
            reverse("console:season_publish", args=[case.season.slug]),
            _("Publish it"),
        )
    ]


def _ready(case: Case) -> list[Todo]:
    """Say what is missing before voting can open, or that two people can open it."""
    if case.season.phase != Season.Phase.DRAFT or not case.powers.may(Permission.SEASON_EDIT):
        return []
    undone = [item for item in full_readiness(case.season) if not item.done]
    missing = [item.text for item in undone if item.blocks]
    if not missing:
        return _openable(case, len(undone))
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


def _openable(case: Case, advised: int) -> list[Todo]:
    """Say that voting can be opened, unless that is signed. advised: items that stop nobody."""
    if not case.powers.may(Permission.PROPOSE):
        return []
    if approval_queries.waiting(case.season, [OPENING.name]).exists():
        return []
    text = ngettext(
        "Voting can be opened; %(n)d item is still advised",
        "Voting can be opened; %(n)d items are still advised",
        advised,
    ) % {"n": advised}  # fmt: skip
    return [
        Todo(
            "sign",
            text if advised else _("Everything is ready: voting can be opened"),
            _("You sign first, then another person looks at it and signs."),
            case.season.opens_at,
            reverse("console:opening", args=[case.season.slug]),
            _("Look and sign"),
        )
    ]


def _nominations(case: Case) -> list[Todo]:
    """Say how many nominations wait for a decision, those that came back apart."""
    allowed = scope(case.user, Permission.NOMINATIONS_REVIEW, case.season)
    if not allowed:
        return []
    counts = queue.counts(case.season, allowed)
    due = next((stage.ends_at for stage in case.stages if stage.kind == "eligibility_review"), None)
    url = reverse("console:nominations", args=[case.season.slug])
    found = []
    if new := counts[Nomination.State.SUBMITTED]:
        text = ngettext(
            "%(n)d nomination waits for review", "%(n)d nominations wait for review", new
        )
        found.append(Todo("review", text % {"n": new}, "", due, url, _("Review")))
    if again := counts[Nomination.State.RESUBMITTED]:
        text = ngettext(
            "%(n)d nomination was corrected and sent in again",
            "%(n)d nominations were corrected and sent in again",
            again,
        )
        found.append(Todo("review", text % {"n": again}, "", due, url, _("Look again")))
    return found


def _consents(case: Case) -> list[Todo]:
    """Name those whose page stays though a consent was taken back: somebody has to decide."""
    allowed = scope(case.user, Permission.NOMINATIONS_REVIEW, case.season)
    if not allowed:
        return []
    return [
        Todo(
            "review",
            _("A consent to publication for %(name)s was taken back") % {"name": one.name},
            _("The page stays as it is. Decide what follows, and answer the nominator."),
            None,
            reverse("console:nomination", args=[case.season.slug, one.code]),
            _("Look at it"),
        )
        for one in queue.consents_to_settle(case.season, allowed)[:MOST_OF_A_KIND]
    ]


def _duplicates(case: Case) -> list[Todo]:
    """Say how many pairs look alike and nobody has compared."""
    if not case.powers.may(Permission.NOMINATIONS_REVIEW):
        return []
    number = likenesses.open_pairs(case.season).count()
    if not number:
        return []
    text = ngettext(
        "%(n)d pair of nominations looks alike", "%(n)d pairs of nominations look alike", number
    )
    return [
        Todo(
            "review",
            text % {"n": number},
            _("A person decides whether they are the same."),
            None,
            reverse("console:duplicates", args=[case.season.slug]),
            _("Compare"),
        )
    ]


def _own_nominations(case: Case) -> list[Todo]:
    """Tell a recommender what came back, and how many nominations are left until when."""
    allowed = scope(case.user, Permission.NOMINATE, case.season)
    if allowed.everywhere or not allowed:
        return []
    found = []
    returned = Nomination.objects.filter(
        allowed.of_units("unit_id"), season=case.season, state=Nomination.State.RETURNED
    )
    closes = nominations.closes_at(case.season)
    for one in returned.order_by("state_since")[:MOST_OF_A_KIND]:
        text = _("%(name)s was returned for correction") % {"name": one.name}
        url = reverse("nominations:status", args=[one.code])
        found.append(Todo("stage", text, one.headline, closes, url, _("Correct it")))
    if closes is not None and nominations.is_open(case.season, case.now):
        for room in units_left(case.season, allowed)[:MOST_OF_A_KIND]:
            text = ngettext(
                "%(unit)s has %(n)d nomination left",
                "%(unit)s has %(n)d nominations left",
                room.left,
            )
            url = reverse("nominations:start", args=[case.season.slug])
            words = {"unit": room.unit.name, "n": room.left}
            found.append(Todo("remind", text % words, "", closes, url, _("Put forward")))
    return found


def _unused(case: Case) -> list[Todo]:
    """Say in the last week how many units have not used what they may put forward."""
    if not case.powers.may(Permission.NOMINATIONS_REVIEW):
        return []
    closes = nominations.closes_at(case.season)
    if closes is None or not case.now < closes <= case.now + UNUSED_SOON:
        return []
    number = sum(bool(one.people) for one in units_left(case.season, EVERYWHERE))
    if not number:
        return []
    text = ngettext("%(n)d unit has nominations left", "%(n)d units have nominations left", number)
    url = reverse("console:unused", args=[case.season.slug])
    return [Todo("remind", text % {"n": number}, "", closes, url, _("Remind"))]


def _objections(case: Case) -> list[Todo]:
    """Name the objections whose decision is due soonest, but none that is for others to handle."""
    if not case.powers.may(Permission.OBJECTIONS_DECIDE):
        return []
    tied = covered(case.user, seasons=[case.season.slug])
    found = open_objections(case.season).exclude(number__in=tied).select_related("handler")
    zone = timezone.get_current_timezone()
    return [
        Todo(
            "objection",
            _("Objection %(number)s: decision due") % {"number": one.number},
            _("Handler: %(name)s") % {"name": name_of(one.handler)}
            if one.handler
            else _("Nobody handles it yet"),
            datetime.combine(one.decide_by, time.max, zone),
            reverse("console:objection", args=[case.season.slug, one.number]),
            _("Look at it"),
        )
        for one in found[:MOST_OF_A_KIND]
    ]


def _approvals(case: Case) -> list[Todo]:
    """Name what waits for this person as the second one, to be signed or, if stale, returned."""
    if not case.powers.may(Permission.APPROVE):
        return []
    found = []
    others = (
        approval_queries.waiting(case.season)
        .exclude(proposed_by=case.user)
        .select_related("proposed_by")
    )
    for one in others.order_by("proposed_at"):
        stale = approval_kinds.is_stale(one, case.season)
        told = (
            _("Changed since %(name)s signed; return it")
            if stale
            else _("%(name)s has signed; waits for the second person")
        )
        found.append(
            Todo(
                "stale" if stale else "sign",
                approval_kinds.title_of(one.kind),
                told % {"name": name_of(one.proposed_by)},
                None,
                address("approval", case.season.slug, one.pk)
                or reverse("console:season", args=[case.season.slug]),
                _("Look at it") if stale else _("Check and sign"),
            )
        )
    return found


CONTRIBUTORS: Final[tuple[Contributor, ...]] = (
    _approvals, *judging_todos.CONTRIBUTORS, *result_todos.CONTRIBUTORS, _objections,
    _nominations, _consents, _duplicates, _own_nominations, _unused, _stages, _unpublished, _ready,
)  # fmt: skip


def shown(todo: Todo, season: Season, now: datetime) -> dict[str, Any]:
    """Return a line of the list as the page shows it."""
    kind, word = tag_of(todo, now)
    due = moment(todo.due_at, season.time_zone) if todo.due_at else ""
    return {**todo._asdict(), "due_text": due, "tag": kind, "word": word}
