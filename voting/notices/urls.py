"""Addresses of notices, all with a language."""

from django.urls import URLPattern

app_name = "notices"

urlpatterns: list[URLPattern] = []
