"""The rule sheet in plain language: chips, sentences, an example and the timeline.

Every number comes from the season's rule sheet and its caps; a limit that is not set is not
mentioned. Chips and shape cost three queries together, the whole context eight.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypedDict

from django.db.models import Count, Q, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from voting.ballots import (
    component_examples,
    component_sentences,
    counting_examples,
    counting_sentences,
    example_sentences,
    place_sentences,
    rule_sentences,
)
from voting.ballots.number_text import numbers_in_words
from voting.ballots.rule_sentences import Limits, Shape
from voting.rules.honours import Honours
from voting.seasons.amending import Change, changes_of
from voting.seasons.counting import (
    Counting,
    counting_of,
    declared_components,
    places_in_all,
)
from voting.seasons.models import Cap, Category, Nominee, RuleAmendment, RuleSheet, Season
from voting.seasons.page_context import (
    content,
    frame_context,
    full_moment,
    moment,
    standing_context,
    state_of,
    zone_text,
)
from voting.seasons.queries import has_ballot
from voting.seasons.stage_context import stage_lines

# What organisers did before voting opened is their own record, not the public's.
DRAFTING: Final = frozenset(
    {
        "create", "rules", "details", "categories", "stages", "approval", "nomination_settings",
        "quota", "publish", "hide", "numbers", "rehearse",
    }
)  # fmt: skip


class Stage(TypedDict):
    """One step of the timeline."""

    title: str
    when: str
    state: str  # done, now or later


def rule_chips(season: Season) -> list[str]:
    """Return at most three rules in as few words as possible; none without a rule sheet."""
    _fetch(season)
    sheet = _sheet(season)
    if sheet is None:
        return []
    return rule_sentences.chips(shape(season), limits_of(sheet))


def shape(season: Season) -> Shape:
    """Return what a ballot of this season may hold, for pages and their scripts.

    Raises RuleSheet.DoesNotExist if the season has no rules yet.
    """
    _fetch(season)
    sheet = season.rule_sheet
    return shape_of(sheet.min_choices, limits_of(sheet), len(season.categories.all()))


def shape_of(min_choices: int, limits: Limits, categories: int) -> Shape:
    """Return what a ballot may hold by these limits. categories: how many there are, or 0."""
    per_category = _least(limits, "category", "choices")
    bounds = [_least(limits, "season", "choices")]
    if per_category is not None and categories:
        bounds.append(per_category * categories)
    period = next(
        (one for one in rule_sentences.PERIODS if ("season", one, "ballots") in limits), None
    )
    return {
        "min": min_choices,
        "max": min((bound for bound in bounds if bound), default=None),
        "per_category": per_category,
        "ballots_per": period,
        "ballots": limits["season", period, "ballots"] if period else None,
    }


def in_words(
    min_choices: int,
    limits: Limits,
    categories: list[Category],
    *,
    windows: Sequence[str] = (),
    zone: str = "Asia/Shanghai",
    pace: tuple[int, int] = (1000, 5),
    choosable: int | None = None,
) -> dict[str, list[str]]:
    """Return chips, sentences and an example for limits that need not be stored anywhere yet.

    windows: when each voting window begins, in words. zone: the season's time zone. pace:
    milliseconds between two ballots of one voter, and how many can be saved up. choosable: how
    many of the nominees that there are one ballot can name.
    """
    ballot = shape_of(min_choices, limits, len(categories))
    return {
        "chips": rule_sentences.chips(ballot, limits),
        "choosing": rule_sentences.choosing(ballot, categories),
        "repeating": [
            *rule_sentences.repeating(limits, windows, zone_text(zone)),
            *rule_sentences.pace(*pace),
        ],
        "example": example_sentences.example(ballot, limits, choosable),
    }


def rules_in_words(season: Season, *, with_nominees: bool = False) -> dict[str, Any]:
    """Return the same for a season's own rule sheet.

    with_nominees: whether its example is to be one of the nominees that there are now.
    """
    _fetch(season, "windows")
    zone = season.time_zone
    sheet = season.rule_sheet
    return in_words(
        sheet.min_choices,
        limits_of(sheet),
        list(season.categories.all()),
        windows=[moment(window.starts_at, zone) for window in season.windows.all()],
        zone=zone,
        pace=(sheet.rate_interval_ms, sheet.rate_burst),
        choosable=_choosable(season, limits_of(sheet)) if with_nominees else None,
    ) | count_in_words(
        counting_of(sheet),
        public_weight=sheet.public_weight,
        notices=counting_sentences.notices(sheet),
        categories=category_names(season.categories.all()),
    )


def _choosable(season: Season, limits: Limits) -> int:
    """Return how many of a season's running nominees one ballot can name, of each category."""
    each = _least(limits, "category", "choices")
    running = [
        sum(one.withdrawn_at is None for one in category.nominees.all())
        for category in season.categories.all()
    ]
    return sum(running if each is None else (min(each, number) for number in running))


def count_in_words(
    count: Counting,
    *,
    public_weight: int,
    notices: list[str],
    categories: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return what is declared about the count in words, each part with a worked example.

    Parts that decide nothing are empty: the panel where the public alone decides, and the other
    way round; both where components are declared, which then stand under ``parts``. notices: what
    is said about them. categories: names, as ``category_names`` returns them.
    """
    declared, names = count.consolidation, categories or {}
    public = declared is None and public_weight > 0
    panel = declared is None and public_weight < 100
    named = component_sentences.criteria(declared) if declared else {}
    return {
        **_parts_in_words(count, names),
        "conversion": _conversion_in_words(count) if public else [],
        "conversion_example": counting_examples.of_conversion(count.conversion) if public else [],
        "panel": counting_sentences.panel(count.panel) if panel else [],
        "panel_example": counting_examples.of_panel(count.panel) if panel else [],
        "honours": place_sentences.lines(count.honours, names),
        "honours_declared": count.honours != Honours(),
        "honours_example": place_sentences.example(count.honours),
        "ties": counting_sentences.ties(count.ties, named),
        "ties_example": counting_examples.of_tie(count.ties, named=named),
        "shortlisting": counting_sentences.shortlisting(count.shortlisting),
        "shortlisting_example": counting_examples.of_nominations(count.shortlisting),
        "notices": notices,
    }


def _conversion_in_words(count: Counting) -> list[str]:
    """Say how votes become points; in one order for all, nobody compares within a category."""
    if count.honours.order == "category":
        return counting_sentences.conversion(count.conversion)
    return component_sentences.compared(count.conversion, everybody=True)


def _parts_in_words(count: Counting, names: Mapping[str, str]) -> dict[str, Any]:
    declared = count.consolidation
    if declared is None:
        return {"total": [], "parts": [], "parts_example": []}
    everybody = count.honours.order == "all"
    parts = component_sentences.parts(declared, names, everybody=everybody)
    examples = [
        component_examples.of_rubric(one)
        if one.rubric
        else counting_examples.of_panel(one.panel)
        if one.panel
        else []
        for one in declared.components
    ]
    return {
        "total": component_sentences.total(declared),
        "parts": [
            {**part, "example": example} for part, example in zip(parts, examples, strict=True)
        ],
        "parts_example": component_examples.of_components(declared),
    }


def weights_of(season: Season) -> list[component_sentences.Segment]:
    """Return the weights of the parts of the result as stretches that make 100."""
    return component_sentences.bar(declared_components(season))


def category_names(categories: Iterable[Category]) -> dict[str, str]:
    """Return what each category is called on this page, by its name."""
    return {one.name: content(one.name, one.name_en)["text"] for one in categories}


def limits_of(sheet: RuleSheet) -> Limits:
    """Return the caps by scope, period and what is counted."""
    caps: Iterable[Cap] = sheet.caps.all()
    return {(cap.scope, cap.period, cap.counts): cap.max for cap in caps}


def rules_context(season: Season, now: datetime | None = None) -> dict[str, Any]:
    """Return the context of ``ballots/rules.html``.

    now: the moment for which the timeline is shown.
    Raises RuleSheet.DoesNotExist if the season has no rules yet.
    """
    _fetch(season, "windows", "events", "amendments")
    at = now or timezone.now()
    sheet = season.rule_sheet
    zone = season.time_zone
    return {
        **frame_context(season),
        **standing_context(season, at),
        "nav_current": "rules",
        **rules_in_words(season),
        "who": rule_sentences.who(season),
        "counting": rule_sentences.counting(sheet),
        "display": rule_sentences.display(sheet, season),
        "numbers": numbers_in_words(season),
        "weights": weights_of(season),
        # In one order for all with places of its own, those of the categories do not count.
        "show_places": places_in_all(season) is None,
        "has_draw": any(event.action == "draw_announce" for event in season.events.all()),
        "categories": _categories(season),
        "stages": stages(season, sheet, at),
        "amendments": [amendment_in_words(one, zone) for one in season.amendments.all()],
        "frozen_text": full_moment(sheet.frozen_at, zone) if sheet.frozen_at else "",
        "fingerprint": _groups_of(sheet.fingerprint, 8),
        "history": [
            {
                "when": full_moment(event.at, zone),
                "what": rule_sentences.action(event.action),
                "how": rule_sentences.signed(event.detail),
                "reason": event.reason,
            }
            for event in season.events.all()
            # Amendments stand by themselves, with what they changed.
            if event.action not in DRAFTING and event.action != "amend"
        ],
    }


def amendment_in_words(amendment: RuleAmendment, zone: str) -> dict[str, Any]:
    """Return one amendment as pages show it."""
    return {
        "number": amendment.number,
        "when": full_moment(amendment.in_force_at, zone),
        "reason": amendment.reason,
        "changes": [change_in_words(change, zone) for change in changes_of(amendment)],
        "before": amendment.fingerprint_before,
        "after": amendment.fingerprint_after,
    }


def change_in_words(change: Change, zone: str) -> dict[str, str]:
    """Return one changed rule: label, before and after."""
    return {
        "label": rule_sentences.amendable(change.field),
        "before": _worded(change.field, change.before, zone),
        "after": _worded(change.field, change.after, zone),
    }


def _worded(field: str, value: Any, zone: str) -> str:
    if field == "closes_at":
        return full_moment(datetime.fromisoformat(value), zone)
    return rule_sentences.amendable_value(field, value)


def stages(season: Season, sheet: RuleSheet, now: datetime) -> list[Stage]:
    """Return the timeline: what is done, what goes on, what comes."""
    zone = season.time_zone
    lines = stage_lines(season, now)
    if len(lines) > 1:  # the vote alone is no timeline
        return [
            {"title": one["title"], "when": one["when"], "state": one["state"]} for one in lines
        ]
    state = state_of(season, now)
    # How many steps are done, and whether the next one goes on already.
    done, running = {
        "not_open": (0, True) if sheet.frozen_at is None else (1, False),
        "open": (1, True),
        "paused": (1, True),
        "closed": (2, True),
        "announced": (4, False),
    }[state]
    frozen = full_moment(sheet.frozen_at, zone) if sheet.frozen_at else _("before voting opens")
    vote = _("%(opens)s to %(closes)s") % {
        "opens": moment(season.opens_at, zone),
        "closes": moment(season.ends_at, zone),
    }
    result = (
        _("All parts of the result are put together")
        if sheet.consolidation is not None
        else _("Judging, and both parts are put together")
        if sheet.panel_weight
        else _("The result is worked out")
    )
    titles = [
        (_("Nominees and rules are fixed"), frozen),
        (_("Public vote"), vote),
        (result, _("after voting has closed")),
        (_("Announcement"), _("on a date that the organiser publishes")),
    ]
    return [
        {
            "title": title,
            "when": when,
            "state": "done" if place < done else "now" if running and place == done else "later",
        }
        for place, (title, when) in enumerate(titles)
    ]


def _fetch(season: Season, *more: str) -> None:
    prefetch_related_objects([season], "rule_sheet__caps", "categories", *more)


def _sheet(season: Season) -> RuleSheet | None:
    try:
        return season.rule_sheet
    except RuleSheet.DoesNotExist:
        return None


def _least(limits: Limits, scope: str, counts: str) -> int | None:
    """Return what one ballot may use at most: no longer period can leave more to it."""
    return min(
        (
            most
            for (where, _period, what), most in limits.items()
            if (where, what) == (scope, counts)
        ),
        default=None,
    )


def _categories(season: Season) -> list[dict[str, Any]]:
    counts = dict(
        Nominee.objects.filter(season=season)
        .values_list("category")
        .annotate(running=Count("pk", filter=Q(withdrawn_at__isnull=True)))
    )
    return [
        {
            "name": content(category.name, category.name_en),
            # How many have been put up so far is nobody's business before there is a ballot.
            "nominees": counts.get(category.pk, 0) if has_ballot(season) else None,
            "places": category.places,
        }
        for category in season.categories.all()
    ]


def _groups_of(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]
