"""Every public page of a season as each role would see it at any moment: read-only, and marked.

What is shown is the page itself, rendered for that moment from the season as it stands now. It
carries no script and takes no form, so that nothing can be cast or kept; it is never cached.
"""

import re
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from voting.ballots.board_context import board_context
from voting.ballots.page_context import nominee_context, season_context
from voting.ballots.rules_text import rules_context
from voting.console.dates import Moment
from voting.console.setup_views import setup_frame
from voting.notices.page_context import notice_context
from voting.notices.queries import versions
from voting.roles.access import for_season
from voting.roles.models import Role
from voting.roles.permissions import Permission
from voting.roles.stage_words import may_at
from voting.seasons import queries
from voting.seasons.front_context import front_context
from voting.seasons.models import Nominee, Season
from voting.seasons.page_context import full_moment, stage_text
from voting.seasons.portraits import portrait_svg, validate
from voting.seasons.showcase import worded

Values = dict[str, Any]

MOMENT: Final = "%Y%m%dT%H%M"  # in addresses, on the season's clock
PUBLIC: Final = "public"
ROLES: Final = ((PUBLIC, _("everybody")), *Role.choices)
NOMINEE: Final = re.compile(r"n/([0-9A-Za-z]{1,8})/")
_SCRIPTS: Final = re.compile(
    r"<noscript>.*?</noscript>|<script\b[^>]*>.*?</script>|<link rel=\"modulepreload\"[^>]*>",
    re.DOTALL,
)
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'none'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


class PreviewForm(forms.Form):
    """Which page, for whom and when."""

    use_required_attribute = False
    page = forms.ChoiceField(label=_("Page"), required=False)  # the season's own has no name
    role = forms.ChoiceField(label=_("Seen by"), choices=ROLES)
    at = Moment(label=_("At this moment"))

    def __init__(self, *args: Any, pages: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["page"].choices = pages  # type: ignore[attr-defined]  # a ChoiceField, as above


@for_season(Permission.SEASON_EDIT)
@require_safe
def preview(request: HttpRequest, season: Season) -> HttpResponse:
    """Ask for page, role and moment, and lead there."""
    now = timezone.now()
    known = {"page": "", "role": PUBLIC, "at": now}
    pages = _pages(season)
    form = PreviewForm(request.GET if "at" in request.GET else None, initial=known, pages=pages)
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        return HttpResponseRedirect(address(season, values["at"], values["role"], values["page"]))
    moments = [
        {
            "title": stage_text(one.kind),
            "at_text": full_moment(one.starts_at, season.time_zone),
            "url": address(season, one.starts_at, PUBLIC, ""),
        }
        for one in queries.timeline(season, now)
    ]
    context = {**setup_frame(season, "preview"), "form": form, "moments": moments}
    status = 422 if form.is_bound else 200
    return render(request, "console/season_preview.html", context, status=status)


@for_season(Permission.SEASON_EDIT)
@require_safe
def preview_page(
    request: HttpRequest, season: Season, at: str, role: str, page: str
) -> HttpResponse:
    """Show one page as it would be."""
    if role not in dict(ROLES):
        raise Http404
    try:
        moment = datetime.strptime(at, MOMENT).replace(tzinfo=ZoneInfo(season.time_zone))
    except ValueError as error:
        raise Http404 from error
    mark = _mark(season, moment, role, page)
    as_of(season, moment)
    elder = request.GET.get("view") == "elder"
    with worded(season):
        template, context = _page(season, page, moment, elder=elder)
        text = render_to_string(template, context | {"preview": mark}, request=request)
    response = HttpResponse(_read_only(text, season, moment, role))
    response["Content-Security-Policy"] = POLICY
    response["X-Robots-Tag"] = "noindex"
    return response


@for_season(Permission.SEASON_EDIT)
@require_safe
def preview_portrait(_request: HttpRequest, season: Season, number: str) -> HttpResponse:
    """Draw a nominee whom the public does not see yet."""
    found = Nominee.objects.filter(season=season, ballot_number=number).first()
    if found is None:
        raise Http404
    drawing = {} if validate(found.drawing) else found.drawing
    response = HttpResponse(portrait_svg(drawing), content_type="image/svg+xml")
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def address(season: Season, at: datetime, role: str, page: str) -> str:
    """Return where a page stands as of a moment. page: what follows the season's own address."""
    local = at.astimezone(ZoneInfo(season.time_zone)).strftime(MOMENT)
    return reverse("console:preview_page", args=[season.slug, local, role, page])


def as_of(season: Season, at: datetime) -> None:
    """Turn a season, in memory alone, into what it would be or was at a moment.

    What is to come is supposed to go as planned: voting opens and closes on time.
    """
    stages = {one.kind: one for one in queries.timeline(season, at)}
    announcement = stages.get("announcement")
    frozen_at = season.rule_sheet.frozen_at
    opened_before = frozen_at is not None and frozen_at <= at
    if season.closed_at is not None and at < season.closed_at:
        season.closed_at = None
    if announcement is not None and at >= announcement.starts_at and at >= season.ends_at:
        season.phase = Season.Phase.ANNOUNCED
    elif at >= season.ends_at:
        season.phase = Season.Phase.CLOSED
    elif at >= season.opens_at or opened_before:
        season.phase = Season.Phase.OPEN
    else:
        season.phase = Season.Phase.DRAFT


def _page(season: Season, page: str, at: datetime, *, elder: bool) -> tuple[str, Values]:
    """Return template and context of a page. Raises Http404 where the public would find none."""
    if page == "rules/":
        return "ballots/rules.html", rules_context(season, at)
    if page == "notice/":
        return _notice(season, at)
    if not queries.has_ballot(season):
        if page == "":
            return "seasons/front.html", front_context(season, at)
        raise Http404
    if page == "":
        template = "ballots/season_elder.html" if elder else "ballots/season.html"
        return template, season_context(season, elder=elder, now=at)
    if page == "board/":
        return "ballots/board.html", board_context(season)
    asked = NOMINEE.fullmatch(page)
    person = asked and Nominee.objects.filter(season=season, ballot_number=asked[1]).first()
    if not person:
        raise Http404
    return "ballots/nominee.html", nominee_context(season, person, elder=elder, now=at)


def _notice(season: Season, at: datetime) -> tuple[str, Values]:
    """Return the notice as it held at a moment. What is not published has its paper preview."""
    found = (version for version in versions(season) if version.published_at <= at)
    held = next(found, None)  # the latest comes first
    if held is None:
        raise Http404
    return "notices/notice.html", notice_context(held, at)


def _pages(season: Season) -> list[tuple[str, Any]]:
    pages: list[tuple[str, Any]] = [
        ("", _("Season page")), ("rules/", _("Rules")), ("board/", _("Live board")),
    ]  # fmt: skip
    if versions(season).exists():
        pages.append(("notice/", _("Candidate notice")))
    pages += [
        (f"n/{nominee.ballot_number}/", f"{nominee.ballot_number} {nominee.name}")
        for category in season.categories.all()
        for nominee in category.nominees.all()
        if nominee.ballot_number
    ]
    return pages


def _mark(season: Season, at: datetime, role: str, page: str) -> Values:
    """Return what the bar above the page says, and its ways to the start of each stage."""
    stages = queries.timeline(season, at)
    return {
        "at_text": full_moment(at, season.time_zone),
        "role_text": dict(ROLES)[role],
        "may": may_at(role, [one.kind for one in stages if one.state == "now"],
                      queries.nomination_settings(season)),
        "ways": [
            {
                "title": stage_text(one.kind),
                "url": address(season, one.starts_at, role, ""),
                "current": one.starts_at <= at < one.ends_at,
            }
            for one in stages
        ],
        "back": reverse("console:season_preview", args=[season.slug])
        + f"?page={page}&role={role}",
    }  # fmt: skip


def _read_only(text: str, season: Season, at: datetime, role: str) -> str:
    """Take out what acts, and let links to the season's pages lead to their previews."""
    own = reverse("ballots:season", args=[season.slug])
    shown = address(season, at, role, "")
    text = _SCRIPTS.sub("", text)
    text = text.replace(f'href="{own}', f'href="{shown}')
    text = text.replace('<html lang="', '<html data-preview lang="', 1)
    portraits = reverse("console:preview_portrait", args=[season.slug, "0"]).removesuffix("0.svg")
    return re.sub(
        rf'"/portraits/{re.escape(season.slug)}/([0-9A-Za-z]+)\.[0-9a-f]{{8}}\.svg"',
        rf'"{portraits}\1.svg"',
        text,
    )
