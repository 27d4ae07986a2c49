"""Seasons that take nominations, people who put forward, and what they write."""

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import User
from tests import make
from voting.nominations.models import Contact, Nomination
from voting.nominations.services.drafts import begin
from voting.roles.models import Grant
from voting.seasons.models import NominationSettings, Season, Stage
from voting.units.models import Tier, Unit

SAMPLES = Path(__file__).parents[1] / "data" / "sample_photos"
WHO = {"kind": "person", "name": "范玉莲", "place": "荷香桥镇", "age": "adult"}
CONTACT = {
    "phone": "13800001234", "nominator_name": "刘办事", "consent_publication": "on",
    "consent_truth": "on",
}  # fmt: skip
DEEDS = {
    "headline": "六年照看村里四十二名留守孩子的周末。",
    "summary": "2019 年春天，范玉莲把自家老屋收拾出来，取名“莲子小屋”。",
    "story": "每到周六，附近三个村的孩子自己走来写作业。",
    "service_hours": "1260", "unit_opinion": "情况属实，同意推荐。",
    "opinion_signed_by": "王主任", "opinion_signed_on": "2027-01-05",
}  # fmt: skip


def season(*, ends_in: timedelta = timedelta(days=9), **settings: Any) -> Season:
    """Make a published draft that takes nominations now. settings: of nominations."""
    now = timezone.now()
    made = make.season(
        nominees={1: ("101",), 2: ()}, opens_at=now + timedelta(days=60),
        closes_at=now + timedelta(days=70), published_at=now - timedelta(days=21),
    )  # fmt: skip
    Stage.objects.create(
        season=made, kind="nominations", starts_at=now - timedelta(days=20),
        ends_at=now + ends_in,
    )  # fmt: skip
    plain = {"portrait_required": False}
    NominationSettings.objects.create(season=made, **plain | settings)
    return made


def close(made: Season, at: datetime | None = None) -> None:
    """Let the time of nominations end."""
    made.stages.filter(kind="nominations").update(ends_at=at or timezone.now())


def unit(code: str, parent: Unit | None = None) -> Unit:
    tier = Tier.objects.get_or_create(position=2 if parent else 1, defaults={
        "name": "站" if parent else "所"})[0]  # fmt: skip
    return Unit.objects.create(code=code, name=f"单位{code}", tier=tier, parent=parent)


def recommender(made: Season, of: Unit, address: str = "unit@example.org") -> User:
    """Make somebody who puts forward for a unit and all below it."""
    user = User.objects.create_user(address, name=f"推荐人{of.code}")
    Grant.objects.create(
        user=user, role="recommender", season=made, unit=of, granted_by="x",
        starts_at=timezone.now() - timedelta(days=1),
    )  # fmt: skip
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(nomination: Nomination, page: str = "", language: str = "en") -> str:
    return f"/{language}/nominations/{nomination.code}/{page}"


def saved(client: Client, nomination: Nomination, step: str, **values: Any) -> Any:
    """Send a step as a browser would, with the version that stands there now."""
    version = Nomination.objects.values_list("version", flat=True).get(pk=nomination.pk)
    return client.post(
        address(nomination, f"edit/{step}/"), {"version": version} | values, follow=False
    )


def filled(client: Client, nomination: Nomination, **changes: Any) -> Nomination:
    """Fill in all steps that a plain season asks for."""
    category = nomination.season.categories.order_by("position")[0]
    for step, values in (("who", WHO | {"category": category.pk}), ("contact", CONTACT),
                         ("deeds", DEEDS)):  # fmt: skip
        known = {name: value for name, value in (values | changes).items()
                 if name in values or name in changes}  # fmt: skip
        answer = saved(client, nomination, step, **known)
        assert answer.status_code == 302, answer.content.decode()
    nomination.refresh_from_db()
    return nomination


def draft(
    user: User | None, made: Season, route: str = "unit", of: Unit | None = None
) -> Nomination:
    return begin(season_id=made.pk, route=route, user=user, unit_id=of.pk if of else None)


def send_in(client: Client, nomination: Nomination) -> Any:
    version = Nomination.objects.values_list("version", flat=True).get(pk=nomination.pk)
    return client.post(address(nomination, "edit/check/"), {"version": version})


def picture(width: int = 800, height: int = 1000, form: str = "JPEG", **options: Any) -> bytes:
    target = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(target, form, **options)
    return target.getvalue()


def contact_of(nomination: Nomination) -> Contact:
    return Contact.objects.get(nomination=nomination)
