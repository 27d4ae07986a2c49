"""Limits in words, as the commands print them."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voting.seasons.models import Cap


def cap_in_words(cap: Cap) -> str:
    """Return one limit as a sentence without a full stop."""
    scopes = {
        Cap.Scope.SEASON: _("in all"),
        Cap.Scope.CATEGORY: _("in each category"),
        Cap.Scope.NOMINEE: _("for each nominee"),
    }
    periods = {
        Cap.Period.BALLOT: _("on a ballot"),
        Cap.Period.WINDOW: _("in each voting window"),
        Cap.Period.DAY: _("a day"),
        Cap.Period.SEASON: _("in the whole season"),
    }
    if cap.counts == Cap.Counts.BALLOTS:
        amount = ngettext("%(count)d ballot", "%(count)d ballots", cap.max)
    else:
        amount = ngettext("%(count)d choice", "%(count)d choices", cap.max)
    return _("%(scope)s at most %(amount)s %(period)s") % {
        "scope": scopes[Cap.Scope(cap.scope)],
        "amount": amount % {"count": cap.max},
        "period": periods[Cap.Period(cap.period)],
    }
