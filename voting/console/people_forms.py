"""What organisers enter about people and their roles."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from voting.console.dates import Moment
from voting.console.forms import ReasonForm, UnitField
from voting.roles.models import Role
from voting.roles.services import LINK_DAYS

MOST_DAYS: Final = 60


class InviteForm(ReasonForm):
    """A link for somebody who is to have a role."""

    action = "invite"
    role = forms.ChoiceField(
        label=_("Role"), choices=Role.choices, help_text=_("What each role may do stands below.")
    )
    unit = UnitField(label=_("Only for this unit and all below it"), required=False)
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("The link is sent there. Leave it empty to hand the link over yourself."),
    )
    starts_at = Moment(
        label=_("From"), required=False, help_text=_("Empty: when the link is accepted.")
    )
    ends_at = Moment(label=_("Until"), required=False, help_text=_("Empty: without an end."))
    days = forms.IntegerField(
        label=_("Days for which the link can be used"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=LINK_DAYS,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a unit where the role needs one."""
        values = super().clean() or {}
        lacking = values.get("role") == Role.RECOMMENDER and not values.get("unit")
        if lacking and "unit" not in self.errors:
            self.add_error("unit", _("A recommender belongs to a unit. Choose one."))
        return values


class EndForm(ReasonForm):
    """Until when a role holds."""

    action = "end"
    ends_at = Moment(label=_("Until"))


class RevokeForm(ReasonForm):
    """The end of a role, at once."""

    action = "revoke"
