"""The questions about the count: votes into points, marks into a value, ties, finalists."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voting.ballots import counting_sentences
from voting.console.rule_form.fields import BandsField, PointsField
from voting.rules.conversions import Conversion
from voting.rules.panels import LARGEST_MARK, MOST_DECIMALS, TEN, Panel
from voting.rules.shortlisting import Shortlisting
from voting.rules.ties import STEPS, Ties
from voting.seasons.counting import Counting
from voting.seasons.models import MOST_NOTICE_DAYS

TIE_STEPS: Final = tuple(f"tie_{place}" for place in range(1, 7))
# Which answer makes a question matter; in all other cases it is as usual and stays as it was.
ONLY: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "conversion_bands": ("conversion_how", ("rank_bands",)),
    "conversion_points": ("conversion_how", ("rank_points",)),
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
    "shortlisting_limit": ("shortlisting_method", ("count", "eph")),
    "shortlisting_over_full": ("shortlisting_method", ("count", "eph")),
    "shortlisting_places": ("shortlisting_method", ("count", "eph")),
}  # fmt: skip


def whole(label: Any, hint: Any = "", *, least: int = 1, most: int = 1000) -> forms.IntegerField:
    """Return a question for a whole number."""
    return forms.IntegerField(label=label, help_text=hint, min_value=least, max_value=most)


def choice(label: Any, *choices: tuple[str, Any]) -> forms.ChoiceField:
    """Return a question with a few answers, all of them in sight."""
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)


def tie_steps() -> list[tuple[str, str]]:
    """Return the steps that any season can take between equals."""
    return [("", gettext("nothing more"))] + [
        (word, counting_sentences.step(word)) for word in STEPS
    ]


class CountQuestions(forms.Form):
    """What is declared about the count."""

    conversion_how = choice(
        _("Votes become points by"),
        ("share_of_leader", _("share of the leader: the most votes are 100 points")),
        ("share_of_votes", _("share of all votes: per cent are points")),
        ("rank_bands", _("bands of ranks, by a table")),
        ("rank_points", _("a list of points: first, second, third …")),
        ("log", _("the logarithm: a great lead counts little")),
    )
    conversion_bands = BandsField(
        label=_("Table of bands"),
        help_text=_(
            "One band on each line: the last rank and the points, such as 3: 80. An asterisk "
            "stands for all other ranks."
        ),
    )
    conversion_points = PointsField(
        label=_("Points by rank"),
        required=False,
        max_length=300,
        help_text=_("From the first on, such as 12, 10, 8, 7, 6, 5, 4, 3, 2, 1."),
    )
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
        _("Decimals of the value"), _("Halves are rounded up."), least=0, most=MOST_DECIMALS
    )
    tie_1 = forms.ChoiceField(label=_("First decides"), choices=tie_steps)
    tie_2 = forms.ChoiceField(label=_("Then"), choices=tie_steps, required=False)
    tie_3 = forms.ChoiceField(label=_("Then"), choices=tie_steps, required=False)
    tie_4 = forms.ChoiceField(label=_("Then"), choices=tie_steps, required=False)
    tie_5 = forms.ChoiceField(label=_("Then"), choices=tie_steps, required=False)
    tie_6 = forms.ChoiceField(
        label=_("In the end"),
        choices=tie_steps,
        required=False,
        help_text=_("The last step is a drawn lot or a shared place, so that it always ends."),
    )
    ties_only_at_line = forms.BooleanField(
        label=_("Only where a tie crosses the line of places; others share the place"),
        required=False,
    )
    shortlisting_method = choice(
        _("Nominations become finalists by"),
        ("review", _("the decision of the reviewers")),
        ("count", _("the number of nominations")),
        ("eph", _("E Pluribus Hugo: nobody fills all places with one list")),
    )
    shortlisting_limit = whole(_("Nominees that one person may name in a category"), most=100)
    shortlisting_over_full = forms.ChoiceField(
        label=_("If somebody names more"),
        choices=(
            ("keep", _("all of them count")),
            ("cut", _("only the first ones count")),
            ("void", _("none of them count")),
        ),
    )
    shortlisting_places = whole(_("Finalists in each category"))
    candidate_notice_days = whole(
        _("Days of the notice of nominees"), _("5 working days are usual."), most=MOST_NOTICE_DAYS
    )
    result_notice_days = whole(
        _("Days of the notice of the result"), _("5 working days are usual."), most=MOST_NOTICE_DAYS
    )
    notice_working_days = forms.BooleanField(
        label=_("Notices count working days, without holidays and weekends"), required=False
    )

    def count(self) -> Counting:
        """Return what the answers declare; questions that do not matter are as usual."""
        given, known = self.cleaned_data, self.known
        chain = [given[name] for name in TIE_STEPS if given.get(name)]
        return Counting(
            Conversion(
                given["conversion_how"], given["conversion_bands"], given["conversion_points"]
            )
            if "conversion_how" in self.fields
            else known.conversion,
            self._panel() if "panel_method" in self.fields else known.panel,
            Ties(tuple(chain) if chain else known.ties.chain, given["ties_only_at_line"]),
            Shortlisting(
                given["shortlisting_method"],
                given["shortlisting_limit"],
                given["shortlisting_over_full"],
                given["shortlisting_places"],
            ),
            known.consolidation,
            known.honours,
        )

    def _panel(self) -> Panel:
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

    @property
    def known(self) -> Counting:
        """What is declared already; what the form does not ask for stays as it is."""
        known: Counting = self.initial.get("count", USUAL)
        return known

    def forget_what_does_not_matter(self) -> None:
        """Put aside answers, wrong ones too, to questions that another answer makes idle."""
        for name, value in count_answers(USUAL).items():
            question, wanted = ONLY.get(name, ("", ()))
            if name not in self.fields:
                continue
            if question and self.cleaned_data.get(question) not in wanted:
                self.errors.pop(name, None)
                self.cleaned_data[name] = self.fields[name].clean(value)


USUAL: Final = Counting(Conversion(), Panel(), Ties(), Shortlisting())


def count_answers(count: Counting) -> dict[str, Any]:
    """Return what is declared as the answers of the form."""
    panel, short = count.panel, count.shortlisting
    found: dict[str, Any] = {
        "conversion_how": count.conversion.how,
        "conversion_bands": BandsField.written(count.conversion.bands),
        "conversion_points": PointsField.written(count.conversion.points),
        "ties_only_at_line": count.ties.only_at_line,
        "shortlisting_method": short.method,
        "shortlisting_limit": short.limit,
        "shortlisting_over_full": short.over_full,
        "shortlisting_places": short.places,
    }
    found |= {f"panel_{name}": getattr(panel, name) for name in panel.__struct_fields__}
    found["panel_points"] = PointsField.written(panel.points or TEN)
    return found | dict(zip(TIE_STEPS, count.ties.chain, strict=False))


def _plain(value: Decimal) -> Decimal:
    """Return a number written in one way: 100, not 1E+2 or 100.00."""
    return Decimal(f"{value.normalize():f}")
