"""Codes by which a nominator without an account proves to own an address or a mobile number.

Limits: 5 attempts for each code; 5 codes an hour and 20 a day for each nomination and for each
address or number, 60 a minute for all together; text messages also those of ``accounts.sms``.
The code itself is not stored, only a keyed hash of it.
"""

import hmac
import secrets
from datetime import timedelta
from typing import Final
from unicodedata import normalize

from allauth.core.exceptions import RateLimited
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.addresses import mailbox_of
from accounts.budgets import spend
from accounts.sms.senders import SmsFailed
from voting.nominations.models import Confirmation, Contact, Nomination
from voting.nominations.services.drafts import editable
from voting.nominations.services.errors import ChangedMeanwhile, CodeWrong, NotNow, TooMany
from voting.nominations.services.letters import send_code, text_code
from voting.nominations.services.sending import check_time, submit
from voting.nominations.ways import nowhere_to_send, way_to

Channel = Confirmation.Channel
MINUTES: Final = 15  # for which a code is good
MOST_ATTEMPTS: Final = 5
PER_HOUR: Final = 5
PER_DAY: Final = 20
FOR_ONE_MAILBOX: Final = ((PER_HOUR, 3600), (PER_DAY, 24 * 3600))
FOR_ALL: Final = ((60, 60),)


def ask_code(*, nomination_id: int, seen: int) -> Confirmation:
    """Send a code to the nominator; older ones are void from then on.

    seen: the version that was shown for checking; the code sends in this one and no other.
    Raises NotNow without a way to send it or if it could not be sent, ChangedMeanwhile,
    NominationsClosed, TooMany.
    """
    made, code = _new_code(nomination_id, seen)
    language = made.nomination.language
    if made.channel == Channel.EMAIL:
        send_code(address=made.address, code=code, language=language)
        return made
    try:
        text_code(number=made.address, code=code, language=language, minutes=MINUTES)
    except RateLimited as error:
        _void(made)
        raise _too_many() from error
    except SmsFailed as error:
        _void(made)
        raise NotNow(
            _("The text message could not be sent. Try again later, or enter an e-mail address.")
        ) from error
    return made


def ask_again(*, nomination_id: int) -> Confirmation:
    """Send another code for what was checked when the last one was asked for.

    Raises like ``ask_code``, and NotNow if none has been asked for.
    """
    last = Confirmation.objects.filter(nomination=nomination_id).first()
    if last is None:
        raise NotNow(_("Go back to checking, and ask for a code there."))
    return ask_code(nomination_id=nomination_id, seen=last.version)


@transaction.atomic
def _new_code(nomination_id: int, seen: int) -> tuple[Confirmation, str]:
    nomination = editable(nomination_id)
    if nomination.version != seen:
        raise ChangedMeanwhile(
            _("This nomination was changed since you opened this page. Please check it once more.")
        )
    check_time(nomination)
    way = way_to(Contact.objects.get(nomination=nomination))
    if way is None:
        raise NotNow(nowhere_to_send())
    now = timezone.now()
    _check_rate(nomination, way[1])
    nomination.confirmations.filter(used_at=None, expires_at__gt=now).update(
        expires_at=now, attempts=MOST_ATTEMPTS
    )
    code = f"{secrets.randbelow(1_000_000):06}"
    made = Confirmation.objects.create(
        nomination=nomination, channel=way[0], address=way[1],
        code_hash=_hash(nomination, way[1], code), version=seen, sent_at=now,
        expires_at=now + timedelta(minutes=MINUTES),
    )  # fmt: skip
    return made, code


def _void(made: Confirmation) -> None:
    Confirmation.objects.filter(pk=made.pk).update(
        expires_at=timezone.now(), attempts=MOST_ATTEMPTS
    )


def confirm(*, nomination_id: int, code: str, actor: str) -> Nomination:
    """Take the code and send in what was checked when it was asked for.

    A wrong code counts as an attempt. Raises CodeWrong, and what ``submit`` raises, such as that
    the nomination has been changed since: the address is confirmed even then.
    """
    taken = _take(nomination_id, code)
    return submit(
        nomination_id=nomination_id, seen=taken.version, actor=actor, asked_at=taken.sent_at
    )  # fmt: skip


@transaction.atomic
def _attempt(nomination_id: int, code: str) -> Confirmation | None:
    """Return the confirmation that the code fits, or None; the attempt is counted either way."""
    nomination = editable(nomination_id)
    now = timezone.now()
    found = (
        nomination.confirmations.select_for_update()
        .filter(used_at=None, expires_at__gt=now, attempts__lt=MOST_ATTEMPTS)
        .order_by("-sent_at")
        .first()
    )
    if found is None:
        return None
    found.attempts += 1
    contact = Contact.objects.select_for_update().get(nomination=nomination)
    # Full-width digits are digits too.
    digits = "".join(sign for sign in normalize("NFKC", code[:40]) if sign.isdecimal())
    right = hmac.compare_digest(found.code_hash, _hash(nomination, found.address, digits))
    if right and way_to(contact) == (found.channel, found.address):
        found.used_at = contact.confirmed_at = now
        contact.save(update_fields=["confirmed_at"])
    found.save(update_fields=["attempts", "used_at"])
    return found if found.used_at else None


def _take(nomination_id: int, code: str) -> Confirmation:
    found = _attempt(nomination_id, code)
    if found is None:
        raise CodeWrong(_("This code is wrong or too old. Check it, or ask for a new one."))
    return found


def _check_rate(nomination: Nomination, address: str) -> None:
    now = timezone.now()
    for sent in (
        Confirmation.objects.filter(address=address),
        nomination.confirmations.all(),
    ):
        hour = sent.filter(sent_at__gt=now - timedelta(hours=1)).count()
        day = sent.filter(sent_at__gt=now - timedelta(days=1)).count()
        if hour >= PER_HOUR or day >= PER_DAY:
            raise _too_many()
    # Anybody can begin many nominations and write a stranger's address into them in many ways.
    if not (
        spend("nomination-code", mailbox_of(address), FOR_ONE_MAILBOX)
        and spend("nomination-code", "all", FOR_ALL)
    ):
        raise _too_many()


def _too_many() -> TooMany:
    return TooMany(_("Several codes have been sent already. Please wait an hour."))


def _hash(nomination: Nomination, address: str, code: str) -> str:
    text = f"{nomination.code}|{address}|{code}"
    return salted_hmac("nominations.confirmation", text, algorithm="sha256").hexdigest()
