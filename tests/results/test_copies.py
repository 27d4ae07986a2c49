"""What makes the result goes along to copies and rehearsals of a season."""

from datetime import timedelta

import pytest
from django.utils import timezone

from voting.results.computing import inputs_of
from voting.results.queries import traits_of
from voting.seasons import drafting
from voting.seasons.copying import begin_rehearsal
from voting.seasons.counting import counting_of
from voting.seasons.models import Season
from voting.seasons.queries import season_by_slug
from voting.seasons.services import import_season

pytestmark = pytest.mark.django_db

FILE = """
season:
  slug: source
  name: 来源
  opens_at: 2027-03-01 09:00
  closes_at: 2027-03-14 18:00
  organiser: 示例公益协会
rules:
  min_choices: 1
  caps: []
  consolidation:
    components:
      - {key: online, kind: public, weight: 40, conversion: {how: share_of_votes}}
      - key: experts
        kind: panel
        weight: 60
        panel: {method: mean}
        rubric: {criteria: [{key: effect, factor: 2, highest: 10, name: 成效}]}
    gate: {component: online, top: 5}
  ties: {chain: [public, shared]}
  honours:
    order: all
    places: 3
    shared_line: all
    quotas:
      - {key: cadres, by: [rank], of: [县处级], most: 1}
      - {key: again, by: [repeat], most: 0}
categories:
  - name: 人物
    nominees:
      - {number: "1", name: 林秀英, traits: {rank: 县处级, region: 湖南}}
      - {number: "2", name: 周建华}
past_winners:
  - {edition: 2026年, category: 人物, name: 周建华}
"""


@pytest.fixture
def source() -> Season:
    import_season(raw=FILE.encode(), file_name="source.yaml")
    return season_by_slug("source")


def declared(season: Season) -> tuple[object, object, object]:
    sheet = season.rule_sheet
    return sheet.consolidation, sheet.honours, sheet.ties


def test_a_copy_has_the_components_places_and_quotas(source: Season) -> None:
    now = timezone.now()
    copy = drafting.copy_season(
        source="source", slug="copy", name="副本", organiser="办公室", actor="袁秋萍",
        opens_at=now + timedelta(days=3), closes_at=now + timedelta(days=9),
    )  # fmt: skip
    copy = season_by_slug(copy.slug)

    assert declared(copy) == declared(source)
    counting = counting_of(copy.rule_sheet)
    assert counting.consolidation is not None
    assert counting.consolidation.gate is not None
    assert [one.key for one in counting.honours.quotas] == ["cadres", "again"]


def test_a_rehearsal_is_computed_from_the_same_rules_and_traits(source: Season) -> None:
    copy = season_by_slug(
        begin_rehearsal(slug="source", actor="袁秋萍", reason="彩排").slug
    )  # fmt: skip

    assert declared(copy) == declared(source)
    assert traits_of(copy) == traits_of(source)
    assert traits_of(copy)["1"]["rank"] == "县处级"
    assert traits_of(copy)["2"]["repeat"] == "yes"
    was, now = inputs_of(source), inputs_of(copy)
    assert (now.declared, now.honours, now.ties) == (was.declared, was.honours, was.ties)
