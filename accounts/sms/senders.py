"""What a sender of text messages is, and those that send nothing anywhere."""

from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from accounts.addresses import spaced
from accounts.mail import keep_note


@dataclass(frozen=True, slots=True)
class TextMessage:
    """One message. ``code`` and ``minutes`` are for gateways that fill in a template of theirs."""

    phone: str  # E.164
    text: str
    code: str = ""  # empty when the message carries none
    minutes: int = 0  # how long the code is good


class SmsFailed(Exception):
    """The message was not accepted, or nobody knows: it must not be sent again by itself."""


class SmsSender(Protocol):
    """Sends one message, once, within a few seconds."""

    def send(self, message: TextMessage) -> None:
        """Hand the message over. Raises SmsFailed."""


class MailboxSender:
    """Keeps messages beside the mails of a site without a mail server (/dev/mailbox/)."""

    def send(self, message: TextMessage) -> None:
        """Keep the message, with its code on a line of its own as mails have it."""
        body = f"{message.text}\n\n{message.code}\n" if message.code else f"{message.text}\n"
        keep_note(spaced(message.phone), _("Text message"), body)


outbox: list[TextMessage] = []


class OutboxSender:
    """Keeps messages in ``outbox``, for tests."""

    def send(self, message: TextMessage) -> None:
        """Keep the message."""
        outbox.append(message)
