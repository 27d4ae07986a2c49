"""What templates may ask about the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.mailbox_access import may_read_mailbox
from accounts.weixin.ways import weixin_ways
from voting.roles.welcoming import invited_to


def site(request: HttpRequest) -> dict[str, Any]:
    """Return what holds for the site; what costs something is found out when a template asks.

    mailbox_open: whether the visitor may read the mailbox. second_factor_off: whether staff get
    in without a second factor, which pages for staff must say. phone_sign_in: whether codes can
    be sent to phones. weixin_ways: by which providers somebody can sign in with WeChat. invited: to
    what the invitation is that led somebody to the sign-in page.
    """
    return {
        "mailbox_open": SimpleLazyObject(lambda: may_read_mailbox(request)),
        "second_factor_off": not settings.STAFF_SECOND_FACTOR,
        "phone_sign_in": settings.PHONE_SIGN_IN,
        "weixin_ways": weixin_ways(request),
        "invited": SimpleLazyObject(lambda: invited_to(request)),
    }
