"""Accepting an invitation."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from voting.roles import services
from voting.roles.access import signed_in
from voting.roles.permissions import words_of
from voting.seasons.page_context import content, full_moment
from voting.seasons.services import RuleBroken


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Say what a link gives, and give it at the press of a button; a look alone uses nothing up."""
    user = request.user
    problem = ""
    if request.method == "POST" and isinstance(user, User):
        try:
            services.accept_invitation(token=token, user=user)
        except services.InvitationUnusable:
            return _unusable(request)
        except RuleBroken as error:
            problem = str(error)
        else:
            messages.success(request, _("Welcome. Your role holds from now on."))
            return HttpResponseRedirect(reverse("console:home"))
    try:
        invitation = services.open_invitation(token)
    except services.InvitationUnusable:
        return _unusable(request)
    season, unit = invitation.season, invitation.unit
    zone = season.time_zone if season else "Asia/Shanghai"
    context = {
        "role": invitation.get_role_display(),
        "powers": words_of(invitation.role),
        "season_name": content(season.name, season.name_en) if season else None,
        "unit_name": content(unit.name, unit.name_en) if unit else None,
        "invited_by": invitation.invited_by.name if invitation.invited_by else "",
        "starts_text": full_moment(invitation.starts_at, zone) if invitation.starts_at else "",
        "ends_text": full_moment(invitation.ends_at, zone) if invitation.ends_at else "",
        "problem": problem,
    }
    return render(request, "roles/join.html", context, status=422 if problem else 200)


def _unusable(request: HttpRequest) -> HttpResponse:
    # The same for a link that is used up, taken back, too old or made up.
    return render(request, "roles/join_unusable.html", status=404)
