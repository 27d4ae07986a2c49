"""What people with roles are called: whoever signs and decides is named, for good.

Somebody who begins with a code has no name yet, and an address must not stand in its place. A
change goes on record, because older entries keep the older name.
"""

from typing import Final

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from voting.audit.services import name_of, record
from voting.rules.folding import fold
from voting.seasons.services import RuleBroken

LONGEST: Final = 60
_LOCK: Final = int.from_bytes(b"names", "big")


class NameUnusable(RuleBroken):
    """The name is empty or too long, or somebody else with a role has it."""


@transaction.atomic
def set_own_name(*, user_id: int, name: str) -> User:
    """Let somebody say what they are called here. Raises NameUnusable."""
    _one_after_the_other()
    user = User.objects.select_for_update().get(pk=user_id)
    plain = " ".join(name.split())
    if not fold(plain) or len(plain) > LONGEST:
        raise NameUnusable(_("Enter your name, at most 60 characters."))
    if _is_taken(user, plain):
        # Two signatures must not look like one person's, nor one like another's.
        raise NameUnusable(
            _("Somebody else here has this name. Add what tells you apart, such as your office.")
        )
    if plain == user.name:
        return user
    before = user.name
    user.name = plain
    user.save(update_fields=["name"])
    record(
        actor=name_of(user), action="role.name", target=f"#{user.pk}",
        before={"name": before} if before else {}, after={"name": plain},
    )  # fmt: skip
    return user


def must_be_named(user: User) -> bool:
    """Return whether somebody needs a name, or another one, before they have a role.

    Inside a transaction the answer holds until its end: nobody else takes a name meanwhile.
    """
    if connection.in_atomic_block:
        _one_after_the_other()
    return not user.name or _is_taken(user, user.name)


def _one_after_the_other() -> None:
    """Wait for everybody who is choosing a name: each sees what the one before has chosen.

    There is no row to lock, since whoever chooses first has no role yet. SQLite lets one
    transaction write at a time.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _is_taken(user: User, name: str) -> bool:
    return fold(name) in map(fold, _names_of_others(user))


def _names_of_others(user: User) -> list[str]:
    return list(
        User.objects.filter(Q(grants__isnull=False) | Q(is_superuser=True), is_active=True)
        .exclude(pk=user.pk)
        .exclude(name="")
        .distinct()
        .values_list("name", flat=True)
    )
