"""The questions about the count: votes into points, marks into a value, ties, finalists."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voting.ballots import counting_sentences
from voting.console.rule_form.fields import BandsField, PointsField
from voting.console.rule_form.panel import (
    PANEL_ONLY,
    PanelQuestions,
    choice,
    panel_answers,
    put_aside,
    whole,
)
from voting.rules.conversions import Conversion
from voting.rules.panels import Panel
from voting.rules.shortlisting import Shortlisting
from voting.rules.ties import STEPS, Ties
from voting.seasons.counting import Counting
from voting.seasons.models import MOST_NOTICE_DAYS

TIE_STEPS: Final = tuple(f"tie_{place}" for place in range(1, 7))
# Which answer makes a question matter; in all other cases it is as usual and stays as it was.
ONLY: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "conversion_bands": ("conversion_how", ("rank_bands",)),
    "conversion_points": ("conversion_how", ("rank_points",)),
    **PANEL_ONLY,
    "shortlisting_limit": ("shortlisting_method", ("count", "eph")),
    "shortlisting_over_full": ("shortlisting_method", ("count", "eph")),
    "shortlisting_places": ("shortlisting_method", ("count", "eph")),
}  # fmt: skip


def tie_steps() -> list[tuple[str, str]]:
    """Return the steps that any season can take between equals."""
    return [("", gettext("nothing more"))] + [
        (word, counting_sentences.step(word)) for word in STEPS
    ]


class CountQuestions(PanelQuestions):
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
            self.panel() if "panel_method" in self.fields else known.panel,
            Ties(tuple(chain) if chain else known.ties.chain, given["ties_only_at_line"])
            if "ties_only_at_line" in self.fields
            else known.ties,
            Shortlisting(
                given["shortlisting_method"],
                given["shortlisting_limit"],
                given["shortlisting_over_full"],
                given["shortlisting_places"],
            ),
            known.consolidation,
            known.honours,
        )

    @property
    def known(self) -> Counting:
        """What is declared already; what the form does not ask for stays as it is."""
        known: Counting = self.initial.get("count", USUAL)
        return known

    def forget_what_does_not_matter(self) -> None:
        """Put aside answers, wrong ones too, to questions that another answer makes idle."""
        put_aside(self, ONLY, count_answers(self.known), count_answers(USUAL))


USUAL: Final = Counting(Conversion(), Panel(), Ties(), Shortlisting())


def count_answers(count: Counting) -> dict[str, Any]:
    """Return what is declared as the answers of the form."""
    short = count.shortlisting
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
    return found | panel_answers(count.panel) | dict(zip(TIE_STEPS, count.ties.chain, strict=False))
