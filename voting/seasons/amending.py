"""Amending rules that are frozen: what may still change, forward only, and how it goes on record.

A voter must be able to trust that what decides about a ballot is what stood there when it was
cast. So the shape of ballots, the limits, weights, conversions, the panel's arithmetic, what
decides between equals, places and nominees can never change again: any of them would change what
ballots already cast are worth. What may change takes nothing back:

- voting may end later, as long as it has not ended;
- less may be shown while voting is open, or the daily numbers at another hour;
- notices may last longer.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import User
from voting.audit.services import name_of, record
from voting.seasons import queries
from voting.seasons.models import MOST_NOTICE_DAYS, RuleAmendment, RuleSheet, Season, SeasonEvent
from voting.seasons.services import FORMATS, RuleBroken, fingerprint

Display = RuleSheet.Display
# What may be shown instead: never anything that was hidden before.
LESS: Final[Mapping[str, tuple[str, ...]]] = {
    Display.LIVE: (Display.DELAYED, Display.DAILY, Display.RANK_ONLY, Display.HIDDEN),
    Display.DELAYED: (Display.DAILY, Display.HIDDEN),
    Display.DAILY: (Display.HIDDEN,),
    Display.RANK_ONLY: (Display.HIDDEN,),
    Display.HIDDEN: (),
}
OF_SHEET: Final = (
    "display", "display_delay_minutes", "display_hour", "turnout_public",
    "candidate_notice_days", "result_notice_days",
)  # fmt: skip
AMENDABLE: Final = ("closes_at", *OF_SHEET)


class NotAmendable(RuleBroken):
    """What cannot be changed any more, or not in this direction."""


class Change(NamedTuple):
    """One rule before and after; both fit for JSON, times as ISO 8601 in UTC."""

    field: str
    before: Any
    after: Any


def values_of(season: Season) -> dict[str, Any]:
    """Return what may be amended as it is now, by field."""
    return {name: getattr(_owner(season, name), name) for name in AMENDABLE}


def fields_of(season: Season) -> list[str]:
    """Return which rules can still be amended; none before opening and after the announcement."""
    if not queries.is_frozen(season) or season.phase == Season.Phase.ANNOUNCED:
        return []
    sheet = season.rule_sheet
    known = FORMATS[sheet.fingerprint_format]
    running = _is_running(season)
    can = {
        "closes_at": running,
        "display": running and bool(LESS[sheet.display]),
        "display_delay_minutes": running and sheet.display in {Display.LIVE, Display.DELAYED},
        "display_hour": running and sheet.display != Display.HIDDEN,
        "turnout_public": running and sheet.turnout_public,
        # What the form of its rules does not hold, a season's fingerprint could not prove.
        "candidate_notice_days": "candidate_notice_days" in known,
        "result_notice_days": "result_notice_days" in known,
    }
    return [name for name in AMENDABLE if can[name]]


def state(season: Season) -> str:
    """Return what a proposal is based on, 64 hexadecimal digits: the rules in force, the phase."""
    sheet = season.rule_sheet
    return sha256(f"{sheet.version}|{sheet.fingerprint}|{season.phase}".encode()).hexdigest()


def check(season: Season, wanted: Mapping[str, Any]) -> list[Change]:
    """Return what would change. wanted: new values by field, times as datetime or ISO 8601.

    Raises NotAmendable with a sentence for each value that is not allowed, or if nothing changes.
    """
    now = values_of(season)
    new = {name: _value(name, value) for name, value in wanted.items()}
    new = {name: value for name, value in new.items() if name not in now or value != now[name]}
    allowed = fields_of(season)
    sentences = [
        _("This rule cannot be changed any more: %(name)s.") % {"name": name}
        for name in new
        if name not in allowed
    ]
    if not new:
        sentences.append(_("Nothing would change."))
    if not sentences:
        faults = _faults(season, now | new)
        sentences = [text for name, (fits, text) in faults.items() if name in new and not fits]
    if sentences:
        raise NotAmendable("\n".join(sentences))
    return [Change(name, _plain(now[name]), _plain(new[name])) for name in AMENDABLE if name in new]


@transaction.atomic
def amend_rules(
    *, season_id: int, wanted: Mapping[str, Any], reason: str, proposed_by: User, approved_by: User
) -> RuleAmendment:
    """Change frozen rules in SQL, with the row that says so; they hold from now on.

    wanted: as for ``check``. reason: public. The vote store is told by whoever calls this, after
    commit. Raises NotAmendable, also if both are the same person.
    """
    if proposed_by.pk == approved_by.pk:
        raise NotAmendable(_("Rules are amended by two people."))
    Season.objects.select_for_update().get(pk=season_id)
    RuleSheet.objects.select_for_update().get(season_id=season_id)
    season = Season.objects.select_related("rule_sheet").get(pk=season_id)
    changes = check(season, wanted)
    sheet = season.rule_sheet
    before = sheet.fingerprint
    for change in changes:
        setattr(_owner(season, change.field), change.field, _value(change.field, change.after))
    sheet.version += 1
    sheet.fingerprint = fingerprint(season)
    # In this order: the row, the sheet that follows it, the end that the row names. The triggers
    # refuse every other one.
    amendment = RuleAmendment.objects.create(
        season=season,
        number=sheet.version,
        before={change.field: change.before for change in changes},
        reason=reason,
        proposed_by=proposed_by,
        approved_by=approved_by,
        fingerprint_before=before,
        fingerprint_after=sheet.fingerprint,
        **{change.field: _value(change.field, change.after) for change in changes},
    )
    sheet.save()
    season.save(update_fields=["closes_at"])
    detail = {change.field: [change.before, change.after] for change in changes}
    SeasonEvent.objects.create(
        season=season, action="amend", actor=name_of(approved_by), reason=reason,
        detail={"number": sheet.version, "fingerprint": sheet.fingerprint} | detail,
    )  # fmt: skip
    record(
        actor=name_of(approved_by), action="rules.amend", season=season.slug,
        target=f"{sheet.version}", reason=reason,
        before={change.field: change.before for change in changes},
        after={change.field: change.after for change in changes},
    )  # fmt: skip
    return amendment


def changes_of(amendment: RuleAmendment) -> list[Change]:
    """Return what an amendment has changed."""
    return [
        Change(name, amendment.before[name], _plain(getattr(amendment, name)))
        for name in AMENDABLE
        if name in amendment.before
    ]


def _owner(season: Season, field: str) -> Season | RuleSheet:
    return season if field == "closes_at" else season.rule_sheet


def _is_running(season: Season) -> bool:
    """Return whether voting goes on or will, by plan and by what was done."""
    going = season.phase in {Season.Phase.OPEN, Season.Phase.PAUSED}
    return going and timezone.now() < season.ends_at


def _value(field: str, value: Any) -> Any:
    if field != "closes_at" or not isinstance(value, str):
        return value
    return parse_datetime(value)


def _plain(value: Any) -> Any:
    return value.astimezone(ZoneInfo("UTC")).isoformat() if isinstance(value, datetime) else value


def _faults(season: Season, new: Mapping[str, Any]) -> dict[str, tuple[bool, str]]:
    """Return for each rule whether its new value takes nothing back, and what to say if it does.

    new: all values as they would be.
    """
    sheet = season.rule_sheet
    shown = new["display"]
    late, delay = shown == Display.DELAYED, new["display_delay_minutes"]
    longer = _("A notice can only become longer, up to %(days)d days.") % {"days": MOST_NOTICE_DAYS}
    return {
        "closes_at": (
            new["closes_at"] is not None and new["closes_at"] > season.closes_at,
            _("Voting can only end later than planned, not earlier."),
        ),
        "display": (
            shown in LESS[sheet.display] and bool(delay or not late),
            _("Say how many minutes late the votes are shown.")
            if late
            else _("While voting is open, only less can be shown than before, never more."),
        ),
        "display_delay_minutes": (
            late and (sheet.display != shown or delay > sheet.display_delay_minutes),
            _("A delay is for votes that are shown delayed, and can only become longer."),
        ),
        "display_hour": (
            shown == Display.DAILY and 0 <= new["display_hour"] <= 23,
            _("An hour, 0 to 23, is for votes that are shown once a day."),
        ),
        "turnout_public": (not new["turnout_public"], _("What was hidden stays hidden.")),
        "candidate_notice_days": (
            sheet.candidate_notice_days < new["candidate_notice_days"] <= MOST_NOTICE_DAYS, longer,
        ),
        "result_notice_days": (
            sheet.result_notice_days < new["result_notice_days"] <= MOST_NOTICE_DAYS, longer,
        ),
    }  # fmt: skip
