"""How a nominator without an account is reached with a code, if at all."""

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.addresses import phone_number
from voting.nominations.models import Confirmation, Contact

Channel = Confirmation.Channel


def way_to(contact: Contact) -> tuple[str, str] | None:
    """Return how a code reaches the nominator, or None: channel, and address or number in E.164.

    An e-mail address is preferred: news go there too.
    """
    if contact.nominator_email:
        return Channel.EMAIL, contact.nominator_email.lower()
    number = phone_number(contact.nominator_phone) if settings.PHONE_SIGN_IN else None
    return (Channel.PHONE, number) if number else None


def nowhere_to_send() -> str:
    """Say what is missing for a code to be sent."""
    if settings.PHONE_SIGN_IN:
        return _("Enter your e-mail address or your mobile number: a code goes there.")
    return _("Enter your e-mail address: a code goes there.")


def masked(address: str) -> str:
    """Return an address or a number so that only who has it knows it again."""
    name, at, host = address.partition("@")
    # Of a short name never all of it.
    return (
        f"{name[: min(2, len(name) - 1)]}***{at}{host}"
        if at
        else f"{address[:-8]}****{address[-4:]}"
    )
