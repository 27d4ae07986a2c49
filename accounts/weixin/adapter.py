"""One person with WeChat is one account, by whichever of the two ways they come."""

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.http import HttpRequest

PROVIDERS = ("weixin", "weixin_web")


class WeixinAccountAdapter(DefaultSocialAccountAdapter):
    """Joins what two WeChat applications say of the same person."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Use the account that the same unionid has had through the other application."""
        account = sociallogin.account
        unionid = account.extra_data.get("unionid")
        if sociallogin.is_existing or not unionid or account.uid != unionid:
            return
        other = SocialAccount.objects.filter(provider__in=PROVIDERS, uid=unionid).first()
        if other is not None and not request.user.is_authenticated:
            sociallogin.connect(request, other.user)
