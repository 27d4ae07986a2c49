"""One thing to do on a season's first page, and for whom and when the list of them is made."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Final, NamedTuple

from django.utils import timezone

from accounts.models import User
from voting.roles.queries import Powers
from voting.seasons.models import Season
from voting.seasons.queries import TimelineStage

MOST_OF_A_KIND: Final = 5  # what is listed one by one is listed so often at most


class Todo(NamedTuple):
    """One thing to do, with one button."""

    kind: str  # a word on its tag: see ``todos.kinds``
    text: str
    detail: str
    due_at: datetime | None  # None: no deadline
    url: str
    button: str


class Case(NamedTuple):
    """For whom and when a list is made. All that contributors need, asked once."""

    season: Season
    user: User
    powers: Powers
    stages: list[TimelineStage]
    now: datetime

    def stage(self, kind: str) -> TimelineStage | None:
        """Return a stage of the season; None if it has none of this kind."""
        return next((one for one in self.stages if one.kind == kind), None)


# A part of the award that has something to say. Costs a constant number of queries, and says
# nothing about what the person may not do.
Contributor = Callable[[Case], list[Todo]]


def day_of(at: datetime) -> datetime:
    """Return the end of the day of a moment: what is due then is overdue on the next day."""
    zone = timezone.get_current_timezone()
    return datetime.combine(timezone.localdate(at), time.max, zone)
