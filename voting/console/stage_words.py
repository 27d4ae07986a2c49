"""What stages are called."""

from django.utils.translation import gettext as _

from voting.seasons.models import Stage
from voting.seasons.queries import VOTING


def stage(kind: str) -> str:
    """Name a stage, the vote too."""
    return _("Public vote") if kind == VOTING else str(Stage.Kind(kind).label)
