"""What people consent to, word for word. A new wording is a new version; consents keep theirs.

Each consent is asked for by itself, and nothing is ticked beforehand.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voting.nominations.models import Consent, Nomination
from voting.seasons.models import NominationSettings, Season
from voting.seasons.page_context import content

VERSION: Final = "2026-11"
Kind = Consent.Kind

_TITLES: Final[Mapping[str, object]] = {
    Kind.PUBLICATION: gettext_lazy("Consent to publication"),
    Kind.CHECKS: gettext_lazy("Consent to enquiries"),
    Kind.MEDIA: gettext_lazy("Consent to reports elsewhere"),
    Kind.GUARDIAN: gettext_lazy("Consent of the guardian"),
    Kind.GUARDIAN_PUBLICATION: gettext_lazy("Consent of the guardian to publication"),
    Kind.TRUTH: gettext_lazy("Declaration of the nominator"),
}


def title(kind: str) -> str:
    """Return the heading of a consent."""
    return str(_TITLES[kind])


def text(kind: str, season: Season) -> str:
    """Return what is consented to, in the present language."""
    return {
        Kind.PUBLICATION: _(
            "The nominee has read this and agrees: if the nomination is accepted, name, place, "
            "portrait, photos and deeds may be published on the pages of this award by "
            "%(organiser)s. Telephone number, address, year of birth and proofs are never "
            "published. This consent can be taken back at any time; photos and deeds then leave "
            "the pages at once."
        ),
        Kind.CHECKS: _(
            "The nominee agrees that %(organiser)s asks other offices whether anything speaks "
            "against the award, tells them name and place for that, and keeps their answers until "
            "the season has ended."
        ),
        Kind.MEDIA: _(
            "The nominee agrees that newspapers, broadcasters and other sites report with name, "
            "portrait and deeds. Without this consent the nomination is treated no differently."
        ),
        Kind.GUARDIAN: _(
            "I am a parent or guardian of the nominee. I agree that %(organiser)s uses the data "
            "of this form to decide about the award, and erases the contacts afterwards."
        ),
        Kind.GUARDIAN_PUBLICATION: _(
            "As parent or guardian I agree, apart from that, to the publication of name, place, "
            "portrait, photos and deeds of a child under 14 on the pages of this award. I can "
            "take this back at any time."
        ),
        Kind.TRUTH: _(
            "I have checked what this form says. It is true to the best of my knowledge."
        ),
    }[Kind(kind)] % {"organiser": content(season.organiser, season.organiser_en)["text"]}


def asked(settings: NominationSettings, nomination: Nomination) -> list[str]:
    """Return which consents the form asks for, in their order."""
    kinds = [Kind.PUBLICATION]
    if settings.consent_to_checks:
        kinds.append(Kind.CHECKS)
    if settings.consent_to_media:
        kinds.append(Kind.MEDIA)
    return [*kinds, *guardian_kinds(settings, nomination), Kind.TRUTH]


def guardian_kinds(settings: NominationSettings, nomination: Nomination) -> list[str]:
    """Return which consents a guardian must give; below 14 also one to publication by itself."""
    if nomination.age == Nomination.Age.CHILD:
        return [Kind.GUARDIAN, Kind.GUARDIAN_PUBLICATION]
    if nomination.age == Nomination.Age.MINOR and settings.guardian_under > 14:
        return [Kind.GUARDIAN]
    return []


def required(settings: NominationSettings, nomination: Nomination) -> list[str]:
    """Return without which consents a nomination cannot be sent in."""
    kinds: list[str] = [Kind.PUBLICATION]
    if settings.consent_to_checks:
        kinds.append(Kind.CHECKS)
    return [*kinds, *guardian_kinds(settings, nomination), Kind.TRUTH]
