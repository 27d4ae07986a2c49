"""What somebody who objects enters, and what they may add later."""

from typing import Any, Final

import phonenumbers
from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voting.notices import evidence
from voting.notices.models import NoticeEntry, NoticeKind, Objection, Objector, PublicNotice
from voting.notices.services.objecting import new_code, tidy_code

SALT: Final = "voting.notices.objection"
KEY_SECONDS: Final = 3 * 24 * 3600
FILES_ACCEPTED: Final = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"


def form_key() -> str:
    """Return the key of a fresh form: it holds the receipt's code, signed.

    The same form sent twice has the same code, and so makes one objection.
    """
    return signing.dumps(new_code(), salt=SALT)


def grounds_of(kind: str) -> list[tuple[str, Any]]:
    """Return what can be wrong with a notice: before the vote nothing has been counted yet."""
    counted = kind == NoticeKind.RESULT
    choices = Objection.Ground.choices
    return [one for one in choices if counted or one[0] != Objection.Ground.COUNT]


def code_of(key: str) -> str:
    """Return the code in a form's key. Raises signing.BadSignature."""
    code: str = signing.loads(key, salt=SALT, max_age=KEY_SECONDS)
    return code


class ManyFilesInput(forms.ClearableFileInput):
    """A field for several files."""

    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Several files, none of which is looked into here."""

    def __init__(self, **words: Any) -> None:
        widget = ManyFilesInput(attrs={"accept": FILES_ACCEPTED, "multiple": True})
        super().__init__(widget=widget, required=False, **words)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Return the files. Raises ValidationError for too many, or too much."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        files = [super(ManyFiles, self).clean(one, initial) for one in given]
        if len(files) > evidence.MOST_FILES:
            raise forms.ValidationError(
                _("At most %(most)s files. Leave some out, or put them into one PDF.")
                % {"most": evidence.MOST_FILES}
            )
        if sum(file.size for file in files) > evidence.MOST_BYTES:
            raise forms.ValidationError(
                _("The files are too large together: at most %(most)s MB.")
                % {"most": evidence.MOST_BYTES // 1048576}
            )
        return files


class KeyedForm(forms.Form):
    """A form that makes one objection, however often it is sent."""

    use_required_attribute = False
    key = forms.CharField(widget=forms.HiddenInput, max_length=200)

    def clean_key(self) -> str:
        """Return the code of the receipt."""
        try:
            return code_of(self.cleaned_data["key"])
        except signing.BadSignature as error:
            raise forms.ValidationError(
                _("The page was open too long. Send it once more, please.")
            ) from error

    def renew_key(self) -> None:
        """Give the form another key to be sent with, if its own was not good any more."""
        if "key" in self.errors:
            self.data = dict(self.data.items()) | {"key": form_key()}


class ObjectionForm(KeyedForm):
    """An objection by name, or by a unit with its seal."""

    # What nobody has to fill in; what only a unit or only a person fills in says so itself.
    optional = frozenset({"evidence", "email"})

    about = forms.ChoiceField(label=gettext_lazy("Whom it concerns"))
    ground = forms.ChoiceField(
        label=gettext_lazy("What is wrong"),
        choices=Objection.Ground.choices,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=5000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=gettext_lazy(
            "What, when, where, and who can confirm it. At most 5,000 characters."
        ),
    )
    evidence = ManyFiles(
        label=gettext_lazy("Evidence"),
        help_text=gettext_lazy("PDF, JPEG or PNG; at most 5 files and 12 MB together."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Who objects"), choices=Objector.Kind.choices, widget=forms.RadioSelect
    )
    name = forms.CharField(
        label=gettext_lazy("Real name, or name of the unit"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    workplace = forms.CharField(
        label=gettext_lazy("Workplace or home address"), max_length=60, required=False,
        help_text=gettext_lazy("Of a person; without a workplace, village or street."),
    )  # fmt: skip
    contact_person = forms.CharField(
        label=gettext_lazy("Contact person"), max_length=60, required=False,
        help_text=gettext_lazy("Only for a unit."),
    )  # fmt: skip
    seal = forms.FileField(
        label=gettext_lazy("Letter with the seal"), required=False,
        help_text=gettext_lazy("Only for a unit: the letter with its seal, as a scan or photo."),
        widget=forms.ClearableFileInput(attrs={"accept": FILES_ACCEPTED}),
    )  # fmt: skip
    phone = forms.CharField(
        label=gettext_lazy("Phone number"), max_length=30,
        help_text=gettext_lazy("Only those who handle the objection see it."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False)
    truthful = forms.BooleanField(
        label=gettext_lazy("What I have said is true, and I answer for it.")
    )

    def __init__(
        self, *args: Any, notice: PublicNotice, entries: list[NoticeEntry], **words: Any
    ) -> None:
        super().__init__(*args, **words)
        self._refs = {_about(notice, entry): entry.ref for entry in entries}
        ground = self.fields["ground"]
        assert isinstance(ground, forms.ChoiceField)  # noqa: S101 -- declared above
        ground.choices = grounds_of(notice.kind)
        about = self.fields["about"]
        assert isinstance(about, forms.ChoiceField)  # noqa: S101 -- declared above
        about.choices = [
            ("all", _("The notice as a whole")),
            *((_about(notice, one), f"{one.name} · {one.category}") for one in entries),
        ]

    def clean_text(self) -> str:
        """Return the text as it was written. Raises ValidationError for nothing but blanks."""
        text: str = self.cleaned_data["text"]
        if not text.strip():
            raise forms.ValidationError(_("Say what happened."))
        return text

    def clean_phone(self) -> str:
        """Return the number in E.164."""
        return phone_number(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        """Ask of a person and of a unit what the notice demands."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("kind") == Objector.Kind.PERSON and not values.get("workplace", "").strip():
            self.add_error("workplace", _("Say where you work or live."))
        if values.get("kind") == Objector.Kind.UNIT:
            if not values.get("contact_person", "").strip():
                self.add_error("contact_person", _("Say whom of the unit we can ask."))
            if not values.get("seal") and "seal" not in self.errors:
                self.add_error("seal", _("Add the letter with the seal of the unit."))
        return values

    @property
    def ref(self) -> str:
        """Whose entry it concerns; empty for the notice as a whole."""
        return self._refs.get(self.cleaned_data["about"], "")

    def objector(self) -> dict[str, str]:
        """Return who objects, as ``Objector`` has it."""
        values = self.cleaned_data
        unit = values["kind"] == Objector.Kind.UNIT
        return {
            "kind": values["kind"],
            "name": values["name"],
            "workplace": "" if unit else values["workplace"],
            "contact_person": values["contact_person"] if unit else "",
            "phone": values["phone"],
            "email": values["email"],
        }

    def uploads(self) -> list[tuple[str, str, bytes]]:
        """Return kind, name and bytes of each file."""
        given = [("evidence", file) for file in self.cleaned_data["evidence"]]
        if self.cleaned_data["seal"] and self.cleaned_data["kind"] == Objector.Kind.UNIT:
            given.append(("seal", self.cleaned_data["seal"]))
        return [(kind, plain_name(file), file.read()) for kind, file in given]


class AdditionForm(forms.Form):
    """What an objector hands in later."""

    use_required_attribute = False
    text = forms.CharField(
        label=gettext_lazy("What you want to add"), max_length=3000, strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    evidence = ManyFiles(
        label=gettext_lazy("Evidence"),
        help_text=gettext_lazy("PDF, JPEG or PNG; at most 5 files and 12 MB together."),
    )

    def uploads(self) -> list[tuple[str, str, bytes]]:
        """Return kind, name and bytes of each file."""
        return [
            ("evidence", plain_name(file), file.read()) for file in self.cleaned_data["evidence"]
        ]


class CodeForm(forms.Form):
    """The code of a receipt."""

    use_required_attribute = False
    code = forms.CharField(
        label=gettext_lazy("Code of the receipt"), max_length=60,
        help_text=gettext_lazy("16 letters and digits; blanks do not matter."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )  # fmt: skip

    def clean_code(self) -> str:
        """Return the code in its one spelling."""
        code = tidy_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(
                _("A code has 16 letters and digits, none of them I, O, 0 or 1.")
            )
        return code


def phone_number(text: str) -> str:
    """Return a phone number, mobile or not, in E.164. Raises ValidationError."""
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise forms.ValidationError(
            _("This is no phone number. With area code, such as 0739-8230000 or 13800138000.")
        )
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def plain_name(file: UploadedFile) -> str:
    """Return a file's name without what cannot be shown."""
    name = "".join(letter for letter in file.name or "" if letter.isprintable())
    return name or _("file")


def _about(notice: PublicNotice, entry: NoticeEntry) -> str:
    # With the version: in another one somebody else may stand at this place.
    return f"{notice.version}-{entry.position}"
