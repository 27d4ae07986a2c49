"""What organisers enter about a season besides its rules."""

from django import forms
from django.utils.translation import gettext_lazy as _

from voting.console.dates import Moment
from voting.console.forms import AskingForm, ReasonForm
from voting.seasons.drafting import DETAILS
from voting.seasons.models import Season


class NewSeasonForm(forms.Form):
    """A new season: by which rules, under which name, from when to when."""

    use_required_attribute = False
    start = forms.CharField(max_length=60, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name of the season"), max_length=60)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    slug = forms.SlugField(
        label=_("Address"),
        error_messages={"invalid": _("Use small letters, digits and hyphens only.")},
        max_length=40,
        help_text=_("Small letters, digits and hyphens, such as longhui-2027. It cannot change."),
    )
    organiser = forms.CharField(label=_("Organiser"), max_length=80)
    opens_at = Moment(label=_("Voting opens"))
    closes_at = Moment(label=_("Voting closes"), help_text=_("Beijing time"))

    def clean_slug(self) -> str:
        """Return the address in small letters."""
        slug: str = self.cleaned_data["slug"].lower()
        if slug in {"new", "units"}:
            raise forms.ValidationError(_("This address is taken by a page. Choose another one."))
        return slug


class DetailsForm(ReasonForm, AskingForm):
    """Texts, dates and contacts of a season."""

    action = "details"
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)
    opens_at = Moment(label=_("Voting opens"))
    closes_at = Moment(label=_("Voting closes"))

    class Meta:
        model = Season
        fields = DETAILS
        labels = {
            "name": _("Name of the season"),
            "name_en": _("Name in English"),
            "summary": _("Summary"),
            "summary_en": _("Summary in English"),
            "order": _("Order of nominees"),
            "organiser": _("Organiser"),
            "organiser_en": _("Organiser in English"),
            "contact_phone": _("Phone number for questions"),
            "contact_email": _("E-mail address for questions"),
            "contact_hours": _("When somebody answers"),
            "contact_hours_en": _("When somebody answers, in English"),
            "help_points": _("Where people without a phone can vote"),
            "help_points_en": _("Where people without a phone can vote, in English"),
        }
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "summary_en": forms.Textarea(attrs={"rows": 3}),
            "help_points": forms.Textarea(attrs={"rows": 3}),
            "help_points_en": forms.Textarea(attrs={"rows": 3}),
        }


class CategoryForm(forms.Form):
    """One category; an empty name takes it out."""

    use_required_attribute = False
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=40, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    places = forms.IntegerField(label=_("Places"), min_value=1, max_value=1000, initial=1)


CategoryRows = forms.formset_factory(CategoryForm, extra=2, max_num=50, absolute_max=60)


class CategoriesForm(ReasonForm):
    """Why categories change, and what the page showed."""

    action = "categories"
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)
