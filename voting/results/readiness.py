"""What must hold before a result can be sealed: everything is in, and nothing is undecided."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voting.ballots import counting_sentences
from voting.judging.queries.ending import panels_open, seats_outstanding, unjudged
from voting.results import explaining
from voting.results.computing import Ranking
from voting.results.models import FigureBatch
from voting.seasons.counting import declared_components
from voting.seasons.models import Season
from voting.seasons.readiness import Item


def readiness(season: Season, found: list[Ranking]) -> list[Item]:
    """Return the list, in the order in which things are settled.

    season: as ``seasons.queries.season_by_slug`` returns it. found: the result as it stands.
    """
    closed = season.phase in {Season.Phase.CLOSED, Season.Phase.ANNOUNCED}
    items = [
        Item(
            "voting", closed,
            _("Voting has been closed") if closed else _("Voting has not been closed yet."),
        )
    ]  # fmt: skip
    called = explaining.names_of(declared_components(season))
    names = {key: words["text"] for key, words in called.items()}
    for component, count in sorted(seats_outstanding(season).items()):
        text = ngettext(
            "Panel “%(panel)s”: %(n)d judge has not submitted.",
            "Panel “%(panel)s”: %(n)d judges have not submitted.",
            count,
        ) % {"panel": names.get(component, component), "n": count}
        items.append(Item("judging", False, text))
    for panel in panels_open(season):
        text = _("Panel “%(panel)s” has not been closed.") % {"panel": str(panel)}
        items.append(Item("judging", False, text))
    for component, category in unjudged(season):
        text = _("%(component)s: no panel has judged “%(category)s”.") % {
            "component": names.get(component, component), "category": category,
        }  # fmt: skip
        items.append(Item("judging", False, text))
    waiting = FigureBatch.objects.filter(season=season, state=FigureBatch.State.WAITING).count()
    text = ngettext(
        "%(n)d file of figures waits for the second person.",
        "%(n)d files of figures wait for the second person.",
        waiting,
    ) % {"n": waiting}
    items.append(
        Item("figures", not waiting, text if waiting else _("No figures wait for confirmation"))
    )
    held = FigureBatch.objects.filter(season=season, state=FigureBatch.State.HELD).count()
    if held:
        text = ngettext(
            "%(n)d file of figures is held back and does not count; the report on firmness says "
            "what it would change.",
            "%(n)d files of figures are held back and do not count; the report on firmness says "
            "what they would change.",
            held,
        ) % {"n": held}
        items.append(Item("held", False, text, blocks=False))
    return [*items, *(item for ranking in found for item in _of_ranking(ranking))]


def _of_ranking(ranking: Ranking) -> list[Item]:
    name = ranking.category or _("All categories")
    items = []
    missing = [one for one, own in ranking.result.standings.items() if own.state == "missing"]
    if missing:
        text = _("%(category)s: %(names)s lack a component, and have no total.") % {
            "category": name, "names": _(", ").join(missing[:5]),
        }  # fmt: skip
        items.append(Item("missing", False, text, blocks=False))
    if ranking.awarded.conflict:
        text = _("%(category)s: the quotas cannot hold together (%(names)s).") % {
            "category": name,
            "names": _(", ").join(limit.quota for limit in ranking.awarded.conflict),
        }
        items.append(Item("quotas", False, text))
    outcomes = ranking.awarded.outcomes
    for place in ranking.decided.places:
        if place.waits_for:
            # Also where all of them are honoured: the rules say who comes first, and by what. Among
            # those whom it honours none of, they share their place and nobody need meet for it.
            concerns = any(outcomes[one].state != "out" for one in place.nominees)
            text = _("%(category)s: %(names)s are equal; still to be decided by %(step)s.") % {
                "category": name, "names": _(", ").join(place.nominees[:5]),
                "step": counting_sentences.step(place.waits_for),
            }  # fmt: skip
            items.append(Item("ties", False, text, blocks=concerns))
    open_ones = ranking.awarded.of("open")
    if open_ones:
        text = _("%(category)s: a tie at the last place is still open (%(names)s).") % {
            "category": name, "names": _(", ").join(open_ones[:5]),
        }  # fmt: skip
        items.append(Item("ties", False, text))
    return items
