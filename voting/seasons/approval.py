"""Who has approved that a season confers a title, and the wording that depends on it."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from voting.rules.wording import claims, honours
from voting.seasons.history import difference, note
from voting.seasons.models import Season
from voting.seasons.services import ChangedMeanwhile, RuleBroken

APPROVAL: Final = (
    "is_showcase", "approval_authority", "approval_authority_en", "approval_ref",
    "approved_places",
)  # fmt: skip


class Warned(NamedTuple):
    """A text whose words need an approval that is not on record."""

    text: str
    words: list[str]
    honours: bool  # whether it speaks of titles; else it claims a nation or a province


def approval_state(season: Season) -> str:
    """Return what a form shows of the approval as 16 hexadecimal digits."""
    return sha256(repr([getattr(season, name) for name in APPROVAL]).encode()).hexdigest()[:16]


@transaction.atomic
def set_approval(
    *, slug: str, fields: Mapping[str, Any], seen: str, actor: str, reason: str
) -> Season:
    """Put the approval on record, and with it whether the season is a showcase.

    An approval may come late: this goes on after opening. fields: those of ``APPROVAL``.
    seen: ``approval_state`` when the form was shown.
    Raises RuleBroken if award wording is wanted without a whole approval, ChangedMeanwhile.
    """
    season = Season.objects.select_for_update().get(slug=slug)
    if approval_state(season) != seen:
        raise ChangedMeanwhile(
            _("Somebody else has changed this since you opened the page. Look at it again.")
        )
    if not fields["is_showcase"] and not (
        fields["approval_authority"] and fields["approval_ref"] and fields["approved_places"]
    ):
        raise RuleBroken(
            _(
                "Award wording needs an approval: by whom, under which number, for how many "
                "places. Without it the season is a showcase."
            )
        )
    before = {name: getattr(season, name) for name in APPROVAL}
    for name in APPROVAL:
        setattr(season, name, fields[name])
    season.save(update_fields=APPROVAL)
    was, became = difference(before, {name: fields[name] for name in APPROVAL})
    note(season, "approval", actor=actor, reason=reason, before=was, after=became)
    return season


def wording_warnings(season: Season) -> list[Warned]:
    """Return the public texts that say more than the season may. No query beyond its categories.

    With an approval on record its authority has seen the name: nothing is warned of then.
    """
    if season.approval_ref:
        return []
    names = [season.name, season.name_en]
    for category in season.categories.all():
        names += [category.name, category.name_en]
    found = [Warned(text, claims(text), honours=False) for text in names if claims(text)]
    texts = [*names, season.summary, season.summary_en]
    found += [Warned(text, honours(text), honours=True) for text in texts if honours(text)]
    return found
