"""What may be refused about opening, closing and counting; the texts are fit for people."""

from voting.seasons.services import RuleBroken

__all__ = ["RuleBroken"]


class WrongPhase(RuleBroken):
    """The season is in another phase."""


class NotReadyToOpen(RuleBroken):
    """Something is missing before voting can open."""


class StoreUnsafe(RuleBroken):
    """The vote store may lose acknowledged ballots, or does not let us look whether it may."""


class StoreEmpty(RuleBroken):
    """The vote store has lost the epoch, or is behind the ledger: it must be rebuilt."""


class NotLoaded(RuleBroken):
    """Voting is open on record, and the vote store does not take ballots yet."""


class SamePerson(RuleBroken):
    """What needs two people was asked for in the name of one."""


class StillRunning(RuleBroken):
    """What is asked for would cut into voting that goes on."""
