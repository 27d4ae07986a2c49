"""That an opened panel holds the rules by which it marks, before voting opens as well."""

from django.utils.translation import gettext as _

from voting.judging.models import Panel
from voting.judging.queries.draws import is_public
from voting.seasons.models import Season


def rules_held_because(season: Season) -> str:
    """Return why the rules of the count must stay, or "". One query.

    A panel that was closed holds them too: its marks are known by then.
    """
    panel = (
        Panel.objects.filter(season=season, opened_at__isnull=False).order_by("opened_at").first()
    )
    if panel is None:
        return ""
    return _(
        "Judges mark by these rules: the panel “%(panel)s” has been opened. What counts, the "
        "criteria, what decides between equals and who gets a place stand still from then on, so "
        "that nobody can choose them by marks that are known already. To judge by other rules, "
        "begin a new season as a copy of this one."
    ) % {"panel": panel.name or panel.component}


def public_because(season: Season) -> str:
    """Return why a season must stay public, or "". One query."""
    if not is_public(season):
        return ""
    return _(
        "A draw of judges was announced in this season, and everybody must be able to read it. The "
        "season stays public."
    )
