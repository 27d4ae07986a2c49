"""Making and changing drafts in the browser. What has been opened, these refuse to touch.

Each change names who made it and why, and what the form showed when it was filled in: somebody
else's change in between is not written over.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from voting.audit.services import record
from voting.rules.ballots import BallotRules, problems
from voting.rules.ballots import Cap as Limit
from voting.seasons import counting, queries
from voting.seasons.approval import APPROVAL
from voting.seasons.copying import copy_rules, copy_setup
from voting.seasons.holding import COUNT
from voting.seasons.models import Cap, Category, RuleSheet, Season, SeasonEvent, VotingWindow
from voting.seasons.presets import Preset, presets
from voting.seasons.readiness import does_not_fit
from voting.seasons.services import (
    ChangedMeanwhile as ChangedMeanwhile,  # noqa: PLC0414 -- raised here, so found here
)
from voting.seasons.services import (
    RuleBroken,
    SeasonFrozen,
    canonical_rules,
    refuse_while_held,
)

CapFields = tuple[str, str, str, int]
MOST_WINDOWS: Final = 60
DETAILS: Final = (
    "name", "name_en", "summary", "summary_en", "opens_at", "closes_at", "order", "organiser",
    "organiser_en", "contact_phone", "contact_email", "contact_hours", "contact_hours_en",
    "help_points", "help_points_en",
)  # fmt: skip


def state(season: Season) -> str:
    """Return what a form shows of a draft as 16 hexadecimal digits; they differ when it does."""
    shown = [str(getattr(season, name)) for name in DETAILS]
    shown += [season.numbering, *(category.name_en for category in season.categories.all())]
    return sha256(canonical_rules(season) + repr(shown).encode()).hexdigest()[:16]


@transaction.atomic
def create_season(
    *,
    preset: str,
    slug: str,
    name: str,
    organiser: str,
    opens_at: datetime,
    closes_at: datetime,
    actor: str,
    name_en: str = "",
) -> Season:
    """Make a draft with the rules of a preset; categories and nominees come later.

    Raises RuleBroken if the address is taken, or if voting would end before it begins.
    """
    chosen = presets()[preset]
    season = _begin(
        slug=slug, name=name, name_en=name_en, organiser=organiser, opens_at=opens_at,
        closes_at=closes_at, identity_level=chosen.identity_level,
        numbering=Season.Numbering.STROKES,
    )  # fmt: skip
    sheet = RuleSheet.objects.create(season=season, **chosen.rules.fields())
    _write_caps(sheet, chosen.caps)
    _write_windows(season, _windows_of(chosen, season))
    _note(season, "create", actor, _("new season"), preset=preset)
    return season


@transaction.atomic
def copy_season(
    *,
    source: str,
    slug: str,
    name: str,
    organiser: str,
    opens_at: datetime,
    closes_at: datetime,
    actor: str,
    name_en: str = "",
) -> Season:
    """Make a draft with all that was set up for another season; no nominees.

    Stages move by whole days with the opening; approval, nomination form and quotas are the same.
    Voting windows keep their distance from the opening; what would lie behind the end is left out.
    Raises RuleBroken like ``create_season``, Season.DoesNotExist.
    """
    old = queries.season_by_slug(source)
    kept = {
        field: getattr(old, field)
        for field in (*DETAILS, *APPROVAL, "time_zone", "identity_level", "slices", "numbering")
        if field not in {"summary", "summary_en"}
    }
    season = _begin(
        **kept
        | {
            "slug": slug, "name": name, "name_en": name_en, "organiser": organiser,
            "opens_at": opens_at, "closes_at": closes_at,
        }
    )  # fmt: skip
    copy_rules(old, season)
    for window in old.windows.all():
        start = opens_at + (window.starts_at - old.opens_at)
        if start < closes_at:
            season.windows.create(starts_at=start)
    Category.objects.bulk_create(
        Category(
            season=season, position=one.position, name=one.name, name_en=one.name_en,
            short_name=one.short_name, short_name_en=one.short_name_en, places=one.places,
        )
        for one in old.categories.all()
    )  # fmt: skip
    copy_setup(old, season)
    _note(season, "create", actor, _("new season"), copied_from=source)
    return season


@transaction.atomic
def update_rules(
    *,
    slug: str,
    fields: dict[str, Any],
    caps: list[CapFields],
    windows: Sequence[datetime] | None = None,
    seen: str,
    actor: str,
    reason: str,
) -> Season:
    """Replace a draft's limits as a whole, and the fields of its rule sheet that are given.

    fields: of the rule sheet, and ``identity_level``; what is declared about the count as its
    columns keep it. windows: when each window after the first starts; the first one starts with
    voting. None leaves the windows as they are. seen: ``state`` when the form was shown.
    Raises SeasonFrozen, ChangedMeanwhile, RulesHeld if what is declared about the count would
    change while judges mark by it, RuleBroken if the rules contradict themselves.
    """
    season = locked_draft(slug, seen)
    sheet = season.rule_sheet
    before = {name: getattr(sheet, name) for name in fields if name != "identity_level"}
    # What says the same stays in the same letters: the fingerprint is of these.
    fields = fields | {name: before[name] for name in before if _same(name, before, fields)}
    if any(before[name] != fields[name] for name in COUNT if name in before):
        refuse_while_held(season)
    for name, value in fields.items():
        setattr(season if name == "identity_level" else sheet, name, value)
    faults = [*limit_faults(fields["min_choices"], caps), *counting.problems_of(sheet)]
    per_window = any(period == "window" for _scope, period, _counts, _most in caps)
    starts = [season.opens_at, *sorted(windows or ())] if windows or per_window else []
    if windows is not None:
        faults += window_faults(season, starts)
    if faults:
        raise RuleBroken("\n".join(faults))
    if windows is not None:
        VotingWindow.objects.filter(season=season).delete()
        _write_windows(season, starts)
    sheet.save()
    season.save(update_fields=["identity_level"])
    Cap.objects.filter(sheet=sheet).delete()
    _write_caps(sheet, caps)
    _note(season, "rules", actor, reason)
    changed = [name for name, value in before.items() if getattr(sheet, name) != value]
    record(
        actor=actor, action="rules.draft", season=slug, reason=reason,
        before={name: before[name] for name in changed},
        after={name: getattr(sheet, name) for name in changed} | {"caps": caps},
    )  # fmt: skip
    return season


def _same(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Return whether a declaration about the count says what it said, in other letters perhaps."""
    if name not in counting.PARTS:
        return False
    try:
        return bool(counting.read(name, before[name]) == counting.read(name, after[name]))
    except msgspec.ValidationError:
        return False  # said below, in a sentence


@transaction.atomic
def update_details(
    *, slug: str, fields: dict[str, Any], seen: str, actor: str, reason: str
) -> Season:
    """Change a draft's texts, dates and contacts (``DETAILS``).

    Raises SeasonFrozen, ChangedMeanwhile, RuleBroken if voting would end before it begins.
    """
    season = locked_draft(slug, seen)
    _check_times(fields["opens_at"], fields["closes_at"])
    starts = [window.starts_at for window in season.windows.all()]
    if starts:
        # The first window begins with voting, whenever that is.
        starts = [fields["opens_at"], *starts[1:]]
        moved = Season(opens_at=fields["opens_at"], closes_at=fields["closes_at"])
        if faults := window_faults(moved, starts):
            raise RuleBroken("\n".join(faults))
        VotingWindow.objects.filter(season=season).delete()
        _write_windows(season, starts)
    for name in DETAILS:
        setattr(season, name, fields[name])
    season.save()
    _note(season, "details", actor, reason)
    return season


@transaction.atomic
def set_categories(
    *, slug: str, rows: list[dict[str, Any]], seen: str, actor: str, reason: str
) -> Season:
    """Put a draft's categories in this order; one that is not named any more is taken out.

    rows: each with name, name_en, places and, for one that is there, pk.
    Raises SeasonFrozen, ChangedMeanwhile, RuleBroken if a name comes twice or if a category that
    is to go has nominees or is referred to by something else.
    """
    season = locked_draft(slug, seen)
    names = [row["name"] for row in rows]
    if len(set(names)) != len(names):
        raise RuleBroken(_("Two categories have the same name. Give each its own."))
    present = {one.pk: one for one in Category.objects.filter(season=season)}
    kept = [row["pk"] for row in rows if row.get("pk") in present]
    # Components and quotas know categories by name; names in English decide nothing.
    stands = [(pk, one.name, one.places) for pk, one in present.items()]
    if sorted((row.get("pk") or 0, row["name"], row["places"]) for row in rows) != sorted(stands):
        refuse_while_held(season)
    for category in present.values():
        if category.pk in kept:
            continue
        if category.nominees.exists():
            raise RuleBroken(
                _("%(name)s has nominees. Move them to another category first.")
                % {"name": category.name}
            )
        try:
            category.delete()
        except ProtectedError as error:
            raise RuleBroken(
                _(
                    "%(name)s is in use: nominations, quotas, a shortlist or a panel refer to it. "
                    "Keep it."
                )
                % {"name": category.name}
            ) from error
    # Out of the way first: positions and names are unique at every moment.
    for number, pk in enumerate(kept, 1):
        Category.objects.filter(pk=pk).update(position=10_000 + number, name=f"\x1f{pk}")
    for position, row in enumerate(rows, 1):
        fields = {
            "name": row["name"], "name_en": row["name_en"], "places": row["places"],
            "position": position,
        }  # fmt: skip
        if row.get("pk") in present:
            Category.objects.filter(pk=row["pk"]).update(**fields)
        else:
            Category.objects.create(season=season, **fields)
    _note(season, "categories", actor, reason)
    return season


def limit_faults(min_choices: int, caps: list[CapFields]) -> list[str]:
    """Return a sentence for each contradiction between the limits."""
    rules = BallotRules(min_choices, tuple(Limit(*cap) for cap in caps))
    return [does_not_fit(code, rules) for code in dict.fromkeys(problems(rules))]


def window_faults(season: Season, starts: Sequence[datetime]) -> list[str]:
    """Return a sentence if the windows do not fit the voting time. starts: the first one's too."""
    if len(set(starts)) < len(starts):
        return [_("Two voting windows start at the same time.")]
    if len(starts) > MOST_WINDOWS:
        return [_("There are at most %(most)d voting windows.") % {"most": MOST_WINDOWS}]
    if any(not season.opens_at <= start < season.closes_at for start in starts):
        return [_("Every voting window starts while voting is open.")]
    return []


def _begin(**fields: Any) -> Season:
    """Make the season's own row. Raises RuleBroken, also when somebody takes the address now."""
    _check_times(fields["opens_at"], fields["closes_at"])
    try:
        with transaction.atomic():
            return Season.objects.create(**fields)
    except IntegrityError as error:
        raise RuleBroken(
            _("There is a season at this address already. Choose another one.")
        ) from error


def locked_draft(slug: str, seen: str) -> Season:
    """Return a draft, locked until commit. Raises SeasonFrozen, ChangedMeanwhile."""
    # Locked until commit, as in the import of a file: no opening slips in between.
    Season.objects.select_for_update().get(slug=slug)
    season = queries.season_by_slug(slug)
    if queries.is_frozen(season):
        raise SeasonFrozen(
            _("%(season)s has been opened; its rules are frozen.") % {"season": season.name}
        )
    if state(season) != seen:
        raise ChangedMeanwhile(
            _(
                "Somebody else has changed this season since you opened the page. What you typed "
                "is still here: compare it with the season in another window, then save again."
            )
        )
    return season


def _check_times(opens_at: datetime, closes_at: datetime) -> None:
    if closes_at <= opens_at:
        raise RuleBroken(_("Voting must close after it opens."))


def _write_caps(sheet: RuleSheet, caps: list[CapFields]) -> None:
    Cap.objects.bulk_create(
        Cap(sheet=sheet, scope=scope, period=period, counts=counts, max=most)
        for scope, period, counts, most in caps
    )


def _windows_of(preset: Preset, season: Season) -> list[datetime]:
    """Return when a preset's voting windows start in a season, the first one with voting."""
    starts = [season.opens_at + timedelta(hours=hours) for hours in preset.windows]
    if preset.each_week:
        local = season.opens_at.astimezone(ZoneInfo(season.time_zone))
        monday = local.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(
            days=local.weekday()
        )
        mondays = (monday + timedelta(weeks=week) for week in range(1, MOST_WINDOWS))
        starts = [season.opens_at, *(start for start in mondays if start > season.opens_at)]
    return [start for start in sorted(starts) if start < season.closes_at]


def _write_windows(season: Season, starts: Sequence[datetime]) -> None:
    VotingWindow.objects.bulk_create(
        VotingWindow(season=season, starts_at=start) for start in starts
    )


def _note(season: Season, action: str, actor: str, reason: str, **detail: str) -> None:
    SeasonEvent.objects.create(
        season=season, action=action, actor=actor, reason=reason, detail=detail
    )
