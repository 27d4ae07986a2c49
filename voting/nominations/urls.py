"""Addresses of nominations, all with a language."""

from django.urls import URLPattern

app_name = "nominations"

urlpatterns: list[URLPattern] = []
