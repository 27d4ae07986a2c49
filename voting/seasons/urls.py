"""Addresses without a language, and those with one."""

from django.urls import path, re_path

from voting.seasons import views

app_name = "seasons"

urlpatterns = [path("", views.home, name="home")]

plain_patterns = [
    path("", views.entrance, name="entrance"),
    re_path(
        r"^photos/(?P<name>[0-9a-f]{32}-(?:card|page|thumb)\.(?:jpg|webp))\Z",
        views.photo,
        name="photo",
    ),
    re_path(
        r"^portraits/(?P<slug>[-\w]+)/(?P<number>[0-9A-Za-z]{1,8})\.(?P<mark>[0-9a-f]{8})\.svg\Z",
        views.portrait,
        name="portrait",
    ),
]
