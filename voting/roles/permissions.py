"""What each role allows: one table, read by every page."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from voting.roles.models import Role


class Permission(StrEnum):
    """One thing that may be done. Who may see a page at all has one of them for it."""

    SEASON_SEE = "season.see"
    SEASON_CREATE = "season.create"
    SEASON_EDIT = "season.edit"
    PEOPLE_MANAGE = "people.manage"
    UNITS_SEE = "units.see"
    UNITS_EDIT = "units.edit"
    NOMINATE = "nominations.nominate"
    NOMINATIONS_SEE = "nominations.see"
    NOMINATIONS_REVIEW = "nominations.review"
    NOTICES_EDIT = "notices.edit"
    OBJECTIONS_SEE = "objections.see"
    OBJECTIONS_DECIDE = "objections.decide"
    VOTING_OPERATE = "voting.operate"
    PROPOSE = "approvals.propose"
    APPROVE = "approvals.approve"
    TALLIES_SEE = "tallies.see"
    ANNOUNCE = "announcements.write"
    AUDIT_SEE = "audit.see"
    INTEGRITY_REVIEW = "integrity.review"
    JUDGE = "judging.score"


_STAFF = frozenset(
    {Role.ORGANISER, Role.REVIEWER, Role.INTEGRITY_REVIEWER, Role.JUDGE, Role.OBSERVER}
)
_ORGANISER = frozenset({Role.ORGANISER})

PERMISSIONS: Final[Mapping[Permission, frozenset[Role]]] = {
    Permission.SEASON_SEE: _STAFF | {Role.RECOMMENDER},
    Permission.SEASON_CREATE: _ORGANISER,
    Permission.SEASON_EDIT: _ORGANISER,
    Permission.PEOPLE_MANAGE: _ORGANISER,
    Permission.UNITS_SEE: frozenset(
        {Role.ORGANISER, Role.REVIEWER, Role.OBSERVER, Role.RECOMMENDER}
    ),
    Permission.UNITS_EDIT: _ORGANISER,
    Permission.NOMINATE: frozenset({Role.RECOMMENDER, Role.ORGANISER}),
    Permission.NOMINATIONS_SEE: frozenset(
        {Role.ORGANISER, Role.REVIEWER, Role.OBSERVER, Role.RECOMMENDER}
    ),
    Permission.NOMINATIONS_REVIEW: frozenset({Role.ORGANISER, Role.REVIEWER}),
    Permission.NOTICES_EDIT: _ORGANISER,
    Permission.OBJECTIONS_SEE: frozenset({Role.ORGANISER, Role.REVIEWER, Role.OBSERVER}),
    Permission.OBJECTIONS_DECIDE: frozenset({Role.ORGANISER, Role.REVIEWER}),
    Permission.VOTING_OPERATE: _ORGANISER,
    Permission.PROPOSE: _ORGANISER,
    Permission.APPROVE: _ORGANISER,
    Permission.TALLIES_SEE: frozenset({Role.ORGANISER, Role.OBSERVER, Role.INTEGRITY_REVIEWER}),
    Permission.ANNOUNCE: _ORGANISER,
    Permission.AUDIT_SEE: frozenset(
        {Role.ORGANISER, Role.OBSERVER, Role.INTEGRITY_REVIEWER}
    ),
    Permission.INTEGRITY_REVIEW: frozenset({Role.INTEGRITY_REVIEWER}),
    Permission.JUDGE: frozenset({Role.JUDGE}),
}  # fmt: skip
# What can only be had without a limit to one season: it reaches beyond any of them.
ABOVE_SEASONS: Final = frozenset({Permission.SEASON_CREATE, Permission.UNITS_EDIT})
