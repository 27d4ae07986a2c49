"""What organisers enter about units. Every change asks why; the answer stays on record."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voting.console.dates import Day
from voting.units.models import Unit


def no_such_unit() -> str:
    """Return what is said of a code that names nothing, or nothing that the person may see."""
    return gettext("No open unit has this code. Look it up in the list of units.")


class UnitField(forms.CharField):
    """A unit by its code."""

    def __init__(self, **words: Any) -> None:
        super().__init__(
            max_length=20,
            help_text=_("The code of the unit; it stands beside its name in the list."),
            **words,
        )

    def clean(self, value: Any) -> Any:
        """Return the unit, or None if none is given. Raises ValidationError if there is none."""
        code = super().clean(value)
        if not code:
            return None
        unit = Unit.objects.filter(code=code, closed_at=None).first()
        if unit is None:
            raise forms.ValidationError(no_such_unit())
        return unit


class ReasonForm(forms.Form):
    """Why something is changed."""

    action = ""
    use_required_attribute = False
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Stays on record, for everybody who may see this page."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Several of these stand on one page.
        kwargs.setdefault("auto_id", f"{self.action}_%s")
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "reason"])


class AskingForm(forms.ModelForm):
    """Asks for fields of a model and leaves its row alone: the service writes, under a lock."""

    def _post_clean(self) -> None:
        """Ask the model what its fields may hold, without touching the form's own row."""
        model, asked = self._meta.model, self._meta.fields or ()
        given = {name: value for name, value in self.cleaned_data.items() if name in asked}
        others = {field.name for field in model._meta.fields} - given.keys()  # noqa: SLF001 -- Django's documented way to ask
        try:
            model(**given).clean_fields(exclude=others)
        except forms.ValidationError as error:
            self.add_error(None, error)


class RenameForm(ReasonForm):
    """Another name."""

    action = "rename"
    name = forms.CharField(label=_("Name"), max_length=60)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)


class MoveForm(ReasonForm):
    """Another place in the tree."""

    action = "move"
    target = UnitField(label=_("Belongs to"))


class MergeForm(ReasonForm):
    """The end of a unit, in another one."""

    action = "merge"
    target = UnitField(label=_("Merge into"))


class CloseForm(ReasonForm):
    """The end of a unit."""

    action = "close"


class AppointForm(ReasonForm):
    """Who answers for a unit from now on."""

    action = "appoint"
    name = forms.CharField(label=_("Name of the person"), max_length=60)
    post = forms.CharField(label=_("Post"), max_length=60, required=False)
    phone = forms.CharField(label=_("Phone number"), max_length=40, required=False)
    starts_on = Day(label=_("First day"), initial=timezone.localdate)


class ImportForm(ReasonForm):
    """A list of units."""

    action = "import"
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A CSV file with the columns code, name, tier and, if you like, parent, kind, name_en "
            "and tier_en. UTF-8 or as your spreadsheet program saves it."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
