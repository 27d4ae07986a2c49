"""Import and export of seasons, and the fingerprint that shows whether rules stood still."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.utils.translation import gettext as _

from voting.audit.services import record
from voting.seasons import holding, queries, season_file
from voting.seasons.models import (
    Cap,
    Category,
    Nominee,
    PastWinner,
    RuleSheet,
    Season,
    VotingWindow,
)
from voting.seasons.season_file import SeasonContent

BATCH: Final = 500  # rows in one INSERT

# A running season as a demonstration shows it: how long ago it opened, and until when.
SHOWN_SINCE: Final = timedelta(days=2)
SHOWN_UNTIL: Final = timedelta(days=5)
OPENING_HOUR: Final = 9
CLOSING_HOUR: Final = 18


class RuleBroken(Exception):
    """Something that a rule of the platform does not allow; the text is fit to show to a person."""


class SeasonFrozen(RuleBroken):
    """The season has been opened: what its fingerprint covers stays as it is."""


class RulesHeld(RuleBroken):
    """Something has begun by these rules of the count, so they stay, though voting is not open."""


class ChangedMeanwhile(RuleBroken):
    """Somebody else has changed what a form shows since it was shown."""


def import_season(
    *, raw: bytes, file_name: str, shift_to: datetime | None = None, actor: str = "operator"
) -> Season:
    """Make a draft of a season file; a draft of the same name is replaced as a whole.

    raw: the file's bytes. file_name: as messages should name it. shift_to: for demonstrations,
        the moment at which voting has been open for two days and has five to go.
    Raises season_file.SeasonFileInvalid with all that is wrong with the file,
        SeasonFrozen if the season is no draft any more, RulesHeld if judges mark by its rules,
        RuleBroken if somebody's work hangs on what the file would replace. Nothing is written then.
    """
    content = season_file.parse(raw, file_name=file_name)
    if shift_to is not None:
        content = _shifted(content, shift_to)
    with transaction.atomic():
        season = _write(content)
        record(
            actor=actor, action="season.import", season=season.slug, target=file_name,
            after={"sha256": sha256(raw).hexdigest()},
        )  # fmt: skip
    return season


def export_season(*, slug: str) -> str:
    """Return a season as a file that imports to the same season. Raises Season.DoesNotExist."""
    return season_file.dump(queries.season_by_slug(slug))


# What of the rule sheet each form of the rules holds. A form never changes: rules that were
# frozen by it can be checked for ever. A new column of the sheet needs a new form.
_FORMAT_1: Final = (
    "min_choices", "display", "display_delay_minutes", "display_hour", "turnout_public",
    "public_weight", "panel_weight", "rate_interval_ms", "rate_burst", "fresh_per_minute",
    "fresh_burst", "token_minutes",
)  # fmt: skip
FORMATS: Final[dict[int, tuple[str, ...]]] = {
    1: _FORMAT_1,
    2: (
        *_FORMAT_1,
        "conversion",
        "panel",
        "ties",
        "shortlisting",
        "candidate_notice_days",
        "result_notice_days",
        "notice_working_days",
    ),
}
FORMATS[3] = (*FORMATS[2], "consolidation", "honours")  # fmt: skip
# The same of the sheet; of nominees also what quotas ask of them, and who won before.
FORMATS[4] = FORMATS[3]
_WITH_TRAITS: Final = 4


def canonical_rules(season: Season, numbers: Mapping[int, str] | None = None) -> bytes:
    """Return everything that must not change while voting is open, always in the same bytes.

    numbers: ballot numbers that nominees would get (by primary key), instead of those they have.
    JSON with sorted keys and without blanks, in UTF-8; times are UTC. A later season or another
    machine gives other bytes only if the rules differ: nothing in it is a row's number.
    ``frozen_guard`` refuses to change what stands here without an amendment, and nothing else.
    """
    sheet = season.rule_sheet
    nominees = Nominee.objects.filter(season=season).values_list(
        "pk", "ballot_number", "name", "category__position", "kind", "unit", "traits"
    )
    with_traits = sheet.fingerprint_format >= _WITH_TRAITS
    given = numbers or {}
    rules = {
        "format": sheet.fingerprint_format,
        "season": {
            "slug": season.slug,
            "opens_at": _utc(season.opens_at),
            "closes_at": _utc(season.closes_at),
            "time_zone": season.time_zone,
            "identity_level": season.identity_level,
            "slices": season.slices,
        },
        "rules": {name: getattr(sheet, name) for name in FORMATS[sheet.fingerprint_format]},
        "caps": sorted(
            [cap.scope, cap.period, cap.counts, cap.max] for cap in Cap.objects.filter(sheet=sheet)
        ),
        "windows": sorted(
            _utc(start)
            for start in VotingWindow.objects.filter(season=season).values_list(
                "starts_at", flat=True
            )
        ),
        "categories": sorted(
            [position, name, places]
            for position, name, places in Category.objects.filter(season=season).values_list(
                "position", "name", "places"
            )
        ),
        # Traits have no order of their own; where all before them is equal, their text has.
        "nominees": sorted(
            (
                [given.get(pk, number), name, category, *(own if with_traits else ())]
                for pk, number, name, category, *own in nominees
            ),
            key=lambda row: (row[:5], json.dumps(row[5:], sort_keys=True)),
        ),
    }
    if with_traits:
        winners = PastWinner.objects.filter(season=season)
        rules["past_winners"] = sorted(set(winners.values_list("name", flat=True)))
    return json.dumps(rules, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(season: Season, numbers: Mapping[int, str] | None = None) -> str:
    """Return the SHA-256 of the rules, 64 hexadecimal digits. numbers: as above."""
    return sha256(canonical_rules(season, numbers)).hexdigest()


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


@transaction.atomic
def _write(content: SeasonContent) -> Season:
    slug = content.season["slug"]
    # Locked until commit: no opening slips in between the check and the new rows.
    season = Season.objects.select_for_update().filter(slug=slug).first()
    if season is None:
        season = Season.objects.create(**content.season)
    else:
        if queries.is_frozen(season):
            raise SeasonFrozen(
                _("%(season)s has been opened; its rules are frozen.") % {"season": slug}
            )
        refuse_while_held(season)
        _refuse_to_uproot(season)
        _empty(season)
        for name, value in content.season.items():
            setattr(season, name, value)
        season.save()
    sheet, _created = RuleSheet.objects.update_or_create(season=season, defaults=content.rules)
    Cap.objects.bulk_create(Cap(sheet=sheet, **fields) for fields in content.caps)
    VotingWindow.objects.bulk_create(
        VotingWindow(season=season, **fields) for fields in content.windows
    )
    for category in content.categories:
        row = Category.objects.create(season=season, **category.fields)
        Nominee.objects.bulk_create(
            (Nominee(season=season, category=row, **fields) for fields in category.nominees),
            batch_size=BATCH,
        )
    PastWinner.objects.bulk_create(
        PastWinner(season=season, **fields) for fields in content.past_winners
    )
    return queries.season_by_slug(slug)


def refuse_while_held(season: Season) -> None:
    """Raise RulesHeld with the reason. season: locked until commit, so that nothing begins now."""
    if reason := holding.held_because(season):
        raise RulesHeld(reason)


def _refuse_to_uproot(season: Season) -> None:
    """Refuse to replace categories and nominees while other tables point at them.

    Which tables do is known to Django alone: topics above this one add their own. Raises
    RuleBroken.
    """
    standing: dict[str, set[int]] = {}
    for model in (Category, Nominee):
        # Hidden ones too: a column without a way back points at the row all the same.
        for relation in model._meta.get_fields(include_hidden=True):  # noqa: SLF001 -- Django's documented way to ask
            if not isinstance(relation, models.ForeignObjectRel):
                continue
            rows = relation.related_model
            if rows is Nominee or not getattr(relation.field, "db_constraint", True):
                continue  # replaced with its category; or it goes on without the row, as a log does
            found = rows._default_manager.filter(  # noqa: SLF001 -- likewise
                **{f"{relation.field.name}__season": season}
            ).values_list("pk", flat=True)
            standing.setdefault(str(rows._meta.verbose_name_plural), set()).update(found)  # noqa: SLF001 -- likewise
    in_the_way = ", ".join(f"{name}: {len(keys)}" for name, keys in standing.items() if keys)
    if in_the_way:
        raise RuleBroken(
            _(
                "%(season)s cannot be replaced by a file, because these belong to its categories "
                "and nominees and would be lost: %(what)s. Change the season in the console, or "
                "give the file another slug and begin a second season with it."
            )
            % {"season": season.slug, "what": in_the_way}
        )


def _empty(season: Season) -> None:
    """Delete a draft's content; its own row stays, since events refer to it."""
    for rows in (
        Nominee.objects.filter(season=season),
        Category.objects.filter(season=season),
        Cap.objects.filter(sheet__season=season),
        VotingWindow.objects.filter(season=season),
        PastWinner.objects.filter(season=season),
    ):
        # Straight from the table: Django would first look for each nominee in the whole ledger,
        # where a draft's nominees cannot be.
        rows._raw_delete(rows.db)  # noqa: SLF001 -- the reason stands above


def _shifted(content: SeasonContent, now: datetime) -> SeasonContent:
    """Return the content with voting opened two days ago at 9:00 and ending in five at 18:00.

    Windows and withdrawals keep their distance from the opening; a window that would start after
    the new end is left out.
    """
    zone = ZoneInfo(content.season["time_zone"])
    opens = _on_the_hour(now - SHOWN_SINCE, OPENING_HOUR, zone)
    closes = _on_the_hour(now + SHOWN_UNTIL, CLOSING_HOUR, zone)
    by = opens - content.season["opens_at"]
    starts = [window["starts_at"] + by for window in content.windows]
    return replace(
        content,
        season=content.season | {"opens_at": opens, "closes_at": closes},
        windows=[{"starts_at": start} for start in starts if start < closes],
        categories=[
            replace(category, nominees=[_moved(nominee, by, now) for nominee in category.nominees])
            for category in content.categories
        ],
    )


def _on_the_hour(day: datetime, hour: int, zone: ZoneInfo) -> datetime:
    local = day.astimezone(zone).replace(hour=hour, minute=0, second=0, microsecond=0, fold=0)
    return local.astimezone(UTC)


def _moved(nominee: dict[str, Any], by: timedelta, now: datetime) -> dict[str, Any]:
    if nominee["withdrawn_at"] is None:
        return nominee
    return nominee | {"withdrawn_at": min(nominee["withdrawn_at"] + by, now)}
