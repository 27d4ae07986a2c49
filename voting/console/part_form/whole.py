"""All components together: weights, order, who goes on, and how the result is rounded."""

from decimal import Decimal
from typing import Any, Final

import msgspec
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from voting.ballots import component_sentences
from voting.ballots.component_sentences import FINE
from voting.ballots.counting_sentences import number, sentence_case
from voting.console.forms import ReasonForm
from voting.console.part_form.keeping import (
    KeepingForm,
    code_of,
    decimals_field,
    number_field,
    plain,
)
from voting.rules import components
from voting.rules.components import LARGEST, MOST_COMPONENTS, Component, Consolidation, Gate
from voting.rules.conversions import FULL
from voting.seasons import counting

# Where a contradiction of the whole is shown; "" stands for the first weight.
PLACES: Final = {
    "gate-unknown": "gate_component", "gate-empty": "gate_top", "decimals-out-of-range": "decimals",
    "weights-sum": "", "nothing-counted": "",
}  # fmt: skip


class WholeForm(ReasonForm, KeepingForm):
    """Weights and order of the components that are there, and what holds for all of them."""

    action = "parts"
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)
    adds = forms.ChoiceField(
        label=_("How the components become the result"),
        choices=[
            ("percent", _("Weights in per cent that make 100 together")),
            ("sum", _("A sum of points × factor; a factor below 0 takes off")),
        ],
        widget=forms.RadioSelect,
    )
    decimals = decimals_field(_("Decimals of the result"))
    gate_component = forms.ChoiceField(
        label=_("Only the first go on, by"),
        required=False,
        help_text=_("Whoever is not among them has no result."),
    )
    gate_top = forms.IntegerField(
        label=_("How many go on"), min_value=1, max_value=100_000, required=False,
        help_text=_("All who are level with the last of them do, too."),
    )  # fmt: skip

    def __init__(self, *args: Any, declared: Consolidation, **more: Any) -> None:
        self.declared = declared
        gate = declared.gate
        known: dict[str, Any] = {
            "adds": declared.adds, "decimals": declared.decimals,
            "gate_component": gate.component if gate else "",
            "gate_top": gate.top if gate else None,
        }  # fmt: skip
        shown = dict(known)
        for place, one in enumerate(declared.components, 1):
            code = code_of(one.key)
            known |= {f"weight_{code}": one.weight, f"place_{code}": place}
            shown |= {f"weight_{code}": plain(one.weight), f"place_{code}": place}
        super().__init__(*args, initial=shown | more.pop("initial", {}), **more)
        self.fields["gate_component"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", _("nobody is left out")),
            *((one.key, _name(one, declared)) for one in declared.components),
        ]
        for one in declared.components:
            self._ask(one)
        self.order_fields([name for name in self.fields if name != "reason"])
        self.keep(known)

    def _ask(self, one: Component) -> None:
        code = code_of(one.key)
        if one.weight or not (one.reference or one.kind == "bonus"):
            self.fields[f"weight_{code}"] = number_field(
                _("Weight of: %(name)s") % {"name": _name(one, self.declared)},
                required=True, min_value=-LARGEST, max_value=LARGEST,
            )  # fmt: skip
        self.fields[f"place_{code}"] = forms.IntegerField(
            label=pgettext_lazy("order", "Place"), min_value=1, max_value=2 * MOST_COMPONENTS
        )
        self.fields[f"gone_{code}"] = forms.BooleanField(label=_("Take out"), required=False)

    def clean(self) -> dict[str, Any]:
        """Check what the answers make together."""
        values = super().clean() or self.cleaned_data
        if "gate_component" in self.fields:
            if not values.get("gate_component"):
                self.forgive("gate_top")
            elif "gate_top" not in self.errors and not values.get("gate_top"):
                self.add_error("gate_top", _("Say how many go on."))
        if not self.errors:
            found = components.problems(self.whole())
            # What is wrong with one by itself makes the sum wrong too, which is not said then.
            for key, codes in ({key: found[key] for key in found if key} or found).items():
                for code in codes:
                    self._note(key, code)
        return values

    def _note(self, key: str, code: str) -> None:
        weights = [name for name in self.fields if name.startswith("weight_")]
        place = PLACES.get(code)
        if key:
            place = f"weight_{code_of(key)}"
        elif place == "" and weights:
            place = weights[0]
        text = counting.sentence(f"{code} {key}".strip())
        if code == "weights-sum":
            text = _("%(sentence)s Now they make %(sum)s.") % {
                "sentence": text, "sum": self.sum_text,
            }  # fmt: skip
        self.add_error(place if place in self.fields else None, text)

    def whole(self) -> Consolidation:
        """Return what the answers declare."""
        parts = []
        for at, one in enumerate(self.declared.components):
            code = code_of(one.key)
            if not self.cleaned_data.get(f"gone_{code}"):
                weight = self.answer(f"weight_{code}")
                parts.append(
                    (self.answer(f"place_{code}"), at, msgspec.structs.replace(one, weight=weight))
                )
        parts.sort(key=lambda own: own[:2])
        named = self.answer("gate_component")
        return Consolidation(
            tuple(part for _place, _at, part in parts),
            adds=self.answer("adds"),
            gate=Gate(named, self.answer("gate_top")) if named else None,
            decimals=self.answer("decimals"),
        )

    def total(self) -> Decimal:
        """Return what the weights make together, as typed or else as they stand."""
        whole = self.declared
        if self.is_bound and not any(name.startswith("weight_") for name in self.errors):
            whole = self.whole()
        counting_parts = components.counted(whole)
        return sum((one.weight for one in counting_parts if one.kind != "bonus"), Decimal(0))

    @property
    def sum_text(self) -> str:
        """What the weights make together, without needless zeros."""
        return number(self.total(), FINE)

    def rows(self) -> list[dict[str, Any]]:
        """Return the components with their questions."""
        return [
            {
                "one": one,
                "code": code_of(one.key),
                "name": sentence_case(_name(one, self.declared)),
                "words": component_sentences.weight(one, self.declared),
                "weight": self._bound(f"weight_{code_of(one.key)}"),
                "place": self._bound(f"place_{code_of(one.key)}"),
                "gone": self._bound(f"gone_{code_of(one.key)}"),
            }
            for one in self.declared.components
        ]

    def general(self) -> list[forms.BoundField]:
        """Return the questions about the whole."""
        names = ("adds", "decimals", "gate_component", "gate_top")
        return [self[name] for name in names if name in self.fields]

    def _bound(self, name: str) -> forms.BoundField | None:
        return self[name] if name in self.fields else None

    @property
    def full(self) -> bool:
        """Whether the weights make 100, or need not."""
        return not self.must_be_full or self.total() == FULL

    @property
    def must_be_full(self) -> bool:
        """Whether the weights make 100: not factors, nor parts that only some categories have."""
        differs = any(one.categories for one in self.declared.components)
        return self.declared.adds != "sum" and not differs


def _name(one: Component, declared: Consolidation) -> str:
    return component_sentences.name(one, declared)
