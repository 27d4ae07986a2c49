"""Putting up, rewording and taking down announcements; the audit log keeps every wording."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from voting.audit.services import record
from voting.seasons.models import Announcement
from voting.seasons.queries import public_condition
from voting.seasons.services import RuleBroken

FIELDS = ("text", "text_en", "starts_at", "ends_at")


class AnnouncementOver(RuleBroken):
    """The announcement has been taken down; a new one says what is to be said now."""


def running(at: datetime | None = None) -> QuerySet[Announcement]:
    """Return what the public pages show at a moment, by default now, the latest first."""
    now = at or timezone.now()
    return Announcement.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now),
        public_condition("season__"),
        starts_at__lte=now,
        withdrawn_at=None,
    ).order_by("-starts_at", "-pk")


@transaction.atomic
def post_announcement(
    *,
    season_id: int,
    text: str,
    text_en: str,
    starts_at: datetime,
    ends_at: datetime | None,
    actor: str,
    reason: str = "",
) -> Announcement:
    """Put an announcement up, plain text in both languages. Raises RuleBroken if it ends first."""
    _check_times(starts_at, ends_at)
    made = Announcement.objects.create(
        season_id=season_id, text=text.strip(), text_en=text_en.strip(), starts_at=starts_at,
        ends_at=ends_at, created_by=actor,
    )  # fmt: skip
    _log(made, "post", actor, reason, {}, _shown(made))
    return made


@transaction.atomic
def edit_announcement(
    *,
    announcement_id: int,
    text: str,
    text_en: str,
    starts_at: datetime,
    ends_at: datetime | None,
    actor: str,
    reason: str,
) -> Announcement:
    """Reword an announcement or give it other times. Raises AnnouncementOver, RuleBroken."""
    _check_times(starts_at, ends_at)
    found = _standing(announcement_id)
    before = _shown(found)
    found.text, found.text_en = text.strip(), text_en.strip()
    found.starts_at, found.ends_at = starts_at, ends_at
    found.save(update_fields=FIELDS)
    if _shown(found) != before:
        _log(found, "edit", actor, reason, before, _shown(found))
    return found


@transaction.atomic
def withdraw_announcement(*, announcement_id: int, actor: str, reason: str) -> Announcement:
    """Take an announcement down. Raises AnnouncementOver if somebody has done so already."""
    found = _standing(announcement_id)
    found.withdrawn_at = timezone.now()
    found.save(update_fields=["withdrawn_at"])
    _log(found, "withdraw", actor, reason, _shown(found), {})
    return found


def _standing(announcement_id: int) -> Announcement:
    found = Announcement.objects.select_for_update(of=("self",)).get(pk=announcement_id)
    if found.withdrawn_at is not None:
        raise AnnouncementOver(_("This announcement has been taken down. Write a new one."))
    return found


def _check_times(starts_at: datetime, ends_at: datetime | None) -> None:
    if ends_at is not None and ends_at <= starts_at:
        raise RuleBroken(_("It must end after it starts."))


def _shown(announcement: Announcement) -> dict[str, Any]:
    return {
        "text": announcement.text,
        "text_en": announcement.text_en,
        "starts_at": announcement.starts_at.isoformat(),
        "ends_at": announcement.ends_at.isoformat() if announcement.ends_at else "",
    }


def _log(
    announcement: Announcement, what: str, actor: str, reason: str,
    before: dict[str, Any], after: dict[str, Any],
) -> None:  # fmt: skip
    record(
        actor=actor, action=f"announcement.{what}", season=announcement.season.slug,
        target=announcement.text, before=before, after=after, reason=reason,
    )  # fmt: skip
