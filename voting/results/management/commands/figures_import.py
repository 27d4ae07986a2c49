"""``figures_import``."""

from voting.results.management.figure_files import FiguresCommand
from voting.results.services.figures import import_figures


class Command(FiguresCommand):
    """Hours, points and the like."""

    help = "Bring hours, points and bonuses into a season: component, nominee, figure."
    bring = staticmethod(import_figures)
