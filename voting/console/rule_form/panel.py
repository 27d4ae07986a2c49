"""The questions about how a panel's marks become one value."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from voting.console.rule_form.fields import PointsField
from voting.rules.panels import LARGEST_MARK, MOST_DECIMALS, TEN, Panel

# Which answer makes a question matter.
PANEL_ONLY: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "panel_lowest": (
        "panel_method",
        ("mean", "median", "trimmed", "middle", "sum", "rank_sum", "z", "z_refit"),
    ),
    "panel_highest": (
        "panel_method",
        ("mean", "median", "trimmed", "middle", "sum", "rank_sum", "z", "z_refit"),
    ),
    "panel_drop_high": ("panel_method", ("trimmed",)),
    "panel_drop_low": ("panel_method", ("trimmed",)),
    "panel_trim_from": ("panel_method", ("trimmed",)),
    "panel_keep": ("panel_method", ("middle",)),
    "panel_shrink": ("panel_method", ("mean",)),
    "panel_picks": ("panel_method", ("votes",)),
    "panel_min_marks": (
        "panel_method",
        ("mean", "median", "trimmed", "middle", "sum", "rank_sum", "z", "z_refit", "exponential"),
    ),
    "panel_fall": ("panel_method", ("exponential",)),
    "panel_points": ("panel_method", ("exponential",)),
}  # fmt: skip


def whole(label: Any, hint: Any = "", *, least: int = 1, most: int = 1000) -> forms.IntegerField:
    """Return a question for a whole number."""
    return forms.IntegerField(label=label, help_text=hint, min_value=least, max_value=most)


def choice(label: Any, *choices: tuple[str, Any]) -> forms.ChoiceField:
    """Return a question with a few answers, all of them in sight."""
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)


class PanelQuestions(forms.Form):
    """What is declared about a panel's marks."""

    panel_method = choice(
        _("The judges' marks become"),
        ("mean", _("their mean")),
        ("trimmed", _("their mean without the highest and the lowest")),
        ("median", _("their median")),
        ("middle", _("the mean of the middle ones")),
        ("z_refit", _("an even score: strict and lenient judges alike, on the scale of the marks")),
        ("z", _("plain z-scores")),
        ("sum", _("their sum")),
        ("rank_sum", _("a place by their order alone: the sum of ranks")),
        ("votes", _("a number of picks: judges pick nominees and give no marks")),
        ("exponential", _("points by rank: judges rank and give no marks")),
    )
    panel_lowest = forms.DecimalField(
        label=_("Lowest mark"), min_value=0, max_value=LARGEST_MARK, max_digits=7, decimal_places=2
    )
    panel_highest = forms.DecimalField(
        label=_("Highest mark"), min_value=0, max_value=LARGEST_MARK, max_digits=7, decimal_places=2
    )
    panel_drop_high = whole(_("Highest marks that are dropped"), least=0, most=20)
    panel_drop_low = whole(_("Lowest marks that are dropped"), least=0, most=20)
    panel_trim_from = whole(
        _("Dropping starts with this many marks"), _("With fewer, all marks count.")
    )
    panel_keep = whole(_("Middle marks that count"), most=100)
    panel_shrink = forms.ChoiceField(
        label=_("Nominees with few marks"),
        choices=(
            ("off", _("count like all others")),
            ("median", _("count less below the median number of marks")),
            ("half_median", _("count less below half the median number of marks")),
        ),
    )
    panel_picks = whole(_("Nominees that one judge may pick"), most=100)
    panel_fall = whole(
        _("Each rank is worth, in per cent of the one above"), _("85 is usual."), most=99
    )
    panel_points = PointsField(
        label=_("Points by the sum of worth"),
        required=False,
        max_length=300,
        help_text=_("From the first on, such as 12, 10, 8, 7, 6, 5, 4, 3, 2, 1."),
    )
    panel_min_marks = whole(
        _("Marks that a nominee needs"), _("With fewer, there is no value from the panel.")
    )
    panel_decimals = whole(
        _("Decimals of the value"),
        _("Halves are rounded away from zero."),
        least=0,
        most=MOST_DECIMALS,
    )

    def panel(self) -> Panel:
        """Return what the answers declare."""
        given = self.cleaned_data
        return Panel(
            method=given["panel_method"],
            lowest=_plain(given["panel_lowest"]),
            highest=_plain(given["panel_highest"]),
            decimals=given["panel_decimals"],
            min_marks=given["panel_min_marks"],
            drop_high=given["panel_drop_high"],
            drop_low=given["panel_drop_low"],
            trim_from=given["panel_trim_from"],
            keep=given["panel_keep"],
            shrink=given["panel_shrink"],
            fall=given["panel_fall"],
            points=given["panel_points"],
            picks=given["panel_picks"],
        )


def panel_answers(panel: Panel) -> dict[str, Any]:
    """Return what is declared as the answers of the form."""
    found = {f"panel_{name}": getattr(panel, name) for name in panel.__struct_fields__}
    return found | {"panel_points": PointsField.written(panel.points or TEN)}


def _plain(value: Decimal) -> Decimal:
    """Return a number written in one way: 100, not 1E+2 or 100.00."""
    return Decimal(f"{value.normalize():f}")


def put_aside(
    form: forms.Form,
    only: Mapping[str, tuple[str, tuple[str, ...]]],
    known: Mapping[str, Any],
    usual: Mapping[str, Any],
) -> None:
    """Put aside answers, wrong ones too, to questions that another answer makes idle.

    only: question -> the one that makes it matter, by which answers. known, usual: what stands, and
    what is usual; where the other answer has not changed, what stands stays though it is idle.
    """
    for name, (question, wanted) in only.items():
        given = form.cleaned_data.get(question)
        if name not in form.fields or given in wanted:
            continue
        form.errors.pop(name, None)
        values = known if given == known[question] else usual
        try:
            form.cleaned_data[name] = form.fields[name].clean(values[name])
        except forms.ValidationError:
            # What stands, the question could not ask for.
            form.cleaned_data[name] = form.fields[name].clean(usual[name])
