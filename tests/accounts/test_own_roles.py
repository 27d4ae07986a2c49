"""Roles in one's own data, and that nobody leaves while they have one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import personal_data
from accounts.models import User
from accounts.services import NotErasable, erase_account
from voting.roles.models import Grant, Role

pytestmark = pytest.mark.django_db


def test_a_running_role_keeps_the_account_and_an_ended_one_is_told() -> None:
    user = User.objects.create_user("me@example.org")
    grant = Grant.objects.create(user=user, role=Role.ORGANISER, granted_by="admin@example.org")

    with pytest.raises(NotErasable) as refusal:
        erase_account(user_id=user.pk)
    assert len(refusal.value.reasons) == 1
    user.refresh_from_db()
    assert user.email == "me@example.org"

    Grant.objects.filter(pk=grant.pk).update(
        ends_at=timezone.now() + timedelta(seconds=-1), starts_at=timezone.now() - timedelta(days=1)
    )
    told = personal_data.export(user)["roles"]
    erase_account(user_id=user.pk)

    assert [(one["role"], one["season"], one["granted_by"]) for one in told] == [
        ("organiser", None, "admin@example.org")
    ]
    grant.refresh_from_db()
    assert (grant.user_id, grant.granted_by) == (user.pk, "admin@example.org")
