"""``offline_votes_import``."""

from voting.results.management.figure_files import FiguresCommand
from voting.results.services.figures import import_votes


class Command(FiguresCommand):
    """Votes that were cast elsewhere."""

    help = "Bring votes of other channels into a season: channel, nominee, votes, stratum."
    bring = staticmethod(import_votes)
