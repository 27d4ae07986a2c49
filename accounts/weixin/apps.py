"""WeChat as two providers of allauth."""

from django.apps import AppConfig


class WeixinConfig(AppConfig):
    """Has no tables; allauth finds ``provider.py`` by it."""

    name = "accounts.weixin"
    label = "weixin"
