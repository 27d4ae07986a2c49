"""Where an invitation leads to, and where people say what they are called."""

from django.urls import path, re_path

from voting.roles import views

app_name = "roles"

urlpatterns = [
    re_path(r"^join/(?P<token>[-_0-9A-Za-z]{20,100})/\Z", views.join, name="join"),
    path("own-name/", views.own_name, name="own_name"),
]
