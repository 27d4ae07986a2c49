"""What judges are asked, and what becomes of their marks: the score sheet of one panel."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

import msgspec
from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from voting.console.forms import ReasonForm
from voting.console.part_form.keeping import (
    KEY,
    KeepingForm,
    OfAPart,
    Text,
    decimals_field,
    number_field,
    plain,
    written,
)
from voting.console.rule_form.panel import PANEL_ONLY, PanelQuestions, panel_answers, put_aside
from voting.rules import components
from voting.rules.components import Component, Consolidation
from voting.rules.panels import LARGEST_MARK, Panel
from voting.rules.rubrics import MOST_CRITERIA, Criterion, Level, Rubric
from voting.seasons import counting

WAS: Final = "="
SPARE: Final = 2  # empty criteria at the end of the page
RANGE: Final = ("panel_lowest", "panel_highest")
PLACES: Final = {
    "mark-range": "panel_highest", "drops-nothing": "panel_drop_high",
    "drops-all": "panel_trim_from", "keeps-nothing": "panel_keep",
    "decimals-out-of-range": "panel_decimals", "min-marks-out-of-range": "panel_min_marks",
    "shrinks-no-mean": "panel_shrink", "fall-out-of-range": "panel_fall",
    "picks-out-of-range": "panel_picks", "points-missing": "panel_points",
    "points-rise": "panel_points", "points-below-zero": "panel_points",
    "product-decimals": "rubric_decimals", "criteria-without-range": "first",
}  # fmt: skip


class LevelsField(Text):
    """Described levels: on each line from which mark on, the words, and the words in English."""

    def __init__(self, **words: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), **words)

    def clean(self, value: Any) -> Any:
        """Return the levels from the lowest on. Raises ValidationError that names the line."""
        found = []
        for line in str(super().clean(value)).split("\n"):
            if not line.strip():
                continue
            mark, colon, text = line.replace("\uff1a", ":", 1).partition(":")
            own, _bar, english = text.replace("\uff5c", "|").partition("|")
            try:
                since = Decimal(mark.strip())
            except InvalidOperation:
                since = Decimal("NaN")
            if not (colon and own.strip() and since.is_finite() and abs(since) <= LARGEST_MARK):
                raise forms.ValidationError(
                    _("“%(line)s” is no level. Write a mark, a colon and the words, like 8: three "
                      "years without a break."),
                    params={"line": line.strip()[:40]},
                )  # fmt: skip
            found.append(Level(since, own.strip(), english.strip()))
        return tuple(found)

    @staticmethod
    def written(levels: Sequence[Level]) -> str:
        """Return levels as they are typed."""
        return "\n".join(
            f"{written(one.since)}: {one.text}" + (f" | {one.text_en}" if one.text_en else "")
            for one in levels
        )


class CriterionForm(KeepingForm):
    """One line of the score sheet; a new one that is left empty is none."""

    # WAS and the key of one that is there: a key can be empty.
    was = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    name = Text(label=_("Name"), max_length=60)
    name_en = Text(label=_("Name in English"), max_length=120)
    help = Text(label=_("What judges look at"), max_length=300)
    help_en = Text(label=_("What judges look at, in English"), max_length=400)
    factor = number_field(
        _("Weight: marks are multiplied by"), required=True, min_value=Decimal("0.000001"),
        max_value=LARGEST_MARK,
    )  # fmt: skip
    lowest = number_field(
        _("Lowest mark"), required=True, min_value=0, max_value=LARGEST_MARK, decimal_places=4
    )
    highest = number_field(
        _("Highest mark"), required=True, min_value=0, max_value=LARGEST_MARK, decimal_places=4
    )
    step = number_field(
        _("Step between two marks"), _("1: whole points. Empty: any mark with up to 4 decimals."),
        min_value=Decimal("0.0001"), max_value=LARGEST_MARK, decimal_places=4,
    )  # fmt: skip
    levels = LevelsField(
        label=_("What marks stand for"),
        help_text=_(
            "One level on each line: from which mark on, a colon, the words; behind | the words in "
            "English. Such as 8: three years without a break."
        ),
    )
    optional = forms.BooleanField(label=_("A sheet is finished without it"), required=False)

    def __init__(self, *args: Any, known: Sequence[Criterion] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        keys = {WAS + one.key: one for one in known}
        key = str(self["was"].value() or "")
        self.one = keys.get(key)
        begun = self.one or Criterion("", highest=Decimal(10), step=Decimal(1))
        stands = {name: getattr(begun, name) for name in begun.__struct_fields__ if name != "key"}
        shown = stands | {"levels": LevelsField.written(begun.levels), "was": key}
        shown |= {name: plain(stands[name]) for name in ("factor", "lowest", "highest", "step")}
        self.initial.update(shown)
        self.keep(stands)
        self.stands = tuple(stands[name] for name in ("lowest", "highest", "step"))

    def clean(self) -> dict[str, Any]:
        """Look at name, range and steps."""
        values = super().clean() or self.cleaned_data
        if self.one is None and not values.get("name") and "name" not in self.errors:
            self.add_error("name", _("Name the new criterion, or leave all of it as it was."))
        low, high, step = (self.answer(name) for name in ("lowest", "highest", "step"))
        if self.errors or (self.one and (low, high, step) == self.stands):
            return values  # what stands already may come through
        if low >= high:
            self._note("highest", _("The highest mark must be above the lowest."))
        elif step and (step > high - low or (high - low) % step):
            self._note("step", _("The steps do not lead from the lowest to the highest."))
        return values

    def _note(self, name: str, text: Any) -> None:
        self.add_error(name if name in self.fields else None, text)

    def criterion(self, key: str) -> Criterion:
        """Return what the answers declare. key: of a criterion that is new."""
        fields = {name: self.answer(name) for name in self.known_values}
        return Criterion(self.one.key if self.one else key, **fields)


if TYPE_CHECKING:
    Rows = forms.BaseFormSet[CriterionForm]
else:
    Rows = forms.BaseFormSet  # while the program runs it has no parameters


class CriteriaSet(Rows):
    """All criteria of a sheet, in their order."""

    ordering_widget = forms.NumberInput

    def __init__(self, data: Any = None, *, known: Sequence[Criterion] = ()) -> None:
        self.known = known
        super().__init__(
            data,
            prefix="criteria",
            initial=[{"was": WAS + one.key} for one in known],
            form_kwargs={"known": known},
        )

    def add_fields(self, form: CriterionForm, index: int | None) -> None:
        """Name the questions about place and removal."""
        super().add_fields(form, index)
        form.fields["ORDER"].label = pgettext_lazy("order", "Place")
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Take out")

    def criteria(self) -> tuple[Criterion, ...]:
        """Return the criteria that stay, in the order that was given."""
        rows = []
        taken = {one.key for one in self.known}
        for at, form in enumerate(self.forms):
            if form.cleaned_data.get("DELETE") or (form.one is None and not form.has_changed()):
                continue
            key = ""
            if form.one is None:
                key = _new_key(str(form.cleaned_data.get("was") or "").removeprefix(WAS), taken)
                taken.add(key)
            order = form.cleaned_data.get("ORDER")
            rows.append((order if order is not None else 10_000, at, form.criterion(key)))
        rows.sort(key=lambda row: row[:2])
        return tuple(criterion for _order, _at, criterion in rows)


_ROWS: Final = forms.formset_factory(
    CriterionForm, CriteriaSet, extra=SPARE, can_order=True, can_delete=True,
    can_delete_extra=False, max_num=MOST_CRITERIA, absolute_max=MOST_CRITERIA + SPARE,
)  # fmt: skip


def rows_of(one: Component, sent: Any = None) -> CriteriaSet:
    """Return a panel's criteria as rows of a page. sent: what a browser sent."""
    known = one.rubric.criteria if one.rubric else ()
    rows: CriteriaSet = _ROWS(sent, known=known)  # type: ignore[call-arg, assignment]  # of the class that it is given
    return rows


def _new_key(wanted: str, taken: set[str]) -> str:
    """Return a key that no criterion has: c1, c2, ...; or that of one that was taken out."""
    if KEY.match(wanted) and wanted not in taken:
        return wanted
    return next(key for n in range(1, 1000) if (key := f"c{n}") not in taken)


class ScoringForm(OfAPart, ReasonForm, KeepingForm, PanelQuestions):
    """What becomes of the marks, and whether sheets or criteria come first."""

    action = "criteria"
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)
    first = forms.ChoiceField(
        label=_("What comes first"),
        choices=[
            ("sheets", _("Each judge's sheet is added up; then the judges are put together")),
            (
                "criteria",
                _("The judges are put together for each criterion; these are added up"),
            ),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    rubric_decimals = decimals_field(_("Decimals of value × weight of each criterion"))

    def __init__(
        self, *args: Any, one: Component, declared: Consolidation, rows: CriteriaSet, **more: Any
    ) -> None:
        self.one, self.declared, self.rows = one, declared, rows
        panel, rubric = one.panel or Panel(), one.rubric
        known: dict[str, Any] = {
            f"panel_{name}": getattr(panel, name) for name in panel.__struct_fields__
        }
        known |= {
            "first": rubric.first if rubric else "sheets",
            "rubric_decimals": rubric.decimals if rubric else None,
        }
        shown = known | panel_answers(panel)
        shown |= {name: plain(known[name]) for name in RANGE}
        super().__init__(*args, initial=shown | more.pop("initial", {}), **more)
        self.keep(known)

    def clean(self) -> dict[str, Any]:
        """Check the panel's rule beside its criteria, and the component beside the others."""
        values = super().clean() or self.cleaned_data
        if not self.rows.is_valid():
            # Their faults stand beside them.
            self.add_error(None, _("Something is not right with the criteria, see there."))
            return values
        known, usual = panel_answers(self.one.panel or Panel()), panel_answers(Panel())
        put_aside(self, PANEL_ONLY, known, usual)
        if self.rows.criteria():
            for name in RANGE:
                # The criteria say which marks there are.
                self.forgive(name)
                self.cleaned_data[name] = self.known_values[name]
        if self.answer("first") != "criteria" and "rubric_decimals" in self.fields:
            self.forgive("rubric_decimals")
        if not self.errors:
            self._check()
        return values

    def _check(self) -> None:
        found = components.problems(self.whole())
        for code in found.get(self.one.key) or found.get("", []):
            place = PLACES.get(code, "panel_method")
            self.add_error(place if place in self.fields else None, counting.sentence(code))

    def part(self) -> Component:
        """Return what the answers declare."""
        old = self.one.panel or Panel()
        panel = Panel(**{name: self.answer(f"panel_{name}") for name in old.__struct_fields__})
        criteria, rubric = self.rows.criteria(), None
        if criteria:
            rubric = Rubric(
                criteria, self.answer("first") or "sheets", self.answer("rubric_decimals")
            )
        return msgspec.structs.replace(self.one, panel=panel, rubric=rubric)

    def questions(self) -> list[tuple[forms.BoundField, str]]:
        """Return the questions about the marks, with classes that tell when each matters."""
        names = [name for name in PanelQuestions.base_fields if name in self.fields]
        order = ["panel_method", *(name for name in PANEL_ONLY if name in names), "panel_decimals"]
        found = []
        for name in dict.fromkeys([*order, *names]):
            idle = name in RANGE and self.one.rubric and name not in self.errors
            if name in self.fields and not idle:
                _question, wanted = PANEL_ONLY.get(name, ("", ()))
                classes = ["only", *(f"only-{word}" for word in wanted)] if wanted else []
                found.append((self[name], " ".join(classes)))
        return found


def rows_title(row: CriterionForm, place: int) -> str:
    """Return what a row of the page is called."""
    if row.one is None:
        return gettext("Another criterion")
    return row.one.name or gettext("Criterion %(n)s") % {"n": place}
