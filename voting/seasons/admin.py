"""Seasons for staff. Phases change by commands, since each change needs a reason on record."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from voting.rules import ballots
from voting.rules.honours import KNOWN_TRAITS
from voting.seasons import portraits
from voting.seasons.frozen_guard import columns_of
from voting.seasons.holding import held_because
from voting.seasons.models import (
    Cap,
    Category,
    Nominee,
    PastWinner,
    RuleAmendment,
    RuleSheet,
    Season,
    SeasonEvent,
    VotingWindow,
)
from voting.seasons.queries import is_frozen
from voting.seasons.season_file.sections import FIGURE, MAX_FIGURES, SCENE


def _stands_still(season: Season | None) -> str:
    """Return why what a result depends on can only be read, or ""."""
    if season is None:
        return ""
    if is_frozen(season):
        return _(
            "Voting has been opened: what the rules and their quotas depend on stands still. What "
            "must not count is ruled by two people, in the console under Result."
        )
    return held_because(season)


class GuardedAdmin(admin.ModelAdmin):
    """Shows what a result depends on, but not for editing, once rules are frozen or held.

    The database refuses the first; marks that are known already forbid the second.
    """

    def season_of(self, obj: object) -> Season | None:
        """Return the season that decides."""
        season = getattr(obj, "season", None)
        return season if isinstance(season, Season) else None

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        frozen = columns_of(self.model) if _stands_still(self.season_of(obj)) else ()
        return [*super().get_readonly_fields(request, obj), *frozen]

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """Say above the fields why some can only be read."""
        found = super().get_fieldsets(request, obj)
        said = _stands_still(self.season_of(obj))
        if not found or not said:
            return found
        (title, options), *rest = found
        return [(title, {**options, "description": said}), *rest]

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        # A row can only be added to a draft. A present row of an opened season shows its own
        # season as text, so nothing is missing from the list.
        if db_field.related_model is Season:
            kwargs["queryset"] = Season.objects.filter(phase=Season.Phase.DRAFT)
        if db_field.related_model is Category:
            kwargs["queryset"] = Category.objects.filter(
                season__phase=Season.Phase.DRAFT
            ).select_related("season")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        # Without a row it is the list's action "delete selected", which asks no row.
        return obj is not None and not _stands_still(self.season_of(obj))


class GuardedInline(admin.TabularInline):
    """Rows that neither come nor go nor change once the rules of their parent are frozen."""

    extra = 0

    def season_of(self, obj: object) -> Season | None:
        """Return the season that decides; ``obj`` is the parent."""
        season = obj if isinstance(obj, Season) else getattr(obj, "season", None)
        return season if isinstance(season, Season) else None

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        still = bool(_stands_still(self.season_of(obj)))
        return not still and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        still = bool(_stands_still(self.season_of(obj)))
        return not still and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        still = bool(_stands_still(self.season_of(obj)))
        return not still and super().has_delete_permission(request, obj)


class WindowInline(GuardedInline):
    """A season's voting windows."""

    model = VotingWindow


class CategoryInline(GuardedInline):
    """A season's categories; their texts can be corrected in the category itself."""

    model = Category
    fields = ["position", "name", "name_en", "short_name", "short_name_en", "places"]
    show_change_link = True


class CapFormSet(BaseInlineFormSet):
    """Limits that make sense together."""

    def clean(self) -> None:
        """Refuse limits that contradict each other; a file with them is refused as well."""
        super().clean()
        rows = [form.cleaned_data for form in self.forms if form.is_valid() and form.cleaned_data]
        caps = tuple(
            ballots.Cap(row["scope"], row["period"], row["counts"], row["max"])
            for row in rows
            if not row.get("DELETE")
        )
        least = self.instance.min_choices or 1
        if codes := ballots.problems(ballots.BallotRules(least, caps)):
            raise ValidationError(
                _("These limits contradict each other or the least number of choices: %(codes)s."),
                params={"codes": ", ".join(codes)},
            )


class CapInline(GuardedInline):
    """The limits of a rule sheet."""

    model = Cap
    formset = CapFormSet


@admin.register(Season)
class SeasonAdmin(GuardedAdmin):
    """A season; ``season_import`` is the quicker way to make one."""

    list_display = ["slug", "name", "phase", "opens_at", "closes_at"]
    list_filter = ["phase"]
    readonly_fields = [
        "phase", "epoch", "pause_reason", "pause_reason_en", "pause_until",
        # Changed in the console alone, with a reason on record.
        "is_showcase", "approval_authority", "approval_authority_en", "approval_ref",
        "approved_places", "published_at", "rehearsal_of",
    ]  # fmt: skip
    inlines = [CategoryInline, WindowInline]

    def season_of(self, obj: object) -> Season | None:
        return obj if isinstance(obj, Season) else None

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False  # its events stay, so it does

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 -- as in Django's stubs
        super().save_model(request, obj, form, change)
        RuleSheet.objects.get_or_create(season=obj)


@admin.register(Category)
class CategoryAdmin(GuardedAdmin):
    """One prize."""

    list_display = ["season", "position", "name", "places"]
    list_display_links = ["name"]
    list_filter = ["season"]
    list_select_related = ["season"]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        # Its nominees would stay behind in the old season.
        fixed = ["season"] if obj else []
        return list(dict.fromkeys([*fixed, *super().get_readonly_fields(request, obj)]))


class NomineeForm(forms.ModelForm):
    """A nominee whose structured fields are what the pages can show."""

    def clean_category(self) -> Any:
        """Refuse another nominee where judges mark already."""
        category = self.cleaned_data["category"]
        if reason := held_because(category.season):
            raise ValidationError(reason)
        return category

    def clean_figures(self) -> Any:
        """Refuse what is no list of figures."""
        return _checked_list(self.cleaned_data["figures"], set(FIGURE), MAX_FIGURES)

    def clean_scenes(self) -> Any:
        """Refuse what is no list of scenes, and scenes that cannot be drawn."""
        rows = _checked_list(self.cleaned_data["scenes"], set(SCENE), len(portraits.SCENES))
        if any(row.get("scene") not in portraits.SCENES for row in rows):
            raise ValidationError(
                _("A scene is one of %(words)s."), params={"words": ", ".join(portraits.SCENES)}
            )
        return rows

    def clean_traits(self) -> Any:
        """Refuse what is no group of texts, and names of what the season knows itself."""
        traits = self.cleaned_data["traits"] or {}
        if not isinstance(traits, dict) or not all(isinstance(own, str) for own in traits.values()):
            raise ValidationError(_("This is a group of names with a text each."))
        if taken := [name for name in traits if name.strip() in KNOWN_TRAITS]:
            raise ValidationError(
                _("The season knows %(names)s itself: choose other names."),
                params={"names": ", ".join(taken)},
            )
        return traits

    def clean_drawing(self) -> Any:
        """Refuse what cannot be drawn."""
        return _checked_drawing(self.cleaned_data["drawing"])


class PastWinnerForm(forms.ModelForm):
    """A past winner whose portrait can be drawn."""

    def clean_drawing(self) -> Any:
        """Refuse what cannot be drawn."""
        return _checked_drawing(self.cleaned_data["drawing"])


def _checked_list(rows: Any, keys: set[str], most: int) -> list[dict[str, str]]:
    rows = rows or []
    fits = isinstance(rows, list) and all(
        isinstance(row, dict)
        and row.keys() <= keys
        and all(isinstance(text, str) for text in row.values())
        for row in rows
    )
    if not fits or len(rows) > most:
        raise ValidationError(
            _("This is a list of at most %(most)d groups with the texts %(keys)s."),
            params={"most": most, "keys": ", ".join(sorted(keys))},
        )
    checked: list[dict[str, str]] = rows
    return checked


def _checked_drawing(drawing: Any) -> Any:
    if faults := portraits.validate(drawing or {}):
        raise ValidationError("; ".join(faults))
    return drawing or {}


@admin.register(Nominee)
class NomineeAdmin(GuardedAdmin):
    """A nominee. The season is that of the category; withdrawing needs ``season_withdraw``."""

    form = NomineeForm
    list_display = ["ballot_number", "name", "category", "season", "withdrawn_at"]
    list_display_links = ["ballot_number", "name"]
    list_filter = ["season"]
    list_select_related = ["season", "category"]
    search_fields = ["ballot_number", "name", "name_en", "unit"]
    readonly_fields = ["season", "withdrawn_at"]

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 -- as in Django's stubs
        obj.season = obj.category.season
        super().save_model(request, obj, form, change)


@admin.register(RuleSheet)
class RuleSheetAdmin(GuardedAdmin):
    """The rules of one season; frozen, they can only be read."""

    list_display = ["season", "display", "public_weight", "panel_weight", "frozen_at"]
    list_select_related = ["season"]
    # The declarations about the count are structures; their questions stand in the console.
    readonly_fields = [
        "public_weight", "panel_weight", "conversion", "panel", "ties", "consolidation", "honours",
        "shortlisting", "frozen_at", "fingerprint", "fingerprint_format", "version",
    ]  # fmt: skip
    inlines = [CapInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # made with the season

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False  # a season has rules


@admin.register(PastWinner)
class PastWinnerAdmin(GuardedAdmin):
    """Those honoured in earlier editions; quotas ask for their names, the other texts are free."""

    form = PastWinnerForm
    list_display = ["edition", "category", "name", "season"]
    list_display_links = ["name"]
    list_select_related = ["season"]


class RecordAdmin(admin.ModelAdmin):
    """Rows to read only: services add them, with what they do."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(SeasonEvent)
class SeasonEventAdmin(RecordAdmin):
    """The record of who did what to a season."""

    list_display = ["at", "season", "action", "actor", "reason"]
    list_filter = ["season", "action"]
    list_select_related = ["season"]


@admin.register(RuleAmendment)
class RuleAmendmentAdmin(RecordAdmin):
    """Changes of frozen rules."""

    list_display = ["season", "number", "in_force_at", "reason"]
    list_display_links = ["number"]
    list_filter = ["season"]
    list_select_related = ["season"]
