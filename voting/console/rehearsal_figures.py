"""Figures from outside within a rehearsal: invented, since nobody brings any there.

With the sheets where those are filled in by invention, or in a step of their own.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from voting.results import explaining
from voting.results.services import rehearsing
from voting.seasons.counting import declared_components
from voting.seasons.models import Season

Values = dict[str, Any]


def invent(request: HttpRequest, one: Season) -> None:
    """Have figures invented for each part of the result that lacks them. Raises NoRehearsal."""
    assert isinstance(request.user, User)  # noqa: S101 -- the guard lets nobody else in
    done = rehearsing.invent_figures(slug=one.slug, by=request.user)
    if done:
        names = explaining.names_of(declared_components(one))
        messages.success(
            request,
            _("Figures invented for: %(parts)s")
            % {"parts": _(", ").join(names[part.key]["text"] for part in done)},
        )


def context(one: Season, judging: Values | None) -> Values | None:
    """Return which parts need figures and which have them; None where the rules want none.

    judging: of ``rehearsal_judging.context``: where sheets are still to be filled in, the figures
    come with them.
    """
    parts = rehearsing.from_outside(one)
    if not parts:
        return None
    names = explaining.names_of(declared_components(one))
    lacking = {part.key for part in rehearsing.lacking(one)}
    with_sheets = judging is not None and (
        judging["step"] == "open" or (judging["step"] == "close" and judging["waiting"] > 0)
    )
    frozen = one.phase != Season.Phase.DRAFT
    return {
        "parts": [
            {"name": names[part.key], "state": "wait" if part.key in lacking else "ok"}
            for part in parts
        ],
        "lacking": bool(lacking),
        "frozen": frozen,
        "with_sheets": with_sheets,
        "may_invent": bool(lacking) and frozen and not with_sheets,
    }
