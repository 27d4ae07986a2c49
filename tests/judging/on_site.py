"""Puts a panel and judges into the database of a running site: ``python -m tests.judging.on_site``.

Prints for each judge a session, and the addresses to begin at.
"""

import json
import sys
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.contrib.auth import (  # noqa: E402 -- after the apps are loaded
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402 -- likewise
from django.utils import timezone  # noqa: E402 -- likewise

from tests.judging import world  # noqa: E402 -- likewise
from voting.judging.services import panels, practising, recusing  # noqa: E402 -- likewise
from voting.seasons.models import Nominee, Season  # noqa: E402 -- likewise


def build(
    judges: int = 1, *, ready: bool = True, component: dict[str, Any] | None = None,
    hidden: tuple[str, ...] = (), calibration: bool = False, recused: bool = False,
) -> list[tuple[str, str, str]]:  # fmt: skip
    """Copy the nominees of the demo season into a season of its own, and seat judges."""
    number = Season.objects.count()
    made = world.season(component, slug=f"judged-{number}", name="隆回公益之星", nominees={})
    made.stages.update(ends_at=timezone.now() + timedelta(days=3))
    demo = Season.objects.get(slug="longhui-2026")
    category = made.categories.create(position=1, name="志愿者组", name_en="Volunteers", places=3)
    for one in Nominee.objects.filter(season=demo, withdrawn_at=None).order_by("pk")[:12]:
        one.pk, one.season, one.category = None, made, category
        one.save(force_insert=True)
    board = world.panel(made, name="志愿者组", name_en="Volunteers", hidden=hidden)
    if calibration:
        practising.set_calibration(
            panel_id=board.pk, name="样例：陈大爷", deeds="陈大爷每周六在村口修车，不收钱。",
            marks={"duration": "7", "help": "6", "example": "4", "conduct": "8"},
            explanation="坚持多年，帮助具体；还没有带动别人。", by=world.organiser(),
        )  # fmt: skip
    people = [world.judge(made, f"P{number}{n}") for n in range(judges)]
    seats = world.seated(board, *people, ready=ready)
    panels.open_panel(panel_id=board.pk, by=world.organiser())
    if recused:
        last = Nominee.objects.filter(season=made).order_by("-ballot_number")[0]
        recusing.order_recusal(
            seat_id=seats[0].pk, by=world.organiser(), nominee_id=last.pk, reason="related"
        )
    found = []
    for seat in seats:
        store = SessionStore()
        user = seat.judge.user
        assert user is not None
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        store.create()
        start = f"judging/{made.slug}/"
        found.append((str(store.session_key), start, f"{start}{board.pk}/"))
    return found


if __name__ == "__main__":
    print(json.dumps(build(**json.loads(sys.argv[1]))))  # noqa: T201 -- its answer
