"""Turn the recorded votes into a season file and a recording of ballots.

Usage: python tests/data/polis_bg2050/prepare.py FOLDER
Writes bg2050.yaml (for ``manage.py season_import``) and bg2050.csv (for ``replay_ballots``).
"""

import csv
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).parent


def last_votes() -> dict[tuple[str, str], tuple[int, str]]:
    """Return each voter's last vote on each item: (voter, item) -> (time, vote)."""
    last: dict[tuple[str, str], tuple[int, str]] = {}
    with (HERE / "votes.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key, at = (row["voter"], row["item"]), int(row["timestamp_ms"])
            if key not in last or at >= last[key][0]:
                last[key] = (at, row["vote"])
    return last


def expected() -> dict[str, int]:
    """Return the number of voters who agree in the end, by item."""
    with (HERE / "tallies.csv").open(encoding="utf-8") as file:
        return {row["item"]: int(row["agree"]) for row in csv.DictReader(file)}


def season_file(*, now: datetime) -> str:
    """Return a season in which every statement is a nominee; open from yesterday for a week."""
    with (HERE / "tallies.csv").open(encoding="utf-8") as file:
        items = list(csv.DictReader(file))
    lines = [
        "season:",
        "  slug: bg2050",
        "  name: Bowling Green 2050",
        "  name_en: Bowling Green 2050",
        "  organiser: The Computational Democracy Project (recorded data)",
        "  time_zone: America/Chicago",
        f'  opens_at: "{now - timedelta(days=1):%Y-%m-%dT%H:%M}Z"',
        f'  closes_at: "{now + timedelta(days=7):%Y-%m-%dT%H:%M}Z"',
        "rules:",
        "  min_choices: 1",
        "  rate_interval_ms: 1",
        "  rate_burst: 1000",
        "  caps:",
        "    - {scope: season, period: ballot, counts: choices, max: 1}",
        "    - {scope: nominee, period: season, counts: choices, max: 1}",
        "categories:",
        "  - name: Statements",
        "    name_en: Statements",
        "    places: 10",
        "    nominees:",
    ]
    for row in items:
        # JSON strings are YAML strings.
        text = json.dumps(" ".join(row["text"].split()) or f"Statement {row['item']}")
        lines += [f'      - number: "{row["item"]}"', f"        name: {text}"]
        lines += ["        kind: project"]
    return "\n".join(lines) + "\n"


def write(folder: Path, *, now: datetime) -> None:
    """Write both files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bg2050.yaml").write_text(season_file(now=now), encoding="utf-8")
    with (folder / "bg2050.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["voter", "nominee", "time"])
        for (voter, item), (at, vote) in sorted(last_votes().items(), key=lambda one: one[1]):
            if vote == "1":
                writer.writerow([voter, item, at])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    write(Path(sys.argv[1]), now=datetime.now(UTC))
    print(f"{sys.argv[1]}/bg2050.yaml and bg2050.csv are ready.")  # noqa: T201 -- a script
