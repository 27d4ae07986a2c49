from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User
from accounts.services import erase_account
from voting.roles.models import Grant

pytestmark = pytest.mark.django_db


@pytest.fixture
def data_dir(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    settings.ADMIN_EMAIL = "Chief@Example.org"
    return tmp_path


def ensure_superuser() -> str:
    out = StringIO()
    call_command("ensure_superuser", stdout=out)
    return out.getvalue()


def test_the_admin_is_entered_by_the_sites_own_sign_in(client: Client, data_dir: Path) -> None:
    ensure_superuser()
    password = (data_dir / "admin-password.txt").read_text().strip()

    door = client.get("/admin/", follow=True)
    assert door.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2F"
    entered = client.post(
        "/accounts/login/password/",
        {"login": "chief@example.org", "password": password, "next": "/admin/"},
    )

    assert entered.url == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert mail.outbox == []


def test_staff_land_in_the_console(client: Client, data_dir: Path) -> None:
    ensure_superuser()
    password = (data_dir / "admin-password.txt").read_text().strip()

    entered = client.post(
        "/accounts/login/password/", {"login": "chief@example.org", "password": password}
    )

    assert entered.url == "/zh-hans/console/"


def test_who_is_not_staff_stays_out_of_the_admin(client: Client) -> None:
    client.force_login(User.objects.create_user("voter@example.org"))

    assert client.get("/admin/login/").status_code == 403


def test_the_first_administrator_is_made_once_and_the_password_never_shown(data_dir: Path) -> None:
    said = ensure_superuser()
    file = data_dir / "admin-password.txt"
    password = file.read_text().strip()

    assert file.stat().st_mode & 0o777 == 0o600
    assert password not in said
    assert str(file) in said
    assert len(password) >= 20
    user = User.objects.get()
    assert (user.email, user.is_superuser, user.is_staff) == ("chief@example.org", True, True)
    assert user.check_password(password)
    assert EmailAddress.objects.get().verified

    said = ensure_superuser()

    assert password not in said
    assert User.objects.count() == 1
    assert file.read_text().strip() == password


def test_a_run_that_ended_after_the_file_is_taken_up_again(data_dir: Path) -> None:
    file = data_dir / "admin-password.txt"
    file.write_text("left by a run before\n")

    ensure_superuser()

    assert User.objects.get().check_password("left by a run before")


def test_people_are_made_in_the_admin_by_address(client: Client) -> None:
    client.force_login(User.objects.create_superuser("chief@example.org", "a long password"))

    made = client.post(
        "/admin/accounts/user/add/",
        {"email": "judge@example.org", "name": "Luo", "usable_password": "false"},
    )

    user = User.objects.get(email="judge@example.org")
    assert made.status_code == 302
    assert not user.has_usable_password()
    assert client.get(f"/admin/accounts/user/{user.pk}/change/").status_code == 200
    assert client.get("/admin/accounts/user/", {"q": "judge"}).status_code == 200


@pytest.mark.parametrize(
    "model", ["mfa/authenticator", "socialaccount/socialaccount", "usersessions/usersession"]
)
def test_what_people_make_themselves_can_be_looked_at_and_found(client: Client, model: str) -> None:
    client.force_login(User.objects.create_superuser("admin@example.org", "a long password"))

    assert client.get(f"/admin/{model}/", {"q": "judge"}).status_code == 200
    assert client.get(f"/admin/{model}/add/").status_code == 403
    assert client.get("/admin/socialaccount/socialapp/").status_code == 404


@pytest.mark.parametrize("begins", [-1, 1])
def test_only_administrators_change_those_who_are_trusted_with_something(
    client: Client, begins: int
) -> None:
    organiser = User.objects.create_user("organiser@example.org", name="袁秋萍")
    retired = User.objects.create_user("retired@example.org", name="马志坚")
    colleague = User.objects.create_user("colleague@example.org", is_staff=True)
    now = timezone.now()
    for user, ends in ((organiser, None), (retired, now + timedelta(days=begins, hours=-1))):
        if user == retired and begins > 0:
            continue
        Grant.objects.create(
            user=user, role="organiser", granted_by="x", ends_at=ends,
            starts_at=now + timedelta(days=begins * 2 if user == retired else begins),
        )  # fmt: skip
    clerk = User.objects.create_user("clerk@example.org", is_staff=True)
    clerk.user_permissions.set(
        Permission.objects.filter(content_type__app_label__in=["accounts", "account"])
    )
    client.force_login(clerk)
    taken = {"email": "mine@example.org", "name": "X", "phone": "", "is_active": "on"}
    secret = {"usable_password": "true", "password1": "six lamps by the lake"}
    secret["password2"] = secret["password1"]

    for user in (organiser, colleague, clerk):
        page = f"/admin/accounts/user/{user.pk}"
        assert client.get(f"{page}/change/").status_code == 200  # read it they may
        for way, values in (("change", taken), ("password", secret), ("delete", {"post": "yes"})):
            assert client.post(f"{page}/{way}/", values).status_code == 403
    many = {"action": "delete_selected", "_selected_action": [organiser.pk], "post": "yes"}
    client.post("/admin/accounts/user/", many)
    another = {"user": organiser.pk, "email": "mine@example.org", "verified": "on"}
    assert client.post("/admin/account/emailaddress/add/", another).status_code == 403
    organiser.refresh_from_db()
    assert (organiser.email, organiser.has_usable_password()) == ("organiser@example.org", False)

    # Whoever has no role any more is like everybody; and administrators may.
    assert client.post(f"/admin/accounts/user/{retired.pk}/change/", taken).status_code == 302
    client.force_login(User.objects.create_superuser("chief@example.org", "a long password"))
    rest = taken | {"email": "new@example.org"}
    assert client.post(f"/admin/accounts/user/{organiser.pk}/change/", rest).status_code == 302
    organiser.refresh_from_db()
    assert organiser.email == "new@example.org"


def test_whoever_looks_after_people_gives_no_rights_and_leaves_administrators_alone(
    client: Client,
) -> None:
    chief = User.objects.create_superuser("chief@example.org", "seven lamps by the river")
    clerk = User.objects.create_user("clerk@example.org", is_staff=True)
    voter = User.objects.create_user("voter@example.org")
    clerk.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    client.force_login(clerk)

    for person in (clerk, voter, chief):
        client.post(
            f"/admin/accounts/user/{person.pk}/change/",
            {"email": f"new-{person.email}", "name": "X", "is_active": "on", "is_staff": "on",
             "is_superuser": "on"},
        )  # fmt: skip
        person.refresh_from_db()
    client.post(f"/admin/accounts/user/{chief.pk}/delete/", {"post": "yes"})
    other = "six lamps by the lake"
    client.post(
        f"/admin/accounts/user/{chief.pk}/password/",
        {"usable_password": "true", "password1": other, "password2": other},
    )

    assert not any((clerk.is_superuser, voter.is_superuser, voter.is_staff))
    assert (voter.email, voter.name) == ("new-voter@example.org", "X")
    assert User.objects.get(pk=chief.pk).email == "chief@example.org"
    assert not User.objects.get(pk=chief.pk).check_password(other)


def test_nobody_puts_rights_into_a_group_of_their_own(client: Client) -> None:
    group = Group.objects.create(name="办公室")
    clerk = User.objects.create_user("clerk@example.org", is_staff=True)
    clerk.groups.add(group)
    clerk.user_permissions.set(Permission.objects.filter(content_type__app_label="auth"))
    wanted = {"name": "办公室", "permissions": [str(Permission.objects.earliest("pk").pk)]}
    client.force_login(clerk)

    for page in (f"{group.pk}/change", "add", f"{group.pk}/delete"):
        answer = client.post(f"/admin/auth/group/{page}/", wanted | {"post": "yes"})
        assert answer.status_code == 403, page
    assert not group.permissions.exists()
    assert client.get(f"/admin/auth/group/{group.pk}/change/").status_code == 200
    client.force_login(User.objects.create_superuser("chief@example.org", "a long password"))
    assert client.post(f"/admin/auth/group/{group.pk}/change/", wanted).status_code == 302
    assert group.permissions.count() == 1


def test_the_log_of_the_admin_forgets_an_erased_person(client: Client) -> None:
    boss = User.objects.create_superuser("boss@example.org", "x")
    you = User.objects.create_user("old@example.org")
    other = User.objects.create_user("other@example.org")
    address = EmailAddress.objects.create(user=you, email="you@example.org")
    longer = EmailAddress.objects.create(user=other, email="thank.you@example.org")
    for about in (you, other, address, longer):
        LogEntry.objects.log_actions(boss.pk, [about], CHANGE)
    User.objects.filter(pk=you.pk).update(email="you@example.org")

    erase_account(user_id=you.pk)

    left = LogEntry.objects.order_by("pk").values_list("object_repr", flat=True)
    assert list(left) == [f"#{you.pk}", "other@example.org", "", "thank.you@example.org"]
