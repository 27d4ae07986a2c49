"""Several people at once: exactly one decision stands, and a change is carried out once."""

import pytest

from accounts.models import User
from tests import make
from tests.racing import at_once
from voting.approvals.models import Proposal
from voting.approvals.services import approve, propose, return_proposal, withdraw_proposal
from voting.audit.models import AuditEntry
from voting.seasons.models import Season, SeasonEvent

pytestmark = pytest.mark.django_db(transaction=True)


def note(proposal: Proposal) -> None:
    SeasonEvent.objects.create(
        season=proposal.season, action="done", actor=str(proposal.decided_by), reason="signed"
    )


def test_two_approvers_at_once_carry_it_out_once(first: User, second: User) -> None:
    third = User.objects.create_user("third@example.org", name="马志坚")
    proposal = propose(season_id=make.season().pk, kind="k", user=first, reason="r", seen="s")

    outcome = at_once(*(
        lambda user=user: approve(  # type: ignore[misc]
            proposal_id=proposal.pk, user=user, seen="s", state=lambda _season: "s",
            carry_out=note,
        )
        for user in (second, third, second)
    ))  # fmt: skip

    assert outcome == ["AlreadyDecided", "AlreadyDecided", "done"]
    assert SeasonEvent.objects.count() == 1
    assert AuditEntry.objects.filter(action="approval.approved").count() == 1


def test_approving_returning_and_withdrawing_at_once_leave_one_decision(
    first: User, second: User
) -> None:
    for _ in range(3):
        proposal = propose(season_id=make.season().pk, kind="k", user=first, reason="r")
        outcome = at_once(
            lambda pk=proposal.pk: approve(proposal_id=pk, user=second, seen="", carry_out=note),
            lambda pk=proposal.pk: withdraw_proposal(proposal_id=pk, user=first),
            lambda pk=proposal.pk: return_proposal(proposal_id=pk, user=second, note="n"),
        )
        assert outcome == ["AlreadyDecided", "AlreadyDecided", "done"]
        proposal.refresh_from_db()
        carried_out = SeasonEvent.objects.filter(season=proposal.season).count()
        assert carried_out == (proposal.state == "approved")


def test_two_who_propose_the_same_at_once_make_one_proposal(first: User, second: User) -> None:
    season = make.season()
    outcome = at_once(*(
        lambda user=user: propose(season_id=season.pk, kind="k", user=user, reason="r")  # type: ignore[misc]
        for user in (first, second)
    ))  # fmt: skip

    assert outcome == ["AlreadyWaiting", "done"]
    assert Proposal.objects.count() == 1


def test_a_change_at_the_same_moment_is_either_seen_or_comes_after(
    first: User, second: User
) -> None:
    """Whichever wins, nothing is approved on another state than the one that was signed."""
    for _ in range(3):
        season = make.season(name="before")
        proposal = propose(season_id=season.pk, kind="k", user=first, reason="r", seen="before")
        carried: list[str] = []

        def carry_out(one: Proposal, carried: list[str] = carried) -> None:
            carried.append(Season.objects.get(pk=one.season_id).name)

        outcome = at_once(
            lambda pk=proposal.pk: approve(
                proposal_id=pk, user=second, seen="before", state=lambda one: one.name,
                carry_out=carry_out,
            ),
            lambda pk=season.pk: Season.objects.filter(pk=pk).update(name="after"),
        )  # fmt: skip

        proposal.refresh_from_db()
        assert (proposal.state, carried) in [("approved", ["before"]), ("waiting", [])]
        approved = proposal.state == "approved"
        assert outcome == (["done", "done"] if approved else ["ProposalStale", "done"])
