"""The two ways of WeChat, which one person may both use.

They differ in address, scope and application; the unionid is what they have in common.
"""

from typing import Any

from allauth.socialaccount.providers.weixin.provider import WeixinProvider

from accounts.weixin.oauth import InAppAdapter, QrCodeAdapter


class _Weixin(WeixinProvider):
    name = "WeChat"

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Return the unionid; the openid, another one in every application, only without it."""
        return str(data.get("unionid") or data["openid"])

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Take over nothing: a nickname is no name, and nobody asked for it."""
        return {}


class InAppProvider(_Weixin):
    """A service account, inside WeChat's own browser."""

    id = "weixin"
    oauth2_adapter_class = InAppAdapter

    def get_default_scope(self) -> list[str]:
        """Ask for what comes with the unionid; somebody has tapped for it."""
        return ["snsapi_userinfo"]


class QrCodeProvider(_Weixin):
    """A website application: another screen shows a code that the phone scans."""

    id = "weixin_web"
    oauth2_adapter_class = QrCodeAdapter

    def get_default_scope(self) -> list[str]:
        """Ask for the only scope there is."""
        return ["snsapi_login"]


provider_classes = [InAppProvider, QrCodeProvider]
