"""Two requests for the first code of one address: neither takes the other's account away."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import connection, transaction
from django.test import Client

from accounts import adapter, forms, services
from accounts.models import User

LOGIN = "/accounts/login/"
CONFIRM = "/accounts/login/code/confirm/"
ADDRESS = "new@example.org"


def ask(client: Client) -> Any:
    return client.post(LOGIN, {"login": ADDRESS})


@pytest.mark.django_db
def test_a_request_that_fails_leaves_the_account_to_the_one_whose_code_went_out(
    client: Client, last_code: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other, really = Client(), adapter.spend

    def meanwhile(*args: Any) -> bool:
        monkeypatch.setattr(adapter, "spend", really)
        assert ask(other).status_code == 302
        return False

    monkeypatch.setattr(adapter, "spend", meanwhile)

    assert ask(client).status_code == 429
    other.post(CONFIRM, {"code": last_code()})

    assert other.session[SESSION_KEY] == str(User.objects.get().pk)


@pytest.mark.django_db
def test_what_another_request_began_is_not_given_up() -> None:
    first = services.begin_account(email=ADDRESS)
    second = services.begin_account(email=ADDRESS)  # has not seen it, and fails
    assert first is not None
    assert second == first

    services.give_up_account(second)
    assert User.objects.get() == first

    services.give_up_account(first)  # the second one's code may have arrived
    assert User.objects.get() == first


@pytest.mark.django_db
def test_an_account_that_goes_before_a_second_request_gets_to_it_begins_anew(
    client: Client, last_code: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = services.begin_account(email=ADDRESS)
    assert begun is not None
    really = forms.ask_again

    def too_late(user: User) -> bool:
        services.give_up_account(begun)
        return really(user)

    monkeypatch.setattr(forms, "ask_again", too_late)

    assert ask(client).status_code == 302
    client.post(CONFIRM, {"code": last_code()})

    assert client.session[SESSION_KEY] == str(User.objects.get().pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres  # SQLite lets one write at a time
def test_giving_up_waits_for_who_is_asking_just_now() -> None:
    begun = services.begin_account(email=ADDRESS)
    assert begun is not None

    def give_up() -> None:
        try:
            services.give_up_account(begun)
        finally:
            connection.close()

    thread = threading.Thread(target=give_up)
    with transaction.atomic():
        assert services.ask_again(begun)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()  # it waits for the lock, and looks again then
    thread.join(10)

    assert User.objects.get() == begun
