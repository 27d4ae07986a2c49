"""Mail without a mail server: each mail becomes a file, and its code a line in the terminal."""

import email
import email.policy
import re
import secrets
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage as ParsedMessage
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from accounts.mailbox_access import mailbox_address

KEPT = 200  # files; older ones are removed
_CODE = re.compile(r"^\s*(\d{6})\s*$", re.MULTILINE)
_NAME = re.compile(r"[0-9]{8}-[0-9]{12}-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One mail, as the mailbox page shows it."""

    name: str
    to: str
    subject: str
    body: str
    code: str | None
    sent_at: datetime


class MailboxBackend(BaseEmailBackend):
    """Writes mails under ``MAILBOX_DIR``, readable by the owner alone."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the mails; return how many."""
        folder = settings.MAILBOX_DIR
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            _keep(folder, message.message().as_bytes())
            _tell(", ".join(message.to), str(message.subject), str(message.body))
        _remove_old(folder)
        return len(email_messages)


def keep_note(to: str, subject: str, body: str) -> None:
    """Keep what is not a mail, such as a text message, where the mails are kept."""
    note = ParsedMessage(policy=email.policy.default)
    note["To"], note["Subject"] = to, subject
    note.set_content(body)
    folder = settings.MAILBOX_DIR
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _keep(folder, note.as_bytes())
    _tell(to, subject, body)
    _remove_old(folder)


def stored_mails() -> Iterator[StoredMail]:
    """Return the mails, latest first."""
    for path in sorted(settings.MAILBOX_DIR.glob("*.eml"), reverse=True):
        mail = stored_mail(path.stem)
        if mail:
            yield mail


def stored_mail(name: str) -> StoredMail | None:
    """Return one mail, or None when there is none of this name."""
    if not _NAME.fullmatch(name):
        return None
    path: Path = settings.MAILBOX_DIR / f"{name}.eml"
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    message: ParsedMessage[Any, Any] = email.message_from_bytes(
        content, policy=email.policy.default
    )
    part = message.get_body(("plain",))
    body = part.get_content() if part else ""
    sent_at = datetime.strptime(name[:21], "%Y%m%d-%H%M%S%f").replace(
        tzinfo=timezone.get_default_timezone()
    )
    return StoredMail(
        name, str(message["To"]), str(message["Subject"]), body, _code_in(body), sent_at
    )


def _keep(folder: Path, content: bytes) -> None:
    now = timezone.localtime(timezone=timezone.get_default_timezone())
    path = folder / f"{now:%Y%m%d-%H%M%S%f}-{secrets.token_hex(4)}.eml"
    draft = path.with_suffix(".tmp")  # a reader never meets half a mail
    draft.touch(mode=0o600, exist_ok=False)
    draft.write_bytes(content)
    draft.rename(path)


def _remove_old(folder: Path) -> None:
    for old in sorted(folder.glob("*.eml"))[:-KEPT]:
        old.unlink(missing_ok=True)


def _tell(to: str, subject: str, body: str) -> None:
    # Past the log on purpose: the log removes codes and addresses, and this one line is for the
    # person at the terminal who has no mail server.
    try:
        mailbox = mailbox_address(settings.SITE_ORIGIN, with_key=sys.stderr.isatty())
    except (OSError, ValueError) as error:  # the mail is kept all the same
        mailbox = str(error)
    sys.stderr.write(f"mail to {to}: {_code_in(body) or subject} ({mailbox})\n")


def _code_in(body: str) -> str | None:
    found = _CODE.search(body)
    return found.group(1) if found else None
