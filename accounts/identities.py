"""What a person has proved to be theirs: the identities by which a voter can be told."""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount

from accounts.addresses import mailbox_of
from accounts.models import User


def confirmed(user: User) -> list[str]:
    """Return a person's confirmed identities, such as "phone:+8613800138000".

    name+anything@host is one mailbox. Of WeChat only the unionid counts: the same person has
    another openid in every application. Empty when nothing is confirmed.
    """
    found = [
        f"email:{mailbox_of(address)}"
        for address in EmailAddress.objects.filter(user=user, verified=True).values_list(
            "email", flat=True
        )
    ]
    if user.phone and user.phone_verified:
        found.append(f"phone:{user.phone}")
    found += [
        f"wechat:{account.uid}"
        for account in SocialAccount.objects.filter(user=user)
        if account.extra_data.get("unionid") == account.uid
    ]
    return sorted(set(found))
