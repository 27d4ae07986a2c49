"""A draw of judges stands once it is announced, and takes two people to be drawn or withdrawn."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests import make
from tests.judging.draws import (
    SOURCE,
    announced,
    approved,
    drawn,
    known,
    panel_of,
    pool,
    proposed,
    taken_off,
    two,
)
from tests.results import world
from tests.results.competitions import csv_of
from voting.approvals.services import OwnProposal
from voting.audit.models import AuditEntry
from voting.judging.models import DrawEnd, Judge, Panel, PanelDraw, Seat
from voting.judging.queries import draws
from voting.judging.services import drawing, panels, seats
from voting.judging.services import pool as pools
from voting.judging.services.errors import JudgingRefused, PanelStandsStill
from voting.judging.services.importing import import_scores
from voting.judging.services.panels import Settings
from voting.judging.services.pool import Person
from voting.rules.draws import fingerprint
from voting.rules.numbering import draw_order
from voting.seasons.models import Season
from voting.seasons.services import RuleBroken

pytestmark = [pytest.mark.django_db, pytest.mark.both]
KEYS = [f"ins{n}" for n in range(1, 5)] + [f"ind{n}" for n in range(1, 4)]


@pytest.fixture(autouse=True)
def speaks(english: None) -> None:
    """Refusals are compared in English."""


@pytest.fixture
def season() -> Season:
    made = make.season(phase="open")
    pool(made)
    return made


def test_two_people_draw_what_anybody_computes(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, people = panel_of(season), two(season)
    draw = announced(panel, people[0], {"institution": 2, "": 1})
    # Who comes into the pool later is not drawn.
    Judge.objects.create(season=season, key="late", seat_type="institution")
    known(draw, monkeypatch)
    signed = proposed(draw, people[0], "3888.60")
    assert not panel.seats.exists()
    with pytest.raises(OwnProposal):
        approved(signed, people[0])
    approved(signed, people[1])

    order = list(draw_order(KEYS, "3888.60"))
    institutions = [key for key in order if key.startswith("ins")][:2]
    open_seat = next(key for key in order if key not in institutions)
    found = {one.judge.key: one.how for one in panel.seats.select_related("judge")}
    assert found == dict.fromkeys([*institutions, open_seat], Seat.How.DRAWN)
    end = DrawEnd.objects.get(draw=draw)
    assert (end.seed, end.order, end.reason, end.passed) == ("3888.60", order, "证券报", [])
    logged = AuditEntry.objects.get(action="judging.draw")
    assert (logged.actor, logged.after["approved_by"]) == ("李敏", "王强")
    with pytest.raises(JudgingRefused, match="has been drawn"):
        drawing.check_seed(draws.drawn_of(panel), "1")
    with pytest.raises(JudgingRefused, match="has been drawn"):
        announced(panel, people[0], {"": 1})


def test_no_seed_before_its_moment_and_no_moment_too_soon(season: Season) -> None:
    panel, people = panel_of(season), two(season)
    with pytest.raises(JudgingRefused, match="at least 10 minutes"):
        announced(panel, people[0], {"": 1}, minutes=9)
    assert not PanelDraw.objects.exists()
    draw = announced(panel, people[0], {"": 1})
    with pytest.raises(JudgingRefused, match="Nobody can know the seed before"):
        drawing.check_seed(draw, "3888.60")
    # Nor by the signatures alone.
    with pytest.raises(JudgingRefused, match="Nobody can know the seed before"):
        approved(proposed(draw, people[0], "3888.60"), people[1])
    assert not panel.seats.exists()


def test_an_announced_draw_stands(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    panel, people = panel_of(season), two(season)
    draw = announced(panel, people[0], {"": 2})
    with pytest.raises(JudgingRefused, match="it stands"):
        announced(panel, people[1], {"": 3}, source="another")
    signed = proposed(draw, people[0], reason="评委库缺人")
    known(draw, monkeypatch)
    with pytest.raises(JudgingRefused, match="the draw stands"):
        approved(signed, people[1])
    with pytest.raises(JudgingRefused, match="it stands"):
        announced(panel, people[1], {"": 3})
    assert [one.pk for one in panel.draws.all()] == [draw.pk]


def test_before_the_seed_is_known_two_people_withdraw_it_and_it_stays_on_record(
    season: Season,
) -> None:
    panel, people = panel_of(season), two(season)
    draw = announced(panel, people[0], {"": 2})
    signed = proposed(draw, people[0], reason="评委库缺人")
    with pytest.raises(OwnProposal):
        approved(signed, people[0])
    approved(signed, people[1])
    end = DrawEnd.objects.get(draw=draw)
    assert (end.kind, end.reason, end.seed) == ("withdrawn", "评委库缺人", "")
    with pytest.raises(JudgingRefused, match="was withdrawn"):
        drawing.check_withdrawal(PanelDraw.objects.get(pk=draw.pk))
    again = announced(panel, people[0], {"": 3})
    assert again.number == 2
    assert list(panel.draws.values_list("number", "source")) == [(1, SOURCE), (2, SOURCE)]


def test_what_was_signed_is_what_is_drawn_by(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, people = panel_of(season), two(season)
    draw = announced(panel, people[0], {"": 2})
    known(draw, monkeypatch)
    # A seed that does not read as it is, or another announcement, is not drawn by.
    with pytest.raises(JudgingRefused, match="not a seed"):
        approved(proposed(draw, people[0], " 3888.60"), people[1])
    other = PanelDraw(pk=draw.pk, panel=panel, fingerprint="0" * 64)
    waiting = season.proposals.get(state="waiting")
    waiting.state, waiting.decided_by, waiting.decided_at = "withdrawn", people[0], timezone.now()
    waiting.save()
    with pytest.raises(JudgingRefused, match="not the one that was signed"):
        approved(proposed(other, people[0], "3888.60"), people[1])
    assert not panel.seats.exists()
    assert not DrawEnd.objects.exists()


@pytest.mark.parametrize(
    ("typed", "seed"),
    [
        ("  3888.60 ", "3888.60"),
        ("上证  3888.60 点", "上证 3888.60 点"),
        ("Caf\u0065\u0301", "Caf\u00e9"),
        ("3888\u200b.60", None),
        ("3888.60\ufe0f", None),
        ("3888\u00a060", "3888 60"),
        ("\uff13888\uff0e60", "3888.60"),
        ("3888\u01c360", None),
        ("38\n88", None),
        ("38\u3164", None),
        ("3\u0338", None),
        ("   ", None),
        ("9" * 121, None),
    ],
)
def test_a_seed_reads_as_it_is(
    season: Season, monkeypatch: pytest.MonkeyPatch, typed: str, seed: str | None
) -> None:
    draw = announced(panel_of(season), two(season)[0], {"": 1})
    known(draw, monkeypatch)
    if seed is not None:
        assert drawing.check_seed(draw, typed) == seed
        return
    with pytest.raises(JudgingRefused, match="as it was published"):
        drawing.check_seed(draw, typed)


def test_the_fingerprint_covers_all_that_was_announced(season: Season) -> None:
    draw = announced(panel_of(season), two(season)[0], {"institution": 1, "": 1})
    draw = PanelDraw.objects.get(pk=draw.pk)
    said = draws.announced(draw)
    assert fingerprint(said) == draw.fingerprint
    marks = {
        fingerprint(said | {"seats": {"institution": 1, "": 2}}),
        fingerprint(said | {"source": SOURCE + "。"}),
        fingerprint(said | {"pool": said["pool"][:-1]}),
        fingerprint(said | {"seed_at": (draw.seed_at + timedelta(minutes=1)).isoformat()}),
    }
    assert len(marks | {draw.fingerprint}) == 5


def test_nobody_is_named_renamed_or_removed_out_of_an_announced_pool(season: Season) -> None:
    panel, people = panel_of(season), two(season)
    announced(panel, people[0], {"": 2})
    judge = Judge.objects.get(key="ins1")
    late = Judge.objects.create(season=season, key="late")
    for one in (judge, late):
        with pytest.raises(JudgingRefused, match="A draw decides who sits"):
            panels.seat_judges(panel_id=panel.pk, judge_ids=[one.pk], by=people[0])
    with pytest.raises(JudgingRefused, match="code stands still"):
        pools.change_judge(judge_id=judge.pk, person=Person("ins9"), by=people[0])
    with pytest.raises(JudgingRefused, match="its pool stands"):
        pools.remove_judge(judge_id=judge.pk, by=people[0], reason="x")
    other = Person("ins1", name="王", seat_type="institution")
    with pytest.raises(JudgingRefused, match="who is behind it"):
        pools.change_judge(judge_id=judge.pk, person=other, by=people[0])
    known = {"name": judge.name, "email": judge.email, "seat_type": "institution"}
    with pytest.raises(JudgingRefused, match="related names stand still"):
        pools.change_judge(
            judge_id=judge.pk, person=Person("ins1", **known, related=["候选人101"]), by=people[0]
        )
    assert not panel.seats.exists()
    assert Judge.objects.get(pk=judge.pk).key == "ins1"


def test_who_sits_already_is_not_drawn_and_a_small_pool_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    season = make.season(phase="open")
    pool(season, institutions=2, people=0)
    panel, people = panel_of(season), two(season)
    named = Judge.objects.get(key="ins1")
    panels.seat_judges(panel_id=panel.pk, judge_ids=[named.pk], by=people[0])
    with pytest.raises(JudgingRefused, match="2 seats of institution"):
        announced(panel, people[0], {"institution": 2})
    assert not PanelDraw.objects.exists()
    draw = announced(panel, people[0], {"institution": 1})
    (made,) = drawn(draw, people, "7", monkeypatch)
    assert made.judge.key == "ins2"


def test_whoever_leaves_is_replaced_once_by_the_next_who_may_take_the_seat(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, people = panel_of(season), two(season)
    draw = announced(panel, people[0], {"institution": 2, "": 1})
    made = drawn(draw, people, "7", monkeypatch)
    order = list(draw_order(KEYS, "7"))
    institutions = [key for key in order if key.startswith("ins")]
    open_seat = next(key for key in order if key not in institutions[:2])
    by_key = {one.judge.key: one for one in made}
    first = by_key[institutions[0]]
    with pytest.raises(JudgingRefused, match="still on the panel"):
        drawing.replace_from_draw(panel_id=panel.pk, seat_id=first.pk, by=people[0])
    for key in (institutions[0], open_seat):
        with pytest.raises(JudgingRefused, match="two people take such a one off"):
            seats.leave(seat_id=by_key[key].pk, by=people[0], reason="生病")
        taken_off(by_key[key], people, "生病")
    replaced = drawing.replace_from_draw(panel_id=panel.pk, seat_id=first.pk, by=people[0])
    left = [key for key in institutions[2:] if key != open_seat]
    assert (replaced.judge.key, replaced.how) == (left[0], Seat.How.RESERVE)
    with pytest.raises(JudgingRefused, match="given to the next one already"):
        drawing.replace_from_draw(panel_id=panel.pk, seat_id=first.pk, by=people[0])
    # The seat for any type goes to the next of all, and so does that of who replaced there.
    known_keys = {*by_key, left[0]}
    rest = [key for key in order if key not in known_keys]
    second = drawing.replace_from_draw(
        panel_id=panel.pk, seat_id=by_key[open_seat].pk, by=people[0]
    )
    assert second.judge.key == rest[0]
    taken_off(second, people, "出差")
    third = drawing.replace_from_draw(panel_id=panel.pk, seat_id=second.pk, by=people[0])
    assert third.judge.key == rest[1]


def test_a_panel_of_a_draw_is_neither_opened_before_nor_closed_empty(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, people = panel_of(season), two(season)
    named = Judge.objects.create(season=season, key="named")
    panels.seat_judges(panel_id=panel.pk, judge_ids=[named.pk], by=people[0])
    draw = announced(panel, people[0], {"": 2})
    with pytest.raises(JudgingRefused, match="Draw its seats first"):
        panels.open_panel(panel_id=panel.pk, by=people[0])
    drawn(draw, people, "7", monkeypatch)
    Panel.objects.filter(pk=panel.pk).update(opened_at=timezone.now())
    with pytest.raises(JudgingRefused, match="not closed empty"):
        panels.close_panel(panel_id=panel.pk, by=people[0], reason="x")


def test_nobody_without_a_name_is_drawn(season: Season) -> None:
    Judge.objects.create(season=season, key="nameless", email="n@example.org")
    Judge.objects.create(season=season, key="unreachable", name="某人")
    with pytest.raises(JudgingRefused, match="address: nameless, unreachable"):
        announced(panel_of(season), two(season)[0], {"": 2})
    assert not PanelDraw.objects.exists()


def test_a_file_seats_nobody_out_of_an_announced_pool() -> None:
    season = world.over(phase="open")
    pool(season)
    announced(panel_of(season), two(season)[0], {"": 2})
    raw = csv_of(["judge", "nominee", "points"], [("ins1", "101", "80")])
    with pytest.raises(RuleBroken, match="ins1 is in the pool"):
        import_scores(season=season, raw=raw, file_name="f.csv", actor="operator")
    assert not Seat.objects.exists()


def test_nothing_is_announced_where_nobody_can_see_it() -> None:
    draft = make.season(slug="draft", phase="draft")
    pool(draft)
    by = two(draft)[0]
    with pytest.raises(JudgingRefused, match="Publish the season first"):
        announced(panel_of(draft), by, {"": 1})
    rehearsal = make.season(slug="r-1", phase="open", rehearsal_of=draft)
    pool(rehearsal)
    with pytest.raises(JudgingRefused, match="In a rehearsal nothing is drawn"):
        announced(panel_of(rehearsal), by, {"": 1})
    assert not PanelDraw.objects.exists()


def test_what_a_panel_marks_stands_still_once_its_draw_is_announced(season: Season) -> None:
    panel, people = panel_of(season), two(season)
    announced(panel, people[0], {"": 1})
    category = season.categories.first()
    with pytest.raises(PanelStandsStill, match="A draw was announced"):
        panels.change_panel(
            panel_id=panel.pk, by=people[0],
            settings=Settings("panel", name="评委会", category_ids=[category.pk]),
        )  # fmt: skip
    panels.change_panel(panel_id=panel.pk, by=people[0], settings=Settings("panel", name="终评"))
    panel.refresh_from_db()
    assert (panel.name, list(panel.categories.all())) == ("终评", [])


@pytest.mark.parametrize("model", [PanelDraw, DrawEnd])
def test_the_database_keeps_what_was_announced_and_drawn(
    season: Season, monkeypatch: pytest.MonkeyPatch, model: type[PanelDraw] | type[DrawEnd]
) -> None:
    people = two(season)
    drawn(announced(panel_of(season), people[0], {"": 1}), people, "7", monkeypatch)
    rows = model.objects.all()
    change = {"source": "x"} if model is PanelDraw else {"seed": "8"}
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows.update(**change)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows._raw_delete(rows.db)
    assert model.objects.count() == 1
