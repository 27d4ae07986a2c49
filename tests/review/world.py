"""A season with nominations under review, and people who review them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests import make
from voting.nominations.models import Consent, Contact, Nomination
from voting.nominations.services.checking import answer
from voting.roles.models import Grant
from voting.seasons.models import Season
from voting.units.models import Tier, Unit

TEXT = "六年来照看村里四十二名留守孩子的周末，没有收过一分钱，也没有少过一天。"


def season(**fields: Any) -> Season:
    """Make a draft with two categories and no nominee."""
    now = timezone.now()
    plain = {
        "nominees": {1: (), 2: ()}, "opens_at": now + timedelta(days=60),
        "closes_at": now + timedelta(days=70), "slug": "award",
    }  # fmt: skip
    return make.season(**plain | fields)


def unit(code: str, parent: Unit | None = None) -> Unit:
    position = 1 if parent is None else 2
    tier = Tier.objects.get_or_create(position=position, defaults={"name": f"级{position}"})[0]
    return Unit.objects.create(code=code, name=f"单位{code}", tier=tier, parent=parent)


def person(name: str, role: str = "", made: Season | None = None, of: Unit | None = None) -> User:
    user = User.objects.create_user(f"{name}@example.org", name=name)
    if role:
        Grant.objects.create(
            user=user, role=role, season=made, unit=of, granted_by="x",
            starts_at=timezone.now() - timedelta(days=1),
        )  # fmt: skip
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def nomination(made: Season, name: str = "范玉莲", **fields: Any) -> Nomination:
    """Put a complete nomination of an adult before the reviewers."""
    now = timezone.now()
    position = fields.pop("position", 1)
    plain = {
        "category": made.categories.get(position=position), "route": "citizen", "name": name,
        "headline": "六年照看孩子。", "summary": TEXT, "birth_year": 1980, "age": "adult",
        "service_hours": 120, "state": "submitted", "state_since": now, "submitted_at": now,
    }  # fmt: skip
    if fields.get("unit"):
        plain["route"] = "unit"
    one = Nomination.objects.create(season=made, **plain | fields)
    one.refresh_from_db()
    Contact.objects.create(nomination=one, nominator_name=f"推荐{one.pk}")
    for kind in ("nomination", "publication"):
        Consent.objects.create(
            nomination=one, kind=kind, given_by=name[:60], recorded_by="x", text="t",
            text_version="1",
        )  # fmt: skip
    return one


MANUAL = ("residence", "years", "record", "official", "deeds")


def checked(one: Nomination, by: User) -> Nomination:
    """Answer with yes what only a person can answer."""
    answer(nomination_id=one.pk, user=by, answers=dict.fromkeys(MANUAL, ("yes", "")))
    one.refresh_from_db()
    return one


def many(made: Season, number: int, units: Sequence[Unit] = (), **fields: Any) -> None:
    """Put so many nominations before the reviewers, in few statements."""
    now = timezone.now()
    categories = list(made.categories.all())
    Nomination.objects.bulk_create(
        [
            Nomination(
                season=made, category=categories[at % len(categories)], name=f"候选{at:05d}",
                headline=f"第{at}件事", summary=f"{TEXT}{at}", state="submitted",
                state_since=now - timedelta(minutes=at), submitted_at=now - timedelta(minutes=at),
                route="unit" if units else "citizen",
                unit=units[at % len(units)] if units else None,
                **fields,
            )
            for at in range(number)
        ],
        batch_size=500,
    )  # fmt: skip


def page(tail: str = "nominations/", language: str = "en") -> str:
    return f"/{language}/console/seasons/award/{tail}"
