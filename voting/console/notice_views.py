"""The organisers' pages of a notice: how it stands, its texts and list, its publication."""

from typing import Any, Final
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from voting.approvals import queries as approval_queries
from voting.console import approval_kinds
from voting.console.notice_forms import NoticeForm, PublishForm
from voting.notices import notice_texts, paper, printing, queries, services
from voting.notices.models import NoticeDraft, NoticeKind, PublicNotice
from voting.notices.services.preparing import FIELDS
from voting.notices.services.publishing import APPROVALS
from voting.roles.access import actor_of, for_season
from voting.roles.permissions import Permission
from voting.roles.queries import may
from voting.seasons.models import Season, Stage
from voting.seasons.page_context import content, full_moment
from voting.seasons.services import RuleBroken

Values = dict[str, Any]
# Names of the console's pages of each kind of notice.
_PAGES: Final = {
    NoticeKind.CANDIDATE: ("notices", "notice_prepare", "notice_preview"),
    NoticeKind.RESULT: ("result_notice", "result_notice_prepare", "result_notice_preview"),
}
_STAGES: Final = {
    NoticeKind.CANDIDATE: Stage.Kind.CANDIDATE_NOTICE,
    NoticeKind.RESULT: Stage.Kind.RESULT_NOTICE,
}


def notice_frame(season: Season, kind: str = NoticeKind.CANDIDATE) -> Values:
    """Return what the pages of this part share."""
    shown, prepare_page, preview_page = (
        reverse(f"console:{page}", args=[season.slug]) for page in _PAGES[NoticeKind(kind)]
    )
    return {
        "season": season,
        "name": content(season.name, season.name_en),
        "nav": "home",
        "of_result": kind == NoticeKind.RESULT,
        "pages": {"notices": shown, "prepare": prepare_page, "preview": preview_page},
    }


@for_season(Permission.OBJECTIONS_SEE)
@require_safe
def notices(request: HttpRequest, season: Season, kind: str = NoticeKind.CANDIDATE) -> HttpResponse:
    """Show how the notice stands, and how many objections wait."""
    now = timezone.now()
    notice = queries.latest(season, kind)
    context = {
        **notice_frame(season, kind),
        **standing(season, notice, kind),
        "counts": queries.counts(season, timezone.localdate(now)),
        "uncarried": list(queries.uncarried(season, kind, notice).select_related("entry")),
        "versions": [
            {"row": one, "at": full_moment(one.published_at, season.time_zone)}
            for one in queries.versions(season, kind)
        ],
        "may_edit": may(request.user, Permission.NOTICES_EDIT, season),
    }
    return render(request, "console/notices.html", context)


@for_season(Permission.NOTICES_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest, season: Season, kind: str = NoticeKind.CANDIDATE) -> HttpResponse:
    """Write the texts, look at the list, and sign the publication as the first person."""
    before = queries.latest(season, kind)
    draft = services.draft_of(season, kind)
    form = NoticeForm(instance=draft)
    first = before is None
    publish_form = PublishForm(first=first, initial={"seen": services.state_now(season, kind)})
    status = 200
    if request.method == "POST":
        status = 422
        if "publish" in request.POST:
            publish_form = PublishForm(request.POST, first=first)
            done = _signed(request, season, publish_form, kind)
        else:
            form = NoticeForm(request.POST, instance=NoticeDraft(season=season, kind=kind))
            done = _saved(request, season, form, kind)
        if done:
            return HttpResponseRedirect(notice_frame(season, kind)["pages"]["prepare"])
    listed = queries.proposed(season, kind, before)
    lines = list(listed.lines)
    texts = [getattr(draft, name) for name in FIELDS if name != "decision_days"]
    spoken = [text for line in lines for text in (line.name, line.unit, line.summary)]
    context = {
        **notice_frame(season, kind),
        **standing(season, before, kind),
        "form": form,
        "publish_form": publish_form,
        "listed": listed,
        "groups": _groups(lines),
        "differences": services.difference(draft, listed, before) if before else [],
        "missing": paper.missing_in([*map(str, texts), *spoken]),
        "next_period": _next_period(season, kind),
        "too_early": _too_early(season, kind),
        "saved": draft.pk is not None,
    }
    return render(request, "console/notice_prepare.html", context, status=status)


@for_season(Permission.NOTICES_EDIT)
@require_safe
def preview(request: HttpRequest, season: Season, kind: str = NoticeKind.CANDIDATE) -> HttpResponse:
    """Set the notice for paper as it would be published today."""
    draft = services.draft_of(season, kind)
    listed = queries.proposed(season, kind)
    terms = queries.terms_of(season, kind)
    zone = ZoneInfo(season.time_zone)
    now = timezone.now()
    period = queries.period_from(now, terms, zone)
    made = printing.compose(
        season, draft, listed.lines,
        printing.Period(period.first_day, period.last_day, timezone.localdate(now), terms),
        draft=printing.DRAFT,
    )  # fmt: skip
    response = HttpResponse(made.pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="preview.pdf"'
    return response


def standing(season: Season, notice: PublicNotice | None, kind: str) -> Values:
    """Return how the notice stands: published or not, running or over, waiting for a signature."""
    now = timezone.now()
    waiting = approval_queries.waiting(season, [APPROVALS[kind]]).first()
    stale = waiting is not None and approval_kinds.is_stale(waiting, season)
    if notice is None:
        return {"notice": None, "waiting": waiting, "stale": stale}
    terms = queries.Terms(notice.days, notice.counts_working_days)
    known = set(queries.calendar().years)
    unknown = [year for year in notice.unknown_years if year not in known]
    return {
        "notice": notice,
        "public": {
            "notice": reverse(f"notices:{kind}", args=[season.slug]),
            "print": reverse(f"notices:{kind}_print", args=[season.slug, notice.version]),
        },
        "title": content(notice.title, notice.title_en),
        "is_running": now < notice.ends_at,
        "period": notice_texts.period_text(
            notice.starts_on, notice.last_day, terms, season.time_zone
        ),
        "warning": notice_texts.unknown_years_text(unknown),
        "waiting": waiting,
        "stale": stale,
    }


def _next_period(season: Season, kind: str) -> Values:
    terms = queries.terms_of(season, kind)
    zone = ZoneInfo(season.time_zone)
    period = queries.period_from(timezone.now(), terms, zone)
    return {
        "text": notice_texts.period_text(
            period.first_day, period.last_day, terms, season.time_zone
        ),
        "warning": notice_texts.unknown_years_text(list(period.unknown_years)),
    }


def _too_early(season: Season, kind: str) -> str:
    """Return when the stage of the notice begins, if that is yet to come; else ""."""
    stage = season.stages.filter(kind=_STAGES[NoticeKind(kind)]).first()
    if stage is None or stage.starts_at <= timezone.now():
        return ""
    return full_moment(stage.starts_at, season.time_zone)


def _saved(request: HttpRequest, season: Season, form: NoticeForm, kind: str) -> bool:
    if not form.is_valid():
        return False
    try:
        services.save_draft(
            season_id=season.pk, kind=kind, fields=form.cleaned_data, actor=actor_of(request)
        )
    except RuleBroken as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Saved. Nothing has been published by this."))
    return True


def _signed(request: HttpRequest, season: Season, form: PublishForm, kind: str) -> bool:
    user = request.user
    if not form.is_valid() or not isinstance(user, User):
        return False
    if not may(user, Permission.PROPOSE, season):
        form.add_error(None, _("You may not sign this."))
        return False
    if form.cleaned_data["seen"] != services.state_now(season, kind):
        form.add_error(None, _("Changed since you opened it; please review again."))
        form.data = request.POST.dict() | {"seen": services.state_now(season, kind)}
        return False
    try:
        services.propose_publication(
            season_id=season.pk, kind=kind, user=user,
            issue=form.cleaned_data.get("issue", PublicNotice.Issue.FIRST),
            reason=form.cleaned_data.get("reason", ""),
        )  # fmt: skip
    except RuleBroken as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Signed. It is published once a second person approves it."))
    return True


def _groups(lines: list[queries.Line]) -> list[Values]:
    found: dict[str, Values] = {}
    for line in lines:
        group = found.setdefault(
            line.category, {"name": content(line.category, line.category_en), "lines": []}
        )
        group["lines"].append(
            {"name": content(line.name, line.name_en), "unit": content(line.unit, line.unit_en)}
        )
    return list(found.values())
