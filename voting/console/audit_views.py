"""The log of what was done: searched, read page by page, taken along as a file. Never edited."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import User
from voting.audit.services import record
from voting.console import audit_log, audit_words, sheets
from voting.console.audit_log import Line, Search
from voting.console.dates import Day
from voting.roles.access import actor_of, for_season, for_site
from voting.roles.permissions import Permission
from voting.seasons.models import Season
from voting.seasons.page_context import content

Values = dict[str, Any]
MOMENT: Final = "%Y-%m-%d %H:%M:%S"


class SearchForm(forms.Form):
    """What to look for; empty fields ask nothing."""

    use_required_attribute = False
    season = forms.ChoiceField(label=gettext_lazy("Season of the award"), required=False)
    topic = forms.ChoiceField(
        label=gettext_lazy("About"),
        required=False,
        choices=[
            ("", gettext_lazy("Everything")),
            *((key, words) for key, words, _beginnings in audit_words.TOPICS),
        ],
    )
    actor = forms.CharField(label=pgettext_lazy("search", "Done by"), required=False, max_length=60)
    words = forms.CharField(
        label=pgettext_lazy("search", "Words in it"), required=False, max_length=100
    )
    first = Day(label=gettext_lazy("From"), required=False)
    last = Day(label=gettext_lazy("Until"), required=False)

    def __init__(self, *args: Any, seasons: list[tuple[str, str]] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if seasons is None:
            del self.fields["season"]
            return
        field = self.fields["season"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- for the type checker
        field.choices = [("", _("All seasons")), *seasons]

    def search(self, start: Search) -> Search | None:
        """Return what to look for; None if something is entered wrong."""
        return replace(start, **self.cleaned_data) if self.is_valid() else None


@for_season(Permission.AUDIT_SEE)
@require_safe
def audit(request: HttpRequest, season: Season) -> HttpResponse:
    """Show what was done in a season, the latest first."""
    return _shown(request, season)


@for_season(Permission.AUDIT_SEE)
@require_safe
def audit_file(request: HttpRequest, season: Season, kind: str) -> HttpResponse:
    """Send what was searched for in a season as a file."""
    return _sent(request, season, kind)


@for_site(Permission.AUDIT_SEE)
@require_safe
def site_audit(request: HttpRequest) -> HttpResponse:
    """Show what was done in all seasons, to units and to roles beyond seasons."""
    return _shown(request, None)


@for_site(Permission.AUDIT_SEE)
@require_safe
def site_audit_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Send what was searched for in all seasons as a file."""
    return _sent(request, None, kind)


def _shown(request: HttpRequest, season: Season | None) -> HttpResponse:
    form = _form(request, season)
    start = _start(request, season)
    search = form.search(start)
    behind = audit_log.key_of(request.GET.get("behind", ""))
    # One more than is shown says whether there are others behind.
    limit = audit_log.PAGE
    found = audit_log.lines(search, behind=behind, limit=limit + 1) if search else []
    asked = request.GET.copy()
    asked.pop("behind", None)
    older = asked.copy()
    if len(found) > limit:
        older["behind"] = found[limit - 1].key.written()
    where = [season.slug] if season else []
    # Codes stay in the record, where they hold whatever a unit is called later; here people read.
    units, people = audit_log.unit_words(found), audit_log.people_words(found)
    entries = audit_log.entry_words(found)
    context: Values = {
        "season": season,
        "name": content(season.name, season.name_en) if season else None,
        "form": form,
        "searching": any(form.data.get(name) for name in form.fields),
        "lines": [_line(line, units, people, entries) for line in found[:limit]],
        "covered": bool(start.covered),
        "first_page": behind is None,
        "asked": asked.urlencode(),
        "older": older.urlencode() if "behind" in older else "",
        "files": [
            {
                "name": kind.upper(),
                "url": reverse(
                    "console:audit_file" if season else "console:site_audit_file",
                    args=[*where, kind],
                ),
            }
            for kind in ("xlsx", "csv")
        ],
    }
    return render(request, "console/audit.html", context, status=200 if search else 422)


def _sent(request: HttpRequest, season: Season | None, kind: str) -> HttpResponse:
    search = _form(request, season).search(_start(request, season))
    head = [
        _("Time"), pgettext("search", "Done by"), _("What"), _("Code of the action"),
        _("Season of the award"), _("Unit"), _("To whom or what"),
        _("Before"), _("After"), _("Reason"),
    ]  # fmt: skip
    name = f"audit-{season.slug}" if season else "audit"
    answer = sheets.csv_response if kind == "csv" else sheets.xlsx_response
    if search:  # before the rows are read: whoever takes the log along finds that in it
        record(
            actor=actor_of(request), action="audit.export", season=season.slug if season else "",
            after={"file": kind},
        )  # fmt: skip
    return answer(name, head, _rows(search) if search else ())


def _rows(search: Search) -> Iterator[list[str]]:
    zone = timezone.get_current_timezone()
    for line in audit_log.every_line(search):
        changes = line.difference()
        yield [
            line.key.at.astimezone(zone).strftime(MOMENT), line.actor, line.what, line.action,
            line.season, line.unit, line.target,
            "\n".join(f"{label}: {before}" for label, before, _after in changes if before),
            "\n".join(f"{label}: {after}" for label, _before, after in changes if after),
            line.reason,
        ]  # fmt: skip


def _form(request: HttpRequest, season: Season | None) -> SearchForm:
    seasons = None
    if season is None:
        seasons = list(Season.objects.order_by("-opens_at").values_list("slug", "name"))
    return SearchForm(request.GET, seasons=seasons, auto_id="find_%s")


def _start(request: HttpRequest, season: Season | None) -> Search:
    reader = request.user
    assert isinstance(reader, User)  # noqa: S101 -- the guard lets nobody else in
    return audit_log.search_for(reader, season.slug if season else "")


def _line(
    line: Line, units: Mapping[str, str], people: Mapping[str, str], entries: Mapping[str, str]
) -> Values:
    # What was signed is said once, where it was signed first; the file has it each time.
    again = line.action.startswith("approval.") and line.action != "approval.propose"
    return {
        "at": line.key.at,
        "who": line.who,
        "what": line.what,
        "code": line.action,
        "season": line.season,
        "unit": units.get(line.unit, line.unit),
        "target": people.get(line.about, line.about),
        "reason": line.reason,
        "changes": [] if again else line.difference(units, entries),
    }
