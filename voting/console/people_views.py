"""Who has which role: inviting, ending, taking away. What each role may do, in words."""

from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from voting.audit.services import name_of
from voting.console import forms, people_forms
from voting.roles import queries, services
from voting.roles.access import for_season, for_site
from voting.roles.models import Grant, Invitation, Role
from voting.roles.permissions import Permission, words_of
from voting.roles.queries import Scope
from voting.seasons.models import Season
from voting.seasons.page_context import content
from voting.seasons.services import RuleBroken

Values = dict[str, Any]
Changed = tuple[int, forms.ReasonForm]  # a row's number, and the form with what is wrong
CHANGES: Final[dict[str, type[forms.ReasonForm]]] = {
    "end": people_forms.EndForm,
    "revoke": people_forms.RevokeForm,
}


@for_season(Permission.PEOPLE_MANAGE, whole=False)
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, season: Season) -> HttpResponse:
    """Show and change who has which role in a season; limited to the person's own units."""
    return _people(request, season)


@for_site(Permission.PEOPLE_MANAGE, whole=False)
@require_http_methods(["GET", "HEAD", "POST"])
def site_people(request: HttpRequest) -> HttpResponse:
    """Show and change who has a role in every season."""
    return _people(request, None)


def _people(request: HttpRequest, season: Season | None) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 -- the guard has seen to it; for the type checker
    here = queries.scope(user, Permission.PEOPLE_MANAGE, season)
    invite = people_forms.InviteForm(initial={})
    changed: Changed | None = None
    made = ""
    status = 200
    action = request.POST.get("action", "")
    if request.method == "POST" and action == "invite":
        invite = people_forms.InviteForm(request.POST)
        made = _invited(invite, season, user, here)
        status = 200 if made else 422
        if made:
            messages.success(request, _("The invitation is made."))
            invite = people_forms.InviteForm(initial={})
    elif request.method == "POST":
        changed = _changed(request, season, user, here)
        if changed is None:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(_address(season))
        status = 422
    context = {
        **_context(season, here, user, changed),
        "invite": invite,
        "made": made,
        "change": changed,
        "open_form": "invite" if invite.errors else "",
    }
    return render(request, "console/people.html", context, status=status)


def _invited(form: people_forms.InviteForm, season: Season | None, user: User, here: Scope) -> str:
    """Make the invitation; return its address, or "" with what is wrong on the form."""
    if not form.is_valid():
        return ""
    values = dict(form.cleaned_data)
    unit = values.pop("unit")
    if unit is not None and not here.holds(unit.pk):
        form.add_error("unit", forms.no_such_unit())
        return ""
    try:
        _invitation, address = services.invite(
            **values,
            by=user,
            season_id=season.pk if season else None,
            unit_id=unit.pk if unit else None,
        )
    except RuleBroken as error:
        form.add_error(None, str(error))
        return ""
    return address


def _changed(
    request: HttpRequest, season: Season | None, user: User, here: Scope
) -> Changed | None:
    """Do what was asked for; return row and form if something is wrong with it."""
    action, row = request.POST.get("action", ""), request.POST.get("row", "")
    if not row.isdecimal() or len(row) > 18:
        raise Http404
    pk = int(row)
    if action == "uninvite":
        _one_of(queries.invitations_in(season, here), pk)
        try:
            services.revoke_invitation(invitation_id=pk, by=user)
        except RuleBroken as error:
            messages.error(request, str(error))
        return None
    if action not in CHANGES:
        raise Http404
    _one_of(queries.grants_in(season, here), pk)
    form = CHANGES[action](request.POST, auto_id=f"{action}_{pk}_%s")
    if not form.is_valid():
        return pk, form
    reason = form.cleaned_data["reason"]
    try:
        if action == "end":
            services.end_role(
                grant_id=pk, ends_at=form.cleaned_data["ends_at"], by=user, reason=reason
            )
        else:
            services.revoke_role(grant_id=pk, by=user, reason=reason)
    except RuleBroken as error:
        form.add_error(None, str(error))
        return pk, form
    return None


def _one_of(rows: list[Any], pk: int) -> None:
    """Raise Http404 unless the page shows this row: another one does not exist from here."""
    if pk not in {row.pk for row in rows}:
        raise Http404


def _address(season: Season | None) -> str:
    if season is None:
        return reverse("console:site_people")
    return reverse("console:people", args=[season.slug])


def _context(season: Season | None, here: Scope, user: User, changed: Changed | None) -> Values:
    now = timezone.now()
    grants = queries.grants_in(season, here)
    over = [grant for grant in grants if _is_over(grant, now)]
    return {
        "season": season,
        "name": content(season.name, season.name_en) if season else None,
        "roles": [
            {
                "role": role.label,
                "people": [
                    _person(grant, now, user, changed)
                    for grant in grants
                    if grant.role == role and grant not in over
                ],
            }
            for role in Role
        ],
        "above": [_person(grant, now, user) for grant in queries.grants_in(None)
                  if not _is_over(grant, now)] if season and here.everywhere else [],
        "administrators": [
            one.name or one.email or name_of(one)
            for one in User.objects.filter(is_superuser=True, is_active=True)
        ],
        "roles_given": len(over) < len(grants),
        "past": [_person(grant, now, user) for grant in over],
        "invitations": [_invitation(one) for one in queries.invitations_in(season, here)],
        "words": [
            {"role": role.label, "may": words_of(role, in_one_season=season is not None)}
            for role in Role
        ],
    }  # fmt: skip


def _person(grant: Grant, now: datetime, user: User, changed: Changed | None = None) -> Values:
    forms_of: dict[str, forms.ReasonForm] = {
        "end": people_forms.EndForm(
            initial={"ends_at": grant.ends_at}, auto_id=f"end_{grant.pk}_%s"
        ),
        "revoke": people_forms.RevokeForm(auto_id=f"revoke_{grant.pk}_%s"),
    }
    wrong = changed is not None and changed[0] == grant.pk
    if changed is not None and wrong:
        forms_of[changed[1].action] = changed[1]
    return {
        **forms_of,
        "grant": grant,
        "pk": grant.pk,
        "name": name_of(grant.user),
        "reach": grant.user.email or "",
        "role": grant.get_role_display(),
        "is_self": grant.user_id == user.pk,
        "unit": content(grant.unit.name, grant.unit.name_en) if grant.unit else None,
        "later": grant.starts_at > now,
        "open": wrong,
    }


def _invitation(invitation: Invitation) -> Values:
    unit = invitation.unit
    return {
        "invitation": invitation,
        "role": invitation.get_role_display(),
        "unit": content(unit.name, unit.name_en) if unit else None,
    }


def _is_over(grant: Grant, now: datetime) -> bool:
    return grant.revoked_at is not None or (grant.ends_at is not None and grant.ends_at <= now)
