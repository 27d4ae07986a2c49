"""What reviewers see of a season: the queue, the counts, and who must keep out of a decision."""

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from voting.nominations.models import (
    CheckAnswer,
    ChecklistItem,
    Decision,
    DecisionReason,
    Likeness,
    Message,
    Nomination,
    NominationEvent,
    ReviewSettings,
)
from voting.nominations.review.defaults import items_for, reasons_for
from voting.roles.models import Role
from voting.roles.queries import Scope, active_grants
from voting.seasons.models import Season
from voting.units import queries as unit_queries

State = Nomination.State
WAITING: Final = (State.SUBMITTED, State.RESUBMITTED)  # for a decision
STANDING: Final = (*WAITING, State.ACCEPTED)  # may still come onto the ballot
REVIEWED: Final = tuple(state for state in State.values if state != State.DRAFT)


def second_look(season_id: int) -> bool:
    """Return whether accepting needs a preliminary review by somebody else."""
    return ReviewSettings.objects.filter(season_id=season_id, second_look=True).exists()


def in_review(season: Season, scope: Scope) -> QuerySet[Nomination]:
    """Return what was ever sent in, within what somebody may see; drafts are nobody's business."""
    return Nomination.objects.filter(scope.of_units("unit_id"), season=season).exclude(
        state=State.DRAFT
    )


def queue(
    season: Season,
    scope: Scope,
    *,
    states: Sequence[str] = (),
    category_id: int | None = None,
    unit_id: int | None = None,
    words: str = "",
) -> QuerySet[Nomination]:
    """Return the list of nominations, those that have waited longest first.

    states: any of these; unit_id: this unit or one below it; words: in name, code, organisation.
    """
    found = in_review(season, scope)
    if states:
        found = found.filter(state__in=states)
    if category_id:
        found = found.filter(category_id=category_id)
    if unit_id:
        found = found.filter(unit__in=unit_queries.subtree(unit_id))
    if words:
        found = found.filter(
            Q(name__icontains=words)
            | Q(name_en__icontains=words)
            | Q(code__istartswith=words)
            | Q(organisation__icontains=words)
            | Q(headline__icontains=words)
        )
    return found.select_related("category", "unit").order_by("submitted_at", "pk")


def like_others(nominations: Sequence[Nomination]) -> set[int]:
    """Return the keys of those that may be the same as another one that stands. Two queries.

    Asked for one page of a list at a time: as a condition inside the list's own query, a database
    with stale statistics compares every nomination with every pair, for hours.
    """
    keys = {one.pk for one in nominations}
    unseen = Likeness.objects.filter(verdict="")
    first = unseen.filter(first__in=keys, second__state__in=STANDING)
    second = unseen.filter(second__in=keys, first__state__in=STANDING)
    return {
        *first.values_list("first_id", flat=True), *second.values_list("second_id", flat=True)
    }  # fmt: skip


def counts(season: Season, scope: Scope) -> dict[str, int]:
    """Return how many nominations are in each state. One query."""
    rows = in_review(season, scope).order_by().values("state").annotate(n=Count("pk"))
    found = {row["state"]: row["n"] for row in rows}
    return {state: found.get(state, 0) for state in REVIEWED}


def consents_to_settle(season: Season, scope: Scope) -> QuerySet[Nomination]:
    """Return what was put together with a nominee still shown, and had its consent taken back.

    The office decides what follows, and is done once it has written to the nominator since.
    """
    taken_back = NominationEvent.objects.filter(
        nomination=OuterRef("pk"), action="withdraw_consent", state=State.MERGED
    )
    answered = Message.objects.filter(
        nomination=OuterRef("pk"), side=Message.Side.OFFICE, at__gte=OuterRef("taken_back_at")
    )
    return (
        in_review(season, scope)
        .filter(state=State.MERGED, nominee__isnull=False, nominee__withdrawn_at=None)
        .annotate(taken_back_at=Subquery(taken_back.order_by("-at").values("at")[:1]))
        .filter(~Exists(answered), taken_back_at__isnull=False)
        .order_by("taken_back_at", "pk")
    )


def nomination_file(season: Season, scope: Scope, code: str) -> Nomination:
    """Return one nomination with what its page shows, in a fixed number of queries.

    Raises Nomination.DoesNotExist, also for what lies outside the scope.
    """
    return (
        in_review(season, scope)
        .select_related("category", "unit", "nominator", "contact", "nominee", "season")
        .prefetch_related(
            "photos", "attachments", "consents", "messages__author", "events",
            "clearances__added_by", "decisions__decided_by", "merges__into",
        )
        .get(code=code)
    )  # fmt: skip


def checklist_items(season: Season) -> list[ChecklistItem]:
    """Return the questions that are asked; the defaults, unsaved, before anybody has answered."""
    saved = list(ChecklistItem.objects.filter(season=season))
    return [item for item in saved if item.is_asked] if saved else items_for(season)


def decision_reasons(season: Season, kind: str) -> list[DecisionReason]:
    """Return the reasons on offer; the defaults, unsaved, before anybody has decided."""
    saved = list(DecisionReason.objects.filter(season=season))
    reasons = saved or reasons_for(season)
    return [one for one in reasons if one.kind == kind and one.is_offered]


def answers(nomination: Nomination) -> dict[str, CheckAnswer]:
    """Return what people answered, by code of the question."""
    rows = CheckAnswer.objects.filter(nomination=nomination).select_related("item", "answered_by")
    return {row.item.code: row for row in rows}


def recusal(user: Any, nomination: Nomination) -> str:
    """Return why somebody must keep out of the decision about a nomination, or an empty text.

    That is who put it forward, or one that was put together with it; who has a role in the very
    unit that recommends one of them, or in one that is merged with it; and who recommends for a
    unit above it. Three queries, and up to two for each role that is limited to a unit.
    """
    family = Nomination.objects.filter(
        Q(pk=nomination.pk) | Q(merges__into=nomination, merges__undone_at=None)
    )
    if family.filter(nominator=user).exists():
        return _("You put this nomination forward yourself, so somebody else decides about it.")
    units = set(family.exclude(unit=None).values_list("unit_id", flat=True))
    if not units or units.isdisjoint(near_units(user, nomination.season_id)):
        return ""
    if nomination.unit_id in units and len(units) == 1:
        return _(
            "This nomination comes from your own unit, so somebody from elsewhere decides about it."
        )
    return _(
        "This nomination, or one that was put together with it, comes from your own unit, so "
        "somebody from elsewhere decides about it."
    )


def recused_from(user: Any, season_id: int) -> set[int]:
    """Return the nominations of a season about which somebody must not decide; see ``recusal``.

    Three queries, and up to two for each role that is limited to a unit.
    """
    season = Q(season_id=season_id)
    units = near_units(user, season_id)
    own = Nomination.objects.filter(season, Q(nominator=user) | Q(unit__in=units))
    joined = Nomination.objects.filter(
        season,
        Q(merged__nomination__nominator=user) | Q(merged__nomination__unit__in=units),
        merged__undone_at=None,
    )
    return set(own.values_list("pk", flat=True)) | set(joined.values_list("pk", flat=True))


def near_units(user: Any, season_id: int) -> set[int]:
    """Return the units whose nominations somebody must keep out of, by number.

    Objections have a wider rule of their own, by the codes that notices keep (``notices.queries``).
    """
    grants = (
        active_grants().filter(user=user, unit__isnull=False)
        .filter(Q(season=None) | Q(season_id=season_id))
        .values_list("unit_id", "role")
    )  # fmt: skip
    found: set[int] = set()
    for unit_id, role in grants:
        found |= set(unit_queries.same_unit(unit_id or 0).values_list("pk", flat=True))
        if role == Role.RECOMMENDER:
            found |= set(unit_queries.subtree(unit_id or 0).values_list("pk", flat=True))
    return found


def passed_by(nomination: Nomination) -> Decision | None:
    """Return the preliminary review that holds: nothing has happened to the nomination since.

    Its version says so, as it counts every change of texts, category and state; clocks of two
    machines need not agree, and the same moment may see two changes. Rows from before the version
    was kept go by the time.
    """
    last = nomination.decisions.order_by("-pk").first()
    if last is None or last.kind != Decision.Kind.PASS:
        return None
    if last.version is None:
        return last if last.decided_at >= nomination.state_since else None
    return last if last.version == nomination.version else None
