"""What a panel fills in: points by criterion, a ranking, or picks; as the rules declare it.

Once a panel is opened it keeps the component as it was declared then: the form stands still.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

import msgspec
from django.utils.translation import gettext as _

from voting.judging.models import Panel
from voting.rules.components import Component
from voting.rules.rubrics import Criterion
from voting.seasons.counting import components_of, counting_of
from voting.seasons.models import RuleSheet, Season

Mode = Literal["points", "ranks", "picks"]

MOST_BUTTONS: Final = 21  # choices that still fit beside each other; more are typed
_FINEST: Final = Decimal("0.0001")


class NoPanelDeclared(LookupError):
    """The rules declare no component of this kind under this key."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a judge is asked for each nominee.

    weights: by criterion, in per cent of the most that can be had. Without a rubric there is one
    criterion, whose key is empty; for ranks and picks its marks are the rank, or 1.
    """

    mode: Mode
    criteria: tuple[Criterion, ...]
    component: Component

    @property
    def most_picks(self) -> int:
        """How many a judge may pick in a category; 0 where nobody picks."""
        return self.component.panel.picks if self.mode == "picks" and self.component.panel else 0

    def criterion(self, key: str) -> Criterion | None:
        """Return a criterion by its key, or None."""
        return next((one for one in self.criteria if one.key == key), None)

    @property
    def needed(self) -> tuple[str, ...]:
        """Keys of the criteria without which a sheet is not finished."""
        return tuple(one.key for one in self.criteria if not one.optional)

    @property
    def weights(self) -> dict[str, Decimal]:
        """Return what each criterion is worth, in per cent of all."""
        most = {one.key: one.highest * one.factor for one in self.criteria}
        total = sum(most.values(), Decimal(0))
        return {key: 100 * worth / total if total else Decimal(0) for key, worth in most.items()}

    def weighted_sum(self, marks: dict[str, Decimal]) -> Decimal | None:
        """Return the sum of mark x factor; None while a criterion is not marked."""
        if self.mode != "points" or any(key not in marks for key in self.needed):
            return None
        return sum(
            (marks[one.key] * one.factor for one in self.criteria if one.key in marks), Decimal(0)
        )


def panel_components(season: Season) -> list[Component]:
    """Return the components for which the rules of a season want panels. One query."""
    sheet = RuleSheet.objects.get(season=season)
    declared = components_of(
        counting_of(sheet), public_weight=sheet.public_weight, panel_weight=sheet.panel_weight
    )
    return [one for one in declared.components if one.panel is not None]


def declared_component(season: Season, key: str) -> Component:
    """Return a panel's component as the rules have it now. Raises NoPanelDeclared."""
    for one in panel_components(season):
        if one.key == key:
            return one
    raise NoPanelDeclared(key)


def form_of(panel: Panel) -> Form:
    """Return the form of a panel. One query at most. Raises NoPanelDeclared."""
    if panel.declared:
        # From text, not from values: numbers with decimals are exact then.
        text = msgspec.json.encode(panel.declared)
        return form_of_component(msgspec.json.decode(text, type=Component, strict=False))
    return form_of_component(declared_component(panel.season, panel.component))


def kept(component: Component) -> Any:
    """Return a component as the panel's column keeps it."""
    return msgspec.json.decode(msgspec.json.encode(component))


def form_of_component(component: Component) -> Form:
    """Return what a component asks of a judge. Raises NoPanelDeclared for one without a panel."""
    panel = component.panel
    if panel is None:
        raise NoPanelDeclared(component.key)
    if panel.method == "votes":
        one = Criterion("", lowest=Decimal(1), highest=Decimal(1), step=Decimal(1))
        return Form("picks", (one,), component)
    if panel.method == "exponential":
        one = Criterion("", lowest=Decimal(1), highest=Decimal(9999), step=Decimal(1))
        return Form("ranks", (one,), component)
    if component.rubric is not None:
        return Form("points", component.rubric.criteria, component)
    return Form("points", (Criterion("", lowest=panel.lowest, highest=panel.highest),), component)


def choices(criterion: Criterion) -> list[Decimal]:
    """Return the marks that can be given, if buttons can show them; else nothing."""
    step = criterion.step
    if step is None or step <= 0:
        return []
    count = int((criterion.highest - criterion.lowest) / step) + 1
    if not 1 <= count <= MOST_BUTTONS:
        return []
    return [criterion.lowest + step * number for number in range(count)]


def problem_of(criterion: Criterion, points: Decimal) -> str:
    """Return why a mark cannot be given, or "": out of its range, or between two steps."""
    if not points.is_finite() or not criterion.lowest <= points <= criterion.highest:
        return _("Marks here go from %(lowest)s to %(highest)s.") % {
            "lowest": shown(criterion.lowest), "highest": shown(criterion.highest),
        }  # fmt: skip
    step = criterion.step or _FINEST
    if (points - criterion.lowest) % step:
        return _("Marks here go in steps of %(step)s.") % {"step": shown(step)}
    return ""


def read_points(text: Any) -> Decimal | None:
    """Return a mark out of what was typed or sent; None if it is no number."""
    try:
        typed = str(text).strip().replace("，", ".").replace(",", ".")
        found = Decimal(typed if "_" not in typed else "") + 0  # no -0
    except InvalidOperation:
        return None
    # More digits than the column has are no mark that anybody can give.
    if not found.is_finite() or abs(found) >= 10**5:
        return None
    if not found:
        return Decimal(0)  # "0e-20000" is nought, and too long for a column
    return found if found == found.quantize(_FINEST) else None


def shown(points: Decimal) -> str:
    """Return a mark without zeros behind the point."""
    text = format(points, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
