"""What one organiser alone cannot do about judges, and what judges cannot see: found by attack."""

import struct
import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.admin import site
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from tests import make
from tests.judging import world
from tests.judging.draws import announced, approved, drawn, panel_of, pool, taken_off, two
from tests.results import world as results
from tests.roles.people import browser, granted, member, person
from voting.approvals.models import Proposal
from voting.console import approval_kinds
from voting.console.seat_kinds import LEAVING
from voting.judging.models import Judge, Panel, Recusal, Seat
from voting.judging.queries.results import marks_given
from voting.judging.queries.seats import recused, standing
from voting.judging.services import (
    assigning,
    drawing,
    panels,
    recusing,
    rehearsing,
    submitting,
)
from voting.judging.services import pool as pools
from voting.judging.services.errors import JudgingRefused
from voting.judging.services.pool import Person
from voting.seasons.admin import CategoryInline
from voting.seasons.models import Category, Nominee, Season
from voting.seasons.queries import season_by_slug

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def styles(collected_static: object, english: None) -> None:
    """Pages find their styles and speak English."""


@pytest.fixture
def season() -> Season:
    """A published season with a pool of seven and nominees in two categories."""
    made = make.season(slug="here", phase="open")
    made.rule_sheet.frozen_at, made.rule_sheet.fingerprint = made.opens_at, "0" * 64
    made.rule_sheet.save()
    pool(made)
    return made


def drawn_panel(
    season: Season, monkeypatch: pytest.MonkeyPatch, **fields: Any
) -> tuple[Panel, list[Seat], Any]:
    panel, people = panel_of(season, **fields), two(season)
    draw = announced(panel, people[0], {"institution": 2, "": 1})
    return panel, drawn(draw, people, "7", monkeypatch), people


# --- judges who were drawn or have submitted -----------------------------------------------------


def test_marks_that_were_submitted_do_not_fall_out_by_one_organiser() -> None:
    board, (seat,) = world.opened()
    world.mark_all(seat)
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    before = marks_given(board.season)
    people = two(board.season)
    with pytest.raises(JudgingRefused, match="two people keep such a one out"):
        recusing.order_recusal(
            seat_id=seat.pk, by=people[0], nominee_id=world.first(board).pk, reason="related"
        )
    tied = Person(
        seat.judge.key, name=seat.judge.name, email=seat.judge.email, related=["候选人101"]
    )
    with pytest.raises(JudgingRefused, match="related names stand still"):
        pools.change_judge(judge_id=seat.judge_id, person=tied, by=people[0])
    assert marks_given(board.season) == before


def test_a_recusal_is_ordered_by_two_on_the_page_and_both_read_that_marks_count() -> None:
    board, (seat,) = world.opened()
    world.mark_all(seat)
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    first, second = map(browser, two(board.season))
    page = reverse("console:seat", args=[board.season.slug, board.pk, seat.pk])
    sent = {"do": "recuse", "nominee": world.first(board).pk, "reason": "related"}
    assert first.post(page, sent).status_code == 422  # without a why
    assert first.post(page, sent | {"note": "是表亲"}).status_code == 302
    assert not Recusal.objects.exists()
    waiting = Proposal.objects.get()
    sign = reverse("console:approval", args=[board.season.slug, waiting.pk])
    shown = second.get(sign).content.decode()
    assert "是表亲" in shown
    assert "已提交，分数计入" in waiting.difference[0]["before"]
    assert second.post(sign, {"seen": waiting.seen}).status_code == 302
    recusal = Recusal.objects.get()
    assert (recusal.source, recusal.note) == ("ordered", "是表亲")


def test_who_signs_second_signs_what_the_first_one_saw() -> None:
    board, (seat,) = world.opened()
    world.mark_all(seat)
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    seat.refresh_from_db()
    people = two(board.season)
    signed = approval_kinds.sign_first(
        LEAVING, season_by_slug(board.season.slug), user=people[0], reason="生病",
        seen=LEAVING.state(board.season), seat=seat.pk, standing=standing(seat),
    )  # fmt: skip
    submitting.reopen(seat_id=seat.pk, by=people[0], reason="再看")
    with pytest.raises(JudgingRefused, match="since the first signature"):
        approved(signed, people[1])
    seat.refresh_from_db()
    assert seat.state == Seat.State.READY


def test_nobody_is_put_behind_a_drawn_code(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    _panel, made, people = drawn_panel(season, monkeypatch)
    judge = made[0].judge
    Judge.objects.filter(pk=judge.pk).update(name="", email="")  # as erasing a person leaves it
    for other in (
        Person(judge.key, name="别人", seat_type=judge.seat_type),
        Person(judge.key, email="mine@example.org", seat_type=judge.seat_type),
    ):
        with pytest.raises(JudgingRefused, match="who is behind it"):
            pools.change_judge(judge_id=judge.pk, person=other, by=people[0])


def test_an_account_that_owns_the_judges_address_is_not_taken_off(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    _panel, made, people = drawn_panel(season, monkeypatch)
    judge = made[0].judge
    user = person("本人")
    user.emailaddress_set.create(email=judge.email, verified=True, primary=True)
    granted(user, "judge", season)
    assert pools.link_account(user_id=user.pk, season_id=season.pk) == judge
    with pytest.raises(JudgingRefused, match="owns the judge's address"):
        pools.take_account_off(judge_id=judge.pk, by=people[0], reason="x")


def test_a_drawn_panel_is_not_closed_by_one_without_drawn_judges(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, made, people = drawn_panel(season, monkeypatch)
    panels.open_panel(panel_id=panel.pk, by=people[0])
    Seat.objects.filter(pk=made[0].pk).update(
        state="ready", declared_at=season.opens_at, submitted_at=season.opens_at
    )
    with pytest.raises(JudgingRefused, match="closes without them"):
        panels.close_panel(panel_id=panel.pk, by=people[0], reason="到期")
    here = reverse("console:panel", args=["here", panel.pk])
    first, second = map(browser, people)
    assert first.post(here, {"do": "close", "reason": "到期"}).status_code == 302
    panel.refresh_from_db()
    assert panel.closed_at is None
    waiting = Proposal.objects.get(state=Proposal.State.WAITING)
    sign = reverse("console:approval", args=["here", waiting.pk])
    shown = second.get(sign).content.decode()
    assert all(one.judge.key in shown for one in made[1:])
    assert second.post(sign, {"seen": waiting.seen}).status_code == 302
    panel.refresh_from_db()
    assert panel.closed_at is not None


def test_on_a_drawn_panel_nobody_chooses_who_marks_whom(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, made, people = drawn_panel(season, monkeypatch, per_nominee=2)
    with pytest.raises(JudgingRefused, match="nobody chooses who of them marks whom"):
        assigning.assign_by_hand(
            panel_id=panel.pk, seat_id=made[0].pk, nominee_id=season.nominees.first().pk,
            on=True, by=people[0],
        )  # fmt: skip
    more = panels.Settings("panel", name=panel.name, per_nominee=1)
    with pytest.raises(JudgingRefused, match="stands still from then"):
        panels.change_panel(panel_id=panel.pk, settings=more, by=people[0])
    assert assigning.assign_panel(panel_id=panel.pk, by=people[0]).short == {}


def test_nobody_is_named_beside_drawn_judges_but_where_the_pool_is_used_up(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, made, people = drawn_panel(season, monkeypatch)
    mine = [Judge.objects.create(season=season, key=f"mine{n}") for n in range(2)]

    def name(judge: Judge) -> list[Seat]:
        return panels.seat_judges(panel_id=panel.pk, judge_ids=[judge.pk], by=people[0])

    with pytest.raises(JudgingRefused, match="A draw decides who sits"):
        name(mine[0])
    gone = next(one for one in made if one.judge.seat_type == "institution")
    while True:  # until no institution is left in the pool
        taken_off(gone, people, "生病")
        try:
            gone = drawing.replace_from_draw(panel_id=panel.pk, seat_id=gone.pk, by=people[0])
        except JudgingRefused:
            break
    (named,) = name(mine[0])
    # The column's default is the real clock, which the test's has left behind.
    Seat.objects.filter(pk=named.pk).update(invited_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(JudgingRefused, match="A draw decides who sits"):
        name(mine[1])


# --- what judges see -----------------------------------------------------------------------------


def test_who_must_keep_out_does_not_read_the_file_in_a_rehearsal() -> None:
    board, (seat,) = world.opened()
    nominee = world.first(board)
    rehearsal = make.season(
        slug="copy", rehearsal_of=board.season, nominees={}, phase="draft",
        sheet={"consolidation": board.season.rule_sheet.consolidation},
    )  # fmt: skip
    for one in board.season.categories.all():
        rehearsal.categories.create(position=one.position, name=one.name, places=one.places)
    for one in board.season.nominees.select_related("category"):
        one.copied_from_id, one.pk, one.season = one.pk, None, rehearsal
        one.category = rehearsal.categories.get(position=one.category.position)
        one.save(force_insert=True)
    (copied,) = rehearsing.copy_panels(rehearsal_id=rehearsal.pk, by=world.organiser())
    own = copied.seats.get()
    assert recused(own) == frozenset()
    recusing.order_recusal(
        seat_id=seat.pk, by=world.organiser(), nominee_id=nominee.pk, reason="related"
    )
    assert recused(own) == {rehearsal.nominees.get(copied_from=nominee.pk).pk}
    assert recused(seat) == {nominee.pk}


def test_what_becomes_hidden_is_hidden_in_rehearsals_too() -> None:
    made = world.season()
    board = world.panel(made)
    rehearsal = make.season(slug="copy", rehearsal_of=made, nominees={}, phase="draft")
    copied = Panel.objects.create(season=rehearsal, component=board.component)
    hidden = panels.Settings(board.component, hidden=("name",))
    panels.change_panel(panel_id=board.pk, settings=hidden, by=world.organiser())
    copied.refresh_from_db()
    assert copied.hidden == ["name"]


def test_who_comes_onto_the_list_later_is_looked_at_before_the_judge_reads_the_file() -> None:
    board, (seat,) = world.opened()
    Judge.objects.filter(pk=seat.judge_id).update(related=["新来的"])
    late = Nominee.objects.create(
        season=board.season, category=board.season.categories.get(position=1),
        ballot_number="109", name="新来的", deeds="秘密的事迹",
    )  # fmt: skip
    client = world.browser(seat)
    answer = client.get(world.page(board, late))
    assert answer.status_code == 302
    assert "秘密的事迹" not in client.get(world.address(board)).content.decode()
    recusal = Recusal.objects.get()
    assert (recusal.nominee_id, recusal.source) == (late.pk, "detected")


def test_submitting_looks_at_who_came_onto_the_list_later() -> None:
    board, (seat,) = world.opened()
    world.mark_all(seat)
    Judge.objects.filter(pk=seat.judge_id).update(related=["新来的"])
    Nominee.objects.create(
        season=board.season, category=board.season.categories.get(position=1),
        ballot_number="109", name="新来的",
    )  # fmt: skip
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    assert Recusal.objects.get().source == "detected"


# --- the administration, and files ---------------------------------------------------------------


def test_the_administration_changes_nothing_a_result_depends_on_while_judges_mark(rf: Any) -> None:
    board, _seats = world.opened()
    made = board.season
    Season.objects.filter(pk=made.pk).update(phase="draft")
    made.rule_sheet.frozen_at = None
    request = rf.get("/")
    request.user = person("管", is_superuser=True, is_staff=True)
    made = season_by_slug(made.slug)
    if made.rule_sheet.frozen_at is not None:
        type(made.rule_sheet).objects.filter(pk=made.rule_sheet.pk).update(frozen_at=None)
        made = season_by_slug(made.slug)
    category, nominee = made.categories.first(), made.nominees.first()
    fixed = site.get_model_admin(Category).get_readonly_fields(request, category)
    assert {"name", "places"} <= set(fixed)
    fixed = site.get_model_admin(Nominee).get_readonly_fields(request, nominee)
    assert {"category", "unit", "traits", "name"} <= {*fixed, "category"}
    assert not CategoryInline(Season, site).has_change_permission(request, made)
    client = browser(request.user)
    client.post(
        reverse("admin:seasons_category_change", args=[category.pk]),
        {"name": "另一类", "places": "9", "position": "1"},
    )
    category.refresh_from_db()
    assert (category.name, category.places) != ("另一类", 9)
    answer = client.post(
        reverse("admin:seasons_nominee_add"),
        {"category": category.pk, "name": "新", "kind": "person"},
    )
    assert answer.status_code == 200
    assert not Nominee.objects.filter(name="新").exists()


def broken(method: int) -> bytes:
    """Return an archive whose only part is compressed by rubbish."""
    raw = BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>" * 50)
    found = bytearray(raw.getvalue())
    start = 30 + len("xl/workbook.xml")
    found[start : start + 8] = b"\xff" * 8
    for at in (8, found.index(b"PK\x01\x02") + 10):
        struct.pack_into("<H", found, at, method)
    return bytes(found)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_damaged_workbook_is_refused_kindly(method: int) -> None:
    made = results.over()
    client = member("organiser", made)
    answer = client.post(
        reverse("console:figures", args=["over"]),
        {"kind": "votes", "source": "x", "file": ContentFile(broken(method), "v.xlsx")},
    )
    assert answer.status_code == 422
    assert "damaged" in str(answer.context["form"].errors)
