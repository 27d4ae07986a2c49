"""One verified identity, one voter key in a season; on every device, and never a second vote."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection, transaction
from django.test import Client
from redis import Redis

from accounts import personal_data
from accounts.models import User
from tests import make
from voting.ballots.models import Evidence, VerifiedIdentity, VerifiedVoter
from voting.ballots.services import casting
from voting.ballots.services.verifying import (
    NothingConfirmed,
    NotVerified,
    verified_cookie,
    voter_key,
)
from voting.ballots.stores import keyring
from voting.hotpath import admission
from voting.hotpath.admission import Client as Facts
from voting.hotpath.network import prefix_of
from voting.hotpath.problems import Problem
from voting.hotpath.tokens import Level, Voter, new_voter, open_cookie, sign_cookie
from voting.seasons.models import Season
from voting.seasons.readiness import readiness

FACTS = Facts(prefix_of("192.0.2.7"), b"Firefox", None)


@pytest.fixture(autouse=True)
def hashed_files(collected_static: Path) -> None:
    """Pages name static files by their hashes."""


@pytest.fixture
def verified(db: None, redis: Redis) -> Season:
    return make.opened(redis, identity_level="verified")


def person(email: str = "me@example.org", phone: str = "") -> User:
    user = User.objects.create_user(email or None, phone=phone, phone_verified=bool(phone))
    if email:
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def opened_cookie(season: Season, cookie: str) -> Voter:
    return open_cookie(keyring().voter, season=season.slug, text=cookie)


def anonymous(season: Season) -> tuple[Voter, str]:
    voter = new_voter(now_ms=1_790_000_000_000)
    return voter, sign_cookie(keyring().voter, season=season.slug, voter=voter)


def vote(redis: Redis, season: Season, cookie: str, *choices: str, level: str = "verified") -> str:
    """Cast through the same admission as the endpoint; return "accepted" or the problem's code."""
    token, _expires = admission.issue_token(
        keyring(), season=season.slug, cookie=cookie, prefix=FACTS.prefix,
        lifetime_ms=60_000, now_ms=int(redis.time()[0]) * 1000,
    )  # fmt: skip
    as_if = Season.objects.get(pk=season.pk)
    as_if.identity_level = level
    try:
        casting.cast_form(
            as_if, cookie=cookie, token=token, choices=list(choices) or ["101"],
            client_facts=FACTS, client=redis,
        )  # fmt: skip
    except Problem as problem:
        return problem.code
    return "accepted"


def test_every_device_gets_the_same_voter_key(verified: Season) -> None:
    me = person()

    phone = opened_cookie(verified, verified_cookie(season=verified, user=me, cookie=None))
    desk = opened_cookie(verified, verified_cookie(season=verified, user=me, cookie=None))

    assert (phone.level, desk.level) == (Level.VERIFIED, Level.VERIFIED)
    assert phone.key == desk.key
    assert phone.device != desk.device
    assert VerifiedVoter.objects.count() == 1


def test_a_cookie_that_is_right_stays(verified: Season) -> None:
    me = person()
    cookie = verified_cookie(season=verified, user=me, cookie=None)

    assert verified_cookie(season=verified, user=me, cookie=cookie) == cookie


def test_another_person_on_the_same_device_is_another_voter(verified: Season) -> None:
    mine = verified_cookie(season=verified, user=person(), cookie=None)

    yours = verified_cookie(season=verified, user=person("you@example.org"), cookie=mine)

    assert opened_cookie(verified, mine).key != opened_cookie(verified, yours).key


def test_seasons_cannot_be_linked(verified: Season, redis: Redis) -> None:
    me, other = person(), make.opened(redis, identity_level="verified")

    keys = {voter_key(season=season, user=me) for season in (verified, other)}

    assert len(keys) == 2
    marks = VerifiedIdentity.objects.values_list("mark", flat=True)
    assert len(set(marks)) == len(marks) == 4


def test_a_second_device_has_no_second_ballot(verified: Season, redis: Redis) -> None:
    me = person()
    phone = verified_cookie(season=verified, user=me, cookie=None)
    desk = verified_cookie(season=verified, user=me, cookie=None)

    assert vote(redis, verified, phone) == "accepted"
    assert vote(redis, verified, desk, "102") == "already-voted"
    make.copied(redis)
    assert [(one.voter_key.bytes, one.fresh) for one in Evidence.objects.all()] == [
        (opened_cookie(verified, phone).key, True)
    ]


def test_going_from_anonymous_to_verified_brings_no_second_ballot(
    verified: Season, redis: Redis
) -> None:
    before, cookie = anonymous(verified)
    assert vote(redis, verified, cookie, level="anonymous") == "accepted"

    after = verified_cookie(season=verified, user=person(), cookie=cookie)

    assert opened_cookie(verified, after).key == before.key
    assert vote(redis, verified, after, "102") == "already-voted"


def test_an_anonymous_key_becomes_only_one_persons(verified: Season) -> None:
    before, cookie = anonymous(verified)

    mine = verified_cookie(season=verified, user=person(), cookie=cookie)
    yours = verified_cookie(season=verified, user=person("you@example.org"), cookie=cookie)

    assert opened_cookie(verified, mine).key == before.key
    assert opened_cookie(verified, yours).key != before.key
    assert VerifiedVoter.objects.count() == 2


def test_an_anonymous_cookie_does_not_vote(verified: Season, redis: Redis) -> None:
    _voter, cookie = anonymous(verified)

    assert vote(redis, verified, cookie) == "verification-required"
    assert make.copied(redis) == 0


def test_a_new_account_with_the_same_number_is_the_same_voter(
    verified: Season, redis: Redis
) -> None:
    first = person("", "+8613800138000")
    key = voter_key(season=verified, user=first)
    User.objects.filter(pk=first.pk).update(phone=None, phone_verified=False)

    second = person("new@example.org", "+8613800138000")

    assert voter_key(season=verified, user=second) == key
    # And so is whoever has only the address that came with it.
    EmailAddress.objects.all().delete()
    assert voter_key(season=verified, user=person("new+x@example.org")) == key


def test_changing_the_number_keeps_the_voter_and_marks_both(verified: Season) -> None:
    me = person("", "+8613800138000")
    key = voter_key(season=verified, user=me)
    User.objects.filter(pk=me.pk).update(phone="+8613900139000")
    me.refresh_from_db()

    assert voter_key(season=verified, user=me) == key
    User.objects.filter(pk=me.pk).update(phone=None, phone_verified=False)
    for number in ("+8613800138000", "+8613900139000"):
        other = person("", number)
        assert voter_key(season=verified, user=other) == key


def test_what_is_not_confirmed_makes_no_voter(verified: Season) -> None:
    nobody = User.objects.create_user("me@example.org", phone="+8613800138000")
    EmailAddress.objects.create(user=nobody, email="me@example.org", verified=False, primary=True)

    with pytest.raises(NothingConfirmed):
        voter_key(season=verified, user=nobody)

    assert VerifiedVoter.objects.count() == 0


def test_an_anonymous_season_takes_no_verified_voters(season: Season) -> None:
    with pytest.raises(NotVerified):
        verified_cookie(season=season, user=person(), cookie=None)


def test_the_database_keeps_it_unique_both_ways(verified: Season) -> None:
    voter_key(season=verified, user=person())
    voter, identity = VerifiedVoter.objects.get(), VerifiedIdentity.objects.first()
    assert identity is not None

    with pytest.raises(IntegrityError), transaction.atomic():
        VerifiedVoter.objects.create(season=verified, voter_key=voter.voter_key)
    other = VerifiedVoter.objects.create(season=verified, voter_key=UUID(int=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        VerifiedIdentity.objects.create(season=verified, mark=identity.mark, voter=other)


def test_the_database_does_not_say_whose_voter_it_is(verified: Season) -> None:
    me = person()
    voter_key(season=verified, user=me)

    row = str(list(VerifiedIdentity.objects.values())) + str(list(VerifiedVoter.objects.values()))

    assert "example" not in row
    assert not any("user" in field.name for field in VerifiedVoter._meta.get_fields())


@pytest.mark.django_db(transaction=True)
def test_many_devices_at_once_are_one_voter(redis: Redis) -> None:
    season, me = make.opened(redis, identity_level="verified"), person()
    barrier = Barrier(6)

    def arrive(_number: int) -> bytes:
        barrier.wait()
        try:
            return voter_key(season=season, user=me)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        keys = set(pool.map(arrive, range(6)))

    assert len(keys) == 1
    assert VerifiedVoter.objects.filter(season=season).count() == 1


# --- the pages ---------------------------------------------------------------------------------


def name_of(season: Season) -> str:
    return casting.cookie_name(season)


def test_the_page_asks_strangers_in_and_leads_back(client: Client, verified: Season) -> None:
    back = f"/en/s/{verified.slug}/?view=elder#review"
    page = f"/en/s/{verified.slug}/verify/"

    asked = client.get(page, {"next": back})
    client.force_login(person())
    landing = client.get(page, {"next": back})

    assert asked.url.startswith("/accounts/login/?language=en&next=/en/s/")
    assert (landing.status_code, landing.url) == (302, back)
    cookie = landing.cookies[name_of(verified)]
    assert opened_cookie(verified, cookie.value).level is Level.VERIFIED
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


def test_it_leads_nowhere_else(client: Client, verified: Season) -> None:
    client.force_login(person())
    for target in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", ""):
        landing = client.get(f"/en/s/{verified.slug}/verify/", {"next": target})
        assert landing.url == f"/en/s/{verified.slug}/#review"


def test_without_anything_confirmed_the_page_says_so(client: Client, verified: Season) -> None:
    client.force_login(User.objects.create_user("me@example.org"))

    page = client.get(f"/en/s/{verified.slug}/verify/")

    assert page.status_code == 403
    assert "confirm an address first" in page.text
    assert 'href="/accounts/?language=en"' in page.text
    assert name_of(verified) not in page.cookies


def test_drafts_and_anonymous_seasons_have_no_such_page(client: Client, season: Season) -> None:
    client.force_login(person())
    draft = make.season(identity_level="verified")

    assert client.get(f"/en/s/{season.slug}/verify/").status_code == 404
    assert client.get(f"/en/s/{draft.slug}/verify/").status_code == 404


def test_the_season_page_sends_voters_to_it(client: Client, verified: Season) -> None:
    page = client.get(f"/en/s/{verified.slug}/").text

    data = json.loads(page.split('id="season-data" type="application/json">')[1].split("<")[0])
    assert data["urls"]["sign_in"] == f"/en/s/{verified.slug}/verify/"


def test_signing_out_takes_the_voter_from_the_browser(client: Client, verified: Season) -> None:
    client.force_login(person())
    client.get(f"/en/s/{verified.slug}/verify/")
    _voter, cookie = anonymous(make.season(slug="other-season"))
    client.cookies["voter-other-season"] = cookie

    client.post("/accounts/logout/")

    assert client.cookies[name_of(verified)].value == ""
    assert client.cookies["voter-other-season"].value == cookie


def test_whoever_signs_in_next_is_not_the_one_before(
    client: Client, verified: Season, mailoutbox: list[Any]
) -> None:
    client.cookies[name_of(verified)] = verified_cookie(season=verified, user=person(), cookie=None)

    client.post("/accounts/login/", {"login": "you@example.org"})
    code = next(line for line in mailoutbox[0].body.splitlines() if line.isdigit())
    client.post("/accounts/login/code/confirm/", {"code": code})

    assert client.cookies[name_of(verified)].value == ""


def test_the_form_keeps_the_choices_over_signing_in(
    client: Client, verified: Season, redis: Redis
) -> None:
    form = f"/en/s/{verified.slug}/form/"

    refused = client.post(form, {"choices": ["101", "202"], "step": "confirm"})
    kept = client.post(f"/en/s/{verified.slug}/verify/form/", {"choices": ["101", "202"]})
    client.force_login(person())
    landing = client.get(kept.url)
    again = client.get(landing.url)

    assert refused.status_code == 403
    assert f'formaction="/en/s/{verified.slug}/verify/form/"' in refused.text
    assert landing.url == form
    assert again.context["chosen"] == ["101", "202"]
    assert "101" not in kept.url
    # They are shown once; then they are the form's.
    assert client.get(form).context["chosen"] == []
    review = client.post(form, {"choices": ["101", "202"], "step": "confirm"})
    cast = client.post(
        form, {"choices": ["101", "202"], "step": "cast", "token": review.context["token"]}
    )
    assert (review.status_code, cast.status_code) == (200, 200)
    assert make.copied(redis) == 1


def test_choices_that_somebody_else_wrote_are_none(client: Client, verified: Season) -> None:
    client.cookies[f"choices-{verified.slug}"] = "WyIxMDEiXQ:1:x"

    assert client.get(f"/en/s/{verified.slug}/form/").context["chosen"] == []


def test_own_data_say_where_one_is_a_voter_and_not_for_whom(verified: Season) -> None:
    me = person()
    assert personal_data.export(me)["verified_voter"] == []
    voter_key(season=verified, user=me)

    assert personal_data.export(me)["verified_voter"] == [
        {"season": verified.slug, "name": verified.name}
    ]


@pytest.mark.parametrize(
    ("phones", "mails", "blocked"),
    [(True, True, False), (False, True, False), (False, False, True)],
)
def test_a_verified_season_can_open_where_codes_can_be_sent(
    db: None, settings: Any, phones: bool, mails: bool, blocked: bool
) -> None:
    settings.PHONE_SIGN_IN, settings.MAILBOX = phones, mails
    draft = make.season(identity_level="verified")

    missing = [item for item in readiness(draft) if item.blocks and not item.done]

    assert (
        any("mails nor" in str(item.text) or "既" in str(item.text) for item in missing) == blocked
    )
