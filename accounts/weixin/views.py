"""Going to WeChat and coming back; without an application of ours there are no such pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.weixin.views import WeixinOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponseBase

from accounts.weixin.oauth import InAppAdapter, QrCodeAdapter
from accounts.weixin.ways import is_configured

View = Callable[..., HttpResponseBase]


def _only_if_configured(provider: str, kind: Any, adapter: type[WeixinOAuth2Adapter]) -> View:
    view: View = kind.adapter_view(adapter)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_configured(provider):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


in_app_login = _only_if_configured("weixin", OAuth2LoginView, InAppAdapter)
in_app_callback = _only_if_configured("weixin", OAuth2CallbackView, InAppAdapter)
qr_code_login = _only_if_configured("weixin_web", OAuth2LoginView, QrCodeAdapter)
qr_code_callback = _only_if_configured("weixin_web", OAuth2CallbackView, QrCodeAdapter)
