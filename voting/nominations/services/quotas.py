"""Whether a unit has nominations left: counted under a lock on its row."""

from django.utils.translation import gettext as _

from voting.nominations import queries
from voting.nominations.models import Nomination
from voting.nominations.services.errors import QuotaUsed
from voting.seasons.models import Category
from voting.units.models import Unit


def check_quota(nomination: Nomination) -> None:
    """Raise QuotaUsed unless the unit may send one more in; call it inside the transaction."""
    unit = _locked_unit(nomination)
    left = queries.quota_left(nomination.season, unit.pk)
    of_category = left.of_category.get(nomination.category_id or 0)
    names = {"unit": unit.name, "category": nomination.category}
    if left.in_all is not None and left.in_all < 1:
        raise QuotaUsed(_("%(unit)s has no nominations left in this season.") % names)
    if of_category is not None and of_category < 1:
        raise QuotaUsed(
            _("%(unit)s has no nominations left in the category “%(category)s”.") % names
        )


def check_move(nomination: Nomination, category: Category) -> None:
    """Raise QuotaUsed unless the unit has room in a category that a nomination is moved to.

    A quota is counted when something is sent in, by the category in which it then stands; so a
    move takes a place in the new category and frees one in the old, and in all it changes
    nothing. The office is bound by it as well: that no unit has more in a category than others is
    a rule that units read, and where more is meant an exception says so, on record. Call it
    inside the transaction.
    """
    if nomination.route != Nomination.Route.UNIT or nomination.state not in queries.COUNTED:
        return
    unit = _locked_unit(nomination)
    left = queries.quota_left(nomination.season, unit.pk).of_category.get(category.pk)
    if left is not None and left < 1:
        raise QuotaUsed(
            _(
                "%(unit)s has no nominations left in the category “%(category)s”. Leave it where "
                "it is, or have an organiser give the unit more under Quotas first."
            )
            % {"unit": unit.name, "category": category}
        )


def _locked_unit(nomination: Nomination) -> Unit:
    # Whoever sends in for this unit at the same moment waits here, and then counts this one too.
    return Unit.objects.select_for_update().get(nominations=nomination)
