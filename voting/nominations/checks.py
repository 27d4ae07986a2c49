"""What a nomination still lacks before it can be sent in, each with the step where to add it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _

from voting.nominations import consent_texts
from voting.nominations.models import Consent, Contact, Nomination, Photo
from voting.nominations.ways import nowhere_to_send, way_to
from voting.seasons.models import NominationSettings, Season
from voting.seasons.page_context import content

# The three texts about the deeds: the season's key for each, and our column.
DEEDS = {"short": "summary", "medium": "story", "long": "full_story"}


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing or does not fit."""

    step: str
    field: str
    text: str


def gaps(
    nomination: Nomination, settings: NominationSettings, ends_at: datetime | None
) -> list[Gap]:
    """Return what is missing, in the order of the form. Four queries.

    ends_at: when nominations end; ages are counted at that day.
    """
    contact = Contact.objects.filter(nomination=nomination).first() or Contact()
    given = set(
        Consent.objects.filter(nomination=nomination, withdrawn_at=None).values_list(
            "kind", flat=True
        )
    )
    photos = list(Photo.objects.filter(nomination=nomination))
    return [
        *_who(nomination, settings, ends_at),
        *_contact(nomination, settings, contact, given),
        *_deeds(nomination, settings),
        *_files(nomination, settings, photos),
    ]


def _who(
    nomination: Nomination, settings: NominationSettings, ends_at: datetime | None
) -> Iterator[Gap]:
    yield from _misfits(
        nomination, "who", ("name", "name_en", "place", "birth_year", "organisation")
    )
    if nomination.category_id is None:
        yield Gap("who", "category", _("Choose a category."))
    if not nomination.name and "name" not in nomination.typed:
        yield Gap("who", "name", _("Enter the name."))
    if nomination.route == Nomination.Route.ORGANISATION and not nomination.organisation:
        yield Gap("who", "organisation", _("Enter which organisation puts forward."))
    if nomination.route == Nomination.Route.SELF and nomination.kind != "person":
        yield Gap("who", "kind", _("Only a person can put himself or herself forward."))
    if nomination.kind == "person":
        yield from _age(nomination, settings, ends_at)


def _age(
    nomination: Nomination, settings: NominationSettings, ends_at: datetime | None
) -> Iterator[Gap]:
    if not nomination.age:
        yield Gap("who", "age", _("Say which age group the person belongs to."))
    youngest = settings.age_min
    if youngest is None:
        return
    if youngest >= 18 and nomination.age in {Nomination.Age.MINOR, Nomination.Age.CHILD}:
        yield _too_young(youngest)
    elif nomination.birth_year is None and youngest != 18:
        yield Gap("who", "birth_year", _("Enter the year of birth."))
    elif (
        nomination.birth_year is not None
        and ends_at is not None
        and _last_day(ends_at, nomination.season).year - nomination.birth_year < youngest
    ):
        yield _too_young(youngest)


def _last_day(ends_at: datetime, season: Season) -> date:
    """Return the last day of nominations on the season's clock; the end itself is exclusive."""
    return (ends_at - timedelta(microseconds=1)).astimezone(ZoneInfo(season.time_zone)).date()


def _too_young(youngest: int) -> Gap:
    return Gap(
        "who",
        "age",
        _("In this season nominees are at least %(years)s years old.") % {"years": youngest},
    )


def _contact(
    nomination: Nomination, settings: NominationSettings, contact: Contact, given: set[str]
) -> Iterator[Gap]:
    for name in contact.typed:
        yield Gap("contact", name, _misfit(name))
    if not (contact.phone or contact.email) and not {"phone", "email"} & set(contact.typed):
        yield Gap(
            "contact", "phone", _("Enter a phone number or an e-mail address of the nominee.")
        )
    if nomination.is_by_link:
        yield from _nominator(contact)
    if consent_texts.guardian_kinds(settings, nomination):
        if not contact.guardian_name:
            yield Gap("contact", "guardian_name", _("Enter the name of the parent or guardian."))
        if not contact.guardian_phone:
            yield Gap("contact", "guardian_phone", _("Enter the guardian's phone number."))
    for kind in consent_texts.required(settings, nomination):
        if kind not in given:
            yield Gap(
                "contact",
                f"consent_{kind}",
                _("This consent is needed: %(title)s.") % {"title": consent_texts.title(kind)},
            )


def _nominator(contact: Contact) -> Iterator[Gap]:
    if not contact.nominator_name:
        yield Gap("contact", "nominator_name", _("Enter your name."))
    if way_to(contact) is None and "nominator_email" not in contact.typed:
        yield Gap("contact", "nominator_email", nowhere_to_send())


def _deeds(nomination: Nomination, settings: NominationSettings) -> Iterator[Gap]:
    names = ("headline", *DEEDS.values(), "service_hours", "unit_opinion", "opinion_signed_by",
             "opinion_signed_on")  # fmt: skip
    yield from _misfits(nomination, "deeds", names)
    if not nomination.headline and "headline" not in nomination.typed:
        yield Gap("deeds", "headline", _("Say in one line what was done."))
    if len(nomination.headline) > settings.one_line_max:
        yield _too_long("headline", len(nomination.headline), settings.one_line_max)
    for text in settings.deeds_texts:
        column = DEEDS[text.key]
        written = getattr(nomination, column)
        if text.required and not written and column not in nomination.typed:
            title = content(text.label, text.label_en)["text"] or _label(column)
            yield Gap("deeds", column, _("%(field)s: still missing.") % {"field": title})
        if len(written) > text.longest:
            yield _too_long(column, len(written), text.longest)
    yield from _hours(nomination, settings)
    if nomination.route == Nomination.Route.UNIT and settings.unit_opinion_required:
        if not nomination.unit_opinion and "unit_opinion" not in nomination.typed:
            yield Gap("deeds", "unit_opinion", _("Write the opinion of the unit."))
        if not nomination.opinion_signed_by:
            yield Gap("deeds", "opinion_signed_by", _("Say who has signed the opinion."))


def _hours(nomination: Nomination, settings: NominationSettings) -> Iterator[Gap]:
    hours, least = nomination.service_hours, settings.hours_min
    if settings.hours_required and hours is None and "service_hours" not in nomination.typed:
        yield Gap("deeds", "service_hours", _("Enter the hours of service."))
    if least is not None and hours is not None and hours < least:
        yield Gap(
            "deeds",
            "service_hours",
            _("In this season at least %(hours)s hours of service are needed.")
            % {"hours": floatformat(least, "-1g")},
        )


def _too_long(column: str, length: int, most: int) -> Gap:
    return Gap(
        "deeds",
        column,
        _("This text is too long: %(length)s of at most %(most)s characters.")
        % {"length": length, "most": most},
    )


def _files(
    nomination: Nomination, settings: NominationSettings, photos: list[Photo]
) -> Iterator[Gap]:
    person = nomination.kind == "person"
    if settings.portrait_required and person and not any(one.kind == "portrait" for one in photos):
        yield Gap("files", "portrait", _("Add a portrait."))
    if any(one.kind == "activity" and not one.caption for one in photos):
        yield Gap("files", "photos", _("Say for each photo what it shows."))


def _misfits(nomination: Nomination, step: str, names: tuple[str, ...]) -> Iterator[Gap]:
    for name in names:
        if name in nomination.typed:
            yield Gap(step, name, _misfit(name))


def _misfit(name: str) -> str:
    return _("%(field)s: what you typed does not fit yet.") % {"field": _label(name)}


def _label(name: str) -> str:
    labels = {
        "name": _("Name"),
        "name_en": _("Name in English"),
        "place": _("Village, school or workplace"),
        "birth_year": _("Year of birth"),
        "organisation": _("Your organisation"),
        "phone": _("Phone number of the nominee"),
        "email": _("E-mail address of the nominee"),
        "address": _("Postal address"),
        "nominator_name": _("Your name"),
        "nominator_phone": _("Your phone number"),
        "nominator_email": _("Your e-mail address"),
        "guardian_name": _("Name of the parent or guardian"),
        "guardian_relation": _("Related to the nominee as"),
        "guardian_phone": _("Phone number of the guardian"),
        "headline": _("The deed in one line"),
        "summary": _("Deeds in short"),
        "story": _("The deeds"),
        "full_story": _("The full story"),
        "service_hours": _("Hours of service"),
        "unit_opinion": _("Opinion of the unit"),
        "opinion_signed_by": _("Signed by"),
        "opinion_signed_on": _("Signed on"),
    }
    return labels[name]
