"""What organisers enter about panels: the pool, a panel's ways, seats."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voting.console.dates import Moment
from voting.console.forms import ReasonForm, UnitField
from voting.judging.models import HIDEABLE, LONGEST_KEY, Calibration, Judge, Panel, Recusal
from voting.judging.queries.draws import may_name, standing_of
from voting.judging.queries.forms import Form as Sheet
from voting.judging.queries.forms import panel_components, shown
from voting.judging.queries.seats import nominees_of_panel
from voting.judging.services.panels import Settings
from voting.judging.services.pool import Person
from voting.seasons.models import Season
from voting.seasons.page_context import content

HIDDEN_WORDS = {
    "name": gettext_lazy("name"),
    "portrait": gettext_lazy("portrait"),
    "unit": gettext_lazy("unit"),
    "number": gettext_lazy("ballot number"),
    "photos": gettext_lazy("photos"),
    "attachments": gettext_lazy("attachments"),
}


class JudgeForm(forms.Form):
    """Somebody in the pool."""

    use_required_attribute = False
    key = forms.CharField(
        label=gettext_lazy("Code of the judge"), max_length=LONGEST_KEY,
        help_text=gettext_lazy("Public: it stands beside marks and in draws instead of the name."),
    )  # fmt: skip
    name = forms.CharField(label=gettext_lazy("Name of the person"), max_length=60, required=False)
    seat_type = forms.CharField(
        label=gettext_lazy("Seat type"), max_length=40, required=False,
        help_text=gettext_lazy("Such as institution, individual, press; seats are drawn by it."),
    )  # fmt: skip
    organisation = forms.CharField(
        label=gettext_lazy("Where the judge works"), max_length=80, required=False
    )
    unit = UnitField(label=gettext_lazy("Unit"), required=False)
    related = forms.CharField(
        label=gettext_lazy("People close to the judge"), required=False, max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Names, one on each line. If one of them stands or has put somebody forward, the judge "
            "keeps out."
        ),
    )  # fmt: skip
    email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False)

    def person(self) -> Person:
        """Return what was entered."""
        values = self.cleaned_data
        unit = values["unit"]
        return Person(
            key=values["key"], name=values["name"], seat_type=values["seat_type"],
            unit_id=unit.pk if unit else None, organisation=values["organisation"],
            related=values["related"].splitlines(), email=values["email"],
        )  # fmt: skip


def judge_answers(judge: Judge) -> dict[str, Any]:
    """Return a judge as the answers of the form."""
    return {
        "key": judge.key, "name": judge.name, "seat_type": judge.seat_type,
        "organisation": judge.organisation, "unit": judge.unit.code if judge.unit else "",
        "related": "\n".join(judge.related), "email": judge.email,
    }  # fmt: skip


class PanelForm(forms.Form):
    """How a panel works."""

    use_required_attribute = False
    component = forms.ChoiceField(
        label=gettext_lazy("Part of the result"),
        help_text=gettext_lazy("The panels that the rules name."),
    )
    name = forms.CharField(label=gettext_lazy("Name of the panel"), max_length=60)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=120, required=False)
    categories = forms.MultipleChoiceField(
        label=gettext_lazy("Categories"), required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all of them."),
    )  # fmt: skip
    per_nominee = forms.IntegerField(
        label=gettext_lazy("Judges for each nominee"), min_value=1, max_value=1_000,
        required=False,
        help_text=gettext_lazy("Empty: every judge marks every nominee."),
    )  # fmt: skip
    hidden = forms.MultipleChoiceField(
        label=gettext_lazy("What the judges do not see of a nominee"), required=False,
        choices=[(one, HIDDEN_WORDS[one]) for one in HIDEABLE],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    shows_marks = forms.BooleanField(
        label=gettext_lazy("After the panel is closed its judges see how far apart they were"),
        required=False,
    )
    due_at = Moment(
        label=gettext_lazy("Submit until"), required=False,
        help_text=gettext_lazy("Empty: until the panel review ends."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, season: Season, panel: Panel | None = None, **words: Any
    ) -> None:
        super().__init__(*args, **words)
        component, categories = self.fields["component"], self.fields["categories"]
        assert isinstance(component, forms.ChoiceField)  # noqa: S101 -- for the type checker
        assert isinstance(categories, forms.MultipleChoiceField)  # noqa: S101 -- likewise
        component.choices = [
            (one.key, one.name or one.key) for one in panel_components(season) if one.panel
        ]
        categories.choices = [(str(one.pk), one.name) for one in season.categories.all()]
        still: tuple[str, ...] = ()
        if panel is not None and panel.opened_at is not None:
            still = ("component", "categories", "per_nominee", "hidden")
        elif panel is not None and standing_of(panel) is not None:
            still = ("component", "categories")
        for name in still:
            self.fields[name].disabled = True

    def settings(self) -> Settings:
        """Return what was entered."""
        values = self.cleaned_data
        return Settings(
            component=values["component"], name=values["name"], name_en=values["name_en"],
            category_ids=[int(one) for one in values["categories"]],
            per_nominee=values["per_nominee"], hidden=values["hidden"],
            shows_marks=values["shows_marks"], due_at=values["due_at"],
        )  # fmt: skip


def panel_answers(panel: Panel) -> dict[str, Any]:
    """Return a panel as the answers of the form."""
    return {
        "component": panel.component, "name": panel.name, "name_en": panel.name_en,
        "categories": [str(one.pk) for one in panel.categories.all()],
        "per_nominee": panel.per_nominee, "hidden": panel.hidden,
        "shows_marks": panel.shows_marks, "due_at": panel.due_at,
    }  # fmt: skip


class SeatsForm(forms.Form):
    """Whom to seat without a draw."""

    use_required_attribute = False
    judges = forms.MultipleChoiceField(
        label=gettext_lazy("Judges of the pool"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, panel: Panel, **words: Any) -> None:
        super().__init__(*args, **words)
        field = self.fields["judges"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 -- for the type checker
        seated = panel.seats.values_list("judge", flat=True)
        free = Judge.objects.filter(season=panel.season_id).exclude(pk__in=seated)
        field.choices = (
            [(str(one.pk), f"{one.key} {one.name}".strip()) for one in free]
            if may_name(panel)
            else []
        )


class SeatReasonForm(ReasonForm):
    """Why a judge leaves, or why a sheet is reopened."""

    action = "seat"


class TakeOffForm(ReasonForm):
    """Why an account is not a judge any more."""

    action = "off"


class RecusalForm(forms.Form):
    """From whom a judge is to keep out."""

    use_required_attribute = False
    nominee = forms.ChoiceField(label=gettext_lazy("Nominee"))
    reason = forms.ChoiceField(
        label=gettext_lazy("Why"), choices=[(one.value, one.label) for one in Recusal.Reason]
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, panel: Panel, **words: Any) -> None:
        super().__init__(*args, **words)
        field = self.fields["nominee"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- for the type checker
        field.choices = [
            (str(one.pk), f"{one.ballot_number} {one.name}") for one in nominees_of_panel(panel)
        ]


class ExampleForm(forms.Form):
    """The example that every judge marks first."""

    use_required_attribute = False
    name = forms.CharField(
        label=gettext_lazy("Name of the invented nominee"), max_length=60,
        help_text=gettext_lazy("Invented, and recognisable as such; never a real nominee."),
    )  # fmt: skip
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=120, required=False)
    deeds = forms.CharField(
        label=gettext_lazy("Deeds"), max_length=6_000, widget=forms.Textarea(attrs={"rows": 8})
    )
    deeds_en = forms.CharField(
        label=gettext_lazy("Deeds in English"), max_length=12_000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    explanation = forms.CharField(
        label=gettext_lazy("Why the committee would give these marks"), max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    explanation_en = forms.CharField(
        label=gettext_lazy("Why, in English"), max_length=4_000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, sheet: Sheet, **words: Any) -> None:
        """Ask for a mark for each criterion. sheet: the panel's form."""
        super().__init__(*args, **words)
        self.criteria = [one.key for one in sheet.criteria]
        for place, one in enumerate(sheet.criteria):
            name = str(content(one.name, one.name_en)["text"]) or _("Points")
            self.fields[f"mark_{place}"] = forms.CharField(
                label=_("What the committee would give: %(criterion)s") % {"criterion": name},
                max_length=12, required=not one.optional,
                help_text=_("From %(lowest)s to %(highest)s")
                % {"lowest": shown(one.lowest), "highest": shown(one.highest)},
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )  # fmt: skip
        marks = [f"mark_{place}" for place in range(len(self.criteria))]
        self.order_fields(["name", "name_en", "deeds", "deeds_en", *marks, "explanation"])

    def example(self) -> dict[str, Any]:
        """Return what was entered, as ``services.practising.set_calibration`` takes it."""
        values = dict(self.cleaned_data)
        marks = {key: values.pop(f"mark_{place}") for place, key in enumerate(self.criteria)}
        return values | {"marks": marks}


def example_answers(example: Calibration, sheet: Sheet) -> dict[str, Any]:
    """Return an example as the answers of the form."""
    answers: dict[str, Any] = {
        name: getattr(example, name)
        for name in ("name", "name_en", "deeds", "deeds_en", "explanation", "explanation_en")
    }
    marks = {
        f"mark_{place}": example.marks.get(one.key, "") for place, one in enumerate(sheet.criteria)
    }
    return answers | marks
