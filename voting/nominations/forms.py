"""The steps of the form, made from a season's settings.

No field is required while somebody writes: a step is saved as it is, and what is missing is said
at the end (``checks``). Nothing is cut: a text that is too long stays as it was typed.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from unicodedata import normalize

from django import forms
from django.conf import settings as site
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.sentences import joined
from voting.nominations import consent_texts
from voting.nominations.checks import DEEDS
from voting.nominations.models import Attachment, Contact, Nomination
from voting.nominations.texts import plain
from voting.seasons.models import NominationSettings, Nominee
from voting.seasons.page_context import content

STEPS: Final = ("who", "contact", "deeds", "files", "check")
CONSENT: Final = "consent_"


class CountedField(forms.BoundField):
    """A text on the page, with its length."""

    @property
    def count(self) -> int:
        """How long the text is, as ``Text`` counts."""
        return len(plain(str(self.value() or "")))

    @property
    def is_over(self) -> bool:
        """Whether it is longer than it may be."""
        return self.count > getattr(self.field, "most", 0)


class Text(forms.CharField):
    """A text with a length that the page counts as we do; it is never cut."""

    bound_field_class = CountedField

    def __init__(self, *, most: int, rows: int = 0, counted: bool = False, **words: Any) -> None:
        self.most, self.counted = most, counted or rows > 0
        widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
        super().__init__(**{"required": False, "strip": False, "widget": widget} | words)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Give the script the limit, and the browser none: it would cut what is pasted."""
        return {"data-most": self.most}

    def to_python(self, value: Any) -> str:
        """Return the text as it is stored."""
        return plain(super().to_python(value) or "")

    def validate(self, value: Any) -> None:
        """Refuse what is too long, and say by how much."""
        super().validate(value)
        if len(value) > self.most:
            raise ValidationError(
                _("Too long: %(length)s of at most %(most)s characters. Nothing has been lost.")
                % {"length": len(value), "most": self.most}
            )


class Phone(Text):
    """A telephone number, as people write them."""

    def __init__(self, **words: Any) -> None:
        super().__init__(most=40, **words)
        self.widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}

    def to_python(self, value: Any) -> str:
        """Return it with ordinary digits."""
        return normalize("NFKC", super().to_python(value))

    def validate(self, value: Any) -> None:
        """Ask for digits, and nothing that no number has."""
        super().validate(value)
        digits = sum(sign.isdecimal() for sign in value)
        if value and (digits < 5 or set(value) - set("0123456789+-() .,;/#*extEXT\u8f6c")):
            raise ValidationError(_("Enter a phone number, such as 0739-8888888 or 13800001234."))


class Hours(forms.DecimalField):
    """Hours of service, also with full-width digits, commas or the unit behind them."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Hours of service"), required=False, min_value=Decimal(0), decimal_places=1,
            max_value=Decimal(999_999), max_digits=8,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            error_messages={
                "invalid": _("Enter a number, such as 1260.")
            },
        )  # fmt: skip

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # stubs say int
        """Return the number."""
        text = normalize("NFKC", str(value or "")).replace(",", "").strip()
        return super().to_python(text.removesuffix(_("hours")).removesuffix("h").strip())


class StepForm(forms.Form):
    """One step. What it was made from stands in ``nomination``, ``contact`` and ``settings``."""

    use_required_attribute = False
    # Which of the fields are columns of the contact; all others are of the nomination.
    contact_fields: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()

    def __init__(
        self,
        nomination: Nomination,
        contact: Contact,
        settings: NominationSettings,
        given: frozenset[str],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.nomination, self.contact, self.settings = nomination, contact, settings
        self.given = given
        super().__init__(data)
        self.build()
        self.initial = {name: self._stored(name) for name in self.fields}
        misfits = {**nomination.typed, **contact.typed}
        if data is None and misfits.keys() & self.fields.keys():
            # As it was typed, with what is wrong about it.
            self.data = {k: v for k, v in (self.initial | misfits).items() if k in self.fields}
            self.is_bound = True

    def build(self) -> None:
        """Add the fields that this season asks for."""

    def _stored(self, name: str) -> Any:
        if name.startswith(CONSENT):
            return name.removeprefix(CONSENT) in self.given
        row = self.contact if name in self.contact_fields else self.nomination
        return getattr(row, f"{name}_id" if name == "category" else name)

    def fitting(self) -> dict[str, Any]:
        """Return the values that fit, by field; call after is_valid."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.errors}

    def consents(self) -> dict[str, bool]:
        """Return which consents are ticked, by kind."""
        return {
            name.removeprefix(CONSENT): bool(self.cleaned_data.get(name))
            for name in self.fields
            if name.startswith(CONSENT)
        }

    def misfits(self) -> dict[str, str]:
        """Return what was typed into fields that it does not fit."""
        return {
            name: str(self.data.get(name, ""))
            for name in self.errors
            if name in self.fields
            and isinstance(
                self.fields[name].widget, forms.TextInput | forms.Textarea | forms.DateInput
            )
        }  # fmt: skip


class WhoForm(StepForm):
    """Whom: kind, category, names, place, age."""

    optional = frozenset({"name_en", "place", "birth_year"})

    def build(self) -> None:
        """Ask for an organisation's name only where one puts forward."""
        categories = list(self.nomination.season.categories.order_by("position"))
        self.categories = {one.pk: one for one in categories}
        if self.nomination.route == Nomination.Route.ORGANISATION:
            self.fields["organisation"] = Text(label=_("Your organisation"), most=120)
        if self.nomination.route != Nomination.Route.SELF:
            self.fields["kind"] = forms.ChoiceField(
                label=_("Who is put forward"), choices=Nominee.Kind.choices, required=False,
                widget=forms.RadioSelect,
            )  # fmt: skip
        self.fields["category"] = forms.TypedChoiceField(
            label=_("Category"), required=False, coerce=int, empty_value=None,
            choices=[(one.pk, content(one.name, one.name_en)["text"]) for one in categories],
            widget=forms.RadioSelect,
        )  # fmt: skip
        self.fields["name"] = Text(label=_("Name"), most=60)
        self.fields["name_en"] = Text(label=_("Name in English"), most=120)
        self.fields["place"] = Text(
            label=_("Village, school or workplace"), most=60,
            help_text=_("It is shown under the name."),
        )  # fmt: skip
        self.fields["age"] = forms.ChoiceField(
            label=_("Age group"), choices=Nomination.Age.choices, required=False,
            widget=forms.RadioSelect,
            help_text=_("Only for a person. Minors need the consent of a parent or guardian."),
        )  # fmt: skip
        self.fields["birth_year"] = forms.IntegerField(
            label=_("Year of birth"), required=False, min_value=1900,
            max_value=timezone.localdate().year, widget=forms.TextInput(
                attrs={"inputmode": "numeric", "class": "input-short"}),
            error_messages={"invalid": _("Enter a year, such as 1968.")},
            help_text=_("Only for the review; it is never published."),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Refuse an age group that the year of birth excludes; keep the kind if none is chosen."""
        values: dict[str, Any] = self.cleaned_data
        if not values.get("kind"):
            values.pop("kind", None)
        year, age = values.get("birth_year"), values.get("age")
        if year and age:
            oldest = timezone.localdate().year - year
            fits = {
                "adult": oldest >= 18,
                "minor": oldest >= 14 and oldest - 1 <= 17,
                "child": oldest - 1 <= 13,
            }
            if not fits[age]:
                self.add_error("birth_year", _("This year does not fit the age group above."))
        return values


class ContactForm(StepForm):
    """How to reach whom, and the consents, each by itself."""

    contact_fields = (
        "phone", "email", "address", "nominator_name", "nominator_phone", "nominator_email",
        "guardian_name", "guardian_relation", "guardian_phone",
    )  # fmt: skip
    optional = frozenset(
        {"address", "email", "nominator_phone", "guardian_relation", "consent_media"}
    )

    def build(self) -> None:
        """Ask for a guardian only where one is needed, for the nominator only without account."""
        wrong_address = {"invalid": _("Please give an e-mail address, such as name@example.org.")}
        self.fields["phone"] = Phone(label=_("Phone number of the nominee"))
        self.fields["email"] = forms.EmailField(
            label=_("E-mail address of the nominee"), required=False, error_messages=wrong_address,
            widget=forms.TextInput(attrs={"inputmode": "email"}),
        )  # fmt: skip
        self.fields["address"] = Text(label=_("Postal address"), most=200)
        self.fields["nominator_name"] = Text(label=_("Your name"), most=60)
        self.fields["nominator_phone"] = Phone(label=_("Your phone number"))
        if self.nomination.is_by_link:
            self.fields["nominator_email"] = forms.EmailField(
                label=_("Your e-mail address"),
                help_text=_(
                    "At the end we send a code there, and later every news. Without one, the code "
                    "goes to your mobile number."
                )
                if site.PHONE_SIGN_IN
                else _("At the end we send a code there, and later every news."),
                required=False,
                error_messages=wrong_address,
                widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "email"}),
            )
        if consent_texts.guardian_kinds(self.settings, self.nomination):
            self.fields["guardian_name"] = Text(label=_("Name of the parent or guardian"), most=60)
            self.fields["guardian_relation"] = Text(
                label=_("Related to the nominee as"), most=40, help_text=_("Such as mother.")
            )
            self.fields["guardian_phone"] = Phone(label=_("Phone number of the guardian"))
        for kind in consent_texts.asked(self.settings, self.nomination):
            self.fields[f"{CONSENT}{kind}"] = forms.BooleanField(
                label=consent_texts.title(kind), required=False,
                help_text=consent_texts.text(kind, self.nomination.season),
            )  # fmt: skip


class DeedsForm(StepForm):
    """What was done, in the lengths that the season asks for."""

    def build(self) -> None:
        """Add the texts of this season, hours, and the opinion of a unit."""
        usual = {
            "short": (_("Deeds in short"), 5),
            "medium": (_("The deeds"), 10),
            "long": (_("The full story"), 16),
        }
        optional = {"opinion_signed_on"}
        if not self.settings.hours_required:
            optional.add("service_hours")
        self.fields["headline"] = Text(
            label=_("The deed in one line"), most=self.settings.one_line_max, counted=True
        )
        for text in self.settings.deeds_texts:
            label, rows = usual[text.key]
            named = content(text.label, text.label_en)["text"]
            self.fields[DEEDS[text.key]] = Text(
                label=named or label, most=text.longest, rows=rows,
            )  # fmt: skip
            if not text.required:
                optional.add(DEEDS[text.key])
        self.fields["service_hours"] = Hours()
        self.fields["service_hours"].help_text = _(
            "As the volunteer system has recorded them; add the proof in the next step."
        )
        if self.nomination.route == Nomination.Route.UNIT:
            self.fields["unit_opinion"] = Text(label=_("Opinion of the unit"), most=1000, rows=4)
            self.fields["opinion_signed_by"] = Text(
                label=_("Signed by"), most=120, help_text=_("Name and post.")
            )
            self.fields["opinion_signed_on"] = forms.DateField(
                label=_("Signed on"), required=False, widget=_date_input()
            )
        self.optional = frozenset(optional)


class CaptionForm(forms.Form):
    """What an activity photo shows, and when it was taken."""

    use_required_attribute = False

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        self.fields["caption"] = Text(label=_("What it shows"), most=200)
        self.fields["taken_on"] = forms.DateField(
            label=_("Taken on"), required=False, widget=_date_input()
        )


class AttachmentForm(forms.Form):
    """A proof to add."""

    use_required_attribute = False
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=Attachment.Kind.choices)
    file = forms.FileField(label=gettext_lazy("File"), max_length=None)

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        self.fields["title"] = Text(label=_("Title"), most=200)


class MessageForm(forms.Form):
    """A message to the organising office."""

    use_required_attribute = False

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        self.fields["text"] = Text(label=_("Message"), most=2000, rows=4, required=True)


class WithdrawForm(forms.Form):
    """Why a nomination is taken back."""

    use_required_attribute = False

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        self.fields["reason"] = Text(label=_("Reason"), most=300, required=True)


class CodeForm(forms.Form):
    """The code from the mail."""

    use_required_attribute = False
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


FORMS: Final[Mapping[str, type[StepForm]]] = {
    "who": WhoForm,
    "contact": ContactForm,
    "deeds": DeedsForm,
}


def _date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "input-short"}, format="%Y-%m-%d")


def lines_of(form: forms.BaseForm) -> dict[str, str]:
    """Return what is wrong with each field, in one line."""
    return {name: joined(lines) for name, lines in form.errors.items()}
