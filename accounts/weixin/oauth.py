"""What is asked of WeChat's servers, and what is believed of their answers."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.weixin.client import WeixinOAuth2Client
from allauth.socialaccount.providers.weixin.views import WeixinOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render


class InAppClient(WeixinOAuth2Client):
    """Sends people to WeChat's consent page, which wants its fragment to be there."""

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        """Return the address."""
        return f"{super().get_redirect_url(*args, **kwargs)}#wechat_redirect"  # type: ignore[no-untyped-call]


class _Adapter(WeixinOAuth2Adapter):
    access_token_method = "GET"  # noqa: S105 -- a method; WeChat documents no other

    @property
    def access_token_url(self) -> str:  # type: ignore[override]
        return f"{settings.WEIXIN_API}/sns/oauth2/access_token"

    @property
    def profile_url(self) -> str:  # type: ignore[override]
        return f"{settings.WEIXIN_API}/sns/userinfo"

    def complete_login(
        self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Return who somebody is: openid and unionid, nothing else is kept.

        Raises OAuth2Error, and ImmediateHttpResponse for a snapshot page, whose ids are made up:
        WeChat shows one where a page asks for consent at the wrong moment.
        """
        answer = kwargs.get("response", {})
        if str(answer.get("is_snapshotuser", "0")) == "1":
            page = render(request, "socialaccount/snapshot.html", status=403)
            raise ImmediateHttpResponse(page)
        openid = answer.get("openid")
        with get_adapter().get_requests_session() as session:  # type: ignore[no-untyped-call]
            asked = {"access_token": token.token, "openid": openid}
            response = session.get(self.profile_url, params=asked)
            response.raise_for_status()
            profile = response.json()
        # A refusal comes with status 200 and an error code.
        if not openid or profile.get("openid") != openid:
            raise OAuth2Error("WeChat does not say who this is")
        known = {name: str(profile[name]) for name in ("openid", "unionid") if profile.get(name)}
        login: SocialLogin = self.get_provider().sociallogin_from_response(request, known)  # type: ignore[no-untyped-call]
        return login


class InAppAdapter(_Adapter):
    """Inside WeChat's browser."""

    provider_id = "weixin"
    client_class = InAppClient
    authorize_url = "https://open.weixin.qq.com/connect/oauth2/authorize"


class QrCodeAdapter(_Adapter):
    """By QR code on another screen."""

    provider_id = "weixin_web"
    authorize_url = "https://open.weixin.qq.com/connect/qrconnect"
