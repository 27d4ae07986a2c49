"""Panels: making them, seating judges, opening and closing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from voting.approvals.models import Proposal
from voting.audit.services import name_of, record
from voting.judging.models import HIDEABLE, Judge, Panel, Seat
from voting.judging.queries.draws import (
    drawn_of,
    may_name,
    standing_of,
    undrawn_of,
)
from voting.judging.queries.ending import stands_still
from voting.judging.queries.forms import (
    NoPanelDeclared,
    declared_component,
    form_of_component,
    kept,
)
from voting.judging.queries.practising import unfit
from voting.judging.queries.seats import drawn_outstanding, reopened
from voting.judging.queries.sharing import sharing
from voting.judging.services.asking import ask
from voting.judging.services.errors import JudgingRefused, PanelStandsStill
from voting.judging.services.locking import lock_season_of_panel, locked_panel, locked_seats
from voting.judging.services.recusing import detect_on
from voting.seasons import queries as season_queries
from voting.seasons.models import Season, Stage

CLOSE: Final = "judging.close"


@dataclass(frozen=True, slots=True)
class Settings:
    """How a panel works. hidden: of ``HIDEABLE``. due_at: None for the end of the stage."""

    component: str
    name: str = ""
    name_en: str = ""
    category_ids: Sequence[int] = field(default_factory=tuple)
    per_nominee: int | None = None
    hidden: Sequence[str] = field(default_factory=tuple)
    shows_marks: bool = False
    due_at: datetime | None = None

    def logged(self) -> dict[str, Any]:
        """Return it as the audit log keeps it."""
        return {
            "component": self.component, "hidden": ", ".join(self.hidden),
            "per_nominee": str(self.per_nominee or ""), "shows_marks": str(self.shows_marks),
            "due_at": self.due_at.isoformat() if self.due_at else "",
        }  # fmt: skip


@transaction.atomic
def create_panel(*, season_id: int, settings: Settings, by: User, reason: str = "") -> Panel:
    """Make a panel for a component that the rules declare.

    Raises JudgingRefused, also if another panel marks one of its categories for that component.
    """
    season = Season.objects.select_for_update(of=("self",), no_key=True).get(pk=season_id)
    refuse_when_seen(season)
    panel = Panel(season=season)
    _check(season, settings)
    refuse_shared(season, settings.component, settings.category_ids)
    _set(panel, settings)
    log(panel, "panel_create", name_of(by), reason, settings.logged())
    return panel


@transaction.atomic
def change_panel(*, panel_id: int, settings: Settings, by: User, reason: str = "") -> Panel:
    """Change how a panel works.

    Once it was opened only its names and its last day can change, and whether marks are shown
    afterwards; once a draw was announced for it, not what it marks. Raises PanelStandsStill,
    JudgingRefused.
    """
    # As where panels are made: two that would share a category wait for each other.
    seasons = Season.objects.select_for_update(of=("self",), no_key=True)
    season = seasons.get(panels=panel_id)
    panel = locked_panel(panel_id)
    _check(season, settings)
    if panel.opened_at is not None and (
        settings.component != panel.component
        or list(settings.hidden) != panel.hidden
        or settings.per_nominee != panel.per_nominee
        or set(settings.category_ids) != set(panel.categories.values_list("pk", flat=True))
    ):
        raise PanelStandsStill(
            _(
                "The panel was opened: what is marked, by whom, and what is hidden stands still "
                "from then on."
            )
        )
    if standing_of(panel) is not None and (
        settings.component != panel.component
        or settings.per_nominee != panel.per_nominee
        or set(settings.category_ids) != set(panel.categories.values_list("pk", flat=True))
    ):
        raise PanelStandsStill(
            _(
                "A draw was announced for this panel: what the panel marks stands still from then "
                "on."
            )
        )
    if settings.component != panel.component or set(settings.category_ids) != set(
        panel.categories.values_list("pk", flat=True)
    ):
        refuse_shared(season, settings.component, settings.category_ids, but=panel.pk)
    _set(panel, settings)
    # What is hidden from now on is hidden in rehearsals too, where the same judges read the files.
    for copy in Panel.objects.filter(season__rehearsal_of=season, component=panel.component):
        copy.hidden = [what for what in HIDEABLE if what in {*copy.hidden, *panel.hidden}]
        copy.save(update_fields=["hidden"])
    log(panel, "panel_change", name_of(by), reason, settings.logged())
    return panel


@transaction.atomic
def seat_judges(
    *,
    panel_id: int,
    judge_ids: Iterable[int],
    by: User,
    reason: str = "",
    how: str = Seat.How.FIXED,
) -> list[Seat]:
    """Give judges a seat, and write to them; who has one keeps it.

    Raises JudgingRefused, also for naming somebody where a draw decides who sits.
    """
    lock_season_of_panel(panel_id)
    panel = locked_panel(panel_id)
    refuse_when_seen(panel.season)
    if panel.closed_at is not None:
        raise JudgingRefused(_("The panel has been closed."))
    # Locked before seats refer to them, all in one order: a link may be made for any of them.
    rows = Judge.objects.select_for_update(of=("self",)).filter(season=panel.season_id)
    judges = list(rows.filter(pk__in=list(judge_ids)).order_by("key"))
    if how == Seat.How.FIXED and not may_name(panel):
        raise JudgingRefused(
            _(
                "A draw decides who sits on this panel: who is named beside it is named before it "
                "is announced. Whoever declines or leaves is replaced by the next in the order; "
                "somebody is named only where nobody in the pool is left."
            )
        )
    made = []
    for judge in judges:
        seat, created = Seat.objects.get_or_create(panel=panel, judge=judge, defaults={"how": how})
        if created:
            made.append(seat)
            log(panel, "seat_add", name_of(by), reason, {"judge": judge.key, "how": how})
    if panel.opened_at is not None:
        keys = {seat.pk for seat in made}
        detect_on(panel, [seat for seat in locked_seats(panel) if seat.pk in keys])
    ask(made, by=by)
    return made


@transaction.atomic
def open_panel(*, panel_id: int, by: User, reason: str = "") -> Panel:
    """Let judges mark. From now on rubric and hidden fields stand still, and with them the rules.

    The rules must be frozen, or the season be in its panel review. Looks for recusals first.
    Raises JudgingRefused.
    """
    # The season first, as whoever changes its rules does: none change between look and opening.
    lock_season_of_panel(panel_id)
    panel = locked_panel(panel_id)
    if panel.opened_at is not None:
        raise JudgingRefused(_("The panel is open already."))
    season = panel.season
    refuse_when_seen(season)
    if undrawn_of(panel) is not None:
        raise JudgingRefused(
            _("A draw was announced for this panel and stands. Draw its seats first.")
        )
    frozen = season_queries.is_frozen(season)
    if not (frozen or season_queries.is_in_stage(season, Stage.Kind.JUDGING)):
        raise JudgingRefused(
            _("A panel opens once the rules are frozen, or when the panel review has begun.")
        )
    if not panel.seats.filter(state__in=["invited", "confirmed", "ready"]).exists():
        raise JudgingRefused(_("Nobody sits on this panel yet."))
    try:
        component = declared_component(season, panel.component)
    except NoPanelDeclared as error:
        raise _undeclared(panel.component) from error
    # A category that was taken away meanwhile may have left it with all of them.
    of = panel.categories.values_list("pk", flat=True)
    refuse_shared(season, panel.component, of, but=panel.pk)
    if lacking := unfit(panel, form_of_component(component)):
        raise JudgingRefused(
            _("The example does not fit the score sheet any more: %(lacking)s")
            % {"lacking": " ".join(lacking)}
        )
    panel.declared, panel.opened_at = kept(component), timezone.now()
    panel.save(update_fields=["declared", "opened_at"])
    detect_on(panel, locked_seats(panel))
    log(panel, "panel_open", name_of(by), reason)
    return panel


@transaction.atomic
def close_panel(*, panel_id: int, by: User, reason: str, second: User | None = None) -> Panel:
    """End the marking; what was not submitted does not count. Raises JudgingRefused.

    second: who has signed as well, without whom no judge who was drawn is left out.
    """
    panel = locked_panel(panel_id)
    refuse_closing(panel)
    if second is None and (left_out := drawn_outstanding(panel)):
        raise JudgingRefused(
            _(
                "Drawn in public and not submitted yet: %(judges)s. Two people sign that the panel "
                "closes without them."
            )
            % {"judges": _(", ").join(left_out)}
        )
    panel.closed_at = timezone.now()
    panel.save(update_fields=["closed_at"])
    more = {"approved_by": name_of(second)} if second is not None else {}
    log(panel, "panel_close", name_of(by), reason, more)
    return panel


def refuse_closing(panel: Panel) -> None:
    """Raise JudgingRefused for a panel that cannot be closed, however many sign."""
    if panel.opened_at is None or panel.closed_at is not None:
        raise JudgingRefused(_("Only an open panel can be closed."))
    if undrawn_of(panel) is not None or (
        drawn_of(panel) is not None and not panel.seats.exclude(submitted_at=None).exists()
    ):
        # Another panel could take the place of one that was closed empty, with other judges.
        raise JudgingRefused(
            _("Nobody has submitted yet. A panel that was drawn in public is not closed empty.")
        )
    if undone := [one.judge.key for one in reopened(panel)]:
        raise JudgingRefused(
            _(
                "Reopened and not submitted again: %(judges)s. What counted once is not taken away "
                "by closing; let them submit, or take them off by two signatures."
            )
            % {"judges": _(", ").join(undone)}
        )


def carry_out_closing(proposal: Proposal) -> Panel:
    """Close a panel: for ``approvals.approve``, inside its transaction."""
    panel = locked_panel(int(proposal.payload["panel"]))
    if not set(drawn_outstanding(panel)) <= set(proposal.payload["without"]):
        raise JudgingRefused(
            _("Others have not submitted than was signed. Return it, and have it signed anew.")
        )
    return close_panel(
        panel_id=panel.pk, by=proposal.proposed_by, reason=proposal.reason,
        second=proposal.decided_by,
    )  # fmt: skip


def refuse_when_seen(season: Season) -> None:
    """Raise PanelStandsStill once votes and marks can be seen: nobody alone changes them then."""
    if stands_still(season):
        raise PanelStandsStill(
            _(
                "Voting and judging are over and numbers can be seen. What must not count now is "
                "ruled by two people, under Result."
            )
        )


def refuse_shared(
    season: Season, component: str, category_ids: Iterable[int], *, but: int | None = None
) -> None:
    """Raise JudgingRefused if another panel marks one of these categories for the component.

    category_ids: none means all. The season is locked, or nobody else makes panels now.
    """
    other = sharing(season, component, category_ids, but=but)
    if other is not None:
        raise JudgingRefused(
            _(
                "“%(panel)s” marks the same category for the same part of the result. A nominee "
                "has one panel for each part: give each panel categories of its own, or seat all "
                "judges on one."
            )
            % {"panel": other}
        )


def log(
    panel: Panel, what: str, actor: str, reason: str, after: dict[str, Any] | None = None
) -> None:
    """Write into the audit log what was done to a panel."""
    record(
        actor=actor, action=f"judging.{what}", season=panel.season.slug,
        target=panel.name or panel.component, after=after, reason=reason,
    )  # fmt: skip


def _check(season: Season, settings: Settings) -> None:
    try:
        declared_component(season, settings.component)
    except NoPanelDeclared as error:
        raise _undeclared(settings.component) from error
    if unknown := sorted(set(settings.hidden) - set(HIDEABLE)):
        raise JudgingRefused(_("This cannot be hidden: %(what)s") % {"what": ", ".join(unknown)})
    known = set(season.categories.values_list("pk", flat=True))
    if not set(settings.category_ids) <= known:
        raise JudgingRefused(_("A category is not of this season."))


def _undeclared(key: str) -> JudgingRefused:
    return JudgingRefused(_("The rules declare no panel “%(key)s”.") % {"key": key})


def _set(panel: Panel, settings: Settings) -> None:
    for name in ("component", "name", "name_en", "per_nominee", "shows_marks", "due_at"):
        setattr(panel, name, getattr(settings, name))
    panel.hidden = list(settings.hidden)
    panel.save()
    panel.categories.set(settings.category_ids)
