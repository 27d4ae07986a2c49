"""A season that declares its components comes back from its own file as it was."""

from pathlib import Path

import pytest

from voting.seasons.queries import season_by_slug
from voting.seasons.services import canonical_rules, export_season, import_season

pytestmark = pytest.mark.django_db
EXAMPLES = sorted((Path(__file__).parents[2] / "docs" / "examples").glob("*/season.yaml"))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.parent.name)
def test_an_exported_example_imports_to_the_same_rules(file: Path) -> None:
    season = import_season(raw=file.read_bytes(), file_name=file.name)
    before = canonical_rules(season_by_slug(season.slug))
    text = export_season(slug=season.slug)
    import_season(raw=text.encode(), file_name="exported.yaml")
    assert canonical_rules(season_by_slug(season.slug)) == before
    assert export_season(slug=season.slug) == text
