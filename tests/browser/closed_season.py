"""A small season whose vote is over, with sheets and votes from files, beside a running site."""

from pathlib import Path

from tests.browser.conftest import manage
from tests.results.competitions import FRAME, csv_of, yaml_of
from tests.running.test_serve_all import Site

NAMES = {"101": "罗小满", "102": "胡念慈", "103": "陈桂枝"}
MARKS = {"101": (95, 90, 90, 90, 85), "102": (88, 88, 92, 80, 88), "103": (85, 80, 85, 90, 85)}
VOTES = {"101": 200, "102": 180, "103": 40}

PUBLISH = """
from voting.notices import services
from voting.results.services import sealing
from voting.seasons.models import Season
sealing.seal(slug={slug!r}, actor="李敏", approved_by="王强")
services.publish(season_id=Season.objects.get(slug={slug!r}).pk, kind="result", issue="first",
                 reason="", actor="李敏", approved_by="王强")
"""


def brought_in(running: Site, folder: Path, slug: str) -> None:
    """Load season, sheets and votes as an operator does; its vote is over."""
    panel = {"method": "trimmed", "drop_high": 1, "drop_low": 1, "trim_from": 5}
    season = {
        "season": {"slug": slug, "name": "结果之路", "contact_phone": "0739-8230000", **FRAME},
        "rules": {"min_choices": 1, "caps": [], "panel": panel},
        "categories": [
            {
                "name": "志愿者",
                "places": 1,
                "nominees": [{"number": one, "name": name} for one, name in NAMES.items()],
            }
        ],
    }
    (folder / "season.yaml").write_bytes(yaml_of(season))
    marks = [
        (f"J{judge}", one, points)
        for one, given in MARKS.items()
        for judge, points in enumerate(given)
    ]
    (folder / "scores.csv").write_bytes(csv_of(["judge", "nominee", "points"], marks))
    votes = [("public", one, count) for one, count in VOTES.items()]
    (folder / "votes.csv").write_bytes(csv_of(["channel", "nominee", "votes"], votes))
    manage(running, "season_import", str(folder / "season.yaml"))
    manage(running, "scores_import", slug, str(folder / "scores.csv"))
    manage(running, "offline_votes_import", slug, str(folder / "votes.csv"))
    manage(
        running, "shell", "-c",
        "from django.utils import timezone; from voting.seasons.models import Season; "
        f"Season.objects.filter(slug={slug!r}).update(phase='closed', published_at=timezone.now())",
    )  # fmt: skip


def published(running: Site, slug: str) -> None:
    """Seal and publish its result at once, for tests that are about pages alone."""
    manage(running, "shell", "-c", PUBLISH.format(slug=slug))
