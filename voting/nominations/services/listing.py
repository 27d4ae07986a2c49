"""Onto the list of nominees, and off it again: only while the season is a draft."""

from typing import Any, Final

from django.db import transaction
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext as _

from voting.nominations.models import Merge, Nomination
from voting.nominations.services.errors import NotNow
from voting.nominations.services.publishing import publish_photos, unpublish_photos
from voting.roles.permissions import Permission
from voting.roles.stages import stage_allows
from voting.rules.numbering import strokes
from voting.seasons import queries as season_queries
from voting.seasons.copying import clear_copies
from voting.seasons.models import Nominee, Season

# Texts of a nominee that people may have improved since it was put on the list.
TEXTS: Final = (
    "name", "name_en", "kind", "unit", "unit_en", "summary", "summary_en", "deeds", "deeds_en",
    "figures", "drawing", "scenes", "strokes",
)  # fmt: skip


def must_be_draft(season: Season) -> None:
    """Raise NotNow if the season's nominees stand still."""
    if season_queries.is_frozen(season):
        raise NotNow(_("Voting has been opened; the list of nominees is frozen."))


def must_be_time_of_review(season: Season) -> None:
    """Raise NotNow unless the stages and switches of the season let nominations be reviewed."""
    if not stage_allows(season, Permission.NOMINATIONS_REVIEW):
        raise NotNow(
            _("Nominations are not reviewed now: the dates of the stages say from when on.")
        )


def put_on_list(nomination: Nomination, texts: dict[str, Any] | None = None) -> Nominee:
    """Make the nominee of a nomination; call it inside a transaction that has locked the season.

    The ballot number stays empty: it is given at opening. texts: of a nominee that was taken off.
    Raises NotNow if it has no category.
    """
    if nomination.category is None:
        raise NotNow(_("This nomination has no category yet."))
    fields = texts or {
        "name": nomination.name,
        "name_en": nomination.name_en,
        "kind": nomination.kind,
        "unit": _unit_words(nomination)[0][:60],
        "unit_en": _unit_words(nomination)[1][:120],
        "summary": nomination.headline,
        "deeds": nomination.story or nomination.full_story or nomination.summary,
        "strokes": strokes(nomination.name[:1]),
    }
    nominee = Nominee.objects.create(
        season_id=nomination.season_id, category=nomination.category, ballot_number="",
        **fields,
    )  # fmt: skip
    return publish_photos(nomination, nominee)


def take_off_list(nominee_id: int) -> dict[str, Any]:
    """Delete a nominee and return its texts; the nomination it came from has been moved before.

    What rehearsals have copied of it is emptied: once the row is gone, nobody would find it there.
    Raises NotNow if something that was published refers to it.
    """
    nominee = unpublish_photos(Nominee.objects.get(pk=nominee_id))
    Nomination.objects.filter(nominee=nominee).update(nominee=None)
    texts = {name: getattr(nominee, name) for name in TEXTS}
    clear_copies([nominee.pk])
    try:
        with transaction.atomic():
            nominee.delete()
    except ProtectedError as error:
        raise NotNow(
            _("%(name)s stands in a notice that has been published, and cannot be taken off.")
            % {"name": nominee.name}
        ) from error
    return texts


def map_merged(lead: Nomination, nominee_id: int) -> None:
    """Map what was put together with a nomination to the same nominee."""
    merged = Merge.objects.filter(into=lead, undone_at=None).values("nomination")
    Nomination.objects.filter(pk__in=merged).update(nominee_id=nominee_id)


def _unit_words(nomination: Nomination) -> tuple[str, str]:
    if nomination.place:
        return nomination.place, ""
    if nomination.unit is not None:
        return nomination.unit.name, nomination.unit.name_en
    return nomination.organisation, ""
