"""What a result is computed from, as the tables hold it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from django.db.models import Max, Q, Sum

from voting.ballots.queries import recount
from voting.judging.queries.results import marks_given
from voting.nominations.models import Nomination
from voting.notices.models import NoticeKind
from voting.notices.queries import struck_entries
from voting.results.models import (
    Figure,
    FigureBatch,
    PublishedResult,
    ResultSnapshot,
    Ruling,
)
from voting.rules.components import Component, Consolidation, Disqualified, Given
from voting.rules.honours import KNOWN_TRAITS
from voting.rules.panels import Marks
from voting.seasons.models import Category, Nominee, PastWinner, Season

# The stratum of a public component that the ballots of this platform fill.
ONLINE: Final = "online"
# Figures under this name are the panel's votes about those who are equal.
JURY_VOTE: Final = "jury_vote"

# component -> stratum -> ballot number -> figure
FiguresGiven = dict[str, dict[str, dict[str, Decimal]]]


def figures_given(season: Season, *, held: FigureBatch | None = None) -> FiguresGiven:
    """Return the figures of all batches that count, summed over batches, in one query.

    held: one that is held back and shall count as well.
    """
    counting = Q(batch__state=FigureBatch.State.COUNTED)
    if held is not None:
        counting |= Q(batch=held)
    rows = (
        Figure.objects.filter(counting, batch__season=season)
        .order_by()
        .values_list("batch__component", "stratum", "nominee__ballot_number")
        .annotate(sum=Sum("figure"))
    )
    found: FiguresGiven = {}
    for component, stratum, number, figure in rows:
        found.setdefault(component, {}).setdefault(stratum, {})[number] = figure
    return found


def given_to(
    declared: Consolidation,
    season: Season,
    categories: Mapping[str, str],
    figures: FiguresGiven,
) -> dict[str, Given]:
    """Return what each component has to go by.

    categories: ballot number -> name of the category. figures: of ``figures_given``. A public
    component has the recounted ballots and whatever votes were brought from outside; where it has
    strata, those of this platform are the stratum ``online``. Marks are those of submitted sheets.
    Hours of a nominee for whom no file gives any are those that the accepted nominations state;
    where such a file is held back there are none, for what is in doubt must not be replaced by
    what somebody says of themselves.
    """
    marks = marks_given(season)
    votes = recount(season.pk) if any(one.kind == "public" for one in declared.components) else {}
    found = {}
    for one in declared.components:
        own = _entered(one, categories)
        stated = _stated(one, season, own)
        given = _given(one, figures.get(one.key, {}), votes, stated, own)
        by_criterion = marks.get(one.key, {})
        if one.panel and one.rubric:
            sheets = {name: _of(judges, own) for name, judges in by_criterion.items() if name}
            given = Given(sheets=sheets)
        elif one.panel:
            given = Given(marks=_of(by_criterion.get("", {}), own))
        found[one.key] = given
    return found


def held_to(
    declared: Consolidation, season: Season, categories: Mapping[str, str]
) -> dict[str, dict[str, Given]]:
    """Return what components would have to go by if a file that is held back counted.

    By the file's fingerprint and component, such as ``paper 3f2a91c4``: component -> given.
    """
    by_key = {one.key: one for one in declared.components}
    found = {}
    for batch in FigureBatch.objects.filter(season=season, state=FigureBatch.State.HELD):
        component = by_key.get(batch.component)
        if component is None:  # of a vote about equals, or a part that an amendment took away
            continue
        votes = recount(season.pk) if component.kind == "public" else {}
        figures = figures_given(season, held=batch).get(batch.component, {})
        own = _entered(component, categories)
        stated = _stated(component, season, own, released=batch)
        given = _given(component, figures, votes, stated, own)
        found[f"{batch.component} {batch.fingerprint[:8]}"] = {batch.component: given}
    return found


def _entered(component: Component, categories: Mapping[str, str]) -> set[str]:
    return {
        number
        for number, name in categories.items()
        if not component.categories or name in component.categories
    }


def _given(
    component: Component,
    figures: Mapping[str, Mapping[str, Decimal]],
    votes: Mapping[str, int],
    stated: Mapping[str, Decimal],
    own: set[str],
) -> Given:
    if component.strata:
        strata = {
            name: {number: int(figure) for number, figure in by_number.items() if number in own}
            for name, by_number in figures.items()
            if name
        }
        if component.kind == "public" and ONLINE in component.strata:
            strata.setdefault(ONLINE, {})
            for number in own & votes.keys():
                strata[ONLINE][number] = strata[ONLINE].get(number, 0) + votes[number]
        return Given(strata=strata)
    numbers: dict[str, Decimal] = defaultdict(Decimal)
    for by_number in figures.values():
        for number in own & by_number.keys():
            numbers[number] += by_number[number]
    numbers.update({number: own for number, own in stated.items() if number not in numbers})
    if component.kind == "public" or (component.kind == "channel" and figures):
        # Nobody voted for them: that is a result too. A channel without any file is missing.
        for number in own:
            numbers[number] += votes.get(number, 0) if component.kind == "public" else 0
    return Given(numbers=dict(numbers))


def _of(marks: Marks, own: set[str]) -> Marks:
    kept = {
        judge: {number: mark for number, mark in by_number.items() if number in own}
        for judge, by_number in marks.items()
    }
    return {judge: by_number for judge, by_number in kept.items() if by_number}


def _stated(
    component: Component, season: Season, own: set[str], *, released: FigureBatch | None = None
) -> dict[str, Decimal]:
    """Return the hours that stand in for a file, of those of whom no file that is held back speaks.

    released: one that is held back and is looked at as if it were not.
    """
    if component.kind != "hours":
        return {}
    held = Figure.objects.filter(
        batch__season=season, batch__component=component.key, batch__state=FigureBatch.State.HELD
    )
    if released is not None:
        held = held.exclude(batch=released)
    out = set(held.values_list("nominee__ballot_number", flat=True))
    return {number: hours for number, hours in _hours(season).items() if number in own - out}


def _hours(season: Season) -> dict[str, Decimal]:
    """Return the hours of service that were stated for each nominee; the most, of several."""
    rows = (
        Nomination.objects.filter(
            nominee__season=season, state=Nomination.State.ACCEPTED, service_hours__isnull=False
        )
        .order_by()
        .values_list("nominee__ballot_number")
        .annotate(hours=Max("service_hours"))
    )
    return dict(rows)


def traits_of(season: Season) -> dict[str, dict[str, str]]:
    """Return what quotas can ask of each nominee, by ballot number.

    ``repeat`` is "yes" for whoever is among the past winners by name. What the season knows
    itself no trait of the nominee stands for, nor fills in for where it knows nothing.
    """
    # A rehearsal has no past winners of its own; its nominees are those of the season.
    of = season.rehearsal_of_id or season.pk
    before = set(PastWinner.objects.filter(season=of).values_list("name", flat=True))
    found = {}
    for one in Nominee.objects.filter(season=season).select_related("category"):
        own = {"category": one.category.name, "kind": one.kind}
        if one.unit:
            own["unit"] = one.unit
        if one.name in before:
            own["repeat"] = "yes"
        others = {name: value for name, value in one.traits.items() if name not in KNOWN_TRAITS}
        found[one.ballot_number] = others | own
    return found


def struck_numbers(season: Season) -> set[str]:
    """Return the ballot numbers of those whom upheld objections took off a list."""
    entries = [
        *struck_entries(season, NoticeKind.CANDIDATE), *struck_entries(season, NoticeKind.RESULT)
    ]  # fmt: skip
    keys = {entry.nominee_id for entry in entries if entry.nominee_id}
    rows = Nominee.objects.filter(season=season, pk__in=keys)
    return set(rows.values_list("ballot_number", flat=True))


def names_of(season: Season) -> dict[str, str]:
    """Return the names of all nominees, by ballot number."""
    return dict(Nominee.objects.filter(season=season).values_list("ballot_number", "name"))


def latest_snapshot(season: Season) -> ResultSnapshot | None:
    """Return the result that was sealed last, published or not."""
    return ResultSnapshot.objects.filter(season=season).order_by("-version").first()


def public_result(season: Season) -> PublishedResult | None:
    """Return the result that holds for the public, with its notice; None before there is one."""
    return (
        PublishedResult.objects.filter(snapshot__season=season)
        .select_related("snapshot__season", "notice")
        .order_by("-snapshot__version", "-notice__version")
        .first()
    )


def sealed_last(season: Season) -> ResultSnapshot | None:
    """Return the result that was sealed last, without the bytes that it keeps."""
    rows = ResultSnapshot.objects.filter(season=season).defer("inputs", "result", "sources")
    return rows.order_by("-version").first()


def was_sealed(season: Season) -> bool:
    """Return whether a result has been sealed."""
    return ResultSnapshot.objects.filter(season=season).exists()


def published_last(seasons: Iterable[Season]) -> dict[int, PublishedResult]:
    """Return by a season's key the result that holds for the public, without its bytes.

    One query, however many seasons there are.
    """
    rows = (
        PublishedResult.objects.filter(snapshot__season__in=list(seasons))
        .select_related("snapshot", "notice")
        .defer("snapshot__inputs", "snapshot__result", "snapshot__sources")
        .order_by("snapshot__version", "notice__version")
    )
    return {one.snapshot.season_id: one for one in rows}


def publications(season: Season) -> list[PublishedResult]:
    """Return all publications of results, the latest first."""
    return list(
        PublishedResult.objects.filter(snapshot__season=season)
        .select_related("snapshot", "notice")
        .order_by("-notice__version")
    )


def published_version(season: Season, version: int) -> PublishedResult | None:
    """Return a publication of one version of the result; None for one that is not public."""
    return (
        PublishedResult.objects.filter(snapshot__season=season, snapshot__version=version)
        .select_related("snapshot")
        .first()
    )


def seed_of(season: Season) -> str:
    """Return the seed of a drawn lot: the fingerprint of the rules as voting opened; "" before.

    Amendments have other fingerprints, and could be made until one draws whom somebody wants.
    """
    first = season.amendments.order_by("number").values_list("fingerprint_before", flat=True)
    return first.first() or season.rule_sheet.fingerprint


def rulings_of(season: Season) -> tuple[Disqualified, ...]:
    """Return what two people have ruled out, as the calculation takes it."""
    rows = Ruling.objects.filter(season=season, lifted_at=None).order_by("component", "part")
    return tuple(
        Disqualified(one.component, one.part, one.rule, tuple(one.stand_ins))  # type: ignore[arg-type] # of the model's words
        for one in rows
    )


def places_of(season: Season) -> dict[str, int]:
    """Return the places of each category, by name, in the order of the categories."""
    rows = Category.objects.filter(season=season).order_by("position")
    return dict(rows.values_list("name", "places"))


def ruled_out(season: Season) -> frozenset[str]:
    """Return the keys of the components that two people have ruled out as a whole."""
    rows = Ruling.objects.filter(season=season, part="", lifted_at=None)
    return frozenset(rows.values_list("component", flat=True))
