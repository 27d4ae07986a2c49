"""Changing what a season's nomination form asks, and how much each unit may nominate."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from voting.seasons import queries
from voting.seasons.history import difference, note
from voting.seasons.models import NominationSettings, Season, UnitQuota
from voting.seasons.services import ChangedMeanwhile, RuleBroken, SeasonFrozen
from voting.units.models import Unit

QUOTAS: Final = ("quota_per_unit", "quota_per_category")
SETTINGS: Final = tuple(
    field.name
    for field in NominationSettings._meta.get_fields()  # noqa: SLF001 -- Django's documented way to ask
    if field.name not in {"id", "season", *QUOTAS}
)


def nominating_state(season: Season) -> str:
    """Return what the forms show of settings, quotas and exceptions as 16 hexadecimal digits."""
    settings = queries.nomination_settings(season)
    shown = [getattr(settings, name) for name in (*SETTINGS, *QUOTAS)]
    shown += season.unit_quotas.order_by("pk").values_list("unit", "category", "most")
    return sha256(repr(shown).encode()).hexdigest()[:16]


@transaction.atomic
def set_nomination_settings(
    *, slug: str, fields: Mapping[str, Any], seen: str, actor: str, reason: str
) -> NominationSettings:
    """Change some settings of a season that has not been opened.

    fields: of ``SETTINGS`` and ``QUOTAS``; what is not named stays. seen: ``nominating_state``.
    Raises SeasonFrozen, ChangedMeanwhile, RuleBroken if nobody could nominate or no text is asked.
    """
    season = _unopened(slug, seen)
    settings = queries.nomination_settings(season)
    before = {name: getattr(settings, name) for name in (*SETTINGS, *QUOTAS)}
    after = before | dict(fields)
    if not (after["by_units"] or after["by_organisations"] or after["by_oneself"]
            or after["without_account"]):  # fmt: skip
        raise RuleBroken(_("Nobody could nominate. Let at least one kind of nominator in."))
    if not (after["short_max"] or after["medium_max"] or after["long_max"]):
        raise RuleBroken(_("Ask for at least one text about the deeds."))
    for name, value in fields.items():
        setattr(settings, name, value)
    settings.save()
    was, became = difference(before, after)
    note(season, "nomination_settings", actor=actor, reason=reason, before=was, after=became)
    return settings


@transaction.atomic
def set_unit_quota(
    *,
    slug: str,
    unit_id: int,
    in_all: int | None,
    by_category: Mapping[int, int],
    seen: str,
    actor: str,
    reason: str,
) -> None:
    """Say what one unit may nominate where that differs; with nothing given, as everybody.

    in_all: in all categories together, None as in the settings. by_category: category's primary
    key to the number there. seen: ``nominating_state``.
    Raises SeasonFrozen, ChangedMeanwhile, RuleBroken for a category of another season.
    """
    season = _unopened(slug, seen)
    unit = Unit.objects.get(pk=unit_id)
    names = {one.pk: one.name for one in season.categories.all()}
    if not names.keys() >= by_category.keys():
        raise RuleBroken(_("This category belongs to another season."))
    rows = UnitQuota.objects.filter(season=season, unit=unit)
    was = {names.get(pk or 0, "*"): most for pk, most in rows.values_list("category", "most")}
    rows.delete()
    wanted: list[tuple[int | None, int]] = [*by_category.items()]
    if in_all is not None:
        wanted.append((None, in_all))
    UnitQuota.objects.bulk_create(
        UnitQuota(season=season, unit=unit, category_id=category, most=most)
        for category, most in wanted
    )
    became = {names.get(pk or 0, "*"): most for pk, most in wanted}
    note(
        season, "quota", actor=actor, reason=reason, target=f"{unit.code} {unit.name}",
        before=was, after=became,
    )  # fmt: skip


def _unopened(slug: str, seen: str) -> Season:
    season = Season.objects.select_for_update().get(slug=slug)
    if queries.is_frozen(season):
        raise SeasonFrozen(
            _("%(season)s has been opened; its rules are frozen.") % {"season": season.name}
        )
    if nominating_state(season) != seen:
        raise ChangedMeanwhile(
            _(
                "Somebody else has changed this season since you opened the page. What you typed "
                "is still here: compare it with the season in another window, then save again."
            )
        )
    return season
