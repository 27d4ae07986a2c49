"""The sentences of a notice that follow from its dates and from the law's usual demands.

They are the same on the page and on paper. Dates are days on the season's clock.
"""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from voting.notices.models import NoticeTexts, Objection, PublicNotice
from voting.notices.queries import Terms
from voting.seasons.page_context import full_moment, zone_text


def day_text(day: date) -> str:
    """Return a day with its year."""
    return date_format(day, pgettext("date format", "j F Y"))


def period_text(first: date, last: date, terms: Terms, zone: str) -> str:
    """Say for how long a notice stands: number of days, first and last day, clock."""
    if terms.working:
        sentence = ngettext(
            "%(n)d working day, from %(first)s to the end of %(last)s (%(zone)s)",
            "%(n)d working days, from %(first)s to the end of %(last)s (%(zone)s)",
            terms.days,
        )
    else:
        sentence = ngettext(
            "%(n)d day, from %(first)s to the end of %(last)s (%(zone)s)",
            "%(n)d days, from %(first)s to the end of %(last)s (%(zone)s)",
            terms.days,
        )
    return sentence % {
        "n": terms.days,
        "first": day_text(first),
        "last": day_text(last),
        "zone": zone_text(zone),
    }


def follows_text(objection: Objection, later: PublicNotice | None, zone: str) -> str:
    """Say what follows from a settled objection for the list, and whether that has been done.

    later: the first version of the notice after the decision.
    """
    if objection.effect == Objection.Effect.NONE:
        return _("The list stays as it is.")
    removed = objection.effect == Objection.Effect.REMOVE
    if later is None:
        return (
            _("The nominee is taken off the list. The next version of the notice will show it.")
            if removed
            else _("The entry will be corrected in the next version of the notice.")
        )
    sentence = (
        _("The nominee was taken off the list. The notice shows it from version %(n)s on, %(at)s.")
        if removed
        else _("The list was published again after this decision: version %(n)s, %(at)s.")
    )
    return sentence % {"n": later.version, "at": full_moment(later.published_at, zone)}


def how_to_object(decision_days: int) -> list[str]:
    """Say who may object, how, and what happens then."""
    return [
        _(
            "Any unit or person may object in writing until the notice ends. A person signs with "
            "their real name, workplace and phone number; a unit adds its seal. Say what is wrong "
            "and add evidence."
        ),
        _(
            "Objections that are anonymous, come late, or give no clear lead are not accepted. By "
            "letter, the day of posting counts."
        ),
        ngettext(
            "Who objects stays confidential, and nobody handles an objection to a nominee of their "
            "own unit. It is decided within %(n)d working day.",
            "Who objects stays confidential, and nobody handles an objection to a nominee of their "
            "own unit. It is decided within %(n)d working days.",
            decision_days,
        )
        % {"n": decision_days},
        _("Whoever invents facts to harm somebody answers for it by law."),
    ]


def unknown_years_text(years: list[int]) -> str:
    """Warn that the holidays of some years are not known, or return an empty text."""
    if not years:
        return ""
    return _(
        "The public holidays of %(years)s have not been published yet. The last day is counted "
        "Monday to Friday and may move."
    ) % {"years": _(", ").join(str(year) for year in years)}


def contact_pairs(notice: NoticeTexts, *, english: bool) -> list[tuple[str, str]]:
    """Return how to reach the office: what it is, and the words. What is empty is left out."""
    address = (notice.address_en if english else "") or notice.address
    hours = (notice.hours_en if english else "") or notice.hours
    pairs = [
        (_("Contact person"), notice.contact_name),
        (_("Phone number"), notice.phone),
        (_("E-mail address"), notice.email),
        (_("Postal address"), address),
        (_("Office hours"), hours),
    ]
    return [(label, words) for label, words in pairs if words]
