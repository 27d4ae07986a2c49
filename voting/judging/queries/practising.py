"""The example that every judge of a panel marks first: whether it fits, who did it, how far off.

Nothing of it counts: ``results.counting`` leaves sheets without a nominee out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from voting.judging.models import Calibration, Mark, Panel, Seat
from voting.judging.queries.forms import Form, form_of, problem_of, read_points
from voting.judging.queries.seats import SITTING
from voting.rules.rubrics import Criterion


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a mark is from what the committee would give; above zero: the judge gives more."""

    criterion: Criterion
    own: Decimal
    reference: Decimal

    @property
    def points(self) -> Decimal:
        """The distance in points."""
        return self.own - self.reference

    @property
    def share(self) -> Decimal:
        """The distance in per cent of all that can be given, from -100 to 100."""
        span = self.criterion.highest - self.criterion.lowest
        return 100 * self.points / span if span else Decimal(0)


@dataclass(frozen=True, slots=True)
class Practice:
    """How a judge did the example. distances: of what is marked so far."""

    seat: Seat
    whole: bool
    distances: tuple[Distance, ...]

    @property
    def off(self) -> Decimal | None:
        """The mean distance either way, in per cent of all that can be given; None: no mark."""
        return self._mean(abs(one.share) for one in self.distances)

    @property
    def lean(self) -> Decimal | None:
        """Likewise, but what is too much and too little make up for each other."""
        return self._mean(one.share for one in self.distances)

    def _mean(self, shares: object) -> Decimal | None:
        found = list(shares)  # type: ignore[call-overload]
        return sum(found, Decimal(0)) / len(found) if found else None


def example_of(panel: Panel) -> Calibration | None:
    """Return the example of a panel. One query."""
    return Calibration.objects.filter(panel=panel).first()


def unfit(panel: Panel, form: Form) -> list[str]:
    """Return why a panel's example does not fit a form, in sentences; nothing without one."""
    example = example_of(panel)
    return problems_of(form, example.marks) if example is not None else []


def problems_of(form: Form, marks: Mapping[str, str]) -> list[str]:
    """Return what is wrong with what the committee would give, in sentences."""
    if form.mode != "points":
        return [_("Only a panel that gives points can have an example.")]
    found = []
    for one in form.criteria:
        name = one.name or one.key or _("Points")
        text = marks.get(one.key, "")
        points = read_points(text) if text else None
        if not text and not one.optional:
            said = _("say what the committee would give.")
        elif text and points is None:
            said = _("this is not a number of points.")
        elif points is not None and (problem := problem_of(one, points)):
            said = problem
        else:
            continue
        found.append(_("%(criterion)s: %(problem)s") % {"criterion": name, "problem": said})
    return found


def distances(form: Form, example: Calibration, own: Mapping[str, Decimal]) -> list[Distance]:
    """Return how far marks are from the reference. own: by criterion."""
    found = []
    for one in form.criteria:
        reference = read_points(example.marks.get(one.key, ""))
        if reference is not None and one.key in own:
            found.append(Distance(one, own[one.key], reference))
    return found


def practices(panel: Panel, example: Calibration) -> list[Practice]:
    """Return how each sitting judge did the example. Two queries. Raises NoPanelDeclared."""
    form = form_of(panel)
    marks: dict[int, dict[str, Decimal]] = {}
    rows = Mark.objects.filter(sheet__seat__panel=panel, sheet__nominee=None)
    for seat_id, criterion, points in rows.values_list("sheet__seat", "criterion", "points"):
        marks.setdefault(seat_id, {})[criterion] = points
    return [
        Practice(
            seat,
            whole=set(form.needed) <= marks.get(seat.pk, {}).keys(),
            distances=tuple(distances(form, example, marks.get(seat.pk, {}))),
        )
        for seat in panel.seats.filter(state__in=SITTING).select_related("judge")
    ]
