"""What a kind of change must say of itself, so that two people can sign it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from voting.approvals.models import Proposal
from voting.roles.permissions import Permission
from voting.seasons.models import Season


class Line(NamedTuple):
    """One thing that changes, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of change. All texts are in the reader's language, at the moment they are asked for.

    name: such as ``voting.open``. title: what is to be done; button: what the second person does.
    consequence: what signing means, in one or two sentences.
    proposes, approves: what the first and the second person must be allowed in the season.
    state: 64 characters at most that differ when what is signed differs; the season is as
    ``seasons.queries.season_by_slug`` returns it.
    difference: what changes, from the season and the proposal's payload. labels: those of its
    lines that are the program's words, so that what was kept in one language is read in another.
    carry_out: makes the change in the transaction of the second signature; the proposal says who
    signed (``proposed_by``, ``decided_by``) and why.
    template, details: what else the second person must see below the difference, if anything.
    leads_to: name of the season's page where one sees what came of it; "" for none.
    begins_at: name of the season's page where a first person signs; "" for none.
    """

    name: str
    title: Any
    consequence: Any
    state: Callable[[Season], str]
    difference: Callable[[Season, Mapping[str, Any]], list[Line]]
    carry_out: Callable[[Proposal], object]
    labels: Callable[[], list[str]] = list
    proposes: Permission = Permission.PROPOSE
    approves: Permission = Permission.APPROVE
    template: str = ""
    leads_to: str = ""
    begins_at: str = ""
    details: Callable[[Season], dict[str, Any]] = lambda _season: {}
