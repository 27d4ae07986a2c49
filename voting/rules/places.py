"""From totals to places, and from places to those who are honoured.

The merit order is that of the totals and the declared tie chain. Then the list is gone through
from the top, and whoever can be honoured is, unless a limit that is reached speaks against it, or
the places left are needed for a floor. So of all lists that keep every limit it is the one that
keeps closest to merit, and for everybody whom a limit moves it is said which.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from msgspec.structs import replace

from voting.rules.components import Consolidation
from voting.rules.consolidation import Consolidated
from voting.rules.quotas import (
    Limit,
    Members,
    Quotas,
    Traits,
    completion,
    conflict,
    full,
    limits_of,
    problems,
)
from voting.rules.tie_figures import Panels, figures, step_problems
from voting.rules.ties import Decided, Figures, Place, Step, Ties, decide

State = Literal["in", "out", "open"]
Reason = Literal[
    "",  # merit alone
    "cap",  # a limit is reached, by whom it says
    "reserved",  # the places left are needed for a floor
    "floor",  # honoured because a floor needs it
    "closed",  # moved up, since limits took somebody above away
    "tie",  # more share the place than can be honoured, and nothing divides them yet
    "open-above",  # depends on a tie above that is not divided yet
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a nominee.

    merit: the place by total and tie chain. place: after the rules, among the honoured; None for
    who is not, or not yet. limits: those that decided. by: who has reached the cap. waits_for: the
    step of the tie chain that is still to come.
    """

    merit: int
    place: int | None
    state: State
    reason: Reason = ""
    limits: tuple[Limit, ...] = ()
    by: tuple[str, ...] = ()
    waits_for: Step | None = None


@dataclass(frozen=True, slots=True)
class Awarded:
    """Who is honoured. conflict: limits that cannot hold together; then there are no outcomes.

    unfilled: places that nobody is left for, or that an open tie keeps open.
    """

    outcomes: Mapping[str, Outcome]
    conflict: tuple[Limit, ...] = ()
    unfilled: int = 0

    def of(self, state: State) -> tuple[str, ...]:
        """Return the nominees in this state, the better first."""
        return tuple(one for one, own in self.outcomes.items() if own.state == state)


def decide_places(
    declared: Consolidation,
    result: Consolidated,
    ties: Ties,
    *,
    more: Figures | None = None,
    line: int | None = None,
    seed: str = "",
    panels: Panels | None = None,
    crossing: Collection[str] | None = None,
    left: Collection[str] = (),
) -> Decided:
    """Return the places of all who have a total.

    more: figures that the result does not hold, such as ``jury_vote`` and ``number``; they take
    the place of its own. line, seed, crossing, left: as for ``ties.decide``. panels: by component,
    how its values came about, where the result does not hold it.
    Raises ValueError for a chain with ``ties.problems`` or ``tie_figures.step_problems``.
    """
    if wrong := step_problems(ties, declared):
        raise ValueError(", ".join(wrong))
    often = Counter(result.totals.values())
    level = {one for one, total in result.totals.items() if often[total] > 1}
    known = {**figures(declared, result, ties.chain, level, panels), **(more or {})}
    return decide(result.totals, ties, known, line=line, seed=seed, crossing=crossing, left=left)


def decide_and_award(
    declared: Consolidation,
    result: Consolidated,
    ties: Ties,
    traits: Traits,
    quotas: Quotas,
    *,
    more: Figures | None = None,
    seed: str = "",
    panels: Panels | None = None,
) -> tuple[Decided, Awarded]:
    """Return the places of all who have a total, and who is honoured.

    Which ties need to be decided depends on the limits, and what limits do on how ties are decided.
    So it is asked who is left open, and decided again for these, until nobody is whom a step could
    still divide: under ``only_at_line`` first by the chain; then, since a chain that ends in a
    shared place says nothing about a choice that has to be made, by a vote of the panel. Each
    round asks for somebody more, so there are at most two for each nominee.
    Raises ValueError as ``decide_places`` and ``award`` do.
    """
    crossing: frozenset[str] | None = frozenset() if ties.only_at_line else None
    left: frozenset[str] = frozenset()
    strict = replace(quotas, shared_line="open")
    while True:
        decided = decide_places(
            declared, result, ties,
            more=more, seed=seed, panels=panels, crossing=crossing, left=left,
        )  # fmt: skip
        if crossing is not None:
            # Sharing the last place is for those whom the chain does not divide.
            new = _undivided(award(decided, traits, strict)) - crossing
            if new:
                crossing |= new
                continue
        awarded = award(decided, traits, quotas)
        new = _undivided(awarded) - left
        if not new:
            return decided, awarded
        left |= new


def _undivided(awarded: Awarded) -> frozenset[str]:
    """Return who stands at a tie that is open, and for whom no step is waited for."""
    return frozenset(
        one
        for one, own in awarded.outcomes.items()
        if own.reason == "tie" and own.waits_for is None
    )


def award(decided: Decided, traits: Traits, quotas: Quotas) -> Awarded:
    """Return who is honoured, and for everybody why.

    Raises ValueError for quotas with ``problems``, and for quotas too entangled to be solved.
    """
    if wrong := problems(quotas):
        raise ValueError(", ".join(wrong))
    nominees = [one for place in decided.places for one in place.nominees]
    members = limits_of(quotas, nominees, traits)
    if broken := conflict((), nominees, members, quotas.places):
        return Awarded({}, broken)
    found = _Solver(decided, members, quotas).run()
    without = found
    if any(limit.least for limit in members):
        no_floors = {
            Limit(one.quota, one.value, 0, one.most): concerned
            for one, concerned in members.items()
            if one.most is not None
        }
        without = _Solver(decided, no_floors, quotas).run()
    return _with_places(decided, found, without, members, quotas.places)


@dataclass(slots=True)
class _Solver:
    """Goes down the merit order once."""

    decided: Decided
    members: Members
    quotas: Quotas
    chosen: list[str] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    places: int = 0
    spare: tuple[str, ...] = ()  # some with whom the chosen keep every limit
    why: tuple[Limit, ...] = ()  # the last reason why somebody was in the way

    def run(self) -> dict[str, Outcome]:
        """Return what becomes of everybody, but for places after the rules."""
        self.places = self.quotas.places
        below = [one for place in self.decided.places for one in place.nominees]
        for at, place in enumerate(self.decided.places):
            below = below[len(place.nominees) :]
            if not self._place(place, below):
                self._leave_open(self.decided.places[at + 1 :], len(self._waiting(place)))
                break
        return self.outcomes

    def _place(self, place: Place, below: list[str]) -> bool:
        """Decide about those at one place; False: it cannot be decided between them."""
        group = self._not_full(place)
        if not group:
            return True
        seats = self.places - len(self.chosen)
        if not seats:
            self._set(group, place, "out")
            return True
        if len(group) > seats and self.quotas.shared_line == "all" and not place.waits_for:
            grown = len(self.chosen) + len(group)
            if self._with(group, below, grown) is not None:
                self.places = grown
        if self._take(group, place, below):
            return True
        group = self._not_in_the_way(group, place, below)
        if not group or self._take(group, place, below):
            return True
        why = conflict([*self.chosen, *group], below, self.members, self.places)
        self._set(group, place, "open", "tie", why)
        return False

    def _take(self, group: list[str], place: Place, below: list[str]) -> bool:
        spare = self._with(group, below, self.places)
        if spare is None:
            return False
        self.chosen += group
        self.spare = spare
        self._set(group, place, "in")
        return True

    def _not_in_the_way(self, group: list[str], place: Place, below: list[str]) -> list[str]:
        """Return those with whom, one by one, all floors can still be kept."""
        kept = []
        for one in group:
            others = [*(own for own in group if own != one), *below]
            if self._with([one], others, self.places) is not None:
                kept.append(one)
                continue
            chosen = [*self.chosen, one]
            self.why = conflict(chosen, others, self.members, self.places, self.why)
            self._set([one], place, "out", "reserved", self.why)
        return kept

    def _not_full(self, place: Place) -> list[str]:
        """Return those at a place whom no reached limit keeps out."""
        group = []
        for one in place.nominees:
            limit = full(self.chosen, self.members, one)
            if limit is None:
                group.append(one)
                continue
            by = tuple(own for own in self.chosen if own in self.members[limit])
            self.outcomes[one] = Outcome(place.place, None, "out", "cap", (limit,), by)
        return group

    def _with(self, group: list[str], below: list[str], places: int) -> tuple[str, ...] | None:
        """Return who could join the chosen and this group so that every limit holds."""
        seats = places - len(self.chosen) - len(group)
        # Mostly those who were found for the chosen alone will do, and no search is needed.
        spare = tuple(one for one in self.spare if one not in group)
        if len(spare) <= seats and set(spare) <= set(below):
            everybody = {*self.chosen, *group, *spare}
            touched = (
                (limit, own) for limit, own in self.members.items() if not own.isdisjoint(group)
            )
            if all(limit.most is None or len(own & everybody) <= limit.most
                   for limit, own in touched) and self._floors_kept(everybody):  # fmt: skip
                return spare
        return completion([*self.chosen, *group], below, self.members, seats)

    def _floors_kept(self, everybody: set[str]) -> bool:
        return all(limit.least <= len(own & everybody) for limit, own in self.members.items())

    def _waiting(self, place: Place) -> list[str]:
        return [one for one in place.nominees if self.outcomes[one].state == "open"]

    def _leave_open(self, later: tuple[Place, ...], waiting: int) -> None:
        """Below an open tie only what no way of dividing it could change is decided."""
        taken = set(self.chosen)
        floors = any(limit.least > len(own & taken) for limit, own in self.members.items())
        caps = any(limit.most is not None for limit in self.members)
        gone = waiting >= self.places - len(self.chosen) and not floors and not caps
        for place in later:
            group = self._not_full(place)
            if gone:
                self._set(group, place, "out")
            else:
                self._set(group, place, "open", "open-above")

    def _set(
        self,
        group: list[str],
        place: Place,
        state: State,
        reason: Reason = "",
        limits: tuple[Limit, ...] = (),
    ) -> None:
        waits_for = place.waits_for if state == "open" else None
        for one in group:
            self.outcomes[one] = Outcome(place.place, None, state, reason, limits, (), waits_for)


def _with_places(
    decided: Decided,
    found: Mapping[str, Outcome],
    without: Mapping[str, Outcome],
    members: Members,
    places: int,
) -> Awarded:
    """Return the outcomes with places among the honoured, and what moved those who moved."""
    outcomes: dict[str, Outcome] = {}
    above: dict[Limit, None] = {}
    honoured = 0
    for place in decided.places:
        here = [one for one in place.nominees if found[one].state == "in"]
        for one in place.nominees:
            own = found[one]
            if own.state != "in":
                outcomes[one] = own
                continue
            reason: Reason = ""
            limits: tuple[Limit, ...] = ()
            # Behind an open tie nobody is in yet: ``_leave_open`` has decided about all of them.
            after = honoured + 1
            if without[one].state == "out":
                reason = "floor"
                limits = tuple(
                    limit
                    for limit, concerned in members.items()
                    if limit.least and one in concerned
                )
            elif after != place.place:
                reason, limits = "closed", tuple(above)
            outcomes[one] = Outcome(place.place, after, "in", reason, limits)
        for one in place.nominees:
            if found[one].state == "out":
                above |= dict.fromkeys(found[one].limits)
        honoured += len(here)
    return Awarded(outcomes, (), max(0, places - honoured))
