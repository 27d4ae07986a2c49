"""What happened to a nomination, and why; messages, taking back, and the code of a citizen."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from voting.nominations import page_context
from voting.nominations.access import for_nominator, hold, nominator_of
from voting.nominations.forms import CodeForm, MessageForm, WithdrawForm
from voting.nominations.models import Consent, Message, Nomination
from voting.nominations.services import drafts
from voting.nominations.services.confirming import MINUTES, ask_again, confirm
from voting.nominations.services.letters import addresses_of, secret_link
from voting.nominations.services.links import renew_link
from voting.nominations.services.messages import mark_read, write_message
from voting.nominations.services.publishing import withdraw_publication
from voting.nominations.services.sending import withdraw
from voting.nominations.services.states import NEXT
from voting.nominations.views.steps import deeds_texts
from voting.nominations.ways import masked
from voting.seasons import queries as season_queries
from voting.seasons.services import RuleBroken

State = Nomination.State


@require_http_methods(["GET", "HEAD", "POST"])
@for_nominator
def status(request: HttpRequest, nomination: Nomination) -> HttpResponse:
    """Show every step with its reason; take messages, withdrawals and consents back."""
    message_form, withdraw_form = MessageForm(auto_id="message_%s"), WithdrawForm(auto_id="out_%s")
    problem, code = "", 200
    if request.method == "POST":
        code = 422
        try:
            if "withdraw" in request.POST:
                withdraw_form = WithdrawForm(request.POST, auto_id="out_%s")
                if withdraw_form.is_valid():
                    return _withdrawn(request, nomination, withdraw_form.cleaned_data["reason"])
            elif "take_back" in request.POST:
                return _consent_withdrawn(request, nomination)
            elif "renew" in request.POST:
                return _link_renewed(request, nomination)
            else:
                message_form = MessageForm(request.POST, auto_id="message_%s")
                if message_form.is_valid():
                    return _written(request, nomination, message_form.cleaned_data["text"])
        except RuleBroken as error:
            problem = str(error)
    elif nomination.submitted_at is not None:
        mark_read(nomination_id=nomination.pk, side=Message.Side.NOMINATOR)
    settings = season_queries.nomination_settings(nomination.season)
    context = {
        **page_context.nomination_context(nomination),
        "line": page_context.state_line(nomination),
        "history": page_context.history(nomination),
        "letters": page_context.messages_of(nomination),
        "texts": deeds_texts(nomination, settings),
        "photos": list(nomination.photos.all()),
        "attachments": list(nomination.attachments.all()),
        "message_form": message_form,
        "withdraw_form": withdraw_form,
        "can_edit": nomination.state in drafts.EDITABLE,
        "can_withdraw": State.WITHDRAWN in NEXT[nomination.state],
        "can_take_back": nomination.submitted_at is not None
        and nomination.consents.filter(kind=Consent.Kind.PUBLICATION, withdrawn_at=None).exists(),
        "resume_link": secret_link(nomination) if nomination.is_by_link else "",
        "gets_letters": bool(addresses_of(nomination)),
        "problem": problem,
    }
    return render(request, "nominations/status.html", context, status=code)


@require_POST
@for_nominator
def discard(request: HttpRequest, nomination: Nomination) -> HttpResponse:
    """Delete a draft."""
    try:
        drafts.discard(nomination_id=nomination.pk)
    except RuleBroken as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("nominations:status", args=[nomination.code]))
    messages.success(request, _("The draft has been deleted."))
    return HttpResponseRedirect(reverse("nominations:start", args=[nomination.season.slug]))


@require_http_methods(["GET", "HEAD", "POST"])
@for_nominator
def confirm_code(request: HttpRequest, nomination: Nomination) -> HttpResponse:
    """Ask for the code that went to a nominator without an account."""
    if not nomination.is_by_link or nomination.state not in drafts.EDITABLE:
        return HttpResponseRedirect(reverse("nominations:status", args=[nomination.code]))
    form = CodeForm(
        request.POST if request.POST and request.POST.get("action") != "resend" else None
    )
    answer = 200
    if request.method == "POST":
        try:
            if request.POST.get("action") == "resend":
                ask_again(nomination_id=nomination.pk)
                messages.success(request, _("A new code is on its way."))
                return HttpResponseRedirect(request.path)
            if form.is_valid():
                confirm(
                    nomination_id=nomination.pk, code=form.cleaned_data["code"],
                    actor=nominator_of(request),
                )  # fmt: skip
                messages.success(request, _("The nomination has been sent in."))
                return HttpResponseRedirect(reverse("nominations:status", args=[nomination.code]))
        except RuleBroken as error:
            form.errors.setdefault("__all__", form.error_class()).append(str(error))
        answer = 422
    last = nomination.confirmations.first()
    context = {
        **page_context.nomination_context(nomination),
        "form": form,
        "address": masked(last.address) if last else "",
        "minutes": MINUTES,
    }
    return render(request, "nominations/confirm.html", context, status=answer)


def _withdrawn(request: HttpRequest, nomination: Nomination, reason: str) -> HttpResponse:
    withdraw(nomination_id=nomination.pk, actor=nominator_of(request), reason=reason)
    messages.success(request, _("The nomination has been withdrawn."))
    return HttpResponseRedirect(request.path)


def _consent_withdrawn(request: HttpRequest, nomination: Nomination) -> HttpResponse:
    withdraw_publication(nomination_id=nomination.pk, actor=nominator_of(request))
    told = (
        _(
            "The consent has been taken back. The nominee's page was made from another "
            "nomination, so it stays as it is; the office sees this and answers you here."
        )
        if nomination.state == State.MERGED
        else _("The consent has been taken back. The office sees this.")
    )
    messages.success(request, told)
    return HttpResponseRedirect(request.path)


def _link_renewed(request: HttpRequest, nomination: Nomination) -> HttpResponse:
    """Make a new link. Where it can be mailed, this browser goes on by the mail alone.

    It may be this one that somebody else has come by.
    """
    renewed = renew_link(nomination_id=nomination.pk, actor=nominator_of(request))
    addresses = addresses_of(renewed)
    if addresses:
        words = {"address": masked(addresses[0])}
        messages.success(
            request, _("A new link is on its way to %(address)s. Go on with it.") % words
        )
        return HttpResponseRedirect(reverse("nominations:start", args=[nomination.season.slug]))
    hold(request, renewed)
    messages.success(request, _("There is a new address. Keep it: the old one leads nowhere."))
    return HttpResponseRedirect(request.path)


def _written(request: HttpRequest, nomination: Nomination, text: str) -> HttpResponse:
    user = request.user if isinstance(request.user, User) else None
    write_message(
        nomination_id=nomination.pk, side=Message.Side.NOMINATOR, user=user, text=text
    )  # fmt: skip
    messages.success(request, _("Your message has been sent."))
    return HttpResponseRedirect(f"{request.path}#messages")
