"""A small season with a panel and a public vote that are over, for tests of results."""

from typing import Any

import pytest
from django.utils import timezone

from tests import make
from tests.results.competitions import csv_of
from tests.roles.people import granted, person
from voting.judging.services.importing import import_scores
from voting.notices import services as notices
from voting.notices.models import PublicNotice
from voting.results.models import Conferral
from voting.results.services import announcing, sealing
from voting.results.services.figures import import_votes
from voting.seasons.models import Season
from voting.seasons.queries import season_by_slug

# Judge -> nominee -> mark. Without the highest and the lowest of five: 101 90, 102 88, 103 85.
MARKS = {
    "甲": {"101": 95, "102": 88, "103": 85},
    "乙": {"101": 90, "102": 88, "103": 80},
    "丙": {"101": 90, "102": 92, "103": 85},
    "丁": {"101": 90, "102": 80, "103": 90},
    "戊": {"101": 85, "102": 88, "103": 85},
}
# Votes on paper; 101 leads.
VOTES = {"101": 200, "102": 180, "103": 40}


def over(sheet: dict[str, Any] | None = None, **fields: Any) -> Season:
    """Make a season of three nominees and one place whose vote has been closed.

    sheet: of other rules than 70 per cent for a trimmed panel and 30 for the vote.
    """
    panel = {"method": "trimmed", "drop_high": 1, "drop_low": 1, "trim_from": 5}
    season = make.season(
        nominees={1: tuple(VOTES)},
        sheet=sheet or {"panel": panel, "conversion": {"how": "share_of_leader"}},
        **{"slug": "over", "phase": "closed", "contact_phone": "0739-8230000"} | fields,
    )
    return season_by_slug(season.slug)


def scores(marks: dict[str, dict[str, int]] | None = None) -> bytes:
    """Return score sheets as a file."""
    lines = [
        (judge, nominee, points)
        for judge, own in (marks or MARKS).items()
        for nominee, points in own.items()
    ]
    return csv_of(["judge", "nominee", "points"], lines)


def votes(counts: dict[str, int] | None = None) -> bytes:
    """Return votes on paper as a file."""
    lines = [("public", number, count) for number, count in (counts or VOTES).items()]
    return csv_of(["channel", "nominee", "votes"], lines)


def filled(**fields: Any) -> Season:
    """Make the season with everything that its result needs."""
    season = over(**fields)
    import_scores(season=season, raw=scores(), file_name="scores.csv", actor="operator")
    import_votes(season=season, raw=votes(), file_name="votes.csv")
    return season


def organisers(season: Season) -> tuple[Any, Any]:
    """Return two people who may sign."""
    first, second = person("李敏"), person("王强")
    for one in (first, second):
        granted(one, "organiser", season)
    return first, second


def sealed_and_published(season: Season) -> PublicNotice:
    """Seal the result, and put it on notice."""
    sealing.seal(slug=season.slug, actor="李敏", approved_by="王强", reason="")
    return notices.publish(
        season_id=season.pk, kind="result", issue="first", reason="", actor="李敏",
        approved_by="王强",
    )  # fmt: skip


def announced(season: Season, monkeypatch: pytest.MonkeyPatch) -> list[Conferral]:
    """Seal, publish and announce a result, the notice being over."""
    over_at = sealed_and_published(season).ends_at
    monkeypatch.setattr(timezone, "now", lambda: over_at)
    return announcing.announce(
        slug=season.slug, actor="李敏", approved_by="王强", reason="公示期满，无异议"
    )
