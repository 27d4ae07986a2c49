"""Addresses of results; QR codes of certificates hold the Chinese one."""

from typing import Final

from django.urls import path, re_path

from voting.results import views

app_name = "results"

_RESULT: Final = r"^s/(?P<slug>[-\w]+)/result/"

urlpatterns = [
    path("s/<slug:slug>/result/", views.result, name="result"),
    re_path(_RESULT + r"c(?P<position>[0-9]{1,5})/\Z", views.result, name="category"),
    re_path(_RESULT + r"n/(?P<number>[0-9A-Za-z]{1,8})/\Z", views.explained, name="explained"),
    re_path(
        _RESULT + r"v(?P<version>[0-9]{1,4})/(?P<part>inputs|result)\.json\Z", views.data,
        name="data",
    ),
    re_path(
        r"^certificate/(?P<code>[0-9A-Za-z]{12})/\Z", views.certificate, name="certificate"
    ),
]  # fmt: skip
