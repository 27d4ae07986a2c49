"""What staff can and cannot do with seasons in the admin."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.seasons.files import small_season
from voting.seasons.models import (
    Cap,
    Category,
    Nominee,
    PastWinner,
    RuleSheet,
    Season,
    SeasonEvent,
)
from voting.seasons.services import export_season, fingerprint, import_season

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "collected_static")]
MODELS = [Season, Category, Nominee, RuleSheet, PastWinner, SeasonEvent]


@pytest.fixture
def staff(client: Client, django_user_model: Any) -> Client:
    client.force_login(
        django_user_model.objects.create_superuser("staff@example.org", password="x")
    )
    return client


@pytest.fixture
def draft() -> Season:
    season = small_season()
    SeasonEvent.objects.create(season=season, action="check", actor="staff", reason="trial")
    return season


@pytest.fixture
def frozen(draft: Season) -> Season:
    sheet = draft.rule_sheet
    sheet.frozen_at, sheet.fingerprint = draft.opens_at, fingerprint(draft)
    sheet.save()
    Season.objects.update(phase="open")
    return draft


def page_of(row: Any) -> str:
    return reverse(f"admin:seasons_{row._meta.model_name}_change", args=[row.pk])


def form_of(staff: Client, row: Any) -> dict[str, Any]:
    """What a browser would send back unchanged."""
    context = staff.get(page_of(row)).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    sent: dict[str, Any] = {}
    for form in forms:
        for field in form:
            value = field.value()
            widget = field.field.widget
            if hasattr(widget, "decompress"):
                for index, part in enumerate(widget.decompress(field.value())):
                    sent[f"{field.html_name}_{index}"] = "" if part is None else str(part)
            elif value is not None and value is not False:
                sent[field.html_name] = value
    return sent


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("state", ["draft", "frozen"])
def test_every_list_and_page_opens(
    staff: Client, request: pytest.FixtureRequest, model: Any, state: str
) -> None:
    request.getfixturevalue(state)
    changelist = reverse(f"admin:seasons_{model._meta.model_name}_changelist")

    assert staff.get(changelist).status_code == 200
    assert staff.get(page_of(model.objects.all()[0])).status_code == 200


def test_nothing_of_the_seasons_is_shown_to_others(client: Client, draft: Season) -> None:
    assert client.get(page_of(draft)).status_code == 302


def test_phase_and_epoch_are_never_typed_in(staff: Client, draft: Season) -> None:
    form = staff.get(page_of(draft)).context["adminform"].form
    assert {"phase", "epoch"} & set(form.fields) == set()


def test_frozen_rules_are_shown_but_not_for_editing(staff: Client, frozen: Season) -> None:
    fields = set(staff.get(page_of(frozen)).context["adminform"].form.fields)
    assert fields & {"slug", "opens_at", "closes_at", "time_zone", "identity_level"} == set()
    assert {"name", "organiser", "help_points"} <= fields
    sheet = staff.get(page_of(frozen.rule_sheet))
    assert set(sheet.context["adminform"].form.fields) == set()
    inline = sheet.context["inline_admin_formsets"][0]
    assert (inline.has_add_permission, inline.has_change_permission) == (False, False)


def test_text_of_a_nominee_can_be_corrected_while_voting_is_open(
    staff: Client, frozen: Season
) -> None:
    nominee = Nominee.objects.get(ballot_number="8")
    sent = form_of(staff, nominee)
    assert {"ballot_number", "name", "category"} & set(sent) == set()

    answer = staff.post(page_of(nominee), sent | {"summary": "好人"})

    nominee.refresh_from_db()
    assert (answer.status_code, nominee.summary) == (302, "好人")


def test_nothing_can_be_added_to_a_frozen_season(staff: Client, frozen: Season) -> None:
    form = staff.get(reverse("admin:seasons_nominee_add")).context["adminform"].form
    assert list(form.fields["category"].queryset) == []


def test_nominee_belongs_to_the_season_of_its_category(staff: Client, draft: Season) -> None:
    category = draft.categories.all()[0]
    answer = staff.post(
        reverse("admin:seasons_nominee_add"),
        {
            "category": category.pk, "ballot_number": "9", "name": "新人", "kind": "person",
            "figures": "[]", "drawing": "{}", "scenes": "[]",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    assert Nominee.objects.get(ballot_number="9").season_id == draft.pk


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("figures", '{"value": "1"}'),
        ("figures", '[{"value": 1}]'),
        ("figures", '[{"value": "1"}, {"value": "1"}, {"value": "1"}]'),
        ("figures", '[{"amount": "1"}]'),
        ("scenes", '[{"scene": "rocket"}]'),
        ("scenes", '["truck"]'),
        ("drawing", '{"kind": "cat"}'),
        ("drawing", "[1]"),
    ],
)
def test_structures_that_no_page_could_show_are_refused(
    staff: Client, draft: Season, field: str, typed: str
) -> None:
    nominee = Nominee.objects.get(ballot_number="8")
    sent = form_of(staff, nominee)

    answer = staff.post(page_of(nominee), sent | {field: typed})

    assert field in answer.context["adminform"].form.errors


def test_limits_that_contradict_are_refused(staff: Client, draft: Season) -> None:
    sent = form_of(staff, draft.rule_sheet)

    answer = staff.post(page_of(draft.rule_sheet), sent | {"caps-1-max": "1"})

    assert "min-over-max" in str(
        answer.context["inline_admin_formsets"][0].formset.non_form_errors()
    )
    assert sorted(Cap.objects.values_list("max", flat=True)) == [1, 3]


def test_limits_of_a_draft_can_be_changed(staff: Client, draft: Season) -> None:
    sent = form_of(staff, draft.rule_sheet)
    assert staff.post(page_of(draft.rule_sheet), sent | {"caps-1-max": "2"}).status_code == 302
    assert sorted(Cap.objects.values_list("max", flat=True)) == [1, 2]


def test_events_can_only_be_read(staff: Client, draft: Season) -> None:
    event = SeasonEvent.objects.get()
    assert staff.get(reverse("admin:seasons_seasonevent_add")).status_code == 403
    assert staff.post(page_of(event), {"reason": "x"}).status_code == 403
    assert staff.post(page_of(event) + "../delete/", {"post": "yes"}).status_code == 403
    event.refresh_from_db()
    assert event.reason == "trial"


@pytest.mark.parametrize("model", ["season", "rulesheet"])
def test_seasons_and_their_rules_are_not_deleted(staff: Client, draft: Season, model: str) -> None:
    row = draft if model == "season" else draft.rule_sheet
    delete = reverse(f"admin:seasons_{model}_delete", args=[row.pk])
    assert staff.post(delete, {"post": "yes"}).status_code == 403


def test_nominee_of_a_frozen_season_is_not_deleted(staff: Client, frozen: Season) -> None:
    nominee = Nominee.objects.get(ballot_number="8")
    delete = reverse("admin:seasons_nominee_delete", args=[nominee.pk])
    assert staff.post(delete, {"post": "yes"}).status_code == 403


def test_season_that_is_typed_in_has_rules_and_can_be_exported(staff: Client) -> None:
    answer = staff.post(
        reverse("admin:seasons_season_add"),
        {
            "slug": "typed", "name": "x", "organiser": "y", "time_zone": "Asia/Shanghai",
            "opens_at_0": "2027-03-15", "opens_at_1": "09:00",
            "closes_at_0": "2027-03-28", "closes_at_1": "18:00",
            "identity_level": "anonymous", "order": "number", "slices": "1",
            "numbering": "entered",
            "categories-TOTAL_FORMS": "0", "categories-INITIAL_FORMS": "0",
            "windows-TOTAL_FORMS": "0", "windows-INITIAL_FORMS": "0",
        },
    )  # fmt: skip

    assert answer.status_code == 302
    assert "min_choices: 1" in export_season(slug="typed")
    import_season(raw=export_season(slug="typed").encode(), file_name="typed.yaml")
