"""The same decision for many nominations: shown before it is made, refused row by row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from voting.audit.services import name_of
from voting.nominations.models import Nomination
from voting.nominations.review import queue
from voting.nominations.services import deciding
from voting.nominations.services.deciding import locked
from voting.nominations.services.errors import NotNow
from voting.nominations.services.quotas import check_move
from voting.nominations.services.states import note
from voting.seasons.models import Category
from voting.seasons.services import RuleBroken

MOST: Final = 200  # nominations in one go

# Carries a decision out for one nomination, as it was seen: nomination_id and seen.
Act = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happens, or would happen, to one nomination; ``refusal`` is empty if it is done."""

    nomination: Nomination
    refusal: str


def preview(
    *, nominations: Sequence[Nomination], act: Act, together: bool = False
) -> list[Outcome]:
    """Return what would happen, by doing it and undoing it again; nobody is told of it.

    together: one after the other, since each leaves less room for the next, and undone at the
    end; else each by itself, so that others who decide wait for one of them only.
    """
    if not together:
        return [_tried(one, act) for one in nominations]
    with transaction.atomic():
        outcomes = carry_out(nominations=nominations, act=act)
        transaction.set_rollback(True)
    return outcomes


def carry_out(*, nominations: Sequence[Nomination], act: Act) -> list[Outcome]:
    """Do it: each nomination for itself, so that a refusal holds back nothing else."""
    return [_done(one, act) for one in nominations]


@transaction.atomic
def assign_category(*, nomination_id: int, seen: int, user: User, category_id: int) -> Nomination:
    """Move a nomination that is under review to another category.

    Raises like ``accept``, and QuotaUsed if its unit has no room there (``quotas.check_move``).
    """
    nomination = locked(nomination_id, user, seen)
    if nomination.state not in (*queue.WAITING, Nomination.State.RETURNED):
        raise NotNow(
            _("This nomination is in the state “%(state)s” by now. Look at it again.")
            % {"state": nomination.get_state_display()}
        )
    category = Category.objects.get(pk=category_id, season=nomination.season)
    if nomination.category_id == category.pk:
        raise NotNow(_("It stands in this category already."))
    check_move(nomination, category)
    old = nomination.category
    nomination.category = category
    nomination.version += 1
    nomination.save(update_fields=["category", "version", "updated_at"])
    note(
        nomination=nomination, action="assign_category", actor=name_of(user),
        detail={"from": old.name if old else "", "to": category.name},
    )  # fmt: skip
    deciding.log(
        nomination, user, "assign_category", before={"category": old.name if old else ""},
        after={"category": category.name},
    )  # fmt: skip
    return nomination


def _tried(nomination: Nomination, act: Act) -> Outcome:
    with transaction.atomic():
        outcome = _done(nomination, act)
        transaction.set_rollback(True)
    return outcome


def _done(nomination: Nomination, act: Act) -> Outcome:
    try:
        with transaction.atomic():
            act(nomination_id=nomination.pk, seen=nomination.version)
    except RuleBroken as error:
        return Outcome(nomination, str(error))
    return Outcome(nomination, "")
