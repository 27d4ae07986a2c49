"""What may be done in which stage: one table, for the pages that say so and the services that ask.

It stands beside ``permissions.PERMISSIONS``, which says to whom: a role may do something when both
agree. What is not in this table depends on no stage.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from django.utils import timezone

from voting.roles.permissions import Permission
from voting.rules.schedule import ORDER
from voting.seasons.models import NominationSettings, Season
from voting.seasons.queries import TimelineStage, nomination_settings, timeline


@dataclass(frozen=True, slots=True)
class Times:
    """In which stages something may be done.

    strict: only while one of them is going on, to the second; otherwise also in the time after
    it until the next stage begins, and at any time in a season that has none of them.
    """

    stages: frozenset[str]
    strict: bool = False


def _from_to(first: str, last: str) -> frozenset[str]:
    return frozenset(ORDER[ORDER.index(first) : ORDER.index(last) + 1])


BY_STAGE: Final[Mapping[Permission, Times]] = {
    Permission.NOMINATE: Times(frozenset({"nominations"}), strict=True),
    Permission.NOMINATIONS_REVIEW: Times(_from_to("nominations", "candidate_notice")),
    Permission.JUDGE: Times(frozenset({"judging"}), strict=True),
}


def stage_allows(season: Season, permission: Permission, at: datetime | None = None) -> bool:
    """Return whether the stage of a season allows something at a moment, by default now.

    Whether somebody's role does is another question (``queries.may``). Two queries at most.
    """
    times = BY_STAGE.get(permission)
    if times is None:
        return True
    now = at or timezone.now()
    stages = timeline(season, now)
    settings = nomination_settings(season) if permission in _SWITCHED else None
    kinds = stages_of(permission, settings)
    # What a switch takes away is taken away also where no other stage says when it begins.
    if any(one.state == "now" and one.kind in times.stages - kinds for one in stages):
        return False
    return allowed_in(stages, kinds, strict=times.strict)


@dataclass(frozen=True, slots=True)
class Shut:
    """Why something may not be done now: its time is yet to come, or over.

    kind: of the stage that decides. how: ``begins`` with it, ``after`` it, or ``over`` since it
    began. at: the moment of that.
    """

    kind: str
    how: Literal["begins", "after", "over"]
    at: datetime


def shut(season: Season, permission: Permission, at: datetime | None = None) -> Shut | None:
    """Return when something may be done that the stage does not allow; None if it allows it.

    Four queries at most, and two if it is allowed.
    """
    now = at or timezone.now()
    if stage_allows(season, permission, now):
        return None
    settings = nomination_settings(season) if permission in _SWITCHED else None
    kinds = stages_of(permission, settings)
    stages = timeline(season, now)
    coming = [one for one in stages if one.kind in kinds and one.state == "later"]
    if coming:
        return Shut(coming[0].kind, "begins", coming[0].starts_at)
    # In the order of the stages, so that the first one past its own ended it.
    own = max((ORDER.index(one.kind) for one in stages if one.kind in kinds), default=-1)
    for one in stages:
        if one.state != "later" and one.kind not in kinds and ORDER.index(one.kind) > own >= 0:
            return Shut(one.kind, "over", one.starts_at)
    now_on = [one for one in stages if one.state == "now"]
    return Shut(now_on[-1].kind, "after", now_on[-1].ends_at) if now_on else None


_SWITCHED: Final = frozenset({Permission.NOMINATIONS_REVIEW})


def stages_of(permission: Permission, settings: NominationSettings | None = None) -> frozenset[str]:
    """Return the stages in which something may be done, by the switches of a season if given."""
    times = BY_STAGE.get(permission)
    if times is None:
        return frozenset(ORDER)
    if (
        permission is Permission.NOMINATIONS_REVIEW
        and settings is not None
        and not settings.review_while_nominating
    ):
        return times.stages - {"nominations"}
    return times.stages


def allowed_in(stages: list[TimelineStage], kinds: frozenset[str], *, strict: bool) -> bool:
    """Return whether the present stage is one of these. stages: as they stand at the moment."""
    present = {one.kind for one in stages if one.state == "now"}
    if strict:
        return bool(present & kinds)
    if not present:
        # Between two stages what has been goes on; before all of them, nothing has begun.
        past = [one.kind for one in stages if one.state == "done"]
        present = {past[-1]} if past else set()
    held = {one.kind for one in stages if one.kind != "voting"}
    return bool(present & kinds) or not held & kinds
