"""Rehearsals that were begun before nominees knew whose copies they are."""

from importlib import import_module

import pytest
from django.apps import apps

from tests import make
from voting.seasons.copying import begin_rehearsal
from voting.seasons.models import Nominee

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_each_copy_finds_its_original_by_category_and_name() -> None:
    season = make.season(nominees={1: ("101", "102"), 2: ("201",), 3: ()})
    # The same name in two categories, and in a season of others.
    season.nominees.filter(ballot_number__in=["101", "201"]).update(name="范玉莲")
    make.season(nominees={1: ("101",)}).nominees.update(name="范玉莲")
    rehearsal = begin_rehearsal(slug=season.slug, actor="x", reason="x")
    known = dict(rehearsal.nominees.values_list("pk", "copied_from"))
    gone = rehearsal.nominees.get(ballot_number="102")
    Nominee.objects.filter(pk=gone.pk).update(name="后来改名")
    assert set(known.values()) == {*season.nominees.values_list("pk", flat=True), None}
    Nominee.objects.update(copied_from=None)

    import_module("voting.seasons.migrations.0064_known_copies").find(apps, None)

    assert dict(rehearsal.nominees.values_list("pk", "copied_from")) == known | {gone.pk: None}
    assert not Nominee.objects.exclude(season=rehearsal).exclude(copied_from=None).exists()
