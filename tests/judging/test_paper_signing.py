"""Where the lines to sign on stand: never alone on a page."""

import pytest

from tests.judging import world
from tests.papers import pages_of
from voting.judging.models import Recusal, ScoreSheet, Seat
from voting.seasons.models import Nominee

pytestmark = pytest.mark.django_db


def paper(seat: Seat) -> list[str]:
    answer = world.browser(seat).get(world.address(seat.panel, "sheet.pdf"))
    assert answer.status_code == 200
    return pages_of(bytes(answer.content))


def before_signing(page: str) -> str:
    assert "SignatureofJ1" in page
    return page.partition("Fingerprint")[0]


def more(seat: Seat, first: int, last: int) -> None:
    season = seat.panel.season
    category = season.categories.order_by("position").last()
    for n in range(first, last):
        Nominee.objects.create(
            season=season, category=category, ballot_number=str(900 + n), name=f"加人{n}号"
        )


def test_the_last_rows_come_along() -> None:
    _board, (seat,) = world.opened()
    more(seat, 2, 3)
    lengths = []
    for n in range(3, 18):
        more(seat, n, n + 1)
        pages = paper(seat)
        lengths.append(len(pages))
        text = before_signing(pages[-1])
        assert f"加人{n - 1}号" in text, n
        assert f"加人{n}号" in text, n
        # Under the heads of the table, also where rows have moved to the next page.
        assert "Weightedtotal" in text, n
    assert set(lengths) == {1, 2}


def test_the_last_comments_and_recusals_come_along() -> None:
    _board, (seat,) = world.opened()
    nominees = list(Nominee.objects.filter(season=seat.panel.season).order_by("ballot_number"))
    lengths = []
    for n in range(1, 14, 2):
        comment = "".join(f"第{line}行\n" for line in range(n))
        ScoreSheet.objects.update_or_create(
            seat=seat, nominee=nominees[-1], defaults={"comment": f"末尾的话{comment}"}
        )
        ScoreSheet.objects.update_or_create(
            seat=seat, nominee=nominees[-2], defaults={"comment": "第一句\n" * n}
        )
        pages = paper(seat)
        lengths.append(len(pages))
        assert "末尾的话" in before_signing(pages[-1]), n
    assert set(lengths) == {1, 2}
    ScoreSheet.objects.all().delete()
    lengths = []
    for one in nominees[:3]:
        Recusal.objects.create(seat=seat, nominee=one, reason="other", source="declared")
    for n in range(10):
        more(seat, n, n + 1)
        pages = paper(seat)
        lengths.append(len(pages))
        assert "anotherreason" in before_signing(pages[-1]), n
    assert set(lengths) == {1, 2}


def test_a_comment_longer_than_a_page_is_still_parted() -> None:
    _board, (seat,) = world.opened()
    ScoreSheet.objects.create(
        seat=seat, nominee=world.first(seat.panel), comment="一\n" * 150 + "末尾的话"
    )
    pages = paper(seat)
    assert len(pages) >= 3
    assert "末尾的话" in "".join(pages)
    assert "SignatureofJ1" in pages[-1]
