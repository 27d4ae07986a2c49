"""Accepting an invitation, and what one is called."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.views import person_of
from voting.audit.services import name_of
from voting.roles import invitees, services
from voting.roles.access import for_staff, signed_in
from voting.roles.forms import NameForm
from voting.roles.models import Grant, Role
from voting.roles.naming import NameUnusable, must_be_named, set_own_name
from voting.roles.permissions import words_of
from voting.seasons.page_context import content, full_moment
from voting.seasons.services import RuleBroken


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Say what a link gives, and give it at the press of a button; a look alone uses nothing up.

    Whoever has no name here yet, or one that somebody else has, is asked for it first.
    """
    user = person_of(request)
    problem = ""
    named = not must_be_named(user)
    form = None if named else NameForm(request.POST or None, initial={"name": user.name})
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            grant = services.accept_invitation(
                token=token, user=user, name=form.cleaned_data["name"] if form else ""
            )
        except services.InvitationUnusable:
            return _unusable(request)
        except NameUnusable as error:
            _refuse(form, error)
        except RuleBroken as error:
            problem = str(error)
        else:
            messages.success(request, _("Welcome. Your role holds from now on."))
            return HttpResponseRedirect(_first_page(grant))
    try:
        invitation = services.open_invitation(token)
    except services.InvitationUnusable:
        return _unusable(request)
    # Said before anybody has typed a name; nothing can be accepted then.
    other = invitees.refusal(invitation, user)
    season, unit = invitation.season, invitation.unit
    zone = season.time_zone if season else "Asia/Shanghai"
    context = {
        "role": invitation.get_role_display(),
        "powers": words_of(invitation.role, in_one_season=season is not None),
        "season_name": content(season.name, season.name_en) if season else None,
        "unit_name": content(unit.name, unit.name_en) if unit else None,
        "invited_by": invitation.invited_by.name,
        "starts_text": full_moment(invitation.starts_at, zone) if invitation.starts_at else "",
        "ends_text": full_moment(invitation.ends_at, zone) if invitation.ends_at else "",
        "problem": other or problem,
        "for_somebody_else": bool(other),
        "form": form,
    }
    refused = problem or (form and form.errors)
    return render(request, "roles/join.html", context, status=422 if refused else 200)


def _first_page(grant: Grant) -> str:
    """Return where somebody with a new role begins: judges have pages of their own."""
    if grant.role == Role.JUDGE and grant.season is not None:
        return reverse("judging:start", args=[grant.season.slug])
    return reverse("console:home")


def _unusable(request: HttpRequest) -> HttpResponse:
    # The same for a link that is used up, taken back, too old or made up.
    return render(request, "roles/join_unusable.html", status=404)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def own_name(request: HttpRequest) -> HttpResponse:
    """Let somebody with a role say what they are called here."""
    user = person_of(request)
    form = NameForm(request.POST or None, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        try:
            set_own_name(user_id=user.pk, name=form.cleaned_data["name"])
        except NameUnusable as error:
            _refuse(form, error)
        else:
            messages.success(request, _("From now on your name stands like this."))
            return HttpResponseRedirect(reverse("console:home"))
    context = {"form": form, "shown_as": name_of(user)}
    return render(request, "roles/own_name.html", context, status=422 if form.errors else 200)


def _refuse(form: NameForm | None, error: NameUnusable) -> None:
    if form is not None:
        form.add_error("name", str(error))
