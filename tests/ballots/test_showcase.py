"""A showcase confers no title, and no page of it speaks as if it did."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import get_language, gettext, ngettext, pgettext
from django.utils.translation.reloader import translation_file_changed
from redis import Redis

from tests import make
from voting.rules.wording import HONOURS, honours
from voting.seasons.models import Category, Season
from voting.seasons.showcase import reworded, worded

pytestmark = pytest.mark.django_db

APPROVED = {
    "is_showcase": False, "approval_authority": "评选表彰工作领导小组",
    "approval_ref": "〔2027〕1号", "approved_places": 3,
}  # fmt: skip
PAGES = ("", "?view=elder", "rules/", "board/", "n/101/", "form/", "receipt/", "receipt/ABC/")


@pytest.fixture(autouse=True)
def hashed_files(collected_static: Path) -> None:
    """Pages name static files by their hashes."""


def opened(redis: Redis, **fields: object) -> Season:
    season = make.opened(redis, slug="here", name="公益之星", **fields)
    for category in season.categories.all():
        Category.objects.filter(pk=category.pk).update(name_en="People", short_name="人")
    return season


def speaks(season: Season) -> dict[str, list[str]]:
    """Return the words of honour on each public page, scripts' texts included."""
    found = {}
    for language in ("en", "zh-hans"):
        for page in PAGES:
            text = Client().get(f"/{language}/s/{season.slug}/{page}").content.decode()
            for own in ("奖项1", "奖项2", "只作展示，不授称号", "a showcase without award"):
                text = text.replace(own, "")
            # Neither an attribute of ours nor the page's own <title> claims anything.
            words = honours(re.sub(r"</?title>|title=", "", text))
            words += ["评选"] if "评选" in text else []
            found[f"{language} {page}"] = [one for one in words if one.lower() != "title"]
    return {page: words for page, words in found.items() if words}


def test_no_public_page_of_a_showcase_speaks_of_an_award(redis: Redis) -> None:
    season = opened(redis)

    assert speaks(season) == {}
    shown = Client().get("/zh-hans/s/here/").content.decode()
    assert "只作展示，不授称号" in shown
    assert "推选" in Client().get("/zh-hans/").content.decode()


def test_an_approved_award_speaks_as_one(redis: Redis) -> None:
    season = opened(redis, **APPROVED)

    assert len(speaks(season)) >= 8
    assert "评选办法" in Client().get("/zh-hans/s/here/").content.decode()
    assert "Awards" in Client().get("/en/").content.decode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("往届获奖者的评选办法", "往届入选者的推选办法"),
        ("One ballot in this award. Awards", "One ballot in this selection. Selections"),
        ("Forward, towards the steward", "Forward, towards the steward"),
        ("只作展示，不授称号", "只作展示，不授称号"),
    ],
)  # fmt: skip
def test_texts_are_put_into_other_words(text: str, words: str) -> None:
    assert reworded(text) == words
    assert reworded(reworded(text)) == words


def test_other_words_end_with_the_page_and_keep_the_language() -> None:
    season = make.season()
    with translation.override("zh-hans"):
        before = gettext("Rules")
        with worded(season):
            assert gettext("Rules") == "推选办法"
            assert pgettext("stage", "Public vote") == "公众投票"
            assert ngettext("one place", "%(number)s places", 2) == "%(number)s 个名额"
            assert get_language() == "zh-hans"
        assert (before, gettext("Rules")) == ("评选办法", "评选办法")
    assert not set(HONOURS) & {reworded(word) for word in HONOURS if word != "称号"}


def test_other_words_are_there_after_the_catalogue_was_compiled() -> None:
    translation_file_changed(None, Path("django.mo"))
    with translation.override("zh-hans"), worded(make.season()):
        assert gettext("Rules") == "推选办法"
