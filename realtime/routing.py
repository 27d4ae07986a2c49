"""Which sockets there are. ``config/asgi.py`` mounts ``websocket_application``."""

from channels.routing import URLRouter
from django.conf import settings
from django.urls import path, re_path

from realtime.consumers import Refusal, SiteOrigins, TallyConsumer

websocket_application = SiteOrigins(
    URLRouter(
        [
            path("ws/seasons/<slug:slug>/tallies", TallyConsumer.as_asgi()),
            re_path("", Refusal.as_asgi()),
        ]
    ),
    settings.SITE_ORIGINS,
)
