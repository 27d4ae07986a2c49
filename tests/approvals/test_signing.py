"""Two signatures: who may give them, what they stand for, and what the database keeps of them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from tests import make
from voting.approvals.models import Proposal
from voting.approvals.services import (
    AlreadyDecided,
    AlreadyWaiting,
    OwnProposal,
    ProposalStale,
    approve,
    propose,
    return_proposal,
    withdraw_proposal,
)
from voting.audit.models import AuditEntry
from voting.seasons.models import Season
from voting.seasons.services import RuleBroken

pytestmark = pytest.mark.django_db

LINES = [{"label": "名额", "before": "3", "after": "4"}]


@pytest.fixture
def season() -> Season:
    return make.season()


@pytest.fixture
def proposal(season: Season, first: User) -> Proposal:
    return propose(
        season_id=season.pk, kind="places", user=first, reason="会议决定", payload={"places": 4},
        difference=LINES, seen="s1",
    )  # fmt: skip


def nothing(_proposal: Proposal) -> None:
    pytest.fail("this must not be carried out")


def entries() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("actor", "action"))


def test_the_second_signature_carries_it_out_in_its_transaction(
    proposal: Proposal, second: User
) -> None:
    done: list[Any] = []
    signed = approve(
        proposal_id=proposal.pk, user=second, seen="s1", note="核对过",
        carry_out=lambda one: done.append((one.payload, one.proposed_by.name, one.decided_by)),
    )  # fmt: skip

    assert done == [({"places": 4}, "刘国栋", second)]
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by, proposal.decision_note) == (
        "approved", second, "核对过",
    )  # fmt: skip
    assert signed.decided_at == proposal.decided_at
    assert entries() == [("刘国栋", "approval.propose"), ("袁秋萍", "approval.approved")]
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert entry.after == {"名额": "4"}


def test_what_cannot_be_carried_out_has_not_been_signed(proposal: Proposal, second: User) -> None:
    def fail(_proposal: Proposal) -> None:
        Season.objects.update(name="written before it failed")
        raise RuleBroken("no")

    with pytest.raises(RuleBroken, match="no"):
        approve(proposal_id=proposal.pk, user=second, seen="s1", carry_out=fail)

    proposal.refresh_from_db()
    assert proposal.state == "waiting"
    assert entries() == [("刘国栋", "approval.propose")]
    assert not Season.objects.filter(name="written before it failed").exists()


def test_refusals_leave_everything_as_it_was(
    proposal: Proposal, season: Season, first: User, second: User
) -> None:
    def state(_season: Season) -> str:
        return "s2"

    refused: list[tuple[type[Exception], Callable[[], object]]] = [
        (OwnProposal,
         lambda: approve(proposal_id=proposal.pk, user=first, seen="s1", carry_out=nothing)),
        (ProposalStale,
         lambda: approve(proposal_id=proposal.pk, user=second, seen="s2", carry_out=nothing)),
        (ProposalStale,
         lambda: approve(proposal_id=proposal.pk, user=second, seen="s1", state=state,
                         carry_out=nothing)),
        (OwnProposal, lambda: withdraw_proposal(proposal_id=proposal.pk, user=second)),
        (AlreadyWaiting,
         lambda: propose(season_id=season.pk, kind="places", user=second, reason="again")),
    ]  # fmt: skip
    for refusal, act in refused:
        with pytest.raises(refusal):
            act()

    proposal.refresh_from_db()
    assert (proposal.state, Proposal.objects.count()) == ("waiting", 1)
    assert entries() == [("刘国栋", "approval.propose")]


@pytest.mark.parametrize("end", ["approved", "returned", "withdrawn"])
def test_what_was_decided_stays_decided_and_makes_room_for_the_next(
    proposal: Proposal, season: Season, first: User, second: User, end: str
) -> None:
    {
        "approved": lambda: approve(
            proposal_id=proposal.pk, user=second, seen="s1", carry_out=lambda _one: None
        ),
        "returned": lambda: return_proposal(proposal_id=proposal.pk, user=second, note="缺页"),
        "withdrawn": lambda: withdraw_proposal(proposal_id=proposal.pk, user=first),
    }[end]()
    late: list[Callable[[], object]] = [
        lambda: approve(proposal_id=proposal.pk, user=second, seen="s1", carry_out=nothing),
        lambda: return_proposal(proposal_id=proposal.pk, user=second, note="x"),
        lambda: withdraw_proposal(proposal_id=proposal.pk, user=first),
    ]
    for act in late:
        with pytest.raises(AlreadyDecided):
            act()

    proposal.refresh_from_db()
    assert proposal.state == end
    propose(season_id=season.pk, kind="places", user=first, reason="noch einmal")
    assert Proposal.objects.count() == 2


def test_the_season_is_locked_and_read_anew_before_it_is_compared(
    proposal: Proposal, second: User
) -> None:
    seen: list[Any] = []

    def state(season: Season) -> str:
        seen.append((season.pk, transaction.get_connection().in_atomic_block))
        return "s1"

    approve(
        proposal_id=proposal.pk, user=second, seen="s1", state=state, carry_out=lambda _one: None
    )
    assert seen == [(proposal.season_id, True)]


def refused(change: Callable[[], Any], message: str) -> None:
    with pytest.raises(IntegrityError, match=message), transaction.atomic():
        change()


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "other"}, {"payload": {"places": 40}}, {"difference": []}, {"reason": "x"},
        {"seen": "s9"}, {"proposed_at": timezone.now()},
    ],
    ids=lambda fields: next(iter(fields)),
)  # fmt: skip
def test_what_was_signed_cannot_be_exchanged(proposal: Proposal, fields: dict[str, Any]) -> None:
    refused(lambda: Proposal.objects.update(**fields), "what was signed cannot change")
    assert Proposal.objects.get().payload == {"places": 4}


def test_neither_person_nor_season_of_a_proposal_can_be_exchanged(
    proposal: Proposal, second: User
) -> None:
    other = make.season()
    for fields in ({"proposed_by": second}, {"season": other}):
        refused(lambda fields=fields: Proposal.objects.update(**fields), "what was signed")


def test_a_decision_cannot_be_undone_or_deleted(proposal: Proposal, second: User) -> None:
    return_proposal(proposal_id=proposal.pk, user=second, note="缺页")
    now = timezone.now()
    for fields in (
        {"state": "waiting", "decided_by": None, "decided_at": None},
        {"state": "approved"}, {"decision_note": "well"}, {"decided_at": now},
    ):  # fmt: skip
        refused(
            lambda fields=fields: Proposal.objects.update(**fields),
            "a decided proposal cannot change",
        )
    refused(lambda: Proposal.objects.all().delete(), "proposals are kept")
    assert Proposal.objects.get().state == "returned"


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "approved", "own": True}, "two_people_approve"),
        ({"state": "approved"}, "proposal_says_who_decided"),
        ({"state": "returned"}, "proposal_says_who_decided"),
        ({"own": True}, "proposal_says_who_decided"),
        ({"reason": ""}, "proposal_says_why"),
        ({"state": "done", "own": True}, "proposal_state_is_known"),
    ],
)
def test_the_database_itself_refuses_what_two_people_did_not_sign(
    season: Season, first: User, fields: dict[str, Any], constraint: str
) -> None:
    plain: dict[str, Any] = {"season": season, "kind": "k", "reason": "r", "proposed_by": first}
    fields = dict(fields)
    if fields.pop("own", False):
        fields |= {"decided_by": first, "decided_at": timezone.now()}
    refused(lambda: Proposal.objects.create(**plain | fields), constraint)


@pytest.mark.both
def test_only_one_of_a_kind_waits_in_a_season(
    proposal: Proposal, season: Season, second: User
) -> None:
    again = {"season": season, "kind": "places", "reason": "r", "proposed_by": second}
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.create(**again)
    Proposal.objects.create(**again | {"kind": "other"})
    Proposal.objects.create(**again | {"season": make.season()})
    assert Proposal.objects.count() == 3
