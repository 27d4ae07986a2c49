"""Who may do what in each stage, in words: the two tables of permissions, laid over each other."""

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from voting.roles.models import Role
from voting.roles.permissions import PERMISSIONS, UNBUILT, WORDS, Permission
from voting.roles.stages import BY_STAGE, stages_of
from voting.rules.schedule import ORDER
from voting.seasons.models import NominationSettings

Words = str | Promise

# What a season's day brings, in the order of the page; the rest is about the site and its people.
_ALL: Final = (
    Permission.NOMINATE, Permission.NOMINATIONS_REVIEW, Permission.OBJECTIONS_DECIDE,
    Permission.JUDGE, Permission.PANELS_EDIT, Permission.RESULTS_SEE, Permission.SEASON_EDIT,
    Permission.NOMINATIONS_SEE,
    Permission.OBJECTIONS_SEE, Permission.TALLIES_SEE, Permission.AUDIT_SEE,
    Permission.VOTING_OPERATE, Permission.INTEGRITY_REVIEW,
)  # fmt: skip
SHOWN: Final = tuple(one for one in _ALL if one not in UNBUILT)
# What anybody may do without any role.
PUBLIC: Final[dict[str, Words]] = {
    "nominations": _("read the call and, if the season lets them, put somebody forward"),
    "eligibility_review": _("read dates and rules; nominations stay closed to the public"),
    "preliminary_review": _("read dates and rules; nominations stay closed to the public"),
    "candidate_notice": _("read who is proposed, and object under their name"),
    "voting": _("read about nominees, vote, and see what the display rule shows"),
    "judging": _("read about nominees and check receipts"),
    "consolidation": _("read about nominees and check receipts"),
    "result_notice": _("read the result with every number on the way, and object to it"),
    "announcement": _("read the result, and check certificates"),
}


class Who(NamedTuple):
    """Somebody, and what they may do."""

    name: Words
    may: list[Words]


class InStage(NamedTuple):
    """What may be done in one stage besides what may be done at any time."""

    kind: str
    who: list[Who]


def by_stage(settings: NominationSettings | None = None) -> list[InStage]:
    """Return for each stage who may do what in it, by a season's switches if given."""
    return [
        InStage(kind, [Who(_("Everybody"), [PUBLIC[kind]]), *_roles_in(kind, settings)])
        for kind in ORDER
    ]


def at_any_time() -> list[Who]:
    """Return what each role may do whatever the stage."""
    free = [one for one in SHOWN if one not in BY_STAGE]
    found = [
        Who(role.label, [WORDS[one] for one in free if role in PERMISSIONS[one]]) for role in Role
    ]
    return [who for who in found if who.may]


def may_at(role: str, kinds: list[str], settings: NominationSettings | None = None) -> list[Words]:
    """Return what somebody may do while these stages go on. role: of ``Role``; else everybody."""
    if role not in Role.values:
        return [PUBLIC[kind] for kind in kinds]
    held = [
        one for one in SHOWN
        if Role(role) in PERMISSIONS[one]
        and (one not in BY_STAGE or stages_of(one, settings).intersection(kinds))
    ]  # fmt: skip
    return [WORDS[one] for one in held]


def _roles_in(kind: str, settings: NominationSettings | None) -> list[Who]:
    held = [one for one in SHOWN if one in BY_STAGE and kind in stages_of(one, settings)]
    found = [
        Who(role.label, [WORDS[one] for one in held if role in PERMISSIONS[one]]) for role in Role
    ]
    return [who for who in found if who.may]
