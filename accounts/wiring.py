"""What happens here when something happens in allauth: it has no other hooks for these."""

from ipaddress import ip_network
from typing import Any

from allauth.account.signals import email_changed
from allauth.mfa.signals import authenticator_added, authenticator_reset
from allauth.usersessions.models import UserSession
from django.db.models.signals import pre_save

from accounts import trust
from accounts.models import User
from accounts.second_factor import count_as_shown, note_new_codes


def connect() -> None:
    """Connect once, when the program starts."""
    authenticator_added.connect(count_as_shown, dispatch_uid="accounts.count_as_shown")
    for signal in (authenticator_added, authenticator_reset):
        signal.connect(note_new_codes, dispatch_uid="accounts.note_new_codes")
    email_changed.connect(tell_of_address, dispatch_uid="accounts.tell_of_address")
    pre_save.connect(
        keep_network_only, sender=UserSession, dispatch_uid="accounts.keep_network_only"
    )


def tell_of_address(user: User, **_facts: Any) -> None:
    """Have it on record that somebody signs in with another e-mail address now."""
    trust.tell(user, "email")


def keep_network_only(instance: UserSession, **_facts: Any) -> None:
    """Store the network a session came from, never its full address: 192.0.2.0 for 192.0.2.7."""
    instance.ip = network_of(instance.ip)


def network_of(address: str) -> str:
    """Return the address of an IPv4 /24 or an IPv6 /48."""
    length = 48 if ":" in address else 24
    return str(ip_network(f"{address}/{length}", strict=False).network_address)
