"""Once rules are frozen the database itself keeps them: in both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from tests.seasons.files import small_season
from voting.seasons import frozen_guard
from voting.seasons.models import (
    Cap,
    Category,
    Nominee,
    PastWinner,
    RuleSheet,
    Season,
    SeasonEvent,
    VotingWindow,
)
from voting.seasons.services import canonical_rules, fingerprint

pytestmark = [pytest.mark.django_db, pytest.mark.both]

LATER = datetime(2027, 1, 1, tzinfo=UTC)
RULES_ARE_FROZEN = "the rules are frozen"


@pytest.fixture
def frozen() -> Season:
    season = small_season()
    sheet = season.rule_sheet
    sheet.frozen_at, sheet.fingerprint = LATER, fingerprint(season)
    sheet.save()
    season.phase = Season.Phase.OPEN
    season.save()
    return season


def refused(change: Callable[[], Any], message: str = RULES_ARE_FROZEN) -> None:
    with pytest.raises(IntegrityError, match=message), transaction.atomic():
        change()


UPDATES = [
    (Season, {"slug": "other"}),
    (Season, {"opens_at": LATER - timedelta(days=90)}),
    (Season, {"closes_at": LATER}),
    (Season, {"time_zone": "UTC"}),
    (Season, {"identity_level": "verified"}),
    (Season, {"slices": 2}),
    (RuleSheet, {"min_choices": 1}),
    (RuleSheet, {"display": "hidden"}),
    (RuleSheet, {"display_delay_minutes": 5}),
    (RuleSheet, {"display_hour": 17}),
    (RuleSheet, {"turnout_public": False}),
    (RuleSheet, {"public_weight": 50, "panel_weight": 50}),
    (RuleSheet, {"rate_interval_ms": 1}),
    (RuleSheet, {"rate_burst": 1}),
    (RuleSheet, {"fresh_per_minute": 1}),
    (RuleSheet, {"fresh_burst": 1}),
    (RuleSheet, {"token_minutes": 1}),
    (RuleSheet, {"frozen_at": None}),
    (RuleSheet, {"fingerprint": "0" * 64}),
    (Cap, {"max": 9}),
    (VotingWindow, {"starts_at": LATER}),
    (Category, {"places": 9}),
    (Nominee, {"name": "somebody else"}),
    (Nominee, {"kind": "team"}),
    (Nominee, {"unit": "另一单位"}),
    (Nominee, {"traits": {"rank": "县处级"}}),
    (PastWinner, {"name": "候选人一"}),
]


@pytest.mark.parametrize(
    ("model", "fields"), UPDATES, ids=lambda value: getattr(value, "__name__", None) or str(value)
)
def test_frozen_rule_cannot_be_changed(frozen: Season, model: Any, fields: dict[str, Any]) -> None:
    before = canonical_rules(Season.objects.get())

    refused(lambda: model.objects.update(**fields))

    assert canonical_rules(Season.objects.get()) == before


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Cap, {"scope": "category"}),
        (Cap, {"period": "window"}),
        (Cap, {"counts": "choices"}),
        (Category, {"position": 7}),
        (Category, {"name": "x"}),
        (Nominee, {"ballot_number": "999"}),
    ],
    ids=lambda value: getattr(value, "__name__", None) or str(value),
)
def test_frozen_row_cannot_be_changed(frozen: Season, model: Any, fields: dict[str, Any]) -> None:
    first = model.objects.order_by("pk")[0].pk
    refused(lambda: model.objects.filter(pk=first).update(**fields))


def test_nominee_cannot_change_category(frozen: Season) -> None:
    nominee = Nominee.objects.get(ballot_number="A1")
    other = Category.objects.exclude(pk=nominee.category_id).get()
    refused(lambda: Nominee.objects.filter(pk=nominee.pk).update(category=other))


def test_nothing_joins_frozen_rules(frozen: Season) -> None:
    sheet, category = frozen.rule_sheet, frozen.categories.all()[0]
    refused(
        lambda: Cap.objects.create(
            sheet=sheet, scope="nominee", period="day", counts="choices", max=1
        )
    )
    refused(lambda: VotingWindow.objects.create(season=frozen, starts_at=LATER))
    refused(lambda: Category.objects.create(season=frozen, position=9, name="x"))
    refused(
        lambda: Nominee.objects.create(
            season=frozen, category=category, ballot_number="99", name="x"
        )
    )
    # Whoever is put among the winners of before falls under "won before" at once.
    refused(
        lambda: PastWinner.objects.create(season=frozen, edition="2020", category="x", name="张三")
    )
    assert (Nominee.objects.count(), PastWinner.objects.count()) == (3, 1)


@pytest.mark.parametrize("model", [Cap, VotingWindow, Nominee, Category, RuleSheet, PastWinner])
def test_nothing_leaves_frozen_rules(frozen: Season, model: Any) -> None:
    rows = model.objects.all()
    before = rows.count()

    refused(lambda: rows._raw_delete(rows.db))

    assert rows.all().count() == before


def test_nominee_cannot_move_into_or_out_of_a_frozen_season(frozen: Season) -> None:
    draft = small_season(("slug: small", "slug: draft"))
    category = Category.objects.filter(season=draft)[0]
    outsider = Nominee.objects.filter(pk=Nominee.objects.get(season=draft, ballot_number="A1").pk)
    outsider.update(ballot_number="B1")

    refused(lambda: outsider.update(season=frozen))
    refused(
        lambda: Nominee.objects.filter(season=frozen, ballot_number="A1").update(
            season=draft, category=category
        )
    )
    refused(lambda: Cap.objects.filter(sheet=draft.rule_sheet).update(sheet=frozen.rule_sheet))


def test_what_is_no_rule_can_be_changed(frozen: Season) -> None:
    before = canonical_rules(Season.objects.get())

    Nominee.objects.update(
        withdrawn_at=LATER, summary="x", deeds="y", unit_en="z", name_en="n", strokes=3, drawing={}
    )
    Season.objects.update(
        phase="paused", pause_reason="x", pause_until=LATER, epoch=2, name="x", help_points="y"
    )
    Category.objects.update(short_name="x", name_en="y")
    PastWinner.objects.update(summary="x", unit="y", edition="2024", name_en="z")

    assert canonical_rules(Season.objects.get()) == before


def test_rows_that_are_saved_unchanged_are_no_change(frozen: Season) -> None:
    for model in (Season, RuleSheet, Cap, VotingWindow, Category, Nominee, PastWinner):
        for row in model.objects.all():
            row.save()


def test_drafts_beside_a_frozen_season_stay_free(frozen: Season) -> None:
    small_season(("slug: small", "slug: draft"))
    draft = small_season(("slug: small", "slug: draft"), ("max: 3}", "max: 2}"))
    Nominee.objects.filter(season=draft).update(name="x")
    RuleSheet.objects.filter(season=draft).update(display="hidden")


def test_season_events_are_only_ever_added() -> None:
    season = small_season()
    for reason in ("one", "two"):
        SeasonEvent.objects.create(season=season, action="open", actor="staff", reason=reason)

    refused(lambda: SeasonEvent.objects.update(reason="x"), "season events are append-only")
    refused(lambda: SeasonEvent.objects.all().delete(), "season events are append-only")

    assert list(SeasonEvent.objects.values_list("reason", flat=True)) == ["one", "two"]


def test_every_canonical_rule_is_guarded() -> None:
    guarded = {
        (model.__name__, column)
        for model in (Season, RuleSheet, Cap, VotingWindow, Category, Nominee)
        for column in frozen_guard.columns_of(model)
    }
    sheet_fields = {
        field.name for field in RuleSheet._meta.concrete_fields if not field.primary_key
    }
    assert {column for model, column in guarded if model == "RuleSheet"} == sheet_fields
    assert {column for model, column in guarded if model == "Season"} == {
        "slug", "opens_at", "closes_at", "time_zone", "identity_level", "slices",
    }  # fmt: skip
    assert {column for model, column in guarded if model == "Cap"} == {
        field.name for field in Cap._meta.concrete_fields if not field.primary_key
    }


def test_guard_can_be_taken_away_and_put_back(frozen: Season) -> None:
    frozen_guard.remove(connection)
    Nominee.objects.update(name="x")
    SeasonEvent.objects.all().delete()

    frozen_guard.install(connection)

    refused(lambda: Nominee.objects.update(name="y"))


def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", "seasons", check=True, dry_run=True, verbosity=0)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_limit_that_is_added_while_rules_freeze_is_refused() -> None:
    sheet = small_season().rule_sheet

    def add() -> str:
        try:
            Cap.objects.create(sheet=sheet, scope="nominee", period="day", counts="choices", max=1)
        except IntegrityError as error:
            return str(error)
        finally:
            connection.close()
        return "added"

    with ThreadPoolExecutor(1) as worker:
        with transaction.atomic():
            RuleSheet.objects.update(frozen_at=LATER, fingerprint="f" * 64)
            added = worker.submit(add)
            with pytest.raises(TimeoutError):
                added.result(timeout=0.5)  # it waits for us

        assert RULES_ARE_FROZEN in added.result(timeout=5)
    assert Cap.objects.count() == 2
