"""The pool: who may be asked to judge in a season, and which account a judge is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from voting.audit.services import name_of, record
from voting.judging.models import Judge, Seat
from voting.judging.services.errors import JudgingRefused
from voting.roles import services as roles
from voting.roles.models import Invitation, Role
from voting.seasons.models import Season


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a judge. related: names of people close to the judge."""

    key: str
    name: str = ""
    name_en: str = ""
    seat_type: str = ""
    unit_id: int | None = None
    organisation: str = ""
    related: Sequence[str] = field(default_factory=tuple)
    email: str = ""

    def columns(self) -> dict[str, Any]:
        """Return it as the table has it."""
        return {
            "key": self.key.strip(), "name": self.name.strip(), "name_en": self.name_en.strip(),
            "seat_type": self.seat_type.strip(), "unit_id": self.unit_id,
            "organisation": self.organisation.strip(),
            "related": [name.strip() for name in self.related if name.strip()],
            "email": self.email.strip(),
        }  # fmt: skip


@transaction.atomic
def add_judge(*, season_id: int, person: Person, by: User, reason: str = "") -> Judge:
    """Put somebody into the pool of a season. Raises JudgingRefused for an unusable code."""
    judge = Judge(season_id=season_id, **person.columns())
    _save(judge)
    _log(judge, "add", by, reason)
    return judge


@transaction.atomic
def change_judge(*, judge_id: int, person: Person, by: User, reason: str = "") -> Judge:
    """Change what is known of a judge.

    The code stands still once the judge has a seat: draws and files know the judge by it. Whoever
    changes unit, organisation or related names looks for recusals anew (``recusing.detect``).
    Raises JudgingRefused.
    """
    judge = Judge.objects.select_for_update().get(pk=judge_id)
    columns = person.columns()
    if columns["key"] != judge.key and Seat.objects.filter(judge=judge).exists():
        raise JudgingRefused(_("The code stands still: this judge has a seat by it."))
    changed = sorted(name for name, new in columns.items() if getattr(judge, name) != new)
    for name, new in columns.items():
        setattr(judge, name, new)
    _save(judge)
    _log(judge, "change", by, reason, {"fields": ", ".join(changed)})
    return judge


@transaction.atomic
def remove_judge(*, judge_id: int, by: User, reason: str) -> None:
    """Take somebody out of the pool who has never had a seat. Raises JudgingRefused."""
    judge = Judge.objects.select_for_update().get(pk=judge_id)
    if Seat.objects.filter(judge=judge).exists():
        raise JudgingRefused(_("This judge has a seat: who leaves a panel stays on record."))
    _log(judge, "remove", by, reason)
    judge.delete()


@transaction.atomic
def invite_judge(*, judge_id: int, by: User, reason: str) -> tuple[Invitation, str]:
    """Make a link that gives the role of judge; whoever accepts it is this judge.

    It is sent to the judge's address, if there is one. Returns it with its address.
    Raises JudgingRefused, and what ``roles.services.invite`` raises.
    """
    judge = Judge.objects.select_for_update().get(pk=judge_id)
    if judge.user_id is not None:
        raise JudgingRefused(_("This judge has an account here already."))
    invitation, address = roles.invite(
        role=Role.JUDGE, by=by, reason=reason, season_id=judge.season_id, email=judge.email
    )
    judge.invitation = invitation
    judge.save(update_fields=["invitation"])
    return invitation, address


@transaction.atomic
def link_account(*, user_id: int, season_id: int) -> Judge | None:
    """Find the judge that an account is, and keep it: by the link that it accepted, or its e-mail.

    Only an address that the account has proved to own counts, and only if one judge has it.
    Returns None if it is no judge of the season.
    """
    user = User.objects.get(pk=user_id)
    own = Judge.objects.filter(season_id=season_id, user=user).first()
    if own is not None:
        return own
    free = Judge.objects.select_for_update(of=("self",)).filter(season_id=season_id, user=None)
    found = list(free.filter(invitation__accepted_by=user))
    if not found:
        proved = EmailAddress.objects.filter(user=user, verified=True)
        addresses = {address.lower() for address in proved.values_list("email", flat=True)}
        found = [one for one in free.exclude(email="") if one.email.lower() in addresses]
    if len(found) != 1:
        return None
    judge = found[0]
    judge.user = user
    judge.save(update_fields=["user"])
    record(
        actor=name_of(user), action="judging.judge_link", season=judge.season.slug,
        target=judge.key,
    )  # fmt: skip
    return judge


def _save(judge: Judge) -> None:
    try:
        judge.clean_fields(exclude=["season", "user", "invitation", "unit"])
        with transaction.atomic():
            judge.save()
    except ValidationError as error:
        raise JudgingRefused("\n".join(error.messages)) from error
    except IntegrityError as error:
        raise JudgingRefused(_("Another judge of this season has this code.")) from error


def _log(
    judge: Judge, what: str, by: User, reason: str, after: dict[str, Any] | None = None
) -> None:
    # The code and no name: the log cannot forget.
    season = Season.objects.only("slug").get(pk=judge.season_id)
    record(
        actor=name_of(by), action=f"judging.judge_{what}", season=season.slug, target=judge.key,
        after=after, reason=reason,
    )  # fmt: skip
