"""Disqualifying a part of the result, visibly: two people decide, and the page says so."""

from dataclasses import replace
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from voting.approvals.models import Proposal
from voting.audit.services import name_of, record
from voting.judging.queries.results import judges_by_component
from voting.results.computing import NotComputable, compute, inputs_of
from voting.results.models import Ruling
from voting.results.services.locking import locked_season
from voting.rules.components import Consolidation, Disqualified
from voting.seasons.counting import declared_components
from voting.seasons.models import Season
from voting.seasons.services import RuleBroken

APPROVAL: Final = "result.rule"


def parts_of(season: Season) -> list[tuple[str, str]]:
    """Return what can be disqualified: components, then their strata and judges.

    season: with its rule sheet. A pair is component and part; part is "" for the whole.
    """
    declared = declared_components(season)
    judges = judges_by_component(season)
    found = [(one.key, "") for one in declared.components]
    for one in declared.components:
        found += [(one.key, name) for name in (*one.strata, *judges.get(one.key, ()))]
    return found


def check(season: Season, *, component: str, part: str, rule: str, stand_ins: list[str]) -> None:
    """Raise RuleBroken for what could not be computed."""
    if season.phase == Season.Phase.ANNOUNCED:
        raise RuleBroken(_("The result has been announced."))
    if (component, part) not in parts_of(season):
        raise RuleBroken(_("There is no such part of the result."))
    if Ruling.objects.filter(
        season=season, component=component, part=part, lifted_at=None
    ).exists():
        raise RuleBroken(_("This part is disqualified already."))
    if rule == Ruling.Rule.EXCLUDE:
        if stand_ins:
            raise RuleBroken(_("Where nothing takes its place, nobody stands in."))
    else:
        known = _can_stand_in(declared_components(season), component, part)
        if not stand_ins or not set(stand_ins) <= known:
            raise RuleBroken(
                _("Name who stands in, out of: %(names)s.")
                % {"names": _(", ").join(sorted(known)) or _("nobody")}
            )
    own = Disqualified(component, part, rule, tuple(stand_ins))  # type: ignore[arg-type] # the form's
    _try(season, own)


def _try(season: Season, own: Disqualified) -> None:
    """Compute with one more part that does not count; votes and marks need not be complete.

    What cannot be computed without it either is not its fault, and can be mended afterwards.
    """
    try:
        inputs = inputs_of(season)
    except NotComputable:
        return
    try:
        compute(replace(inputs, disqualified=(*inputs.disqualified, own)))
    except NotComputable as error:
        said = str(error)
    else:
        return
    try:
        compute(inputs)
    except NotComputable as error:
        if str(error) == said:
            return
    raise RuleBroken(_("This cannot be ruled as things stand. %(why)s") % {"why": said})


def _can_stand_in(declared: Consolidation, component: str, part: str) -> set[str]:
    """Return who can stand in: other components for a whole one, other strata for a stratum."""
    if not part:
        return {one.key for one in declared.components} - {component}
    return {name for one in declared.components if one.key == component for name in one.strata} - {
        part
    }


def carry_out(proposal: Proposal) -> Ruling:
    """Do what was proposed: for ``approvals.approve``, inside its transaction."""
    payload: dict[str, Any] = dict(proposal.payload)
    by, approved_by = name_of(proposal.proposed_by), name_of(proposal.decided_by)
    if "lift" in payload:
        return lift(
            ruling_id=int(payload["lift"]), actor=by, approved_by=approved_by,
            reason=proposal.reason,
        )  # fmt: skip
    return rule_out(
        season=proposal.season, component=payload["component"], part=payload["part"],
        rule=payload["rule"], stand_ins=list(payload["stand_ins"]), actor=by,
        approved_by=approved_by, reason=proposal.reason,
    )  # fmt: skip


@transaction.atomic
def rule_out(
    *, season: Season, component: str, part: str, rule: str, stand_ins: list[str], actor: str,
    approved_by: str, reason: str,
) -> Ruling:  # fmt: skip
    """Let a part of the result not count. reason: public. Raises RuleBroken."""
    season = locked_season(season.pk)
    check(season, component=component, part=part, rule=rule, stand_ins=stand_ins)
    made = Ruling.objects.create(
        season=season, component=component, part=part, rule=rule, stand_ins=stand_ins,
        reason=reason[:300], ruled_by=actor[:150], approved_by=approved_by[:150],
    )  # fmt: skip
    record(
        actor=actor, action="result.rule", season=season.slug, target=str(made), reason=reason,
        after={"rule": rule, "stand_ins": ", ".join(stand_ins), "approved_by": approved_by},
    )  # fmt: skip
    return made


@transaction.atomic
def lift(*, ruling_id: int, actor: str, approved_by: str, reason: str) -> Ruling:
    """Let a part count again. Raises RuleBroken."""
    locked_season(Ruling.objects.values_list("season", flat=True).get(pk=ruling_id))
    rows = Ruling.objects.select_for_update(of=("self",)).select_related("season")
    row = rows.get(pk=ruling_id)
    if row.lifted_at is not None:
        raise RuleBroken(_("This was lifted already."))
    if row.season.phase == Season.Phase.ANNOUNCED:
        raise RuleBroken(_("The result has been announced."))
    row.lifted_at, row.lifted_because = timezone.now(), reason[:300]
    row.save(update_fields=["lifted_at", "lifted_because"])
    record(
        actor=actor, action="result.lift_ruling", season=row.season.slug, target=str(row),
        reason=reason, after={"approved_by": approved_by},
    )  # fmt: skip
    return row
