"""Figures from outside: votes on paper or by telephone, hours, points. Two people answer for them.

A batch counts once somebody else than who entered it has confirmed it. In a showcase season, on
which no title depends, an operator's file counts at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from voting.audit.services import name_of, record
from voting.judging.queries.ending import stands_still
from voting.judging.tables import BOUNDS, NOMINEE, Column, Nominees, Table
from voting.nominations.sheets.reading import Bounds
from voting.results.computing import NotComputable, compute, inputs_of
from voting.results.evidence import FILES, Evidence
from voting.results.models import LONGEST_STRATUM, Figure, FigureBatch
from voting.results.queries import JURY_VOTE
from voting.results.services.locking import locked_season
from voting.rules.components import Component
from voting.rules.ties import Ties
from voting.seasons.counting import counting_of, declared_components
from voting.seasons.models import Season
from voting.seasons.services import RuleBroken

VOTES: Final = (
    Column("channel", gettext_lazy("Channel")),
    NOMINEE,
    Column("votes", gettext_lazy("Number of votes")),
    Column("stratum", gettext_lazy("Group"), needed=False),
)
FIGURES: Final = (
    Column("component", gettext_lazy("Part of the result")),
    NOMINEE,
    Column("figure", gettext_lazy("Figure")),
    Column("stratum", gettext_lazy("Group"), needed=False),
)
BATCH: Final = 2_000  # rows in one INSERT


class OwnFigures(RuleBroken):
    """Who entered figures cannot confirm them."""


@dataclass(frozen=True, slots=True)
class _Row:
    component: str
    stratum: str
    nominee: int
    figure: Decimal


def import_votes(
    *, season: Season, raw: bytes, file_name: str, source: str = "", user: User | None = None,
    bounds: Bounds = BOUNDS, evidence: Evidence | None = None,
) -> list[FigureBatch]:  # fmt: skip
    """Bring in votes of other channels: channel, nominee, votes and, with strata, stratum.

    season: as ``seasons.queries.season_by_slug`` returns it. source: who counted what, when and
    where; public. user: who enters them; None: an operator. bounds: how large the file may be.
    evidence: a scan of the count, for the second person; kept with the batches.
    One batch for each channel.
    Raises TableInvalid with all that is wrong, RuleBroken. Nothing is written then.
    """
    kinds = frozenset({"public", "channel", "panel"})
    table = Table(raw, file_name, VOTES, bounds=bounds)
    return _import(season, table, sha256(raw).hexdigest(), kinds, source, user, evidence)


def import_figures(
    *, season: Season, raw: bytes, file_name: str, source: str = "", user: User | None = None,
    bounds: Bounds = BOUNDS, evidence: Evidence | None = None,
) -> list[FigureBatch]:  # fmt: skip
    """Bring in hours, points and the like: component, nominee, figure.

    Likewise; ``jury_vote`` stands for a vote of the panel about those who are equal.
    """
    kinds = frozenset({"hours", "points", "bonus"})
    table = Table(raw, file_name, FIGURES, bounds=bounds)
    return _import(season, table, sha256(raw).hexdigest(), kinds, source, user, evidence)


def _import(
    season: Season,
    table: Table,
    fingerprint: str,
    kinds: frozenset[str],
    source: str,
    user: User | None,
    evidence: Evidence | None,
) -> list[FigureBatch]:
    actor = "operator" if user is None else name_of(user)
    now = timezone.now()
    with transaction.atomic():
        # Whoever waited for an announcement, an amendment or an opening is told by what holds now.
        season = locked_season(season.pk)
        _refuse_announced(season)
        wanted = _wanted(season, kinds)
        rows = _read(table, Nominees(season), wanted, votes=kinds == _VOTING)
        table.finish()
        by_component: dict[str, list[_Row]] = {}
        for row in rows:
            by_component.setdefault(row.component, []).append(row)
        counts = user is None and season.is_showcase
        found = []
        for component, own in sorted(by_component.items()):
            _refuse_twice(season, wanted.get(component), component, own)
            batch = _batch(
                season=season, component=component, file_name=table.file_name[:200],
                fingerprint=fingerprint, source=source[:300], entered_by=user, entered_at=now,
                state=FigureBatch.State.COUNTED if counts else FigureBatch.State.WAITING,
                confirmed_at=now if counts else None,
                evidence=evidence.path if evidence else "",
                evidence_name=evidence.name if evidence else "",
                evidence_sha256=evidence.sha256 if evidence else "",
            )  # fmt: skip
            Figure.objects.bulk_create(
                (
                    Figure(
                        batch=batch, stratum=row.stratum, nominee_id=row.nominee, figure=row.figure
                    )
                    for row in own
                ),
                batch_size=BATCH,
            )
            record(
                actor=actor, action="figures.enter", season=season.slug, target=component,
                after={"file": table.file_name, "sha256": fingerprint, "rows": len(own),
                       "evidence": batch.evidence_sha256},
                reason=source,
            )  # fmt: skip
            found.append(batch)
        if evidence is not None:  # last, so that whatever is refused leaves no file
            FILES.write(evidence.path, evidence.content)
    return found


_VOTING: Final = frozenset({"public", "channel", "panel"})


def _wanted(season: Season, kinds: frozenset[str]) -> dict[str, Component | None]:
    """Return the components that a file can bring figures for, by key."""
    found: dict[str, Component | None] = {
        one.key: one
        for one in declared_components(season).components
        if one.kind in kinds and not one.panel
    }
    ties: Ties = counting_of(season.rule_sheet).ties
    if kinds != _VOTING and (JURY_VOTE in ties.chain or _vote_is_owed(season)):
        found[JURY_VOTE] = None
    if not found:
        raise RuleBroken(_("The rules of this season declare nothing that such a file could fill."))
    return found


def _vote_is_owed(season: Season) -> bool:
    """Return whether the result waits for a vote of the panel that its rules do not name.

    Only looked at once numbers can be seen: before, the answer would tell that some are equal.
    """
    if not stands_still(season):
        return False
    try:
        found = compute(inputs_of(season))
    except NotComputable:
        return False
    places = [place for ranking in found for place in ranking.decided.places]
    return any(place.waits_for == JURY_VOTE for place in places)


def _read(
    table: Table, nominees: Nominees, wanted: Mapping[str, Component | None], *, votes: bool
) -> list[_Row]:
    name, value = ("channel", "votes") if votes else ("component", "figure")
    rows: list[_Row] = []
    seen: dict[tuple[str, str, int], int] = {}
    for number, cells in table.rows():
        nominee = nominees.find(table, number, cells["nominee"])
        key = cells[name]
        if key not in wanted:
            table.add(
                number, name,
                _("“%(text)s” is not declared. There are: %(keys)s.")
                % {"text": key[:40], "keys": ", ".join(wanted)},
            )  # fmt: skip
            continue
        component = wanted[key]
        stratum = cells.get("stratum", "")
        if not _stratum_fits(table, number, stratum, component) or nominee is None:
            continue
        category = nominees.category_of[nominee.pk]
        if component and component.categories and category not in component.categories:
            table.add(
                number, "nominee",
                _("“%(category)s” is not among the categories of %(key)s.")
                % {"category": category, "key": key},
            )  # fmt: skip
            continue
        place = (key, stratum, nominee.pk)
        if place in seen:
            table.add(number, "nominee", _("The same as in row %(row)d.") % {"row": seen[place]})
            continue
        seen[place] = number
        figure = table.number(number, value, cells[value])
        if figure is None:
            continue
        if figure < 0 or (votes and figure != figure.to_integral_value()):
            said = _("Votes are whole numbers, 0 or more.") if votes else _("0 or more.")
            table.add(number, value, said)
            continue
        rows.append(_Row(key, stratum, nominee.pk, figure))
    return rows


def _stratum_fits(table: Table, row: int, text: str, component: Component | None) -> bool:
    strata = component.strata if component else ()
    if text in strata or (not strata and not text):
        return len(text) <= LONGEST_STRATUM
    if not strata:
        said = _("This has no strata: leave the cell empty.")
    else:
        said = _("There is no stratum “%(text)s”. There are: %(names)s.") % {
            "text": text[:40], "names": ", ".join(strata[:20]) + (" …" if len(strata) > 20 else ""),
        }  # fmt: skip
    table.add(row, "stratum", said)
    return False


def _refuse_twice(season: Season, component: Component | None, key: str, rows: list[_Row]) -> None:
    """Votes of several files add up; of anything else a nominee has one figure."""
    if component and component.kind in _VOTING:
        return
    known = (
        Figure.objects.filter(batch__season=season, batch__component=key)
        .exclude(batch__state=FigureBatch.State.WITHDRAWN)
        .filter(nominee_id__in={row.nominee for row in rows})
        .values_list("nominee__ballot_number", "batch__file_name")
        .first()
    )
    if known:
        raise RuleBroken(
            _(
                "%(number)s has a figure for %(key)s already, from %(file)s. "
                "Withdraw that file first."
            )
            % {"number": known[0], "key": key, "file": known[1]}
        )


def _batch(**fields: Any) -> FigureBatch:
    try:
        with transaction.atomic():
            return FigureBatch.objects.create(**fields)
    except IntegrityError as error:
        raise RuleBroken(
            _("This very file has been brought in already. Withdraw it first, or bring another.")
        ) from error


@transaction.atomic
def confirm(*, batch_id: int, user: User) -> FigureBatch:
    """Let a batch count, as the second person. Raises OwnFigures, RuleBroken."""
    batch = _locked(batch_id)
    if batch.state != FigureBatch.State.WAITING:
        raise RuleBroken(_("These figures do not wait any more."))
    _refuse_announced(batch.season)
    if batch.entered_by_id == user.pk:
        raise OwnFigures(_("You entered these figures; somebody else must confirm them."))
    batch.state, batch.confirmed_by = FigureBatch.State.COUNTED, user
    batch.confirmed_at = timezone.now()
    batch.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    _record(batch, "figures.confirm", name_of(user), "")
    return batch


@transaction.atomic
def hold(*, batch_id: int, actor: str, reason: str) -> FigureBatch:
    """Hold a batch that counts back, while it is in doubt: it does not count then.

    For two people. reason: public. Raises RuleBroken.
    """
    batch = _in_force(batch_id, FigureBatch.State.COUNTED, reason)
    batch.state, batch.held_because = FigureBatch.State.HELD, reason.strip()[:300]
    batch.save(update_fields=["state", "held_because"])
    _record(batch, "figures.hold", actor, reason)
    return batch


@transaction.atomic
def release(*, batch_id: int, actor: str, reason: str) -> FigureBatch:
    """Let a batch that was held back count again. For two people. Raises RuleBroken."""
    batch = _in_force(batch_id, FigureBatch.State.HELD, reason)
    batch.state, batch.held_because = FigureBatch.State.COUNTED, ""
    batch.save(update_fields=["state", "held_because"])
    _record(batch, "figures.release", actor, reason)
    return batch


def _in_force(batch_id: int, state: FigureBatch.State, reason: str) -> FigureBatch:
    """Return a batch in this state, locked, of a result that has not been announced."""
    batch = _locked(batch_id)
    _refuse_announced(batch.season)
    if batch.state != state:
        raise RuleBroken(_("These figures are not as they were any more. Look again."))
    if not reason.strip():
        raise RuleBroken(_("Say why."))
    return batch


@transaction.atomic
def withdraw(*, batch_id: int, actor: str, reason: str, waiting: bool = False) -> FigureBatch:
    """Let a batch not count, or not any more. Raises RuleBroken.

    waiting: one person alone does it, which is for a batch that nobody has confirmed yet.
    """
    batch = _locked(batch_id)
    if batch.state == FigureBatch.State.WITHDRAWN:
        raise RuleBroken(_("These figures have been withdrawn already."))
    if waiting and batch.state != FigureBatch.State.WAITING:
        raise RuleBroken(_("These figures are not as they were any more. Look again."))
    _refuse_announced(batch.season)
    if not reason.strip():
        raise RuleBroken(_("Say why."))
    batch.state, batch.withdrawn_at = FigureBatch.State.WITHDRAWN, timezone.now()
    batch.withdrawn_by, batch.withdrawn_because, batch.held_because = actor, reason[:300], ""
    batch.save(
        update_fields=["state", "withdrawn_at", "withdrawn_by", "withdrawn_because", "held_because"]
    )
    _record(batch, "figures.withdraw", actor, reason)
    return batch


def _locked(batch_id: int) -> FigureBatch:
    """Return a batch with its season, locked until commit after the season."""
    locked_season(FigureBatch.objects.values_list("season", flat=True).get(pk=batch_id))
    rows = FigureBatch.objects.select_for_update(of=("self",)).select_related("season")
    return rows.get(pk=batch_id)


def _refuse_announced(season: Season) -> None:
    if season.phase == Season.Phase.ANNOUNCED:
        raise RuleBroken(_("The result has been announced. Its figures stand as they are."))


def _record(batch: FigureBatch, action: str, actor: str, reason: str) -> None:
    record(
        actor=actor, action=action, season=batch.season.slug, target=batch.component,
        after={"file": batch.file_name, "sha256": batch.fingerprint}, reason=reason,
    )  # fmt: skip
