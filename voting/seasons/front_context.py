"""The front page of a season that is public but not open yet: dates, call, rules, contacts."""

from datetime import datetime
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voting.seasons import queries
from voting.seasons.counting import places_in_all
from voting.seasons.models import NominationSettings, Season
from voting.seasons.models.nominating import DeedsText
from voting.seasons.page_context import (
    Words,
    announcements,
    comes_next,
    content,
    drawn,
    frame_context,
    full_moment,
    going_on,
    zone_text,
)
from voting.seasons.portraits import TINTS, banner_svg
from voting.seasons.stage_context import line


def front_context(season: Season, now: datetime | None = None) -> dict[str, Any]:
    """Return the context of ``seasons/front.html``, in three queries.

    now: the moment to show; the page must be made anew when a stage begins or ends.
    """
    at = now or timezone.now()
    stages = queries.timeline(season, at)
    settings = queries.nomination_settings(season)
    present = [one for one in stages if one.state == "now"]
    nominations = next((one for one in stages if one.kind == "nominations"), None)
    own_places = places_in_all(season) is None
    return {
        **frame_context(season),
        "nav_current": "season",
        "announcements": announcements(at, season),
        "summary": content(season.summary, season.summary_en),
        "banner": drawn(banner_svg(TINTS[0])),
        "lines": [line(one, season.time_zone, at) for one in stages],
        "now_kinds": [one.kind for one in present],
        "now_texts": [going_on(one, season.time_zone) for one in present],
        "next_text": comes_next(stages, season.time_zone),
        "can_nominate": nominations is not None and nominations.state == "now",
        "nominations_end": full_moment(nominations.ends_at, season.time_zone)
        if nominations is not None
        else "",
        "who_nominates": who_nominates(settings) if nominations is not None else [],
        "asked": asked(settings) if nominations is not None else [],
        "categories": [
            {"name": content(one.name, one.name_en), "places": one.places if own_places else None}
            for one in season.categories.all()
        ],
        "approval": content(season.approval_authority, season.approval_authority_en),
        "zone_text": zone_text(season.time_zone),
    }


def who_nominates(settings: NominationSettings) -> list[str]:
    """Say who may put somebody forward."""
    said = {
        _("Units, through the people who nominate for them"): settings.by_units,
        _("Other organisations"): settings.by_organisations,
        _("Everybody for themselves"): settings.by_oneself,
        _("Anybody for somebody else, even without an account; a code confirms who it was"):
            settings.without_account,
    }  # fmt: skip
    return [words for words, holds in said.items() if holds]


def asked(settings: NominationSettings) -> list[str]:
    """Say what a nomination needs, so that people can get it ready."""
    lines = [
        _("the deed in one line, up to %(most)d characters") % {"most": settings.one_line_max},
        *(
            _("%(text)s, up to %(most)d characters")
            % {"text": deeds_label(text)["text"], "most": text.longest}
            for text in settings.deeds_texts
            if text.required
        ),
    ]
    if settings.portrait_required:
        lines.append(
            _("a portrait of at least %(width)d × %(height)d pixels")
            % {"width": settings.portrait_min_width, "height": settings.portrait_min_height}
        )
    if settings.unit_opinion_required and settings.by_units:
        lines.append(_("the unit's opinion with its seal"))
    if settings.hours_min:
        lines.append(
            ngettext(
                "at least %(hours)s hour of service", "at least %(hours)s hours of service",
                settings.hours_min,
            ) % {"hours": intcomma(settings.hours_min)}
        )  # fmt: skip
    if settings.age_min:
        lines.append(_("an age of at least %(age)d") % {"age": settings.age_min})
    lines.append(_("the consent of the person, also that the texts become public"))
    return lines


def deeds_label(text: DeedsText) -> Words:
    """Name one of the texts about the deeds: as the season does, or as is usual."""
    if text.label:
        return content(text.label, text.label_en)
    usual = {
        "short": _("Summary of the deeds"),
        "medium": _("Deeds"),
        "long": _("Full account of the deeds"),
    }
    return {"text": usual[text.key], "lang": ""}
