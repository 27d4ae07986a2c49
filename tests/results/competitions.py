"""Two real competitions as the files that anybody would load: season, votes, sheets, figures.

Made of the published tables in ``tests/data``; nothing here knows a result.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

DATA = Path(__file__).parents[1] / "data"
FRAME: dict[str, Any] = {
    "opens_at": "2026-11-16 09:00", "closes_at": "2026-11-30 18:00", "organiser": "Organisers",
    "is_showcase": True,
}  # fmt: skip


def rows(name: str) -> list[dict[str, str]]:
    """Return a table of ``tests/data``."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def yaml_of(value: Any) -> bytes:
    """Return plain values as a season file."""
    out = io.BytesIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.dump(value, out)
    return out.getvalue()


def csv_of(header: Sequence[str], lines: Iterable[Sequence[object]]) -> bytes:
    """Return a table as a CSV file."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(lines)
    return out.getvalue().encode()


def song_contest(year: str) -> dict[str, bytes]:
    """Juries and televotes of one year: the same points, 12 to 1, from each; ties by the televote.

    The running order stands as ballot number. Points stand for the order of an unpublished count.
    """
    entries = [row for row in rows("eurovision/results.csv") if row["year"] == year]
    numbers = {row["country"]: str(int(row["running_order"])) for row in entries}
    votes = [row for row in rows("eurovision/votes.csv") if row["year"] == year]
    voters = sorted({row["from"] for row in votes})
    songs = {"how": "rank_points", "points": [12, 10, 8, 7, 6, 5, 4, 3, 2, 1]}
    season = {
        "season": {"slug": f"song-{year}", "name": f"Song contest {year}", **FRAME},
        "rules": {
            "min_choices": 1,
            "caps": [],
            "consolidation": {
                "adds": "sum",
                "components": [
                    {
                        "key": "jury", "kind": "panel", "weight": 1,
                        "panel": {"method": "sum", "highest": 12},
                    },
                    {
                        "key": "televote", "kind": "channel", "weight": 1, "conversion": songs,
                        "strata": voters,
                    },
                ],
            },
            "ties": {"chain": ["public", "more_voters", "top_marks", "number", "shared"]},
        },
        "categories": [
            {
                "name": "Songs",
                "places": 1,
                "nominees": [
                    {"number": numbers[row["country"]], "name": row["country"]} for row in entries
                ],
            }
        ],
    }  # fmt: skip
    return {
        "season.yaml": yaml_of(season),
        "scores.csv": csv_of(
            ["judge", "nominee", "criterion", "points"],
            [(row["from"], row["to"], "", row["jury_points"]) for row in votes],
        ),
        "votes.csv": csv_of(
            ["channel", "stratum", "nominee", "votes"],
            [
                ("televote", row["from"], row["to"], row["tele_points"])
                for row in votes
                if row["tele_points"] != "0"
            ],
        ),
    }


def skating() -> dict[str, bytes]:
    """All segments of one event, each a category with a rubric of its own."""
    performances = rows("figure_skating/performances.csv")
    program_of = {row["performance_id"]: row["program"] for row in performances}
    marks = rows("figure_skating/components.csv")
    factors: dict[str, dict[str, str]] = {}
    for row in marks:
        factors.setdefault(program_of[row["performance_id"]], {})[row["component"]] = row["factor"]
    programs = sorted(factors)
    short = [name for name in programs if "SHORT" in name]
    season = {
        "season": {"slug": "skating", "name": "Skating", **FRAME},
        "rules": {
            "min_choices": 1,
            "caps": [],
            "consolidation": {
                "adds": "sum",
                "components": [
                    # Equal totals: short programmes by elements, free ones by components.
                    {"key": "elements-short", "kind": "points", "weight": 1, "categories": short},
                    {
                        "key": "elements-free", "kind": "points", "weight": 1,
                        "categories": [name for name in programs if name not in short],
                    },
                    *[_panel(position, name, factors[name], free=name not in short)
                      for position, name in enumerate(programs, 1)],
                    {"key": "deductions", "kind": "points", "weight": -1},
                ],
            },
            "ties": {
                "chain": [
                    "component:elements-short",
                    *[f"component:free-{position}"
                      for position, name in enumerate(programs, 1) if name not in short],
                    "shared",
                ]
            },
        },
        "categories": [
            {
                "name": name,
                "places": 3,
                "nominees": [
                    {"number": row["performance_id"][:8], "name": row["performance_id"]}
                    for row in performances
                    if row["program"] == name
                ],
            }
            for name in programs
        ],
    }  # fmt: skip
    return {
        "season.yaml": yaml_of(season),
        "scores.csv": csv_of(
            ["component", "judge", "nominee", "criterion", "points"],
            [
                (
                    _key(programs.index(program) + 1, free=program not in short),
                    f"J{judge}", row["performance_id"], row["component"], row[f"J{judge}"],
                )
                for row in marks
                for program in [program_of[row["performance_id"]]]
                for judge in range(1, 10)
            ],
        ),
        "figures.csv": csv_of(
            ["component", "nominee", "figure"],
            [
                line
                for row in performances
                for line in (
                    (
                        "elements-short" if row["program"] in short else "elements-free",
                        row["performance_id"], row["total_element_score"],
                    ),
                    ("deductions", row["performance_id"], row["total_deductions"].lstrip("-")),
                )
            ],
        ),
    }  # fmt: skip


def _key(position: int, *, free: bool) -> str:
    return f"{'free' if free else 'short'}-{position}"


def _panel(position: int, name: str, factors: dict[str, str], *, free: bool) -> dict[str, Any]:
    return {
        "key": _key(position, free=free),
        "kind": "panel",
        "weight": 1,
        "categories": [name],
        "panel": {"method": "trimmed", "trim_from": 3},
        "rubric": {
            "first": "criteria",
            "decimals": 2,
            "criteria": [
                {"key": key, "factor": factor, "highest": 10, "step": "0.25"}
                for key, factor in sorted(factors.items())
            ],
        },
    }
