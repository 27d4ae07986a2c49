"""Short e-mails to nominators: they leave after the commit, and never undo what they tell of.

What a unit puts forward is the unit's, and so are the news about it; see ``queries.hearing_of``.
"""

from functools import partial
from urllib.parse import urljoin

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.sms.senders import TextMessage
from accounts.sms.services import send_text
from voting.nominations import queries
from voting.nominations.models import Contact, Nomination, NominationEvent

_log = structlog.get_logger("nominations.letters")
_links = Signer(salt="nomination.link", sep="~")


def secret_link(nomination: Nomination) -> str:
    """Return the address by which a nominator without an account comes back; whoever has it may."""
    token = _links.sign(f"{nomination.code}.{nomination.link_number}")
    with override(nomination.language):
        return _absolute(reverse("nominations:link", args=[token]))


def nomination_of(token: str) -> Nomination | None:
    """Return the nomination that a secret link leads to, or None if it leads nowhere (any more)."""
    try:
        code, _dot, number = _links.unsign(token).partition(".")
    except BadSignature:
        return None
    return Nomination.objects.filter(code=code, link_number=int(number)).first()


def addresses_of(nomination: Nomination) -> list[str]:
    """Return to which e-mail addresses news of a nomination go; none if nobody can be reached."""
    if nomination.route == Nomination.Route.UNIT:
        return [one.email for one in queries.hearing_of(nomination) if one.email]
    if nomination.nominator and nomination.nominator.email:
        return [nomination.nominator.email]
    contact = Contact.objects.filter(nomination=nomination, confirmed_at__isnull=False).first()
    return [contact.nominator_email] if contact and contact.nominator_email else []


def tell_nominator(*, nomination_id: int) -> None:
    """Send the latest public event once the transaction has been committed."""
    transaction.on_commit(partial(_tell, nomination_id), robust=True)


def tell_of_message(*, nomination_id: int) -> None:
    """Say that the office has written, once the transaction has been committed."""
    transaction.on_commit(partial(_tell_of_message, nomination_id), robust=True)


def tell_of_link(*, nomination_id: int) -> None:
    """Send a new secret link once the transaction has been committed."""
    transaction.on_commit(partial(_tell_of_link, nomination_id), robust=True)


def send_code(*, address: str, code: str, language: str) -> None:
    """Send a code once the transaction has been committed."""
    transaction.on_commit(partial(_send_code, address, code, language), robust=True)


def text_code(*, number: str, code: str, language: str, minutes: int) -> None:
    """Send a code by text message at once. number: E.164. Raises RateLimited, SmsFailed."""
    with override(language):
        text = _(
            "%(code)s is your code for a nomination. It is good for %(minutes)s minutes. "
            "Tell it to nobody."
        ) % {"code": code, "minutes": minutes}
        send_text(TextMessage(number, text, code, minutes))


def _tell(nomination_id: int) -> None:
    nomination = Nomination.objects.select_related("season", "nominator").get(pk=nomination_id)
    event = (
        NominationEvent.objects.filter(nomination=nomination, is_public=True)
        .order_by("-at", "-pk")
        .first()
    )
    if event is None:
        return
    with override(nomination.language):
        names = {"name": nomination.name, "season": nomination.season.name}
        heading = {
            "submitted": _("Nomination of %(name)s received"),
            "resubmitted": _("Nomination of %(name)s is under review"),
            "returned": _("Nomination of %(name)s: please correct it"),
            "accepted": _("Nomination of %(name)s accepted"),
            "rejected": _("Nomination of %(name)s not accepted"),
            "merged": _("Nomination of %(name)s put together with another one"),
            "withdrawn": _("Nomination of %(name)s withdrawn"),
        }.get(event.state, _("News about the nomination of %(name)s"))
        lines = [heading % names, _("Season: %(season)s") % names]
        if event.reason:
            lines.append(_("Reason: %(reason)s") % {"reason": event.reason})
        lines.append(_("What happened so far and what you can do stands here:"))
        lines.append(_way(nomination))
        _tell_all(nomination, heading % names, lines)


def _tell_of_message(nomination_id: int) -> None:
    nomination = Nomination.objects.select_related("season", "nominator").get(pk=nomination_id)
    with override(nomination.language):
        heading = _("The office has written about the nomination of %(name)s") % {
            "name": nomination.name
        }
        _tell_all(nomination, heading, [heading, _("Read and answer:"), _way(nomination)])


def _tell_of_link(nomination_id: int) -> None:
    nomination = Nomination.objects.select_related("season", "nominator").get(pk=nomination_id)
    with override(nomination.language):
        heading = _("New link to the nomination of %(name)s") % {"name": nomination.name}
        lines = [
            heading,
            _("The old link leads nowhere any more. Keep this one, and show it to nobody:"),
            _way(nomination),
        ]
        _tell_all(nomination, heading, lines)


def _send_code(address: str, code: str, language: str) -> None:
    with override(language):
        _send(
            address,
            _("Your code for a nomination"),
            [
                _("Enter this code to send your nomination in:"),
                code,
                _("It is valid for 15 minutes. If you did not ask for it, do nothing."),
            ],
        )


def _way(nomination: Nomination) -> str:
    if nomination.is_by_link:
        return secret_link(nomination)
    return _absolute(reverse("nominations:status", args=[nomination.code]))


def _absolute(path: str) -> str:
    return urljoin(settings.SITE_ORIGIN, path)


def _tell_all(nomination: Nomination, subject: str, lines: list[str]) -> None:
    # One mail each: nobody is shown the address of another one.
    for address in addresses_of(nomination):
        _send(address, subject, lines)


def _send(address: str, subject: str, lines: list[str]) -> None:
    try:
        # A line break in a name must not end the subject.
        send_mail(" ".join(subject.split()), "\n\n".join(lines) + "\n", None, [address])
    except OSError as error:
        _log.warning("mail_not_sent", error=type(error).__name__)
