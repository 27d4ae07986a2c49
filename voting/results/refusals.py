"""Why a result cannot be computed, in words."""

from django.utils.translation import gettext as _

from voting.ballots import component_sentences
from voting.rules.components import Consolidation
from voting.rules.no_result import NoResult


def reason(error: ValueError, declared: Consolidation) -> str:
    """Say why, as the second half of a sentence; with what the rules say where there is no word."""
    if not isinstance(error, NoResult):
        return _("what was given does not fit the rules (%(why)s)") % {"why": str(error)}
    called = {one.key: component_sentences.name(one, declared) for one in declared.components}
    what = _(", ").join(called.get(one, one) for one in error.about)
    said = {
        "gate-excluded": _("%(what)s decides who goes on, so it cannot fall away"),
        "nothing-left": _("nothing that counts is left"),
        "nobody-stands-in": _("%(what)s has nobody that counts to stand in"),
        "no-most": _("%(what)s or a part that stands in for it has no most points"),
        "no-stratum-left": _("no group of %(what)s is left"),
        "more-than-most": _("somebody has more points for %(what)s than there are"),
        "quotas-entangled": _("the limits on places are too entangled to be solved"),
        "quotas-conflict": _("the limits on places cannot hold together"),
        "unknown": _("the rules do not know %(what)s"),
    }[error.code]
    return said % {"what": what}
