"""Giving, ending and taking roles: nobody gives more than they hold, somebody is always left."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connections, transaction
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from tests import make
from tests.roles.people import granted, person
from tests.units.conftest import SMALL, taken, unit
from voting.audit.models import AuditEntry
from voting.audit.services import name_of
from voting.roles import queries, services
from voting.roles.models import Grant, Invitation, Role
from voting.roles.permissions import UNBUILT, WORDS, Permission, words_of
from voting.roles.services import (
    AlreadyGranted,
    BeyondOwnRole,
    InvitationUnusable,
    LastOrganiser,
    OwnRole,
    RoleOver,
)
from voting.roles.stage_words import InStage, at_any_time, by_stage, may_at
from voting.seasons.models import Season
from voting.seasons.services import RuleBroken

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def season() -> Season:
    taken(SMALL)
    return make.season(slug="here")


@pytest.fixture
def boss(season: Season) -> User:
    """The organiser of one season."""
    user = person("袁秋萍")
    granted(user, "organiser", season)
    return user


def give(by: User, season: Season | None, **fields: Any) -> Grant:
    plain = {"user_id": person().pk, "role": "reviewer", "reason": "会议决定"}
    return services.grant_role(
        by=by, season_id=season.pk if season else None, **plain | fields
    )  # fmt: skip


def refused(error: type[Exception], act: Callable[[], object]) -> None:
    """Show that something is refused, and that nothing is left behind."""

    def all_rows() -> list[Any]:
        return [
            list(Grant.objects.order_by("pk").values()),
            list(Invitation.objects.order_by("pk").values()),
            AuditEntry.objects.count(),
        ]

    before = all_rows()
    with pytest.raises(error):
        act()
    assert all_rows() == before


def test_a_role_is_given_and_put_on_record(season: Season, boss: User) -> None:
    judge = person("何云")
    grant = give(boss, season, user_id=judge.pk, role="judge")

    assert (grant.granted_by, grant.season, grant.unit) == ("袁秋萍", season, None)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.season, entry.target, entry.reason) == (
        "袁秋萍", "role.grant", "here", "何云", "会议决定",
    )  # fmt: skip
    assert entry.after["role"] == "judge"
    assert queries.may(judge, Permission.JUDGE, season)


def test_nobody_gives_beyond_season_unit_or_time(season: Season, boss: User) -> None:
    other = make.season(slug="there")
    below = person()
    granted(below, "organiser", season, unit("11"))
    brief = person()
    granted(brief, "organiser", season, ends_at=timezone.now() + timedelta(days=2))
    later = timezone.now() + timedelta(days=3)

    refused(BeyondOwnRole, lambda: give(boss, other))
    refused(BeyondOwnRole, lambda: give(boss, None))
    refused(BeyondOwnRole, lambda: give(below, season))
    refused(BeyondOwnRole, lambda: give(below, season, unit_id=unit("12").pk))
    refused(BeyondOwnRole, lambda: give(below, season, unit_id=unit("1").pk))
    refused(BeyondOwnRole, lambda: give(brief, season))
    refused(BeyondOwnRole, lambda: give(brief, season, ends_at=later))
    refused(BeyondOwnRole, lambda: give(person(), season))
    assert give(below, season, unit_id=unit("111").pk).unit == unit("111")
    assert give(brief, season, ends_at=timezone.now() + timedelta(days=1)).pk


@pytest.mark.parametrize("role", ["reviewer", "judge", "observer", "integrity_reviewer"])
def test_only_organisers_give_roles(season: Season, role: str) -> None:
    user = person()
    granted(user, role, season)

    refused(BeyondOwnRole, lambda: give(user, season, role=role))


def test_what_does_not_fit_is_refused(season: Season, boss: User) -> None:
    refused(OwnRole, lambda: give(boss, season, user_id=boss.pk, role="integrity_reviewer"))
    refused(RuleBroken, lambda: give(boss, season, role="recommender"))
    refused(RuleBroken, lambda: give(boss, season, ends_at=timezone.now()))
    judge = person()
    give(boss, season, user_id=judge.pk)
    refused(AlreadyGranted, lambda: give(boss, season, user_id=judge.pk))


def test_whoever_runs_the_site_gives_everything() -> None:
    admin = person(is_superuser=True)
    season = make.season()

    assert give(admin, season, role="organiser").season == season
    assert give(admin, None, role="organiser").season is None


def test_a_role_ends_when_it_is_said_to(season: Season, boss: User) -> None:
    grant = give(boss, season)
    tomorrow = timezone.now() + timedelta(days=1)
    services.end_role(grant_id=grant.pk, ends_at=tomorrow, by=boss, reason="任期")

    assert queries.may(grant.user, Permission.NOMINATIONS_REVIEW, season)
    assert not queries.active_grants(tomorrow).filter(pk=grant.pk).exists()
    refused(
        RuleBroken,
        lambda: services.end_role(
            grant_id=grant.pk, ends_at=timezone.now(), by=boss, reason="x"
        ),
    )  # fmt: skip
    entry = AuditEntry.objects.get(action="role.end")
    assert (entry.before["ends_at"], entry.after["ends_at"]) == ("", tomorrow.isoformat())


def test_a_role_that_is_taken_allows_nothing_and_stays_on_record(
    season: Season, boss: User
) -> None:
    grant = give(boss, season)
    services.revoke_role(grant_id=grant.pk, by=boss, reason="调离")
    kept = Grant.objects.get(pk=grant.pk)

    assert (kept.revoked_by, kept.revoked_at is not None) == ("袁秋萍", True)
    assert not queries.may(grant.user, Permission.NOMINATIONS_REVIEW, season)
    refused(RoleOver, lambda: services.revoke_role(grant_id=grant.pk, by=boss, reason="x"))
    refused(BeyondOwnRole, lambda: services.revoke_role(
        grant_id=Grant.objects.get(user=boss).pk, by=kept.user, reason="x"))  # fmt: skip


def test_the_last_organiser_stays(season: Season, boss: User) -> None:
    own = Grant.objects.get(user=boss)
    granted(person(), "organiser", season, unit("11"))
    granted(person(), "organiser", make.season(slug="there"))
    granted(person(is_active=False), "organiser", season)
    granted(boss, "organiser", season)
    soon = timezone.now() + timedelta(days=1)
    gone = person()
    granted(gone, "organiser", season, ends_at=soon - timedelta(hours=1))

    refused(LastOrganiser, lambda: services.end_role(
        grant_id=own.pk, ends_at=soon, by=boss, reason="x"))  # fmt: skip
    Grant.objects.filter(user=gone).update(revoked_at=timezone.now(), revoked_by="x")
    refused(LastOrganiser, lambda: services.revoke_role(
        grant_id=own.pk, by=boss, reason="x"))  # fmt: skip
    granted(person(), "organiser")
    services.revoke_role(grant_id=own.pk, by=boss, reason="x")
    assert Grant.objects.get(pk=own.pk).revoked_at is not None


def test_two_organisers_do_not_end_one_after_the_other(season: Season, boss: User) -> None:
    other = person()
    own, others = Grant.objects.get(user=boss), granted(other, "organiser", season)
    soon = timezone.now() + timedelta(days=5)
    services.end_role(grant_id=others.pk, ends_at=soon + timedelta(days=5), by=boss, reason="x")

    refused(LastOrganiser, lambda: services.end_role(
        grant_id=own.pk, ends_at=soon, by=boss, reason="x"))  # fmt: skip
    refused(LastOrganiser, lambda: services.revoke_role(
        grant_id=own.pk, by=boss, reason="x"))  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_two_organisers_cannot_remove_each_other_at_once() -> None:
    for number in range(10):  # who comes first, and where, is up to the machine
        season = make.season(slug=f"season-{number}")
        assert remove_each_other(season, [person(), person()]).count("done") == 1
        assert queries.active_grants().filter(role="organiser", season=season).count() == 1


def remove_each_other(season: Season, people: list[User]) -> list[str]:
    """Make both organisers and let each take the other's role; return what came of it."""
    rows = [granted(one, "organiser", season) for one in people]
    start = Barrier(2)

    def remove(number: int) -> str:
        start.wait(timeout=10)
        try:
            services.revoke_role(grant_id=rows[1 - number].pk, by=people[number], reason="x")
        except RuleBroken as error:
            return type(error).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(remove, [0, 1]))


def invited(by: User, season: Season | None, **fields: Any) -> str:
    """Make an invitation; return the secret part of its address."""
    plain: dict[str, Any] = {"role": "reviewer", "reason": "补充"}
    _row, address = services.invite(
        by=by, season_id=season.pk if season else None, **plain | fields
    )  # fmt: skip
    return address.rstrip("/").rpartition("/")[2]


def test_a_link_gives_its_role_once(
    season: Season, boss: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        token = invited(boss, season, email="new@example.org")
    guest = person("新人")
    (sent,) = mail.outbox
    stored = Invitation.objects.get()

    assert sent.to == ["new@example.org"]
    assert token in str(sent.body)
    assert token not in str(Invitation.objects.values())
    assert len(stored.token_hash) == 64
    grant = services.accept_invitation(token=token, user=guest)
    assert (grant.user, grant.role, grant.season) == (guest, "reviewer", season)
    stored.refresh_from_db()
    assert (stored.accepted_by, stored.email) == (guest, "")
    refused(InvitationUnusable, lambda: services.accept_invitation(token=token, user=person()))
    assert "new@example.org" not in str(list(AuditEntry.objects.values()))
    assert list(AuditEntry.objects.order_by("pk").values_list("actor", "action")) == [
        ("袁秋萍", "role.invite"), ("袁秋萍", "role.grant"), ("新人", "role.accept"),
    ]  # fmt: skip


@pytest.mark.parametrize(("days", "said"), [(1, "within a day"), (30, "within 30 days")])
def test_the_mail_says_how_long_this_link_can_be_used(
    season: Season, boss: User, django_capture_on_commit_callbacks: Any, days: int, said: str
) -> None:
    with override("en"), django_capture_on_commit_callbacks(execute=True):
        invited(boss, season, email="new@example.org", days=days)

    assert said in str(mail.outbox[0].body)


def test_a_link_that_is_no_longer_good_gives_nothing(season: Season, boss: User) -> None:
    guest = person()
    old = invited(boss, season)
    Invitation.objects.update(
        created_at=timezone.now() - timedelta(days=9), expires_at=timezone.now()
    )
    back = invited(boss, season)
    services.revoke_invitation(invitation_id=Invitation.objects.latest("pk").pk, by=boss)
    over = invited(boss, season, ends_at=timezone.now() + timedelta(seconds=1))
    Invitation.objects.filter(pk=Invitation.objects.latest("pk").pk).update(ends_at=timezone.now())
    for token in (old, back, over, "made-up-made-up-made-up"):
        refused(
            InvitationUnusable,
            lambda token=token: services.accept_invitation(token=token, user=guest),
        )


def test_a_link_is_worth_no_more_than_whoever_made_it(season: Season, boss: User) -> None:
    second = person()
    granted(second, "organiser", season)
    token = invited(second, season, role="organiser")
    row = Invitation.objects.get()
    refused(OwnRole, lambda: services.accept_invitation(token=token, user=second))
    refused(BeyondOwnRole, lambda: services.revoke_invitation(invitation_id=row.pk, by=person()))
    services.revoke_role(grant_id=Grant.objects.get(user=second).pk, by=boss, reason="x")
    refused(InvitationUnusable, lambda: services.accept_invitation(token=token, user=person()))
    refused(BeyondOwnRole, lambda: invited(second, season))
    refused(BeyondOwnRole, lambda: invited(boss, None))


def test_addresses_of_links_that_ran_out_are_forgotten(season: Season, boss: User) -> None:
    invited(boss, season, email="old@example.org")
    Invitation.objects.update(
        created_at=timezone.now() - timedelta(days=9), expires_at=timezone.now()
    )
    invited(boss, season)

    assert not Invitation.objects.exclude(email="").exists()


@pytest.mark.both
@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("invitation_expires_later", {"expires_at": timezone.now() - timedelta(days=99)}),
        ("invited_role_is_known", {"role": "king"}),
        ("invited_recommender_belongs_to_a_unit", {"role": "recommender"}),
        ("invitation_is_accepted_by_somebody_or_taken_back", {"accepted_at": timezone.now()}),
        ("revoked_invitation_says_by_whom", {"revoked_at": timezone.now()}),
        (
            "invited_role_ends_after_it_starts",
            {"starts_at": timezone.now(), "ends_at": timezone.now() - timedelta(days=1)},
        ),
    ],
)
def test_the_database_refuses_what_cannot_be(
    season: Season, boss: User, name: str, fields: dict[str, Any]
) -> None:
    invited(boss, season)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Invitation.objects.update(**fields)


@pytest.mark.both
def test_the_database_refuses_the_inviters_own_acceptance(season: Season, boss: User) -> None:
    invited(boss, season)
    with (
        pytest.raises(IntegrityError, match="nobody_accepts_their_own_invitation"),
        transaction.atomic(),
    ):
        Invitation.objects.update(accepted_by=boss, accepted_at=timezone.now())


def test_the_log_names_no_addresses() -> None:
    season = make.season()
    admin = User.objects.create_superuser("boss@example.org", "x")
    somebody = User.objects.create_user("private@example.org", name="何云")
    give(admin, season, user_id=somebody.pk)

    assert "@" not in str(list(AuditEntry.objects.values()))
    assert AuditEntry.objects.get().target == "何云"
    nameless = User.objects.create_user("nameless@example.org")
    assert name_of(nameless) == f"#{nameless.pk}"


def test_every_permission_has_words() -> None:
    assert WORDS.keys() == set(Permission)


def test_nobody_is_told_of_what_there_is_no_page_for() -> None:
    assert words_of("judge") == ["see the season, drafts too", "mark nominees as a judge"]
    assert "begin new seasons" in words_of("organiser")
    limited = words_of("organiser", in_one_season=True)
    assert {"begin new seasons", "change the tree of units"}.isdisjoint(limited)
    assert "look into suspicious ballots" not in words_of("integrity_reviewer")
    told = [
        words
        for stage in (*by_stage(), InStage("", at_any_time()))
        for who in stage.who
        for words in who.may
    ]
    told += [words for role in Role for words in may_at(role, ["judging"])]
    assert not {WORDS[one] for one in UNBUILT} & set(told)
    # What is said to be missing is: no view asks for these.
    views = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("voting", "config", "accounts")
        for path in (ROOT / folder).rglob("*.py")
        if path.parent.name != "roles"
    )
    assert not [one.name for one in UNBUILT if f"Permission.{one.name}" in views]
