"""Units that have not used their quota, and a reminder to those who recommend for them."""

from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from voting.console.quota_list import SHOWN_PEOPLE, UnitLeft, letter, units_left
from voting.nominations import queries as nominations
from voting.roles.access import actor_of, for_season
from voting.roles.permissions import Permission
from voting.roles.queries import scope
from voting.roles.reminding import remind
from voting.seasons.models import Season
from voting.seasons.page_context import content, full_moment, zone_text

Values = dict[str, Any]
PER_PAGE: Final = 100
ALL: Final = "all"


@for_season(Permission.NOMINATIONS_SEE, whole=False)
@require_http_methods(["GET", "HEAD", "POST"])
def unused(request: HttpRequest, season: Season) -> HttpResponse:
    """Show which units can still put somebody forward; write to one of them, or to a page."""
    seen = scope(request.user, Permission.NOMINATIONS_SEE, season)
    reminded = scope(request.user, Permission.NOMINATIONS_REVIEW, season)
    found = units_left(season, seen)
    closes = nominations.closes_at(season)
    is_open = nominations.is_open(season)
    if request.method == "POST":
        if not reminded:
            raise PermissionDenied
        _reminded(request, season, [one for one in found if reminded.holds(one.unit.pk)], is_open)
        return HttpResponseRedirect(request.get_full_path())
    with_people = request.GET.get("show") != ALL
    shown = [one for one in found if one.people] if with_people else found
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    context: Values = {
        "season": season,
        "name": content(season.name, season.name_en),
        "page": page,
        "rows": [_row(one, today) for one in page.object_list],
        "units": len(found),
        "with_people": sum(bool(one.people) for one in found),
        "only_with_people": with_people,
        "left": sum(one.left for one in found),
        "closes_text": full_moment(closes, season.time_zone) if closes else "",
        "zone_text": zone_text(season.time_zone),
        "is_open": is_open,
        "may_remind": bool(reminded) and is_open,
        "can_remind": any(one.people and one.reminded_on != today for one in page.object_list),
    }
    return render(request, "console/unused.html", context)


def _reminded(
    request: HttpRequest, season: Season, found: list[UnitLeft], is_open: bool  # noqa: FBT001 -- what the page knows already
) -> None:  # fmt: skip
    if not is_open:
        messages.error(request, _("Nominations are not open now; nobody was written to."))
        return
    codes = set(request.POST.getlist("unit")[:PER_PAGE])
    closes = nominations.closes_at(season)
    with override("zh-hans"):
        address = settings.SITE_ORIGIN + reverse("nominations:start", args=[season.slug])
    done = remind(
        season_id=season.pk,
        letters={
            one.unit.pk: letter(one, season, closes, address)
            for one in found
            if one.unit.code in codes
        },
        day=timezone.localdate(),
        actor=actor_of(request),
    )
    messages.add_message(
        request,
        messages.SUCCESS if done.sent else messages.WARNING,
        _(
            "Units written to: %(sent)d; reminded today already: %(today)d; nobody to write to: "
            "%(nobody)d"
        )
        % {"sent": done.sent, "today": done.today_already, "nobody": done.nobody},
    )


def _row(one: UnitLeft, today: Any) -> Values:
    names = [name or _("without a name") for name, _email in one.people]
    return {
        "code": one.unit.code,
        "name": content(one.unit.name, one.unit.name_en),
        "used": one.used,
        "left": one.left,
        "people": names[:SHOWN_PEOPLE],
        "more": max(0, len(names) - SHOWN_PEOPLE),
        "reminded_on": one.reminded_on,
        "reminded_today": one.reminded_on == today,
    }
