"""The address that an invitation leads to."""

from django.urls import re_path

from voting.roles import views

app_name = "roles"

urlpatterns = [
    re_path(r"^join/(?P<token>[-_0-9A-Za-z]{20,100})/\Z", views.join, name="join"),
]
