"""Who is proposed: for the candidate notice, and for the ballot."""

from django.db.models import QuerySet

from voting.seasons.models import Nominee, Season


def proposed_nominees(season: Season) -> QuerySet[Nominee]:
    """Return the nominees whom a notice proposes and a ballot lists, by category and strokes.

    A nominee's row is there once a nomination was accepted; a confirmed shortlist takes the rows
    away of those that are not through. So everybody who has one and has not withdrawn is proposed.
    """
    return (
        Nominee.objects.filter(season=season, withdrawn_at=None)
        .select_related("category")
        .order_by("category__position", "strokes", "name", "pk")
    )
