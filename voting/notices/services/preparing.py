"""A notice before it is published: its texts, with the usual wording to begin with."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voting.audit.services import record
from voting.notices.models import NoticeDraft, NoticeKind
from voting.notices.services.errors import NoticeRuleBroken
from voting.seasons.models import Season

LABELS: Final = {
    "title": gettext_lazy("Title"),
    "title_en": gettext_lazy("Title in English"),
    "number": gettext_lazy("Document number"),
    "body": gettext_lazy("Text"),
    "body_en": gettext_lazy("Text in English"),
    "office": gettext_lazy("Issued by"),
    "office_en": gettext_lazy("Issued by, in English"),
    "contact_name": gettext_lazy("Contact person"),
    "phone": gettext_lazy("Phone number"),
    "email": gettext_lazy("E-mail address"),
    "address": gettext_lazy("Postal address"),
    "address_en": gettext_lazy("Postal address in English"),
    "hours": gettext_lazy("Office hours"),
    "hours_en": gettext_lazy("Office hours in English"),
    "decision_days": gettext_lazy("Working days to decide an objection"),
}
FIELDS: Final = tuple(LABELS)


def draft_of(season: Season, kind: str = NoticeKind.CANDIDATE) -> NoticeDraft:
    """Return the notice that is being prepared; an unsaved one with the usual wording at first."""
    found = NoticeDraft.objects.filter(season=season, kind=kind).first()
    return found or NoticeDraft(season=season, kind=kind, **_usual(season, kind))


@transaction.atomic
def save_draft(*, season_id: int, kind: str, fields: Mapping[str, Any], actor: str) -> NoticeDraft:
    """Keep the texts of the next version; nothing is published by this.

    fields: those of ``FIELDS``. Raises NoticeRuleBroken without title, text or office.
    """
    season = Season.objects.select_for_update().get(pk=season_id)
    draft = draft_of(season, kind)
    before = {name: getattr(draft, name) for name in FIELDS} if draft.pk else {}
    for name in FIELDS:
        if name in fields:
            value = fields[name]
            setattr(draft, name, value.strip() if isinstance(value, str) else value)
    if not (draft.title and draft.body and draft.office):
        raise NoticeRuleBroken(_("A notice needs a title, a text and the office that issues it."))
    draft.edited_at, draft.edited_by = timezone.now(), actor[:150]
    draft.save()
    after = {name: getattr(draft, name) for name in FIELDS}
    changed = [name for name in FIELDS if before.get(name) != after[name]]
    if changed:
        record(
            actor=actor, action="notice.prepare", season=season.slug, target=draft.title,
            before={name: before[name] for name in changed if name in before},
            after={name: after[name] for name in changed},
        )  # fmt: skip
    return draft


def _usual(season: Season, kind: str) -> dict[str, Any]:
    # These are texts of the notice in its two languages, not of the page: each has its own field.
    result = kind == NoticeKind.RESULT
    what = ("拟入选名单" if season.is_showcase else "拟表彰名单") if result else "候选名单"
    what_en = "list of those proposed to be honoured" if result else "proposed nominees"
    if season.is_showcase and result:
        what_en = "list of those proposed"
    came_en = (
        "have been collected, reviewed and judged"
        if result
        else ("have been collected and reviewed")
    )
    named = season.name_en or season.name
    how = "推荐、审核和评选" if result else "推荐、资格审核和初审"
    return {
        "title": f"关于{season.name}{what}的公示"[:120],
        "title_en": f"Public notice of the {what_en} of {named}"[:240],
        "body": (f"根据{season.name}工作安排，经{how}，现将{what}予以公示，接受社会监督。"),
        "body_en": (
            f"Nominations for {named} {came_en}. The {what_en} is made public below so that "
            "anybody can check it."
            if result
            else f"Nominations for {named} {came_en}. The {what_en} are made public below so that "
            "anybody can check them."
        ),
        "office": season.organiser,
        "office_en": season.organiser_en,
        "phone": season.contact_phone,
        "email": season.contact_email,
        "hours": season.contact_hours,
        "hours_en": season.contact_hours_en,
    }
