from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.translation import override

from accounts.models import User
from tests import make
from voting.notices import services
from voting.notices.models import Objection, PublicNotice
from voting.notices.services.objecting import Statement, new_code
from voting.seasons.models import Season


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages as they stand in the program."""
    with override("en"):
        yield


@pytest.fixture
def season(db: None) -> Season:
    """A draft with five nominees in two categories, and a contact."""
    return make.season(name="隆回公益之星", contact_phone="0739-8230000", time_zone="Asia/Shanghai")


def person(name: str, **fields: Any) -> User:
    """Return a superuser of this name: who may do everything that roles can forbid."""
    address = f"u{User.objects.count()}@example.org"
    return User.objects.create_superuser(address, "x", name=name, **fields)


def published(season: Season, issue: str = "first", reason: str = "") -> PublicNotice:
    """Publish the season's notice as it is prepared."""
    return services.publish(
        season_id=season.pk, kind="candidate", issue=issue, reason=reason, actor="甲",
        approved_by="乙",
    )  # fmt: skip


def objection(season: Season, **fields: Any) -> Objection:
    """Hand in an objection; to the first nominee if nothing else is said."""
    first = season.nominees.order_by("ballot_number").first()
    objector = {"kind": "person", "name": "陈志远", "phone": "+8613800138000"}
    plain = {
        "ref": f"nominee:{first.pk}", "ground": "false_deeds", "text": "服务时长与事实不符。",
        "objector": objector | fields.pop("objector", {}),
    }  # fmt: skip
    asked = ("kind", "code", "channel", "received_at", "submitted_by")
    words = {name: fields.pop(name) for name in asked if name in fields}
    return services.submit(
        season_id=season.pk, statement=Statement(**plain | fields), **{"code": new_code()} | words
    ).objection
