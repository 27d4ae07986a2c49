"""A small season file for tests, and the same with parts replaced."""

import pytest

from voting.seasons.models import Season
from voting.seasons.season_file import SeasonFileInvalid, parse
from voting.seasons.services import import_season

SMALL = """\
season:
  slug: small
  name: 小城公益之星
  opens_at: 2026-11-16 09:00
  closes_at: 2026-11-30 18:00
  time_zone: Asia/Shanghai
  organiser: 小城公益协会
rules:
  min_choices: 2
  caps:
    - {scope: season, period: day, counts: ballots, max: 1}
    - {scope: season, period: ballot, counts: choices, max: 3}
windows:
  - starts_at: 2026-11-16 09:00
categories:
  - name: 志愿者
    places: 2
    nominees:
      - number: "007"
        name: 张三
        strokes: 7
        deeds: |
          第一段。

          第二段。
        figures:
          - {value: 126, unit: 期, label: 公益课堂}
        drawing: {kind: person, glasses: yes}
        scenes:
          - {scene: truck, caption: 送书}
      - number: 8
        name: 李四
        strokes: 4
  - name: 项目
    nominees:
      - {number: A1, name: 净水, kind: project, strokes: 8}
past_winners:
  - edition: 2025
    category: 志愿者
    name: 王五
"""


def changed(*replacements: tuple[str, str]) -> bytes:
    """Return the small file with parts replaced, each of which must be there."""
    text = SMALL
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode()


def small_season(*replacements: tuple[str, str]) -> Season:
    """Import the small season."""
    return import_season(raw=changed(*replacements), file_name="small.yaml")


def faults(raw: bytes) -> list[tuple[int, str, str, str]]:
    with pytest.raises(SeasonFileInvalid) as raised:
        parse(raw, file_name="small.yaml")
    return [
        (problem.line, problem.path, problem.found, problem.allowed)
        for problem in raised.value.problems
    ]


def fault(*replacements: tuple[str, str]) -> tuple[int, str, str, str]:
    (only,) = faults(changed(*replacements))
    return only
