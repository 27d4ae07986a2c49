"""The form: every rule of a season as an answer, and how the answers become rules."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from voting.ballots import (
    component_sentences,
    counting_examples,
    counting_sentences,
    rules_text,
)
from voting.console.forms import ReasonForm
from voting.console.rule_form.count import (
    ONLY,
    TIE_STEPS,
    CountQuestions,
    count_answers,
    tie_steps,
)
from voting.console.rule_form.fields import StartsField
from voting.console.rule_form.panel import whole
from voting.seasons import counting
from voting.seasons.counting import Counting, counting_of
from voting.seasons.drafting import CapFields
from voting.seasons.models import RuleSheet, Season

# Which limit each answer stands for: all that there can be.
LIMITS: Final = {
    "max_choices": ("season", "ballot", "choices"),
    "per_category": ("category", "ballot", "choices"),
    "ballots_a_day": ("season", "day", "ballots"),
    "ballots_a_window": ("season", "window", "ballots"),
    "ballots_in_all": ("season", "season", "ballots"),
    "choices_a_day": ("season", "day", "choices"),
    "choices_a_window": ("season", "window", "choices"),
    "choices_in_all": ("season", "season", "choices"),
    "category_a_day": ("category", "day", "choices"),
    "category_a_window": ("category", "window", "choices"),
    "category_in_all": ("category", "season", "choices"),
    "nominee_a_day": ("nominee", "day", "choices"),
    "nominee_a_window": ("nominee", "window", "choices"),
    "nominee_in_all": ("nominee", "season", "choices"),
    "category_ballots_a_day": ("category", "day", "ballots"),
    "category_ballots_a_window": ("category", "window", "ballots"),
    "category_ballots_in_all": ("category", "season", "ballots"),
    "nominee_ballots_a_day": ("nominee", "day", "ballots"),
    "nominee_ballots_a_window": ("nominee", "window", "ballots"),
    "nominee_ballots_in_all": ("nominee", "season", "ballots"),
}
SHEET: Final = (
    "min_choices", "display", "display_hour", "display_delay_minutes", "turnout_public",
    "public_weight", "candidate_notice_days", "result_notice_days", "notice_working_days",
    "rate_burst",
)  # fmt: skip
# Which answer makes these matter; see also ``count.ONLY``.
SHOWN_ONLY: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "display_hour": ("display", ("daily",)),
    "display_delay_minutes": ("display", ("delayed",)),
    **ONLY,
}
# Questions in the order of the page: what they are about, title, fields below it.
GROUPS: Final = (
    ("ballot", _("What does a ballot hold?"), ("min_choices", "max_choices", "per_category")),
    ("often", _("How often may one voter cast a ballot?"), ("ballots_a_day", "ballots_in_all")),
    (
        "votes", _("How many votes over several ballots?"),
        ("choices_a_day", "choices_in_all", "category_a_day", "category_in_all", "nominee_a_day",
         "nominee_in_all"),
    ),
    (
        "windows", _("Is voting divided into windows?"),
        ("windows", "ballots_a_window", "choices_a_window", "category_a_window",
         "nominee_a_window"),
    ),
    (
        "rare", _("Further limits"),
        ("category_ballots_a_day", "category_ballots_a_window", "category_ballots_in_all",
         "nominee_ballots_a_day", "nominee_ballots_a_window", "nominee_ballots_in_all",
         "rate_seconds", "rate_burst"),
    ),
    ("who", _("Who is a voter?"), ("identity_level",)),
    (
        "display", _("What does the public see while voting is open?"),
        ("display", "display_hour", "display_delay_minutes", "turnout_public"),
    ),
    (
        "conversion", _("What is the public vote worth?"),
        ("public_weight", "conversion_how", "conversion_bands", "conversion_points"),
    ),
    (
        "panel", _("How do the judges' marks count?"),
        ("panel_method", "panel_drop_high", "panel_drop_low", "panel_trim_from", "panel_keep",
         "panel_shrink", "panel_picks", "panel_fall", "panel_points", "panel_lowest",
         "panel_highest", "panel_min_marks", "panel_decimals"),
    ),
    ("ties", _("What decides between equals?"), (*TIE_STEPS, "ties_only_at_line")),
    (
        "shortlisting", _("How do nominations become finalists?"),
        ("shortlisting_method", "shortlisting_limit", "shortlisting_over_full",
         "shortlisting_places"),
    ),
    (
        "notices", _("How long are the lists on public notice?"),
        ("candidate_notice_days", "result_notice_days", "notice_working_days"),
    ),
)  # fmt: skip
FOLDED: Final = frozenset({"rare"})
_OF_CONVERSION: Final = next(names for about, _title, names in GROUPS if about == "conversion")
_OF_PANEL: Final = next(names for about, _title, names in GROUPS if about == "panel")


def _number(label: Any, hint: Any = "", most: int = 1_000_000) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=hint or _("Leave it empty for no such limit."),
        min_value=1,
        max_value=most,
        required=False,
    )


class RuleForm(CountQuestions, ReasonForm):
    """A whole rule sheet; ``seen`` is the state of the draft that it was filled in for."""

    action = "rules"
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)
    min_choices = forms.IntegerField(
        label=_("At least this many nominees"), min_value=1, max_value=64
    )
    max_choices = _number(_("At most this many nominees"), most=64)
    per_category = _number(_("At most this many of one category"), most=64)
    ballots_a_day = _number(_("Ballots a day"))
    ballots_in_all = _number(_("Ballots in the whole season"))
    choices_a_day = _number(_("Votes a day, all ballots together"))
    choices_in_all = _number(_("Votes in the whole season, all ballots together"))
    category_a_day = _number(_("Votes a day in one category"))
    category_in_all = _number(_("Votes in the whole season in one category"))
    nominee_a_day = _number(_("Votes a day for the same nominee"))
    nominee_in_all = _number(_("Votes in the whole season for the same nominee"))
    windows = StartsField(
        label=_("Starts of further windows"),
        help_text=_(
            "One date and time on each line, such as 2027-03-15 20:00. The first window begins "
            "with voting, the last one ends with it. Empty: one window."
        ),
    )
    ballots_a_window = _number(_("Ballots in each window"))
    choices_a_window = _number(_("Votes in each window, all ballots together"))
    category_a_window = _number(_("Votes in each window in one category"))
    nominee_a_window = _number(_("Votes in each window for the same nominee"))
    category_ballots_a_day = _number(_("Ballots a day that name the same category"))
    category_ballots_a_window = _number(_("Ballots in each window that name the same category"))
    category_ballots_in_all = _number(_("Ballots in the whole season that name the same category"))
    nominee_ballots_a_day = _number(_("Ballots a day that name the same nominee"))
    nominee_ballots_a_window = _number(_("Ballots in each window that name the same nominee"))
    nominee_ballots_in_all = _number(_("Ballots in the whole season that name the same nominee"))
    rate_seconds = forms.DecimalField(
        label=_("Seconds between two ballots of one voter"),
        min_value=0,
        max_value=86_400,
        max_digits=8,
        decimal_places=3,
        help_text=_("Against scripts; 1 is usual. 300 means one ballot every five minutes."),
    )
    rate_burst = whole(
        _("Ballots that a voter may save up"),
        _("So many can be cast in a row after a pause; 5 is usual."),
    )
    identity_level = forms.ChoiceField(
        label=_("A voter is"), choices=Season.IdentityLevel.choices, widget=forms.RadioSelect
    )
    display = forms.ChoiceField(
        label=_("Votes are shown"), choices=RuleSheet.Display.choices, widget=forms.RadioSelect
    )
    display_hour = forms.IntegerField(
        label=_("Hour of the daily publication"),
        min_value=0,
        max_value=23,
        help_text=_("Only for once a day; 18 means 18:00."),
    )
    display_delay_minutes = forms.IntegerField(
        label=_("Delay in minutes"),
        min_value=0,
        max_value=10_000,
        help_text=_("Only for delayed."),
    )
    turnout_public = forms.BooleanField(
        label=_("The number of ballots received is public all the time"), required=False
    )
    public_weight = forms.IntegerField(
        label=_("Per cent of the final result"),
        min_value=0,
        max_value=100,
        help_text=_("The panel of judges decides the rest. 30 and less is usual."),
    )

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        held = bool(self.initial.get("held"))
        if held or self.known.consolidation is not None:
            # The components say it, and have pages of their own; or judges mark by it.
            for name in (*_OF_CONVERSION, *_OF_PANEL):
                del self.fields[name]
        if held:
            for name in (*TIE_STEPS, "ties_only_at_line"):
                del self.fields[name]
            return
        chain = self.known.ties.chain
        if len(chain) > len(TIE_STEPS):
            for name in TIE_STEPS:
                del self.fields[name]
            return
        named = self.named
        steps = [*named, *(step for step in chain if ":" in step and step not in named)]
        for name in TIE_STEPS:
            field = self.fields[name]
            if steps and isinstance(field, forms.ChoiceField):
                field.choices = [
                    *tie_steps(), *((one, counting_sentences.step(one, named)) for one in steps)
                ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Ask for a delay where votes are shown with one; check what is declared of the count."""
        values = super().clean() or self.cleaned_data
        self.forget_what_does_not_matter()
        if values.get("display") == "delayed" and not values.get("display_delay_minutes"):
            self.add_error(
                "display_delay_minutes", _("Say how many minutes late the votes are shown.")
            )
        if not self.errors:
            for name, codes in counting.problems(self.count()).items():
                for code in codes:
                    place = _PLACES.get(code, _FIRST[name])
                    self.add_error(place if place in self.fields else None, counting.sentence(code))
        return values

    def caps(self) -> list[CapFields]:
        """Return the limits that the answers stand for."""
        return [
            (*limit, self.cleaned_data[name])
            for name, limit in LIMITS.items()
            if self.cleaned_data.get(name)
        ]

    def sheet_fields(self) -> dict[str, Any]:
        """Return the other fields of the rule sheet, and the identity level."""
        fields: dict[str, Any] = {
            name: self.cleaned_data[name] for name in SHEET if name in self.fields
        }
        if "public_weight" in fields:
            fields["panel_weight"] = 100 - fields["public_weight"]
        fields["rate_interval_ms"], fields["rate_burst"] = self.pace()
        fields |= {name: counting.stored(part) for name, part in self.count()._asdict().items()}
        return fields | {"identity_level": self.cleaned_data["identity_level"]}

    def pace(self) -> tuple[int, int]:
        """Return the milliseconds between two ballots of one voter, and how many are saved up."""
        # Never 0: a ballot's allowance must move on.
        interval_ms = max(1, int(self.cleaned_data["rate_seconds"] * 1000))
        return interval_ms, self.cleaned_data["rate_burst"]

    def groups(self) -> list[dict[str, Any]]:
        """Return the questions with their fields, and an example that follows the answers."""
        examples = self._examples()
        found = []
        for about, title, all_names in GROUPS:
            names = [name for name in all_names if name in self.fields]
            if not names:
                continue
            found.append(
                {
                    "about": about,
                    "title": title,
                    "fields": [(self[name], _only(name)) for name in names],
                    "example": examples.get(about, []),
                    "folded": about in FOLDED and not any(self[name].errors for name in names),
                    "kept": (
                        counting_sentences.ties(self.known.ties, self.named)
                        if about == "ties" and TIE_STEPS[0] not in self.fields
                        else []
                    ),
                }
            )
        return found

    @property
    def named(self) -> dict[str, str]:
        """What criteria and components are called, for steps between equals."""
        declared = self.known.consolidation
        return component_sentences.criteria(declared) if declared else {}

    def _examples(self) -> dict[str, list[str]]:
        """Return worked examples of what is typed; of what is saved where that is wrong."""
        if self.is_bound and self.is_valid():
            least, count = self.cleaned_data["min_choices"], self.count()
            limits = {cap[:3]: cap[3] for cap in self.caps()}
        else:
            least, limits, count = self.initial["min_choices"], {}, self.initial["count"]
            limits = {
                limit: self.initial[name] for name, limit in LIMITS.items() if name in self.initial
            }
        return {
            "often": rules_text.in_words(least, limits, [])["example"],
            "conversion": counting_examples.of_conversion(count.conversion),
            "panel": counting_examples.of_panel(count.panel),
            "ties": counting_examples.of_tie(count.ties, named=self.named),
            "shortlisting": counting_examples.of_nominations(count.shortlisting),
        }


# Where a contradiction in what is declared of the count is shown.
_FIRST: Final = {
    "conversion": "conversion_how",
    "panel": "panel_method",
    "ties": "tie_1",
    "shortlisting": "shortlisting_method",
    "consolidation": None,
    "honours": None,
}
_PLACES: Final = {
    "bands-missing": "conversion_bands",
    "band-behind-the-rest": "conversion_bands",
    "bands-out-of-order": "conversion_bands",
    "band-points-out-of-range": "conversion_bands",
    "bands-rise": "conversion_bands",
    "mark-range": "panel_highest",
    "drops-nothing": "panel_drop_high",
    "drops-all": "panel_trim_from",
    "chain-without-end": "tie_6",
}


def _only(name: str) -> str:
    """Return classes that let the style sheet hide a question that another answer makes idle."""
    _question, wanted = SHOWN_ONLY.get(name, ("", ()))
    return " ".join(["only", *(f"only-{value}" for value in wanted)]) if wanted else ""


def answers(season: Season) -> dict[str, Any]:
    """Return a season's rules as this form's answers, and ``count`` as they declare it."""
    sheet = season.rule_sheet
    names = {limit: name for name, limit in LIMITS.items()}
    count: Counting = counting_of(sheet)
    found: dict[str, Any] = {name: getattr(sheet, name) for name in SHEET} | count_answers(count)
    found["count"] = count
    found["identity_level"] = season.identity_level
    seconds = sheet.rate_interval_ms / 1000
    found["rate_seconds"] = int(seconds) if seconds.is_integer() else seconds
    starts = [window.starts_at for window in season.windows.all()]
    found["windows"] = StartsField.written([start for start in starts if start != season.opens_at])
    for cap in sheet.caps.all():
        found[names[cap.scope, cap.period, cap.counts]] = cap.max
    return found
