"""Announcements to voters: written, looked at as voters will see them, put up and taken down."""

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from voting.console.dates import Moment
from voting.console.forms import ReasonForm
from voting.roles.access import actor_of, for_season
from voting.roles.permissions import Permission
from voting.seasons import announcing
from voting.seasons.models import Announcement, Season
from voting.seasons.page_context import content, full_moment
from voting.seasons.services import RuleBroken

Values = dict[str, Any]


class AnnouncementForm(ReasonForm):
    """What voters are told, and from when until when."""

    action = "save"
    text = django_forms.CharField(
        label=gettext_lazy("Text"),
        max_length=300,
        widget=django_forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Plain text, up to 300 characters. Links and markup are not used."),
    )
    text_en = django_forms.CharField(
        label=gettext_lazy("Text in English"),
        max_length=600,
        required=False,
        widget=django_forms.Textarea(attrs={"rows": 3}),
    )
    starts_at = Moment(
        label=gettext_lazy("Shown from"), help_text=gettext_lazy("On the season's clock.")
    )
    ends_at = Moment(
        label=gettext_lazy("Shown until"),
        required=False,
        help_text=gettext_lazy("Empty: it stays."),
    )


class WithdrawForm(ReasonForm):
    """Why an announcement is taken down."""

    action = "withdraw"


@for_season(Permission.ANNOUNCE)
@require_http_methods(["GET", "HEAD", "POST"])
def announcements(request: HttpRequest, season: Season) -> HttpResponse:
    """Show what voters are told now and were told before; write something new."""
    form = AnnouncementForm(request.POST or None, initial={"starts_at": timezone.now()})
    preview = None
    status = 200
    if request.method == "POST":
        preview, done = _entered(request, season, form, None)
        if done:
            return HttpResponseRedirect(reverse("console:announcements", args=[season.slug]))
        status = 200 if preview else 422
    context = {
        **_frame(season),
        "form": form,
        "preview": preview,
        "announcements": [_shown(one, season) for one in season.announcements.all()],
    }
    return render(request, "console/announcements.html", context, status=status)


@for_season(Permission.ANNOUNCE)
@require_http_methods(["GET", "HEAD", "POST"])
def announcement(request: HttpRequest, season: Season, pk: int) -> HttpResponse:
    """Reword an announcement, give it other times, or take it down."""
    found = season.announcements.filter(pk=pk).first()
    if found is None:
        raise Http404
    withdrawing = request.POST.get("action") == WithdrawForm.action
    known = {name: getattr(found, name) for name in announcing.FIELDS}
    form = AnnouncementForm(None if withdrawing else request.POST or None, initial=known)
    withdraw = WithdrawForm(request.POST if withdrawing else None)
    preview = None
    status = 200
    if request.method == "POST":
        if withdrawing:
            done = _withdrawn(request, withdraw, found)
        else:
            preview, done = _entered(request, season, form, found)
        if done:
            return HttpResponseRedirect(reverse("console:announcements", args=[season.slug]))
        status = 200 if preview else 422
    context = {
        **_frame(season),
        "announcement": _shown(found, season),
        "form": form,
        "withdraw": withdraw,
        "preview": preview,
    }
    return render(request, "console/announcement.html", context, status=status)


def _entered(
    request: HttpRequest, season: Season, form: AnnouncementForm, found: Announcement | None
) -> tuple[Values | None, bool]:
    """Save what was entered, or only show it; return the preview, and whether it is saved."""
    showing = "show" in request.POST
    form.fields["reason"].required = not showing and found is not None
    if not form.is_valid():
        return None, False
    values = dict(form.cleaned_data)
    reason = values.pop("reason")
    if showing:
        return {
            "zh": values["text"],
            "en": values["text_en"],
            "starts_at": values["starts_at"],
            "ends_at": values["ends_at"],
        }, False
    who = {"actor": actor_of(request), "reason": reason}
    try:
        if found is None:
            announcing.post_announcement(season_id=season.pk, **values, **who)
        else:
            announcing.edit_announcement(announcement_id=found.pk, **values, **who)
    except RuleBroken as error:
        form.add_error(None, str(error))
        return None, False
    messages.success(request, _("Saved. Public pages show it within seconds."))
    return None, True


def _withdrawn(request: HttpRequest, form: WithdrawForm, found: Announcement) -> bool:
    if not form.is_valid():
        return False
    try:
        announcing.withdraw_announcement(
            announcement_id=found.pk,
            actor=actor_of(request),
            reason=form.cleaned_data["reason"],
        )
    except RuleBroken as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Taken down. Public pages follow within seconds."))
    return True


def _shown(announcement: Announcement, season: Season) -> Values:
    now, zone = timezone.now(), season.time_zone
    state = "now"
    if announcement.withdrawn_at is not None:
        state = "withdrawn"
    elif announcement.starts_at > now:
        state = "later"
    elif announcement.ends_at is not None and announcement.ends_at <= now:
        state = "over"
    ends, taken = announcement.ends_at, announcement.withdrawn_at
    return {
        "row": announcement,
        "state": state,
        "starts_text": full_moment(announcement.starts_at, zone),
        "ends_text": full_moment(ends, zone) if ends else "",
        "taken_text": full_moment(taken, zone) if taken else "",
    }


def _frame(season: Season) -> Values:
    return {
        "season": season,
        "name": content(season.name, season.name_en),
        "is_unpublished": season.phase == Season.Phase.DRAFT and season.published_at is None,
    }
