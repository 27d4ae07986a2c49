"""What has been published."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from voting.notices.models import NoticeEntry, NoticeKind, Objection, PublicNotice
from voting.seasons.models import Season


def versions(season: Season, kind: str = NoticeKind.CANDIDATE) -> QuerySet[PublicNotice]:
    """Return all versions of a season's notice, the latest first."""
    return PublicNotice.objects.filter(season=season, kind=kind).order_by("-version")


def latest(season: Season, kind: str = NoticeKind.CANDIDATE) -> PublicNotice | None:
    """Return the version that holds now, or None before the first publication."""
    return versions(season, kind).first()


def result_was_on_notice(season: Season) -> bool:
    """Return whether the result has been on notice for as long as it must be."""
    found = latest(season, NoticeKind.RESULT)
    return found is not None and timezone.now() >= found.ends_at


def standing_notice(season: Season) -> PublicNotice | None:
    """Return the notice that people read now: that of the result once there is one."""
    return latest(season, NoticeKind.RESULT) or latest(season, NoticeKind.CANDIDATE)


def latest_of(
    seasons: Iterable[Season], kind: str = NoticeKind.CANDIDATE
) -> dict[int, PublicNotice]:
    """Return the version that holds, by season key, for many seasons in one query."""
    rows = PublicNotice.objects.filter(season__in=list(seasons), kind=kind).order_by("version")
    return {notice.season_id: notice for notice in rows}


def version_of(season: Season, number: int, kind: str = NoticeKind.CANDIDATE) -> PublicNotice:
    """Return one version. Raises PublicNotice.DoesNotExist."""
    return PublicNotice.objects.get(season=season, kind=kind, version=number)


def next_version(objection: Objection) -> PublicNotice | None:
    """Return the first version that was published after an objection was settled, if any."""
    if objection.decided_at is None:
        return None
    later = versions(objection.notice.season, objection.notice.kind)
    return later.filter(published_at__gt=objection.decided_at).last()


def entries_of(notice: PublicNotice) -> QuerySet[NoticeEntry]:
    """Return the lines of a version, as they stand in it."""
    return notice.entries.order_by("position")


def struck_entries(season: Season, kind: str = NoticeKind.CANDIDATE) -> list[NoticeEntry]:
    """Return the published lines that an upheld objection took off the list, for good."""
    found = (
        Objection.objects.filter(
            notice__season=season, notice__kind=kind, effect=Objection.Effect.REMOVE,
            entry__isnull=False,
        )
        .order_by("decided_at")
        .select_related("entry")
    )  # fmt: skip
    return [one.entry for one in found if one.entry is not None]
