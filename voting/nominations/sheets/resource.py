"""A season's nominations as a resource of django-import-export: rows become nominations, and back.

It only reads and checks. What it collected, ``services.importing`` writes, all or nothing.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export import fields, resources
from tablib import Dataset

from accounts.sentences import joined
from voting.nominations.models import Merge, Nomination
from voting.nominations.review import queue
from voting.nominations.sheets import columns
from voting.nominations.sheets.cells import escaped, unescaped
from voting.nominations.sheets.columns import COLUMNS
from voting.nominations.sheets.reading import Problem, SheetInvalid
from voting.seasons.models import Season
from voting.units.models import Unit


@dataclass(slots=True)
class Planned:
    """One row of a file: what it becomes."""

    number: int  # of the row in the file
    nomination: Nomination
    what: str  # new, changed or unchanged
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)  # column: before, after
    nominator: str = ""
    same_as: str = ""


class NominationResource(resources.ModelResource):
    """All columns, for one season."""

    code = fields.Field("code", "code", widget=columns.TextWidget())
    state = fields.Field("state", "state", readonly=True)
    category = fields.Field("category", "category")
    kind = fields.Field("kind", "kind", widget=columns.KindWidget())
    name = fields.Field("name", "name", widget=columns.TextWidget())
    name_en = fields.Field("name_en", "name_en", widget=columns.TextWidget())
    place = fields.Field("place", "place", widget=columns.TextWidget())
    birth_year = fields.Field("birth_year", "birth_year", widget=columns.YearWidget())
    unit = fields.Field("unit", "unit")
    organisation = fields.Field("organisation", "organisation", widget=columns.TextWidget())
    nominator = fields.Field(None, "nominator", readonly=True)
    service_hours = fields.Field("service_hours", "service_hours", widget=columns.HoursWidget())
    headline = fields.Field("headline", "headline", widget=columns.TextWidget())
    summary = fields.Field("summary", "summary", widget=columns.TextWidget())
    story = fields.Field("story", "story", widget=columns.TextWidget())
    full_story = fields.Field("full_story", "full_story", widget=columns.TextWidget())
    unit_opinion = fields.Field("unit_opinion", "unit_opinion", widget=columns.TextWidget())
    same_as = fields.Field(None, "same_as", readonly=True)

    class Meta:
        model = Nomination
        fields = tuple(column.key for column in COLUMNS)
        export_order = fields
        import_id_fields = ("code",)
        skip_diff = True
        use_transactions = False
        clean_model_instances = False

    def __init__(self, season: Season) -> None:
        super().__init__()
        self.season = season
        self.planned: list[Planned] = []
        self.fields["category"].widget = columns.CategoryWidget(list(season.categories.all()))
        self.fields["unit"].widget = columns.UnitWidget(lambda: self.units)

    @cached_property
    def units(self) -> dict[str, Unit]:
        """The open units by code."""
        return {unit.code: unit for unit in Unit.objects.filter(closed_at=None)}

    @cached_property
    def known(self) -> dict[str, Nomination]:
        """The nominations of the season by code."""
        rows = Nomination.objects.filter(season=self.season).select_related(
            "category", "unit", "contact"
        )
        return {one.code: one for one in rows}

    @cached_property
    def _leads(self) -> dict[int, str]:
        merges = Merge.objects.filter(nomination__season=self.season, undone_at=None)
        return dict(merges.values_list("nomination_id", "into__code"))

    # --- writing -------------------------------------------------------------------------------

    def dehydrate_state(self, one: Nomination) -> str:
        """Return the state in words."""
        return one.get_state_display()

    def dehydrate_nominator(self, one: Nomination) -> str:
        """Return the nominator's name, never an address."""
        contact = getattr(one, "contact", None)
        return contact.nominator_name if contact else ""

    def dehydrate_same_as(self, one: Nomination) -> str:
        """Return the code of the nomination that stands for this one."""
        return self._leads.get(one.pk, "")

    def cells_of(self, one: Nomination) -> dict[str, str]:
        """Return the cells of one nomination, by column."""
        values = self.export_resource(one, selected_fields=[column.key for column in COLUMNS])
        return {
            column.key: escaped(str(value or ""))
            for column, value in zip(COLUMNS, values, strict=True)
        }

    # --- reading -------------------------------------------------------------------------------

    def get_instance(self, instance_loader: Any, row: Any) -> Nomination | None:
        """Return the nomination that a row names, or None for a new one."""
        code = row.get("code", "").strip().upper()
        if not code:
            return None
        if code not in self.known:
            raise ValidationError(
                {"code": _("This season has no such code. Leave it empty to add a nomination.")}
            )
        if code in self._codes:
            raise ValidationError({"code": _("This code stands in two rows.")})
        self._codes.add(code)
        return self.known[code]

    def init_instance(self, row: Any = None) -> Nomination:
        """Return a nomination that counts as sent in now."""
        now = timezone.now()
        return Nomination(
            season=self.season, state=Nomination.State.SUBMITTED, state_since=now,
            submitted_at=now, route=Nomination.Route.CITIZEN,
        )  # fmt: skip

    def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> Any:
        """Take the cells that a file leaves out as they are; look only at those that differ."""
        code = row.get("code", "").strip().upper()
        if code in self.known:
            before = self.cells_of(self.known[code])
            # As it was exported: what another language or program writes otherwise is no change.
            same = {key for key, cell in row.items() if _same(cell, before.get(key, ""))}
            row = {key: cell for key, cell in row.items() if key not in same or key == "code"}
            self._before = before
        return super().import_row(row, instance_loader, **kwargs)

    def import_field(self, field: Any, instance: Any, row: Any, **kwargs: Any) -> None:
        """Set one value; the code of a new row stays ours, and empty columns change nothing."""
        if field.column_name == "code" or field.column_name not in row:
            return
        if field.column_name == "unit" and instance.pk:
            # Its quota, and who must keep out of decisions about it, go by the unit.
            raise ValueError(
                _("A list does not change which unit a nomination comes from. Leave it as it was.")
            )
        super().import_field(field, instance, row, **kwargs)

    def validate_instance(
        self,
        instance: Any,
        import_validation_errors: Any = None,
        validate_unique: Any = True,  # noqa: FBT002 -- as the library calls it
    ) -> None:
        """Check what one nomination must have. Raises ValidationError by column."""
        problems = dict(import_validation_errors or {})
        for name, text in columns.too_long(instance).items():
            problems.setdefault(name, [text])
        for column in COLUMNS:
            if column.needed and column.key not in problems:
                value = getattr(instance, f"{column.key}_id", None) or getattr(
                    instance, column.key, None
                )
                if not value:
                    problems[column.key] = [_("This cell must not be empty.")]
        if instance.birth_year and instance.kind != "person":
            problems.setdefault("birth_year", [_("Only a person has a year of birth.")])
        if instance.kind != "person":
            instance.age = ""
        for key, text in _refused(instance).items():
            problems.setdefault(key, [text])
        if problems:
            raise ValidationError(problems)

    def save_instance(self, instance: Any, is_create: Any, row: Any, **kwargs: Any) -> None:
        """Collect it; nothing is written here."""
        number = int(self._numbers[kwargs["row_number"] - 1])
        if is_create:
            self._route(instance)
            self.planned.append(
                Planned(number, instance, "new", nominator=row.get("nominator", "").strip(),
                        same_as=row.get("same_as", "").strip())
            )  # fmt: skip
            return
        writable = {column.key for column in COLUMNS if not column.read_only} - {
            "code", "nominator", "same_as",
        }  # fmt: skip
        after = self.cells_of(instance)
        changes = {
            key: (self._before[key], after[key])
            for key in sorted(writable & row.keys())
            if self._before[key] != after[key]
        }
        if changes and instance.state not in (*queue.WAITING, Nomination.State.RETURNED):
            raise ValidationError(
                {"state": _("It is in the state “%(state)s” and cannot be changed by a list.")
                 % {"state": instance.get_state_display()}}
            )  # fmt: skip
        self.planned.append(
            Planned(number, instance, "changed" if changes else "unchanged", changes)
        )

    def read(self, table: Dataset) -> list[Problem]:
        """Plan what a table says; return what is wrong with it. Nothing is written."""
        self._numbers = [row.tags[0] for row in table._data]  # noqa: SLF001 -- tablib's only way to its tags
        self._codes: set[str] = set()
        table.headers = _keys(table.headers or [])
        if "code" not in table.headers and len(table):
            table.append_col([""] * len(table), header="code")
        result = self.import_data(table, dry_run=False, use_transactions=False)
        titles = {key: str(title) for key, title in columns.TITLES.items()}
        problems = [Problem(0, "", str(error.error)) for error in result.base_errors]
        for number, errors in result.row_errors():
            problems += [Problem(self._row(number), "", str(one.error)) for one in errors]
        for invalid in result.invalid_rows:
            for key, texts in invalid.field_specific_errors.items():
                problems.append(Problem(self._row(invalid.number), titles.get(key, key),
                                        joined(texts)))  # fmt: skip
            problems += [
                Problem(self._row(invalid.number), "", text)
                for text in invalid.non_field_specific_errors
            ]
        return sorted(problems, key=lambda one: one.row)

    def _row(self, number: int) -> int:
        return int(self._numbers[number - 1])

    def _route(self, one: Nomination) -> None:
        if one.unit is not None:
            one.route = Nomination.Route.UNIT
        elif one.organisation:
            one.route = Nomination.Route.ORGANISATION


def _refused(one: Nomination) -> dict[str, str]:
    """Return what the table would refuse in a nomination that was there before, by column.

    New rows get a way of their own that fits. Only what a column can break is asked for: each is
    a question to the database.
    """
    texts = {
        "organisation_nomination_names_it": (
            "organisation", _("An organisation put it forward, so this cell must not be empty.")
        ),
        "oneself_is_a_person": (
            "kind", _("Somebody put themselves forward, so this stays a person.")
        ),
    }  # fmt: skip
    found: dict[str, str] = {}
    if not one.pk or one.route not in {Nomination.Route.ORGANISATION, Nomination.Route.SELF}:
        return found
    for constraint in Nomination._meta.constraints:  # noqa: SLF001 -- the documented way to ask
        if constraint.name in texts:
            try:
                constraint.validate(Nomination, one)
            except ValidationError:
                key, text = texts[constraint.name]
                found[key] = text
    return found


def _keys(headers: list[str]) -> list[str]:
    """Return the columns' keys for the names in a file. Raises SheetInvalid."""
    known = {name: column.key for column in COLUMNS for name in column.titles()}
    found = [known.get(columns.folded(name), "") for name in headers]
    unknown = [name for name, key in zip(headers, found, strict=True) if name and not key]
    if unknown:
        raise SheetInvalid(
            _("These columns are not known: %(names)s. The template names those that are.")
            % {"names": ", ".join(unknown[:5])}
        )
    twice = sorted({key for key in found if key and found.count(key) > 1})
    if twice:
        raise SheetInvalid(_("This column stands twice: %(name)s.") % {"name": twice[0]})
    missing = [column for column in COLUMNS if column.needed and column.key not in found]
    if missing and "code" not in found:
        raise SheetInvalid(
            _("The first row must name the columns; missing: %(names)s.")
            % {"names": ", ".join(str(column.title) for column in missing)}
        )
    return [key or f"-{at}" for at, key in enumerate(found)]


def _same(cell: str, exported: str) -> bool:
    return cell.strip() == unescaped(exported).strip()
