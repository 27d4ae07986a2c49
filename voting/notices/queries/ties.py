"""Who must not handle an objection: whoever is tied to the nominee or made the objection."""

from collections.abc import Collection
from dataclasses import dataclass

from accounts.models import User
from voting.notices.models import NoticeEntry, Objection, Objector, Recusal
from voting.roles.queries import active_grants
from voting.rules.folding import fold
from voting.units import queries as unit_queries
from voting.units.models import Unit


@dataclass(frozen=True, slots=True)
class Ties:
    """What ties a person to nominees and objectors; asked for once for a whole list."""

    user_id: int
    unit_codes: frozenset[str]  # of the units they have a role in, of those below, and above
    name: str
    phone: str
    email: str
    recused: frozenset[int]  # keys of objections

    def ground(self, objection: Objection) -> str:
        """Return why they must not handle it, of ``Recusal.Ground``; empty if nothing is known.

        The objection comes with its entry and objector, so that this asks nothing.
        """
        if objection.pk in self.recused:
            return Recusal.Ground.DECLARED
        if self._objected(objection):
            return Recusal.Ground.OBJECTOR
        entry = objection.entry
        if entry is None:
            return ""
        return self._of_nominee(entry)

    def _of_nominee(self, entry: NoticeEntry) -> str:
        if self.user_id in entry.nominators:
            return Recusal.Ground.NOMINATOR
        if self.unit_codes & set(entry.unit_codes):
            return Recusal.Ground.UNIT
        return ""

    def _objected(self, objection: Objection) -> bool:
        if objection.submitted_by_id == self.user_id:
            return True
        objector = objection.objector
        if objector.erased_at is not None:
            return False
        same_name = objector.kind == Objector.Kind.PERSON and fold(objector.name) == self.name
        return (
            bool(self.phone and objector.phone == self.phone)
            or bool(self.email and objector.email.lower() == self.email.lower())
            or bool(self.name and same_name)
        )


def ties_of(user: User) -> Ties:
    """Return what ties a user to nominees and objectors.

    Somebody with a role in a unit is tied to that unit and to those below it. Also to those above
    it, except the top of the tree, which stands for everybody. A few queries for each role that
    is limited to a unit.
    """
    codes: set[str] = set()
    for unit_id in set(
        active_grants().filter(user=user, unit__isnull=False).values_list("unit_id", flat=True)
    ):
        codes |= set(unit_queries.subtree(unit_id).values_list("code", flat=True))
        codes |= {unit.code for unit in unit_queries.ancestors(unit_id) if unit.parent_id}
    codes |= set(_headed(user))
    return Ties(
        user_id=user.pk,
        unit_codes=frozenset(codes),
        name=fold(user.name),
        phone=user.phone or "",
        email=user.email or "",
        recused=frozenset(Recusal.objects.filter(user=user).values_list("objection_id", flat=True)),
    )


def covered(user: User, *, seasons: Collection[str] | None = None) -> frozenset[str]:
    """Return the numbers of the objections of which a user must see nothing, as the inbox has it.

    seasons: slugs; None for all seasons. One query, and what it takes to know the ties.
    """
    found = Objection.objects.select_related("entry", "objector")
    if seasons is not None:
        found = found.filter(notice__season__slug__in=seasons)
    ties = ties_of(user)
    return frozenset(one.number for one in found if ties.ground(one))


def _headed(user: User) -> list[str]:
    """Return the units for which somebody of this name and phone number answers now."""
    if not (user.name and user.phone):
        return []
    return list(
        Unit.objects.filter(
            responsible_persons__name=user.name,
            responsible_persons__phone=user.phone,
            responsible_persons__ends_on=None,
        ).values_list("code", flat=True)
    )
