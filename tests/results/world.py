"""A small season with a panel and a public vote that are over, for tests of results."""

from typing import Any

from tests import make
from tests.results.competitions import csv_of
from tests.roles.people import granted, person
from voting.judging.services.importing import import_scores
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


def over(**fields: Any) -> Season:
    """Make a season of three nominees and one place whose vote has been closed."""
    panel = {"method": "trimmed", "drop_high": 1, "drop_low": 1, "trim_from": 5}
    season = make.season(
        nominees={1: tuple(VOTES)},
        sheet={"panel": panel, "conversion": {"how": "share_of_leader"}},
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
