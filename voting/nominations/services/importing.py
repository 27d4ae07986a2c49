"""Taking in a list of nominations: first what would happen, then all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from voting.audit.services import name_of, record
from voting.nominations.models import Contact, Decision, Merge, Nomination, NominationEvent
from voting.nominations.queries import is_open
from voting.nominations.review import queue
from voting.nominations.services.listing import must_be_draft, must_be_time_of_review
from voting.nominations.services.locking import locked_season
from voting.nominations.services.quotas import lock_units, over_quota
from voting.nominations.services.states import note
from voting.nominations.sheets.columns import TITLES
from voting.nominations.sheets.reading import Problem, SheetInvalid, rows_of
from voting.nominations.sheets.resource import NominationResource, Planned
from voting.seasons.models import Season
from voting.seasons.services import RuleBroken

BATCH: Final = 200
State = Nomination.State
# Columns whose values must be gone some day (services.erasing); the audit log forgets nothing.
ERASED_LATER: Final = frozenset({"birth_year"})


class SheetRefused(RuleBroken):
    """A list that cannot be taken in; ``problems`` name rows and columns."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(_("Nothing was written. Please correct the file:"))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Taken:
    """How many rows were added, changed, left as they were; how many of the new ones are joined."""

    added: int
    changed: int
    unchanged: int
    joined: int


def plan(*, season: Season, user: User, raw: bytes) -> list[Planned]:
    """Return what a file would do to a season, row by row; writes nothing.

    raw: XLSX or CSV as it was uploaded. user: whoever takes it in; they change nothing, and put
    nothing together, that they must not decide about. Raises SheetRefused, and NotNow outside the
    time in which nominations are reviewed, or for new rows also taken.
    """
    planned = _read(season, user, raw)
    _check_room(season, planned)
    return planned


def _read(season: Season, user: User, raw: bytes) -> list[Planned]:
    resource = NominationResource(season)
    try:
        problems = resource.read(rows_of(raw))
    except SheetInvalid as error:
        raise SheetRefused(error.problems) from error
    _must_be_time_of(season, resource.planned)
    problems = problems or _too_near(season, user, resource.planned)
    if problems:
        raise SheetRefused(problems)
    return resource.planned


def _check_room(season: Season, planned: Sequence[Planned]) -> None:
    problems = over_quota(season, planned)
    if problems:
        raise SheetRefused(problems)


@transaction.atomic
def take_in(*, season_id: int, user: User, raw: bytes, reason: str) -> Taken:
    """Add and change nominations as a file says.

    New rows count as sent in now. Rows of one category with the same word under "put together
    with" are one: the first of them, or the nomination with this code, stands for all; each
    remains as it came. Raises SheetRefused, NotNow as ``plan`` does; nothing is written then.
    """
    season = locked_season(season_id)
    must_be_draft(season)
    planned = _read(season, user, raw)
    lock_units(planned)
    _check_room(season, planned)
    new = [one for one in planned if one.what == "new"]
    leads = _leads(season, new)
    now = timezone.now()
    for one in new:
        if id(one.nomination) in leads:
            one.nomination.state = State.MERGED
            one.nomination.nominee_id = leads[id(one.nomination)].nominee_id
    Nomination.objects.bulk_create([one.nomination for one in new], batch_size=BATCH)
    Contact.objects.bulk_create(
        [Contact(nomination=one.nomination, nominator_name=one.nominator) for one in new],
        batch_size=BATCH,
    )
    who = name_of(user)
    NominationEvent.objects.bulk_create(
        [
            NominationEvent(nomination=one.nomination, at=now, action="import", actor=who,
                            state=one.nomination.state, reason=reason)
            for one in new
        ],
        batch_size=BATCH,
    )  # fmt: skip
    joined = [one.nomination for one in new if id(one.nomination) in leads]
    Merge.objects.bulk_create(
        [
            Merge(nomination=one, into=leads[id(one)], reason=reason, merged_by=user, merged_at=now)
            for one in joined
        ],
        batch_size=BATCH,
    )
    Decision.objects.bulk_create(
        [
            Decision(nomination=one, kind=Decision.Kind.MERGE, text=reason, decided_by=user,
                     note=leads[id(one)].code, version=one.version)
            for one in joined
        ],
        batch_size=BATCH,
    )  # fmt: skip
    changed = [one for one in planned if one.what == "changed"]
    for one in changed:
        _change(one, who, reason)
    done = Taken(len(new), len(changed), len(planned) - len(new) - len(changed), len(joined))
    record(
        actor=who, action="nominations.import", season=season.slug, reason=reason,
        before={one.nomination.code: {k: old for k, (old, _new) in _logged(one).items()}
                for one in changed},
        after={"added": done.added, "joined": done.joined}
        | {one.nomination.code: {k: new for k, (_old, new) in _logged(one).items()}
           for one in changed},
    )  # fmt: skip
    return done


def _must_be_time_of(season: Season, planned: Sequence[Planned]) -> None:
    """Raise NotNow unless the stage of the season lets this be done.

    What came on paper may be entered while nominations are taken, also where the season reviews
    them only afterwards; changing them and putting them together is reviewing.
    """
    only_adds = all(one.what == "new" and not one.same_as for one in planned)
    if not (only_adds and is_open(season)):
        must_be_time_of_review(season)


def _too_near(season: Season, user: User, planned: Sequence[Planned]) -> list[Problem]:
    """Return which rows do what whoever takes the list in must keep out of."""
    recused = queue.recused_from(user, season.pk)
    units = queue.near_units(user, season.pk)
    closed = Nomination.objects.filter(pk__in=recused).values_list("code", flat=True)
    codes = {code.upper() for code in closed}
    found = []
    for one in planned:
        if one.what == "changed" and one.nomination.pk in recused:
            text = _("You are close to this nomination, so somebody else changes it.")
            found.append(Problem(one.number, "", text))
        elif one.same_as and (one.same_as.upper() in codes or one.nomination.unit_id in units):
            text = _("You are close to one of these nominations, so somebody else puts them "
                     "together.")  # fmt: skip
            found.append(Problem(one.number, str(TITLES["same_as"]), text))
    return found


def _leads(season: Season, new: Sequence[Planned]) -> dict[int, Nomination]:
    """Return for each new row that is put together with another one: which one stands for it.

    Keys are ``id`` of the rows, which have no number yet.
    """
    by_code = {
        one.code: one
        for one in Nomination.objects.select_for_update().filter(
            season=season, code__in={one.same_as.upper() for one in new if one.same_as},
            state__in=[State.SUBMITTED, State.RESUBMITTED, State.ACCEPTED],
        )
    }  # fmt: skip
    first: dict[tuple[int | None, str], Nomination] = {}
    found: dict[int, Nomination] = {}
    for one in new:
        if not one.same_as:
            continue
        lead = by_code.get(one.same_as.upper())
        if lead is None:
            lead = first.setdefault((one.nomination.category_id, one.same_as), one.nomination)
        if lead is not one.nomination:
            found[id(one.nomination)] = lead
    return found


def _logged(one: Planned) -> dict[str, tuple[str, str]]:
    """Return what changed as the log may keep it: of what is erased later only that it did."""
    return {key: ("", "*") if key in ERASED_LATER else texts for key, texts in one.changes.items()}


def _change(one: Planned, who: str, reason: str) -> None:
    nomination = one.nomination
    now = Nomination.objects.select_for_update().get(pk=nomination.pk)
    if now.version != nomination.version:
        # Its nominator need not wait for a list to be read, and is not written over.
        raise SheetRefused(
            [Problem(one.number, "", _("Somebody has just changed this nomination. Try again."))]
        )
    nomination.version += 1
    nomination.save()
    note(
        nomination=nomination, action="import", actor=who, reason=reason,
        detail={"changed": sorted(one.changes)},
    )  # fmt: skip
