"""Puts a season with a result into a running site's database: ``python -m tests.results.on_site``.

Prints the season's address word, and a session of an organiser.
"""

import json
import sys
from datetime import timedelta

import django

django.setup()

from django.contrib.auth import (  # noqa: E402 -- after the apps are loaded
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402 -- likewise
from django.utils import timezone  # noqa: E402 -- likewise

from accounts.models import User  # noqa: E402 -- likewise
from tests import make  # noqa: E402 -- likewise
from tests.results.competitions import csv_of  # noqa: E402 -- likewise
from tests.roles.people import granted  # noqa: E402 -- likewise
from voting.judging.services.importing import import_scores  # noqa: E402 -- likewise
from voting.notices import services as notices  # noqa: E402 -- likewise
from voting.results.services import announcing, sealing  # noqa: E402 -- likewise
from voting.results.services.figures import import_votes  # noqa: E402 -- likewise
from voting.seasons.models import Nominee, Season  # noqa: E402 -- likewise
from voting.seasons.queries import season_by_slug  # noqa: E402 -- likewise


def build(places: tuple[int, ...] = (3, 2), *, announced: bool = True) -> list[str]:
    """Copy nominees of the demo season, give them marks and votes, and bring out the result.

    places: of each category; of its nominees two more stand on the list.
    """
    number = Season.objects.count()
    made = make.season(
        slug=f"won-{number}", name="2026年隆回县公益之星", name_en="Longhui Welfare Stars 2026",
        organiser="隆回县民政局", nominees={}, phase="closed", contact_phone="0739-8230000",
        sheet={"conversion": {"how": "share_of_leader"}},
    )  # fmt: skip
    shown = Nominee.objects.filter(season__slug="longhui-2026", withdrawn_at=None)
    demo = list(shown.order_by("pk"))
    names = ("志愿者", "公益项目", "爱心企业")
    listed = []
    for position, count in enumerate(places, 1):
        category = made.categories.create(position=position, name=names[position - 1], places=count)
        for at in range(count + 2):
            one = Nominee.objects.get(pk=demo[len(listed) % len(demo)].pk)
            one.pk, one.season, one.category = None, made, category
            one.ballot_number = f"{position}{at + 1:02}"
            one.save(force_insert=True)
            listed.append((one.ballot_number, 95 - at, 900 - 20 * at))
    season = season_by_slug(made.slug)
    marks = csv_of(
        ["judge", "nominee", "points"],
        [(judge, number, points) for judge in "甲乙丙丁戊" for number, points, _votes in listed],
    )
    votes = csv_of(
        ["channel", "nominee", "votes"], [("public", one, count) for one, _points, count in listed]
    )
    import_scores(season=season, raw=marks, file_name="scores.csv", actor="operator")
    import_votes(season=season, raw=votes, file_name="votes.csv")
    signed = {"actor": "李敏", "approved_by": "王强", "reason": ""}
    sealing.seal(slug=made.slug, **signed)
    notice = notices.publish(season_id=made.pk, kind="result", issue="first", **signed)
    if announced:
        later = notice.ends_at + timedelta(minutes=1)
        timezone.now = lambda: later
        announcing.announce(slug=made.slug, **signed | {"reason": "公示期满，无异议"})
        timezone.now = _now
    user = User.objects.create_user(f"won{number}@example.org", name="李敏")
    granted(user, "organiser", made)
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return [made.slug, str(store.session_key)]


_now = timezone.now

if __name__ == "__main__":
    print(json.dumps(build(**json.loads(sys.argv[1]))))  # noqa: T201 -- its answer
