"""Limits in words, as the commands print them."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from voting.seasons.models import Cap


def cap_in_words(cap: Cap) -> str:
    """Return one limit as a sentence without a full stop."""
    scopes = {
        Cap.Scope.SEASON: pgettext("limit", "in all"),
        Cap.Scope.CATEGORY: pgettext("limit", "in each category"),
        Cap.Scope.NOMINEE: pgettext("limit", "for each nominee"),
    }
    periods = {
        Cap.Period.BALLOT: pgettext("limit", "on a ballot"),
        Cap.Period.WINDOW: pgettext("limit", "in each voting window"),
        Cap.Period.DAY: pgettext("limit", "a day"),
        Cap.Period.SEASON: pgettext("limit", "in the whole season"),
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
