"""What the tables of nominations refuse by themselves."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from tests import make
from voting.nominations.models import (
    Attachment,
    Confirmation,
    Consent,
    Contact,
    Message,
    Nomination,
    NominationEvent,
    Photo,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]

SENT = {"state": "submitted", "name": "范玉莲", "headline": "六年照看孩子。"}


def nomination(**fields: Any) -> Nomination:
    season = fields.pop("season", None) or make.season(nominees={1: ("101",)})
    now = timezone.now()
    plain: dict[str, Any] = {"season": season, "route": "citizen", "state_since": now}
    if fields.get("state", "draft") not in {"draft", "withdrawn"}:
        plain |= {"submitted_at": now, "category": season.categories.get()}
    return Nomination.objects.create(**plain | fields)


def refused(name: str, make_it: Any) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make_it()


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("nomination_state_is_known", SENT | {"state": "lost"}),
        ("nomination_route_is_known", {"route": "friend"}),
        ("nomination_kind_is_known", {"kind": "animal"}),
        ("nomination_age_is_known", {"age": "old"}),
        ("only_persons_have_an_age", {"kind": "team", "age": "adult"}),
        ("birth_year_of_a_person", {"birth_year": 1700}),
        ("birth_year_of_a_person", {"kind": "team", "birth_year": 1970}),
        ("unit_nomination_names_its_unit", {"route": "unit"}),
        ("oneself_is_a_person", {**SENT, "route": "self", "kind": "team"}),
        ("nomination_counts_since_a_time", {**SENT, "submitted_at": None}),
        ("sent_nomination_says_whom_and_why", {**SENT, "name": ""}),
        ("sent_nomination_says_whom_and_why", {**SENT, "headline": ""}),
        ("sent_nomination_says_whom_and_why", {**SENT, "category": None}),
        ("organisation_nomination_names_it", {**SENT, "route": "organisation"}),
        ("sent_nomination_fits_its_fields", {**SENT, "typed": {"service_hours": "一千多"}}),
        ("draft_has_not_been_sent", {"submitted_at": timezone.now()}),
        ("accepted_nomination_has_its_nominee", {**SENT, "state": "accepted"}),
        ("service_hours_are_not_negative", {"service_hours": -1}),
        ("nomination_counts_from_one", {"version": 0}),
    ],
)  # fmt: skip
def test_a_nomination_that_cannot_be_is_refused(constraint: str, fields: dict[str, Any]) -> None:
    refused(constraint, lambda: nomination(**fields))
    assert not Nomination.objects.exists()


def test_a_returned_nomination_has_no_nominee() -> None:
    season = make.season(nominees={1: ("101",)})
    refused(
        "unfinished_nomination_has_no_nominee",
        lambda: nomination(
            season=season, **SENT | {"state": "returned", "nominee": season.nominees.get()}
        ),
    )
    assert nomination(
        season=season, **SENT | {"state": "accepted", "nominee": season.nominees.get()}
    )
    assert nomination(season=season, state="draft", typed={"story": "x"}).typed == {"story": "x"}


def test_rows_beside_a_nomination_hold_together() -> None:
    one = nomination()
    now = timezone.now()
    photo = {"nomination": one, "kind": "portrait", "width": 1, "height": 1, "bytes": 1}
    Photo.objects.create(**photo)
    consent = {
        "nomination": one, "kind": "publication", "text": "x", "text_version": "1",
        "recorded_by": "x",
    }  # fmt: skip
    Consent.objects.create(**consent)
    code = {"nomination": one, "channel": "email", "address": "a@example.org", "code_hash": "x",
            "version": 1}  # fmt: skip
    for name, model, fields in [
        ("nominations_photo.nomination_id|one_portrait", Photo, photo),
        ("photo_kind_is_known", Photo, {**photo, "kind": "film"}),
        ("photo_has_a_size", Photo, {**photo, "kind": "activity", "width": 0}),
        ("crop_lies_within", Photo, {**photo, "kind": "activity", "crop": 101}),
        ("attachment_kind_is_known", Attachment, {"kind": "x", "bytes": 1, "title": "x",
                                                  "content_type": "image/png"}),
        ("attachment_type_is_known", Attachment, {"bytes": 1, "title": "x",
                                                  "content_type": "text/html"}),
        ("attachment_holds_something", Attachment, {"bytes": 0, "title": "x",
                                                    "content_type": "image/png"}),
        ("nominations_consent|consent_of_a_kind_once", Consent, consent),
        ("consent_kind_is_known", Consent, {**consent, "kind": "x"}),
        ("consent_says_to_what", Consent, {**consent, "kind": "truth", "text": ""}),
        ("consent_is_withdrawn_later", Consent, {
            **consent, "kind": "truth", "withdrawn_at": now.replace(year=2000)}),
        ("confirmed_contact_has_an_address", Contact, {"confirmed_at": now}),
        ("confirmation_channel_is_known", Confirmation,
         {**code, "channel": "dove", "expires_at": now.replace(year=2100)}),
        ("confirmation_went_somewhere", Confirmation,
         {**code, "address": "", "expires_at": now.replace(year=2100)}),
        ("confirmation_lives_a_while", Confirmation,
         {**code, "expires_at": now.replace(year=2000)}),
        ("nomination_event_says_who_and_what", NominationEvent,
         {"action": "", "actor": "x", "state": "draft"}),
        ("nomination_event_state_is_known", NominationEvent,
         {"action": "x", "actor": "x", "state": "lost"}),
        ("return_and_refusal_have_a_reason", NominationEvent,
         {"action": "return", "actor": "x", "state": "returned"}),
        ("message_side_is_known", Message, {"side": "third", "text": "x"}),
        ("message_says_something", Message, {"side": "nominator", "text": ""}),
        ("office_message_has_an_author", Message, {"side": "office", "text": "x"}),
    ]:  # fmt: skip
        refused(name, lambda model=model, fields=fields: model.objects.create(
            **{"nomination": one} | fields))  # fmt: skip


def test_what_happened_is_never_changed_or_deleted() -> None:
    one = nomination()
    event = NominationEvent.objects.create(
        nomination=one, action="submit", state="submitted", actor="甲"
    )
    for change in (
        lambda: NominationEvent.objects.update(actor="乙"),
        lambda: NominationEvent.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    event.refresh_from_db()
    assert event.actor == "甲"
