"""Objections: the inbox, one by its code, and what everybody may know of decided ones."""

from datetime import date
from hashlib import sha256
from typing import NamedTuple

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from voting.notices.models import NoticeKind, Objection, PublicNotice
from voting.seasons.models import Season

OPEN = (Objection.State.RECEIVED, Objection.State.ACCEPTED, Objection.State.INVESTIGATING)


class Counts(NamedTuple):
    """How many objections a season has, and how they stand."""

    total: int
    open: int
    due_today: int
    overdue: int


def digest(code: str) -> str:
    """Return under what a secret code is stored."""
    return sha256(f"objection {code}".encode()).hexdigest()


def by_code(season: Season, code: str) -> Objection:
    """Return an objection by the secret code of its receipt. Raises Objection.DoesNotExist."""
    return Objection.objects.select_related("notice", "entry").get(
        notice__season=season, code_digest=digest(code)
    )


def inbox(season: Season) -> QuerySet[Objection]:
    """Return all objections of a season: open ones first, those that are due soonest on top."""
    return (
        Objection.objects.filter(notice__season=season)
        .select_related("notice", "entry", "handler")
        .annotate(
            evidence_count=Count("evidence"),
            settled=Case(
                When(state__in=OPEN, then=Value(0)), default=Value(1), output_field=IntegerField()
            ),
        )
        .order_by("settled", "decide_by", "received_at", "pk")
    )


def open_objections(season: Season, kind: str | None = None) -> QuerySet[Objection]:
    """Return the objections that wait for a decision, those that are due soonest first."""
    found = Objection.objects.filter(notice__season=season, state__in=OPEN)
    if kind is not None:
        found = found.filter(notice__kind=kind)
    return found.order_by("decide_by", "pk")


def counts(season: Season, today: date) -> Counts:
    """Return how many there are. today: on the season's clock. One query."""
    waiting = Q(state__in=OPEN)
    found = Objection.objects.filter(notice__season=season).aggregate(
        total=Count("pk"),
        open=Count("pk", filter=waiting),
        due_today=Count("pk", filter=waiting & Q(decide_by=today)),
        overdue=Count("pk", filter=waiting & Q(decide_by__lt=today)),
    )
    return Counts(**found)


def public_decisions(season: Season, kind: str = NoticeKind.CANDIDATE) -> QuerySet[Objection]:
    """Return decided objections, for their public summaries alone."""
    return (
        Objection.objects.filter(
            notice__season=season, notice__kind=kind, state=Objection.State.DECIDED
        )
        .select_related("entry")
        .order_by("decided_at", "pk")
    )


def uncarried(season: Season, kind: str, notice: PublicNotice | None) -> QuerySet[Objection]:
    """Return upheld objections whose effect the version that holds does not show yet."""
    upheld = Objection.objects.filter(notice__season=season, notice__kind=kind).exclude(
        effect=Objection.Effect.NONE
    )
    return upheld if notice is None else upheld.filter(decided_at__gte=notice.published_at)
