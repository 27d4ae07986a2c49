"""One YAML file describes a season; docs/season-file.md tells organisers how.

``parse`` reads it and ``dump`` writes it; neither touches the tables.
"""

from voting.seasons.season_file.checks import contradiction
from voting.seasons.season_file.problems import FileProblem, SeasonFileInvalid
from voting.seasons.season_file.reading import parse
from voting.seasons.season_file.sections import CategoryContent, SeasonContent
from voting.seasons.season_file.writing import dump

__all__ = [
    "CategoryContent",
    "FileProblem",
    "SeasonContent",
    "SeasonFileInvalid",
    "contradiction",
    "dump",
    "parse",
]
