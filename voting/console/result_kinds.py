"""What sealing, announcing and revoking a result mean to the two people who sign."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voting.approvals.kinds import Kind, Line
from voting.approvals.models import Proposal
from voting.audit.services import name_of
from voting.results.explaining import names_of
from voting.results.models import Conferral, FigureBatch, Ruling
from voting.results.queries import public_result
from voting.results.services import announcing, figures, ruling, sealing
from voting.seasons.counting import declared_components
from voting.seasons.models import Season


def _announcing_difference(season: Season, _payload: Mapping[str, Any]) -> list[Line]:
    found = public_result(season)
    if found is None:
        return []
    names = list(sealing.honoured_in(found.snapshot).values())
    return [
        Line(
            _("Result"), _("on notice"), _("version %(n)d, final") % {"n": found.snapshot.version}
        ),
        Line(_("Honoured"), "", _(", ").join(names)),
    ]


def _revoking_difference(season: Season, payload: Mapping[str, Any]) -> list[Line]:
    row = Conferral.objects.filter(season=season, pk=int(payload["conferral"])).first()
    if row is None:
        return []
    return [Line(f"{row.number} {row.name}", _("conferred"), _("revoked"))]


def _revoking_state(season: Season) -> str:
    """Return how many are revoked: a second revocation that waits is looked at again."""
    revoked = Conferral.objects.filter(season=season, revoked_at__isnull=False)
    return f"revoked {revoked.count()}"


def _ruling_difference(season: Season, payload: Mapping[str, Any]) -> list[Line]:
    if "lift" in payload:
        row = Ruling.objects.filter(season=season, pk=int(payload["lift"])).first()
        return [Line(str(row), _("disqualified"), _("counts again"))] if row else []
    called = {key: one["text"] for key, one in names_of(declared_components(season)).items()}
    component, part = payload["component"], payload["part"]
    what = " · ".join(word for word in (called.get(component, component), part) if word)
    # A group of a part may bear the name of a component.
    stand_ins = [one if part else called.get(one, one) for one in payload["stand_ins"]]
    then = [str(Ruling.Rule(payload["rule"]).label), _(", ").join(stand_ins)]
    return [Line(what, _("counts"), _(": ").join(word for word in then if word))]


def _ruling_state(season: Season) -> str:
    """Return what has been ruled so far: another ruling in between is looked at first."""
    rows = Ruling.objects.filter(season=season)
    return f"rulings {rows.count()} {rows.filter(lifted_at=None).count()} {season.phase}"


RULING: Final = Kind(
    name=ruling.APPROVAL,
    title=gettext_lazy("Disqualify a part of the result"),
    consequence=gettext_lazy(
        "The part does not count from now on, and the public result says so with the reason. "
        "Votes and sheets themselves stay on record."
    ),
    state=_ruling_state,
    difference=_ruling_difference,
    carry_out=ruling.carry_out,
    leads_to="console:result",
    begins_at="console:result",
)


def _withdrawing_difference(season: Season, payload: Mapping[str, Any]) -> list[Line]:
    row = FigureBatch.objects.filter(season=season, pk=int(payload["batch"])).first()
    if row is None:
        return []
    return [Line(_name(row), _counts(row.state), _("withdrawn"))]


def _holding_difference(season: Season, payload: Mapping[str, Any]) -> list[Line]:
    row = FigureBatch.objects.filter(season=season, pk=int(payload["batch"])).first()
    if row is None:
        return []
    return [Line(_name(row), _counts(row.state), _counts(payload["to"]))]


def _name(row: FigureBatch) -> str:
    return f"{row.component} {row.file_name}"


def _counts(state: str) -> str:
    return _("held back") if state == FigureBatch.State.HELD else _("counts")


def _figures_state(season: Season) -> str:
    """Return what counts of figures from outside, and what is held back."""
    states = [FigureBatch.State.COUNTED, FigureBatch.State.HELD]
    rows = FigureBatch.objects.filter(season=season, state__in=states)
    keys = sorted(rows.values_list("pk", "state"))
    return sha256(repr(keys).encode()).hexdigest()


def _withdraw(proposal: Proposal) -> None:
    figures.withdraw(
        batch_id=int(proposal.payload["batch"]), actor=name_of(proposal.proposed_by),
        reason=proposal.reason,
    )  # fmt: skip


def _hold_or_release(proposal: Proposal) -> None:
    to = FigureBatch.State(proposal.payload["to"])
    act = figures.hold if to == FigureBatch.State.HELD else figures.release
    act(
        batch_id=int(proposal.payload["batch"]), actor=name_of(proposal.proposed_by),
        reason=proposal.reason,
    )  # fmt: skip


HOLDING: Final = Kind(
    name="figures.hold",
    title=gettext_lazy("Hold figures back, or let them count again"),
    consequence=gettext_lazy(
        "What is held back does not count. The result says that it is held and why, and what it "
        "would change."
    ),
    state=_figures_state,
    difference=_holding_difference,
    carry_out=_hold_or_release,
    leads_to="console:figures",
    begins_at="console:figures",
)
WITHDRAWING: Final = Kind(
    name="figures.withdraw",
    title=gettext_lazy("Withdraw figures that count"),
    consequence=gettext_lazy("The file stays on record and does not count any more."),
    state=_figures_state,
    difference=_withdrawing_difference,
    carry_out=_withdraw,
    leads_to="console:figures",
    begins_at="console:figures",
)
SEALING: Final = Kind(
    name=sealing.APPROVAL,
    title=gettext_lazy("Seal the result"),
    consequence=gettext_lazy(
        "The result is kept with everything it was computed from. Nothing is public by this: the "
        "notice is signed by two people as well."
    ),
    state=sealing.seal_state,
    difference=lambda season, _payload: [Line(**one) for one in sealing.seal_difference(season)],
    carry_out=sealing.carry_out,
    leads_to="console:result",
    begins_at="console:result",
)
ANNOUNCING: Final = Kind(
    name=announcing.ANNOUNCE,
    title=gettext_lazy("Announce the result"),
    consequence=gettext_lazy(
        "The published result becomes final, and certificates can be made. It can only be revoked "
        "name by name."
    ),
    state=announcing.announce_state,
    difference=_announcing_difference,
    labels=lambda: [_("Result"), _("Honoured")],
    carry_out=announcing.carry_out_announcement,
    leads_to="console:result",
    begins_at="console:result",
)
REVOKING: Final = Kind(
    name=announcing.REVOKE,
    title=gettext_lazy("Revoke what was conferred"),
    consequence=gettext_lazy(
        "The page of the certificate says from now on that it was revoked, and why. Nobody moves "
        "up."
    ),
    state=_revoking_state,
    difference=_revoking_difference,
    carry_out=announcing.carry_out_revocation,
    leads_to="console:result",
    begins_at="console:result",
)
