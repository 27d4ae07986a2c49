"""A second demonstration: a season in its time of nominations, with some in every state."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext, override
from ruamel.yaml import YAML

from accounts.models import User
from voting.nominations import consent_texts
from voting.nominations.models import Nomination
from voting.nominations.services.drafts import begin, save
from voting.nominations.services.sending import submit, withdraw
from voting.nominations.services.states import move
from voting.roles.models import Grant, Role
from voting.seasons.drafting import create_season
from voting.seasons.models import Category, NominationSettings, Nominee, Season, Stage
from voting.seasons.publication import publish_season
from voting.units.models import Unit

FILE: Final = Path(__file__).parents[1] / "demo" / "longhui-2027.yaml"
ACTOR: Final = "seed_demo"
PRESET: Final = "daily-1-10"
# Who can sign in to put forward: address and code of the unit.
RECOMMENDERS: Final = {"hexiangqiao@example.org": "430524106", "gaoping@example.org": "430524104"}
_TEXTS: Final = ("name", "name_en", "summary", "summary_en", "organiser", "organiser_en",
                 "contact_phone", "contact_hours", "contact_hours_en")  # fmt: skip


@transaction.atomic
def seed_nominations(*, now: datetime) -> Season | None:
    """Make the season unless it is there; return it, or None without its units.

    now: nominations have been open for ten days and have twelve to go.
    """
    content = YAML(typ="safe").load(FILE)
    found = Season.objects.filter(slug=content["slug"]).first()
    if found is not None:
        return found
    units = {
        unit.code: unit
        for unit in Unit.objects.filter(code__in=[one["unit"] for one in content["nominations"]])
    }
    if len(units) < len({one["unit"] for one in content["nominations"]}):
        return None
    season = _season(content, now)
    publish_season(slug=season.slug, actor=ACTOR, reason=demo_reason())
    clerk = _people(season)
    for one in content["nominations"]:
        _nomination(season, clerk, units[one["unit"]], one)
    return season


def demo_reason() -> str:
    """Return why the demonstration did something, in the language of its seasons."""
    with override("zh-hans"):
        return gettext("demonstration data")


def _season(content: Mapping[str, Any], now: datetime) -> Season:
    opens_at = (now + timedelta(days=40)).replace(minute=0, second=0, microsecond=0)
    season = create_season(
        preset=PRESET, slug=content["slug"], name=content["name"],
        organiser=content["organiser"], opens_at=opens_at,
        closes_at=opens_at + timedelta(days=9), actor=ACTOR,
    )  # fmt: skip
    for name in _TEXTS:
        setattr(season, name, content[name])
    season.is_demo = True
    season.save()
    for position, row in enumerate(content["categories"], 1):
        Category.objects.create(season=season, position=position, **row)
    starts_at = opens_at - timedelta(days=50)
    for kind, days in (("nominations", 22), ("eligibility_review", 8), ("candidate_notice", 7)):
        ends_at = starts_at + timedelta(days=days)
        Stage.objects.create(season=season, kind=kind, starts_at=starts_at, ends_at=ends_at)
        starts_at = ends_at
    NominationSettings.objects.create(
        season=season, by_oneself=True, without_account=True, portrait_required=False,
        medium_required=False, quota_per_unit=4, quota_per_category=1,
    )  # fmt: skip
    return season


def _people(season: Season) -> User:
    """Make those who can sign in, and a clerk without an address who has written everything."""
    for address, code in RECOMMENDERS.items():
        user = User.objects.filter(email=address).first() or User.objects.create_user(
            address, name=Unit.objects.get(code=code).name
        )
        _grant(user, season, Unit.objects.get(code=code))
    clerk = User.objects.create_user(name=ACTOR)
    for unit in Unit.objects.filter(parent=None):
        _grant(clerk, season, unit)
    return clerk


def _grant(user: User, season: Season, unit: Unit) -> None:
    Grant.objects.create(
        user=user, role=Role.RECOMMENDER, season=season, unit=unit, granted_by=ACTOR,
        reason=demo_reason(),
    )  # fmt: skip


def _nomination(season: Season, clerk: User, unit: Unit, row: Mapping[str, Any]) -> None:
    made = begin(season_id=season.pk, route="unit", user=clerk, unit_id=unit.pk)
    kind = row.get("kind", Nominee.Kind.PERSON)
    values = {
        "category": season.categories.get(name=row["category"]), "kind": kind,
        "name": row["name"], "place": row["place"],
        "age": "adult" if kind == Nominee.Kind.PERSON else "", "headline": row["headline"],
        "summary": row["summary"], "service_hours": row.get("hours"),
        "unit_opinion": row["headline"], "opinion_signed_by": unit.name,
    }  # fmt: skip
    settings = season.nomination_settings
    saved = save(
        nomination_id=made.pk, seen=made.version, values=values,
        contact={"phone": "0739-0000000", "nominator_name": unit.name},
        consents=dict.fromkeys(consent_texts.asked(settings, made), True), typed={}, fields=[],
        actor=ACTOR,
    )  # fmt: skip
    state, reason = row.get("state", "submitted"), row.get("reason", "")
    if state == Nomination.State.DRAFT:
        return
    sent = submit(nomination_id=made.pk, seen=saved.version, actor=ACTOR)
    if state == Nomination.State.WITHDRAWN:
        withdraw(nomination_id=made.pk, actor=ACTOR, reason=reason)
    elif state == Nomination.State.REJECTED:
        move(nomination_id=made.pk, to=state, action="reject", actor=ACTOR, reason=reason)
    elif reason:
        back = move(nomination_id=made.pk, to="returned", action="return", actor=ACTOR,
                    reason=reason)  # fmt: skip
        if state == Nomination.State.RESUBMITTED:
            submit(nomination_id=sent.pk, seen=back.version, actor=ACTOR)
