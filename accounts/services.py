"""Accounts that begin with a code, and those that end."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from accounts import personal_data
from accounts.models import User
from accounts.sentences import joined

# An account whose first code was never entered is nobody's; so long it waits for it.
UNANSWERED = timedelta(days=1)
_MOST_AT_ONCE = 20


def begin_account(*, email: str = "", phone: str = "") -> User | None:
    """Make the account of an address that has none, so that a first code can be sent to it.

    Returns None when the address belongs to an account that is closed. Signing up and signing
    in are one and the same for people, and nobody can tell from outside which of them it was.
    An account that another request has begun meanwhile is asked for again: ``give_up_account``
    with what is returned here then leaves it alone.
    """
    _remove_unanswered()
    user = User(email=email.lower(), phone=phone, asked_at=timezone.now())
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
            if email:
                EmailAddress.objects.create(user=user, email=email.lower(), primary=True)
    except IntegrityError:  # made by another request meanwhile, or closed
        whose = {"email": email.lower()} if email else {"phone": phone}
        found = User.objects.filter(**whose, is_active=True).first()
        return found if found is None or ask_again(found) else None
    return user


def ask_again(user: User) -> bool:
    """Let an account whose first code was never entered wait as long for the next one.

    Returns whether it is still there: whoever began it may have given it up meanwhile.
    """
    rows = User.objects.filter(pk=user.pk)
    if user.asked_at is None:
        return True  # somebody's already
    return bool(rows.filter(asked_at__isnull=False).update(asked_at=timezone.now())) or (
        rows.exists()
    )


def give_up_account(user: User) -> None:
    """Remove an account that was begun, and whose code could not be sent.

    It stays if anybody has asked for a code since: that one may have arrived.
    """
    _remove_if_nobody_asked(user)


def _remove_unanswered() -> None:
    """Remove some accounts whose first code nobody has entered in time."""
    stale = User.objects.filter(
        asked_at__lt=timezone.now() - UNANSWERED, last_login=None, is_staff=False
    )
    for user in stale.order_by("asked_at")[:_MOST_AT_ONCE]:
        try:
            _remove_if_nobody_asked(user)
        except ProtectedError:  # somebody has come to rely on it, as by giving it a role
            User.objects.filter(pk=user.pk).update(asked_at=None)


@transaction.atomic
def _remove_if_nobody_asked(user: User) -> None:
    """Remove an account that was begun, unless more has come of it than ``user`` knows.

    Under a lock, since Django looks for what goes with a row before it removes it.
    """
    found = (
        User.objects.select_for_update()
        .filter(pk=user.pk, asked_at=user.asked_at, asked_at__isnull=False, last_login=None)
        .first()
    )
    if found is not None:
        found.delete()


class NotErasable(Exception):
    """Something stands against erasing the account; ``reasons`` are sentences for its owner."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(joined(reasons))
        self.reasons = reasons


@transaction.atomic
def erase_account(*, user_id: int) -> User:
    """Erase an account: nobody can sign in with it again, and nothing in it names anybody.

    The row stays, since history points at it; what history says in words ("by whom") stays too,
    because others have to account for it. Raises NotErasable.
    """
    # What only refers to the account, such as a message being written, need not wait for this: it
    # may hold the nomination that is to be cleared here.
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    reasons = personal_data.hindrances(user)
    if reasons:
        raise NotErasable(reasons)
    for holding in personal_data.holdings():
        if holding.eraser:
            holding.eraser(user)
    user.email = user.phone = None
    user.name = ""
    user.phone_verified = user.is_active = False
    user.erased_at = timezone.now()
    user.set_unusable_password()
    user.save()
    return user
