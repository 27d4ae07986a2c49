"""What a season takes over from another; all of it for a rehearsal.

Dates move by whole days, so that a deadline at 18:00 stays one.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from voting.seasons import numbering, queries
from voting.seasons.approval import APPROVAL
from voting.seasons.history import note
from voting.seasons.models import (
    Cap,
    Category,
    NominationSettings,
    Nominee,
    RuleSheet,
    Season,
    Stage,
    UnitQuota,
)
from voting.seasons.services import FORMATS, RuleBroken

REHEARSED_FOR: Final = timedelta(hours=2)
SPARE: Final = 2  # invented nominees beyond the places of a category that has none
# Of a season, what its rehearsal has too.
TEXTS: Final = (
    "name", "name_en", "summary", "summary_en", "time_zone", "order", "slices",
    "is_demo", "organiser", "organiser_en", "contact_phone", "contact_email", "contact_hours",
    "contact_hours_en", "help_points", "help_points_en", *APPROVAL,
)  # fmt: skip
# Of a nominee, what is published with consent, as it stands when the consent is taken back.
NO_TEXTS: Final[dict[str, Any]] = {
    "summary": "", "summary_en": "", "deeds": "", "deeds_en": "", "figures": [], "scenes": [],
}  # fmt: skip
# Of a nominee, what is their own here and not there.
_NOT_COPIED: Final = frozenset({"id", "season", "category", "withdrawn_at"})


def copy_setup(old: Season, new: Season) -> None:
    """Give a new season stages, nomination form and quotas of an old one; part of a transaction.

    The categories of both stand already; a quota of one that has no likeness is left out.
    """
    by = whole_days(old, new.opens_at)
    Stage.objects.bulk_create(
        Stage(
            season=new, kind=one.kind, starts_at=one.starts_at + by, ends_at=one.ends_at + by
        )
        for one in old.stages.all()
    )  # fmt: skip
    settings = NominationSettings.objects.filter(season=old).first()
    if settings is not None:
        settings.pk, settings.season = None, new
        settings._state.adding = True  # noqa: SLF001 -- Django's documented way to copy a row
        settings.save()
    there = {one.position: one.pk for one in new.categories.all()}
    likeness: dict[int | None, int | None] = {
        one.pk: there.get(one.position) for one in old.categories.all()
    }
    UnitQuota.objects.bulk_create(
        UnitQuota(season=new, unit_id=row.unit_id, category_id=likeness.get(row.category_id),
                  most=row.most)
        for row in old.unit_quotas.filter(unit__closed_at=None)
        if row.category_id is None or likeness.get(row.category_id)
    )  # fmt: skip


def whole_days(old: Season, opens_at: datetime) -> timedelta:
    """Return by how many days dates move, if voting now opens at another moment."""
    zone = ZoneInfo(old.time_zone)
    return opens_at.astimezone(zone).date() - old.opens_at.astimezone(zone).date()


@transaction.atomic
def begin_rehearsal(*, slug: str, actor: str, reason: str) -> Season:
    """Make a copy of a season that is only a rehearsal, with an address that nobody guesses.

    It has the season's rules and nominees, with the ballot numbers that they will have as far as
    these are known, and invented ones where a category has none; voting is to be open from now on
    for two hours. Its voters are browsers, since invented people have no phone. Nothing of the
    season itself changes.
    Raises Season.DoesNotExist, RuleBroken for a rehearsal of a rehearsal or without categories.
    """
    # Locked, as by whoever takes a consent back: what is taken back is not copied at that moment.
    Season.objects.select_for_update(no_key=True).get(slug=slug)
    old = queries.season_by_slug(slug)
    if old.rehearsal_of_id is not None:
        raise RuleBroken(_("This is a rehearsal already."))
    if not old.categories.all():
        raise RuleBroken(_("There is no category to rehearse with."))
    now = timezone.now().replace(second=0, microsecond=0)
    new = Season.objects.create(
        slug=f"r-{secrets.token_hex(12)}", rehearsal_of=old, opens_at=now,
        closes_at=now + REHEARSED_FOR, numbering=Season.Numbering.ENTERED,
        **{name: getattr(old, name) for name in TEXTS},
    )  # fmt: skip
    copy_rules(old, new)
    if old.windows.all():
        new.windows.create(starts_at=new.opens_at)
    numbers = numbering.numbers_of(old).of
    for category in old.categories.all():
        _copy_category(category, new, numbers)
    note(new, "rehearse", actor=actor, reason=reason)
    note(old, "rehearse", actor=actor, reason=reason, target=new.slug)
    return queries.season_by_slug(new.slug)


def clear_copies(nominee_ids: Iterable[int]) -> None:
    """Empty what rehearsals have copied of these nominees: texts, photos, all but the name.

    The name stays for the reason for which it stays in the season: it is counted.
    """
    _clear(Nominee.objects.filter(copied_from__in=list(nominee_ids)))


def clear_copies_of(season: Season) -> None:
    """Empty what a season's rehearsals have copied of its nominees, as above."""
    _clear(Nominee.objects.filter(season__rehearsal_of=season))


def renew_photos(nominee: Nominee) -> None:
    """Have rehearsals that show photos of a nominee show those that it has now, or none.

    Files of replaced photos are deleted; a copy that names them would show broken pictures. What
    a copy has lost for good (see ``clear_copies``) does not come back to it.
    """
    copies = Nominee.objects.filter(copied_from=nominee.pk, season__rehearsal_of__isnull=False)
    copies.exclude(portrait="").update(portrait=nominee.portrait)
    copies.exclude(photos=[]).update(photos=nominee.photos)


def _clear(copies: QuerySet[Nominee]) -> None:
    copies.filter(season__rehearsal_of__isnull=False).update(portrait="", photos=[], **NO_TEXTS)


def copy_rules(old: Season, new: Season) -> RuleSheet:
    """Give a new season the rule sheet of an old one, not frozen, and its limits."""
    sheet = RuleSheet.objects.get(season=old)
    caps = list(sheet.caps.all())
    sheet.pk, sheet.season, sheet.frozen_at, sheet.fingerprint = None, new, None, ""
    # A copy begins anew, in the present form of the rules.
    sheet.version, sheet.fingerprint_format = 0, max(FORMATS)
    sheet._state.adding = True  # noqa: SLF001 -- Django's documented way to copy a row
    sheet.save()
    Cap.objects.bulk_create(
        Cap(sheet=sheet, scope=cap.scope, period=cap.period, counts=cap.counts, max=cap.max)
        for cap in caps
    )
    return sheet


def _copy_category(category: Category, new: Season, numbers: Mapping[int, str]) -> None:
    """Copy a category with its nominees. numbers: what each has or will have; "" not known yet."""
    made = Category.objects.create(
        season=new, position=category.position, name=category.name, name_en=category.name_en,
        short_name=category.short_name, short_name_en=category.short_name_en,
        places=category.places,
    )  # fmt: skip
    running = [one for one in category.nominees.all() if one.withdrawn_at is None]
    # Where some have none, in a draw that is still to come, all stand as they do in the list.
    numbered = all(numbers[one.pk] for one in running)
    nominees = [
        Nominee(
            season=new, category=made, copied_from=one,
            **_fields(one) | {"ballot_number": numbers[one.pk] if numbered
                              else f"{category.position}{place:02}"},
        )
        for place, one in enumerate(running, 1)
    ]  # fmt: skip
    nominees += [
        Nominee(
            season=new, category=made, ballot_number=f"{category.position}9{place:02}",
            name=_("Invented nominee %(number)d") % {"number": place},
        )
        for place in range(1, category.places + SPARE + 1)
        if not running
    ]  # fmt: skip
    Nominee.objects.bulk_create(nominees)


def _fields(nominee: Nominee) -> dict[str, Any]:
    return {
        field.name: getattr(nominee, field.name)
        for field in Nominee._meta.concrete_fields  # noqa: SLF001 -- Django's documented way to ask
        if field.name not in _NOT_COPIED and not field.is_relation
    }
