"""What each role allows: one table, read by every page."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from voting.roles.models import Role


class Permission(StrEnum):
    """One thing that may be done. Who may see a page at all has one of them for it."""

    SEASON_SEE = "season.see"
    SEASON_CREATE = "season.create"
    SEASON_EDIT = "season.edit"
    PEOPLE_MANAGE = "people.manage"
    UNITS_SEE = "units.see"
    UNITS_EDIT = "units.edit"
    CALENDAR_EDIT = "calendar.edit"
    NOMINATE = "nominations.nominate"
    NOMINATIONS_SEE = "nominations.see"
    REVIEW_SEE = "review.see"
    NOMINATIONS_REVIEW = "nominations.review"
    NOTICES_EDIT = "notices.edit"
    OBJECTIONS_SEE = "objections.see"
    OBJECTIONS_DECIDE = "objections.decide"
    VOTING_OPERATE = "voting.operate"
    PROPOSE = "approvals.propose"
    APPROVE = "approvals.approve"
    TALLIES_SEE = "tallies.see"
    PANELS_EDIT = "judging.arrange"
    RESULTS_SEE = "results.see"
    FIGURES_ENTER = "figures.enter"
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
    Permission.CALENDAR_EDIT: _ORGANISER,
    Permission.NOMINATE: frozenset({Role.RECOMMENDER, Role.ORGANISER}),
    Permission.NOMINATIONS_SEE: frozenset(
        {Role.ORGANISER, Role.REVIEWER, Role.OBSERVER, Role.RECOMMENDER}
    ),
    Permission.REVIEW_SEE: frozenset({Role.ORGANISER, Role.REVIEWER, Role.OBSERVER}),
    Permission.NOMINATIONS_REVIEW: frozenset({Role.ORGANISER, Role.REVIEWER}),
    Permission.NOTICES_EDIT: _ORGANISER,
    Permission.OBJECTIONS_SEE: frozenset({Role.ORGANISER, Role.REVIEWER, Role.OBSERVER}),
    Permission.OBJECTIONS_DECIDE: frozenset({Role.ORGANISER, Role.REVIEWER}),
    Permission.VOTING_OPERATE: _ORGANISER,
    Permission.PROPOSE: _ORGANISER,
    Permission.APPROVE: _ORGANISER,
    Permission.TALLIES_SEE: frozenset({Role.ORGANISER, Role.OBSERVER, Role.INTEGRITY_REVIEWER}),
    Permission.PANELS_EDIT: _ORGANISER,
    Permission.RESULTS_SEE: frozenset({Role.ORGANISER, Role.OBSERVER}),
    Permission.FIGURES_ENTER: _ORGANISER,
    Permission.ANNOUNCE: _ORGANISER,
    Permission.AUDIT_SEE: frozenset(
        {Role.ORGANISER, Role.OBSERVER, Role.INTEGRITY_REVIEWER}
    ),
    Permission.INTEGRITY_REVIEW: frozenset({Role.INTEGRITY_REVIEWER}),
    Permission.JUDGE: frozenset({Role.JUDGE}),
}  # fmt: skip
# What can only be had without a limit to one season: it reaches beyond any of them.
ABOVE_SEASONS: Final = frozenset(
    {Permission.SEASON_CREATE, Permission.UNITS_EDIT, Permission.CALENDAR_EDIT}
)
# What each permission means to a person who has it; a page says with it what a role may do.
WORDS: Final[Mapping[Permission, Any]] = {
    Permission.SEASON_SEE: _("see the season, drafts too"),
    Permission.SEASON_CREATE: _("begin new seasons"),
    Permission.SEASON_EDIT: _("change rules, stages, texts and categories of a draft"),
    Permission.PEOPLE_MANAGE: _("invite people and give or take roles"),
    Permission.UNITS_SEE: _("see units and who answers for them"),
    Permission.UNITS_EDIT: _("change the tree of units"),
    Permission.CALENDAR_EDIT: _("change the days off by which all seasons count"),
    Permission.NOMINATE: _("put people forward"),
    Permission.NOMINATIONS_SEE: _("read nominations"),
    Permission.REVIEW_SEE: _("see checks, clearances and decisions about nominations"),
    Permission.NOMINATIONS_REVIEW: _("review nominations, return, merge and decide them"),
    Permission.NOTICES_EDIT: _("write and publish public notices"),
    Permission.OBJECTIONS_SEE: _("read objections"),
    Permission.OBJECTIONS_DECIDE: _("decide objections"),
    Permission.VOTING_OPERATE: _("pause and resume voting, and withdraw nominees"),
    Permission.PROPOSE: _("sign first for what needs two people"),
    Permission.APPROVE: _("sign second for what needs two people"),
    Permission.TALLIES_SEE: _("see turnout while voting is open"),
    Permission.PANELS_EDIT: _("make panels, seat and draw judges, open and close judging"),
    Permission.RESULTS_SEE: _("see the result once voting and judging are over"),
    Permission.FIGURES_ENTER: _("bring in and confirm votes and figures from outside"),
    Permission.ANNOUNCE: _("write announcements to voters"),
    Permission.AUDIT_SEE: _("read and export the log of what was done"),
    Permission.INTEGRITY_REVIEW: _("look into suspicious ballots"),
    Permission.JUDGE: _("mark nominees as a judge"),
}
# What there is no page for yet: nobody is told that they may do it. The roles can be given.
UNBUILT: Final = frozenset({Permission.INTEGRITY_REVIEW})


def words_of(role: str, *, in_one_season: bool = False) -> list[str]:
    """Return what a role may do today, one phrase each, in the order of the table.

    in_one_season: leave out what nobody may whose role is limited to a season.
    """
    without = UNBUILT | ABOVE_SEASONS if in_one_season else UNBUILT
    return [
        str(WORDS[one])
        for one, roles in PERMISSIONS.items()
        if role in roles and one not in without
    ]
