"""Nominations for offices that work with spreadsheets: out, and in again after a look."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from voting.audit.services import record
from voting.console.review_views import review_frame
from voting.nominations.models import Nomination
from voting.nominations.review import queue
from voting.nominations.services import importing, likening
from voting.nominations.sheets import columns, waiting, writing
from voting.nominations.sheets.reading import MOST_BYTES, MOST_ROWS
from voting.roles.access import actor_of, for_season
from voting.roles.permissions import Permission
from voting.roles.queries import EVERYWHERE, scope
from voting.seasons.models import Season
from voting.seasons.page_context import content
from voting.seasons.services import RuleBroken

Values = dict[str, Any]
SHOWN: Final = 200  # rows of what would happen
SHOWN_PROBLEMS: Final = 100
_salt: Final = "nominations.sheet"


class SheetForm(forms.Form):
    """A file and why it is taken in."""

    use_required_attribute = False
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy(
            "XLSX, or CSV in UTF-8 or GB 18030, at most 5 MB and 5,000 rows. Columns as in the "
            "template."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput, max_length=200)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=250,
        help_text=gettext_lazy("Stands in the history of every nomination concerned."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Ask for the file that is to be looked at first."""
        values = super().clean() or {}
        if not values.get("file") and not values.get("kept") and "file" not in self.errors:
            self.add_error("file", _("Choose a file."))
        return values


@for_season(Permission.REVIEW_SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def sheets(request: HttpRequest, season: Season) -> HttpResponse:
    """Offer the files, and take one in: first what would happen, then doing it."""
    may_review = scope(request.user, Permission.NOMINATIONS_REVIEW, season).everywhere
    form = SheetForm(request.POST or None, request.FILES or None)
    context: Values = {
        **review_frame(season),
        "may_review": may_review,
        "form": form,
        "count": queue.in_review(season, EVERYWHERE).count(),
        "most_rows": MOST_ROWS,
    }
    status = 200
    if request.method == "POST":
        if not may_review:
            raise Http404
        if form.is_valid():
            answer = _taken(request, season, form, context)
            if answer is not None:
                return answer
        status = 200 if "planned" in context else 422
    return render(request, "console/sheets.html", context, status=status)


@for_season(Permission.REVIEW_SEE)
@require_safe
def download(request: HttpRequest, season: Season, what: str, ending: str) -> HttpResponse:
    """Hand out the nominations, or the template, as XLSX or CSV.

    Who took all of them along stands in the log.
    """
    if what not in {"nominations", "template"} or ending not in writing.TYPES:
        raise Http404
    if what == "template":
        body = writing.template(season, ending)
    else:
        own = scope(request.user, Permission.REVIEW_SEE, season)
        rows = queue.in_review(season, own).select_related("category", "unit", "contact")
        body = writing.sheet(season, rows.order_by("submitted_at", "pk"), ending)
        record(
            actor=actor_of(request), action="nominations.export", season=season.slug,
            target=season.name, after={"nominations": rows.count(), "file": ending},
        )  # fmt: skip
    answer = HttpResponse(body, content_type=writing.TYPES[ending])
    answer["Content-Disposition"] = f'attachment; filename="{season.slug}-{what}.{ending}"'
    return answer


def _taken(
    request: HttpRequest, season: Season, form: SheetForm, context: Values
) -> HttpResponse | None:
    """Show what a file would do, or do it; None: the page shows the rest."""
    user: Any = request.user
    upload = form.cleaned_data["file"]
    try:
        if upload is None:
            raw = _kept(user.pk, season, form.cleaned_data["kept"])
            done = importing.take_in(
                season_id=season.pk, user=user, raw=raw, reason=form.cleaned_data["reason"]
            )
            return _told(request, season, done)
        raw = upload.read(MOST_BYTES + 1)
        context |= _planned(importing.plan(season=season, user=user, raw=raw))
    except importing.SheetRefused as error:
        context["problems"] = error.problems[:SHOWN_PROBLEMS]
        context["more_problems"] = max(0, len(error.problems) - SHOWN_PROBLEMS)
        return None
    except RuleBroken as error:
        form.add_error(None, str(error))
        return None
    token = _keep(user.pk, season, raw)
    context["form"] = SheetForm(initial={"kept": token, "reason": form.cleaned_data["reason"]})
    return None


def _told(request: HttpRequest, season: Season, done: importing.Taken) -> HttpResponse:
    messages.success(
        request,
        _("Added: %(added)d, of these put together: %(joined)d. Changed: %(changed)d, unchanged: "
          "%(unchanged)d.")
        % {"added": done.added, "joined": done.joined, "changed": done.changed,
           "unchanged": done.unchanged},
    )  # fmt: skip
    standing = Nomination.objects.filter(season=season, state__in=queue.STANDING).count()
    if standing <= likening.SEARCHED_AT_ONCE:
        likening.search(season_id=season.pk)
    return HttpResponseRedirect(reverse("console:nominations", args=[season.slug]))


def _planned(planned: list[Any]) -> Values:
    titles = {column.key: column.title for column in columns.COLUMNS}
    return {
        "planned": [
            {
                "number": one.number,
                "what": one.what,
                "name": content(one.nomination.name, one.nomination.name_en),
                "category": one.nomination.category,
                "changes": [(titles[key], *texts) for key, texts in one.changes.items()],
                "same_as": one.same_as,
            }
            for one in planned[:SHOWN]
        ],
        "more_planned": max(0, len(planned) - SHOWN),
        "totals": {
            what: sum(one.what == what for one in planned)
            for what in ("new", "changed", "unchanged")
        },
    }


def _keep(user_pk: int, season: Season, raw: bytes) -> str:
    """Keep an upload until it is confirmed; return what brings it back, for this person only."""
    return signing.dumps([waiting.keep(raw), user_pk, season.pk], salt=_salt)


def _kept(user_pk: int, season: Season, token: str) -> bytes:
    try:
        name, owner, of = signing.loads(token, salt=_salt, max_age=waiting.KEPT_SECONDS)
    except signing.BadSignature as error:
        raise RuleBroken(_("The file is not there any more. Choose it again.")) from error
    raw = waiting.take(str(name)) if (owner, of) == (user_pk, season.pk) else None
    if raw is None:
        raise RuleBroken(_("The file is not there any more. Choose it again."))
    return raw
