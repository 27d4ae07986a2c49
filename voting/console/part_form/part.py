"""One component of a result: what it is called, how it becomes points, for whom it counts."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from django import forms
from django.utils.translation import gettext_lazy as _

from voting.console.forms import ReasonForm
from voting.console.part_form import examples, words
from voting.console.part_form.keeping import (
    KEY,
    NO_KEYS,
    KeepingForm,
    LinesField,
    OfAPart,
    Text,
    decimals_field,
    number_field,
    plain,
)
from voting.console.rule_form.fields import BandsField, PointsField
from voting.rules import components
from voting.rules.components import Component, Consolidation
from voting.rules.conversions import Conversion
from voting.rules.panels import Panel
from voting.seasons import counting

# Which questions a way to points asks.
ASKED_BY: Final = {
    "rank_bands": ("bands",), "rank_points": ("points",), "linear": ("low", "high"),
    "most": ("most",),
}  # fmt: skip
# Where a contradiction is shown.
PLACES: Final = {
    "bands-missing": "bands", "band-behind-the-rest": "bands", "bands-out-of-order": "bands",
    "band-points-out-of-range": "bands", "bands-rise": "bands",
    "points-missing": "points", "points-rise": "points", "points-below-zero": "points",
    "linear-range": "high", "most-out-of-range": "most", "most-missing": "way",
    "panel-without-most": "way", "z-without-shares": "way",
    "weight-without-use": "reference", "strata-too-few": "strata", "stratum-twice": "strata",
    "strata-unequal": "strata", "strata-without-use": "strata", "bonus-out-of-range": "each",
    "component-twice": "key", "weights-sum": "categories", "nothing-counted": "reference",
}  # fmt: skip


class PartForm(OfAPart, ReasonForm, KeepingForm):
    """A component that is there. Its kind and its key stay: files and panels name it by them."""

    action = "part"
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)
    name = Text(label=_("Name"), max_length=60, help_text=_("Empty: called by its kind."))
    name_en = Text(label=_("Name in English"), max_length=120)
    way = forms.ChoiceField(
        label=_("How it becomes points"), widget=forms.RadioSelect, required=False
    )
    bands = BandsField(
        label=_("Table of bands"),
        help_text=_(
            "One band on each line: the last rank and the points, such as 3: 80. An asterisk "
            "stands for all other ranks."
        ),
    )
    points = PointsField(
        label=_("Points by rank"),
        required=False,
        max_length=300,
        help_text=_("From the first on, such as 12, 10, 8, 7, 6, 5, 4, 3, 2, 1."),
    )
    low = number_field(_("This number and less: 0 points"))
    high = number_field(_("This number and more: 100 points"))
    most = number_field(_("The most there is"))
    each = number_field(_("Points for each"), _("What is brought in is multiplied by this."))
    cap = number_field(_("At most so many points"))
    strata = LinesField(
        label=_("Groups that are counted one by one"),
        help_text=_(
            "One on each line: regions, channels, age bands. Each has equal points to give. "
            "“online” stands for the ballots of this platform. Empty: all votes together."
        ),
    )
    required = forms.BooleanField(
        label=_("Who has nothing here has no result; otherwise it counts as 0"), required=False
    )
    reference = forms.BooleanField(
        label=_("For comparison only: shown beside the result and not counted"), required=False
    )
    categories = forms.MultipleChoiceField(
        label=_("Only in these categories"),
        help_text=_("None ticked: in all of them."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    points_decimals = decimals_field(_("Decimals of the points"))
    weighted_decimals = decimals_field(_("Decimals of points × weight"))

    def __init__(
        self,
        *args: Any,
        one: Component,
        declared: Consolidation,
        categories: Sequence[tuple[str, str]],
        **more: Any,
    ) -> None:
        """Ask about a component. categories: names as stored and as shown."""
        params = words.parameters(one)
        known = {
            "name": one.name, "name_en": one.name_en, "way": words.way_of(one), **params,
            "each": one.each, "cap": one.cap, "strata": one.strata, "required": one.required,
            "reference": one.reference, "categories": list(one.categories),
            "points_decimals": one.points_decimals, "weighted_decimals": one.weighted_decimals,
        }  # fmt: skip
        shown = known | {
            "bands": BandsField.written(params["bands"]),
            "points": PointsField.written(params["points"]),
            "strata": "\n".join(one.strata),
        }
        shown |= {name: plain(known[name]) for name in ("low", "high", "most", "each", "cap")}
        super().__init__(*args, initial=shown | more.pop("initial", {}), **more)
        self.one, self.declared = one, declared
        ways = words.ways_for(one)
        if words.way_of(one) not in ways:
            ways = [words.way_of(one), *ways]
        self.fields["way"].choices = [  # type: ignore[attr-defined]  # a choice field
            (way, words.WAYS[way].title) for way in ways
        ]
        gone = [name for name in one.categories if name not in dict(categories)]
        self.fields["categories"].choices = [  # type: ignore[attr-defined]  # likewise
            *categories, *((name, name) for name in gone)
        ]  # fmt: skip
        idle = self._idle()
        for name in idle:
            del self.fields[name]
        self.keep(known)
        self.idle = frozenset(idle)

    @property
    def kept_words(self) -> list[tuple[str, str]]:
        """What stays as it is, without what means nothing for this kind."""
        shown = {str(self.base_fields[name].label) for name in self.idle}
        return [pair for pair in super().kept_words if pair[0] not in shown]

    def _idle(self) -> list[str]:
        """Return the questions that mean nothing for this kind, and hold nothing."""
        one = self.one
        found = ["each", "cap"] if one.kind != "bonus" else ["way", "required", "reference"]
        if one.kind == "bonus":
            found += ["bands", "points", "low", "high", "most"]
        if not one.strata and one.kind not in {"public", "channel"}:
            found.append("strata")
        if not self.fields["categories"].choices:  # type: ignore[attr-defined]  # a choice field
            found.append("categories")
        return found

    def clean(self) -> dict[str, Any]:
        """Check the component beside the others."""
        values = super().clean() or self.cleaned_data
        way = self.answer("way")
        for other, names in ASKED_BY.items():
            for name in names:
                if name not in self.fields:
                    continue
                if other != way:
                    self.forgive(name)
                elif name not in self.errors and values.get(name) is None:
                    self.add_error(name, _("Give this number."))
        for name in ("each", "cap"):
            if name in self.fields and name not in self.errors and values.get(name) is None:
                self.add_error(name, _("Give this number."))
        if not self.errors:
            self._check()
        return values

    def _check(self) -> None:
        part = self.part()
        found = components.problems(self.whole())
        # What is wrong with it by itself makes the sum wrong too, which is not said then.
        for code in found.get(part.key) or found.get("", []):
            place = PLACES.get(code)
            self.add_error(place if place in self.fields else None, counting.sentence(code))

    def part(self) -> Component:
        """Return what the answers declare."""
        one, way = self.one, self.answer("way")
        fields: dict[str, Any] = {}
        if one.kind != "bonus":
            given = {name: self.answer(name) for names in ASKED_BY.values() for name in names}
            fields = words.with_way(way, given)
        names = ("name", "name_en", "each", "cap", "strata", "required", "reference",
                 "points_decimals", "weighted_decimals")  # fmt: skip
        fields |= {name: self.answer(name) for name in names}
        # In the order in which they stand; who ticks another set gets that of the page.
        ticked = self.answer("categories")
        same = set(ticked) == set(one.categories)
        fields["categories"] = one.categories if same else tuple(ticked)
        return msgspec.structs.replace(one, **fields)

    def ways(self) -> list[dict[str, Any]]:
        """Return the ways to points: the choice, what it means, an example, what it asks."""
        if "way" not in self.fields:
            return []
        one = self.shown_part()
        given = words.parameters(one)
        found = []
        for choice in self["way"]:
            way = str(choice.data["value"])
            example = examples.of_way(
                msgspec.structs.replace(one, strata=(), **words.with_way(way, given))
            )
            found.append({
                "choice": choice, "meaning": words.WAYS[way].meaning, "example": example,
                "fields": [self[name] for name in ASKED_BY.get(way, ()) if name in self.fields],
            })  # fmt: skip
        return found

    def bound(self, *names: str) -> list[forms.BoundField]:
        """Return those of the questions that are asked."""
        return [self[name] for name in names if name in self.fields]


class NewPartForm(PartForm):
    """A component that is added: it has no weight yet, so that all weights are given together."""

    action = "new"
    key = forms.CharField(
        label=_("Short name for files"),
        max_length=40,
        help_text=_(
            "Letters, digits, - and _, such as paper. Lists that are brought in name the component "
            "by it; it cannot change."
        ),
    )

    def __init__(self, *args: Any, kind: str, declared: Consolidation, **more: Any) -> None:
        super().__init__(*args, one=begun(kind), declared=declared, **more)
        self.order_fields(["key"])

    def clean_key(self) -> str:
        """Return the key. Raises ValidationError for letters that addresses do not hold."""
        key: str = self.cleaned_data["key"]
        if not KEY.match(key) or key in NO_KEYS:
            raise forms.ValidationError(
                _("Use letters from a to z, digits, - and _, and begin with a letter or digit.")
            )
        return key

    def part(self) -> Component:
        """Return what the answers declare."""
        return msgspec.structs.replace(super().part(), key=self.cleaned_data["key"])

    def whole(self) -> Consolidation:
        """Return everything that is declared, with this component behind the others."""
        parts = (*self.declared.components, self.part())
        return msgspec.structs.replace(self.declared, components=parts)


def begun(kind: str) -> Component:
    """Return a component of a kind as its form begins."""
    empty = Component("", kind)  # type: ignore[arg-type]  # one of the kinds
    if kind == "bonus":
        return msgspec.structs.replace(empty, each=words.LOW + 1, cap=words.LOW + 10)
    if kind == "panel":
        return msgspec.structs.replace(empty, panel=Panel())
    if kind in {"public", "channel"}:
        return msgspec.structs.replace(empty, conversion=Conversion())
    way = "linear" if kind == "hours" else "most"
    return msgspec.structs.replace(empty, **words.with_way(way, words.parameters(empty)))
