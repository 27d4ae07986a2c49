"""Addresses below a season that everybody may open: the draws of judges."""

from django.urls import path

from voting.judging.views import draws

app_name = "judges"

urlpatterns = [
    path("s/<slug:slug>/judges/", draws.draws, name="draws"),
    path("s/<slug:slug>/judges/draws.json", draws.draws_file, name="draws_file"),
]
