"""What judging still misses before voting can open: nothing that stops it, but worth a look."""

from collections import defaultdict

from django.utils.translation import gettext as _

from voting.ballots import component_sentences
from voting.judging.queries.ending import unjudged
from voting.judging.queries.forms import panel_components
from voting.judging.queries.sharing import counting_panels
from voting.seasons.counting import declared_components
from voting.seasons.models import Season
from voting.seasons.readiness import Item

SHOWN = 5  # categories that a sentence names


def readiness(season: Season) -> list[Item]:
    """Return an item for each part that judges make and no panel is there for; else one for all.

    None where the rules want no judges. Panels can be made after opening too, so nothing here is in
    the way; but whoever opens freezes what the judges will count for.
    """
    wanted = panel_components(season)
    if not wanted:
        return []
    lacking: dict[str, list[str]] = defaultdict(list)
    for key, category in unjudged(season):
        lacking[key].append(category)
    if not lacking:
        # Without a nominee there is nobody to judge yet, and nothing to be said of it.
        there = counting_panels(season).exists()
        return [Item("panels", True, _("There is a panel for all that judges mark"))] * there
    declared = declared_components(season)
    with_nominees = season.categories.filter(nominees__withdrawn_at=None, nominees__isnull=False)
    standing = set(with_nominees.values_list("name", flat=True))
    items = []
    for one in wanted:
        if one.key not in lacking:
            continue
        words = {
            "part": component_sentences.name(one, declared),
            "weight": component_sentences.weight(one, declared),
            "categories": _(", ").join(lacking[one.key][:SHOWN]),
        }
        entered = {name for name in standing if not one.categories or name in one.categories}
        if entered <= set(lacking[one.key]):
            text = _(
                "No panel has been made for %(part)s (%(weight)s). It can follow after opening."
            )
        else:
            text = _(
                "No panel has been made for %(part)s (%(weight)s) in %(categories)s. It can follow "
                "after opening."
            )
        items.append(Item("panels", False, text % words, blocks=False))
    return items
