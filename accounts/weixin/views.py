"""Going to WeChat and coming back; without an application of ours there are no such pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.http import Http404, HttpRequest, HttpResponseBase

from accounts.weixin.oauth import InAppAdapter, QrCodeAdapter
from accounts.weixin.ways import is_configured

View = Callable[..., HttpResponseBase]


def _only_if_configured(provider: str, view: Any) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_configured(provider):
            raise Http404
        response: HttpResponseBase = view(request, *args, **kwargs)
        return response

    return guarded


in_app_login = _only_if_configured("weixin", OAuth2LoginView.adapter_view(InAppAdapter))
in_app_callback = _only_if_configured("weixin", OAuth2CallbackView.adapter_view(InAppAdapter))
qr_code_login = _only_if_configured("weixin_web", OAuth2LoginView.adapter_view(QrCodeAdapter))
qr_code_callback = _only_if_configured(
    "weixin_web", OAuth2CallbackView.adapter_view(QrCodeAdapter)
)
