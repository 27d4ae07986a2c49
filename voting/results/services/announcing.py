"""From the end of the notice on: the announcement, which confers, and what takes it back."""

import secrets
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from voting.approvals.models import Proposal
from voting.audit.services import name_of, record
from voting.notices.models import NoticeKind
from voting.notices.queries import open_objections, uncarried
from voting.results import as_json
from voting.results.models import Conferral, PublishedResult, ResultSnapshot
from voting.results.queries import latest_snapshot, public_result
from voting.results.services.sealing import Now, is_sealed
from voting.seasons.history import note
from voting.seasons.models import Nominee, Season
from voting.seasons.readiness import Item
from voting.seasons.services import RuleBroken

ANNOUNCE: Final = "result.announce"
REVOKE: Final = "result.revoke"
LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none is taken for another one
CODE_LENGTH: Final = 12  # 59 random bits: nobody finds a certificate by trying


def readiness(season: Season, now: Now | None = None) -> list[Item]:
    """Return what must hold before the announcement. now: as for ``sealing.is_sealed``."""
    found = public_result(season)
    if found is None:
        return [Item("result", False, _("The result has not been published yet."))]
    over = timezone.now() >= found.notice.ends_at
    waiting = open_objections(season, NoticeKind.RESULT).count()
    carried = not uncarried(season, NoticeKind.RESULT, found.notice).exists()
    latest = latest_snapshot(season)
    current = latest is not None and latest.pk == found.snapshot_id
    same = is_sealed(season, now)
    return [
        Item("notice", over,
             _("The notice of the result has ended") if over
             else _("The notice of the result still stands; objections can come in.")),
        Item("objections", not waiting,
             _("No objection to the result is undecided") if not waiting
             else _("Objections to the result are undecided.")),
        Item("objections", carried,
             _("Every decision on an objection has been published") if carried
             else _("A decision changes the result: seal and publish another version.")),
        Item("result", current,
             _("The published result is the one that was sealed last") if current
             else _("A later version of the result has been sealed and not been published.")),
        # Sealing is on the page that shows this list; nothing leads from it to itself.
        Item("sealing", same,
             _("Nothing has changed since the result was sealed") if same
             else _("Something has changed since the result was sealed: seal and publish anew.")),
    ]  # fmt: skip


def announce_state(season: Season, items: list[Item] | None = None) -> str:
    """Return what two people sign: the version of result and notice that becomes final.

    items: of ``readiness``, if that has been asked already.
    """
    found = public_result(season)
    ready = all(item.done for item in (readiness(season) if items is None else items))
    return f"{found.snapshot.fingerprint[:56]}{int(ready)}" if found else ""


def carry_out_announcement(proposal: Proposal) -> None:
    """Announce what was proposed: for ``approvals.approve``, inside its transaction."""
    announce(
        slug=proposal.season.slug,
        actor=name_of(proposal.proposed_by),
        approved_by=name_of(proposal.decided_by),
        reason=proposal.reason,
    )


@transaction.atomic
def announce(*, slug: str, actor: str, approved_by: str, reason: str) -> list[Conferral]:
    """Make the published result final, and confer what it confers. Raises RuleBroken."""
    season = Season.objects.select_for_update().get(slug=slug)
    if season.phase == Season.Phase.ANNOUNCED:
        raise RuleBroken(_("The result has been announced already."))
    if season.phase != Season.Phase.CLOSED:
        raise RuleBroken(_("Voting has not been closed yet."))
    wrong = [item.text for item in readiness(season) if not item.done]
    if wrong:
        raise RuleBroken(_("It cannot be announced yet: %(why)s") % {"why": " ".join(wrong)})
    found = public_result(season)
    assert found is not None  # noqa: S101 -- readiness has said so
    season.phase = Season.Phase.ANNOUNCED
    season.save(update_fields=["phase"])
    made = _confer(season, found)
    note(
        season, "announce", actor=actor, reason=reason, target=str(found.snapshot.version),
        after={
            "version": found.snapshot.version, "notice": found.notice.version,
            "conferred": len(made), "approved_by": approved_by,
        },
    )  # fmt: skip
    return made


def _confer(season: Season, found: PublishedResult) -> list[Conferral]:
    snapshot: ResultSnapshot = found.snapshot
    nominees = {
        one.ballot_number: one
        for one in Nominee.objects.filter(season=season).select_related("category")
    }
    rows: list[tuple[int, Nominee]] = [
        (one["place"] or one["rank"], nominees[one["number"]])
        for ranking in as_json.parsed(snapshot.result)["rankings"]
        for one in ranking["nominees"]
        if one.get("honoured")
    ]
    rows.sort(key=lambda row: (row[1].category.position, row[0], row[1].ballot_number))
    year = timezone.localdate().year
    return Conferral.objects.bulk_create(
        Conferral(
            season=season, snapshot=snapshot, nominee=nominee, place=place, name=nominee.name,
            name_en=nominee.name_en, category=nominee.category.name,
            category_en=nominee.category.name_en,
            number=f"{season.slug.upper()}-{year}-{at:04}", code=new_code(),
        )
        for at, (place, nominee) in enumerate(rows, 1)
    )  # fmt: skip


def new_code() -> str:
    """Return the code of a certificate's page."""
    return "".join(secrets.choice(LETTERS) for _place in range(CODE_LENGTH))


def carry_out_revocation(proposal: Proposal) -> None:
    """Revoke what was proposed: for ``approvals.approve``, inside its transaction."""
    revoke(
        conferral_id=int(proposal.payload["conferral"]),
        actor=name_of(proposal.proposed_by),
        approved_by=name_of(proposal.decided_by),
        reason=proposal.reason,
    )


@transaction.atomic
def revoke(*, conferral_id: int, actor: str, approved_by: str, reason: str) -> Conferral:
    """Take back what was conferred; the certificate's page says so from now on.

    reason: public. Nobody moves up by it: that would take a new result. Raises RuleBroken.
    """
    row = Conferral.objects.select_for_update().select_related("season").get(pk=conferral_id)
    if row.revoked_at is not None:
        raise RuleBroken(_("It has been revoked already."))
    row.revoked_at, row.revoked_by = timezone.now(), actor[:150]
    row.revocation_approved_by, row.revoked_because = approved_by[:150], reason[:300]
    row.save(
        update_fields=["revoked_at", "revoked_by", "revocation_approved_by", "revoked_because"]
    )
    record(
        actor=actor, action="result.revoke", season=row.season.slug, target=row.number,
        reason=reason, after={"name": row.name, "approved_by": approved_by},
    )  # fmt: skip
    return row
