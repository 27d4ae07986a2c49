"""Sealing a result: inputs and outcome are kept as they were, signed by two people."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from voting.approvals.models import Proposal
from voting.audit.services import name_of, record
from voting.ballots.queries import ledger_facts
from voting.judging.queries.results import sheets_facts
from voting.notices.models import PublicNotice
from voting.results import as_json, stored_inputs
from voting.results.changes import files_of, seal_lines
from voting.results.computing import Inputs, compute, inputs_of, robustness_of
from voting.results.models import FigureBatch, PublishedResult, ResultSnapshot
from voting.results.queries import latest_snapshot, names_of
from voting.results.readiness import readiness
from voting.seasons.models import Nominee, Season
from voting.seasons.queries import season_by_slug
from voting.seasons.services import RuleBroken, fingerprint

APPROVAL: Final = "result.seal"


@dataclass(frozen=True, slots=True)
class Sealable:
    """A result as it would be sealed now."""

    inputs: bytes
    result: bytes
    sources: dict[str, Any]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the inputs, 64 hexadecimal digits: what two people sign."""
        return sha256(self.inputs).hexdigest()


@dataclass(frozen=True, slots=True)
class Now:
    """What a result is made of as things stand, and what was sealed last; read once, together.

    raw: the inputs as they would be kept.
    """

    inputs: Inputs
    raw: bytes
    sources: dict[str, Any]
    before: ResultSnapshot | None


def now_of(season: Season) -> Now:
    """Return what a result is made of. Raises NotComputable.

    Only with the season locked do inputs and sources surely belong together.
    """
    inputs = inputs_of(season)
    raw = stored_inputs.written(inputs, rules=fingerprint(season))
    return Now(inputs, raw, sources_of(season), latest_snapshot(season))


def _sealable(season: Season, now: Now) -> Sealable:
    return Sealable(now.raw, result_bytes(now.inputs, names_of(season)), now.sources)


def result_bytes(inputs: Inputs, names: Mapping[str, str]) -> bytes:
    """Return the result of these inputs, with its robustness, always in the same bytes."""
    found = as_json.rankings(compute(inputs), names, robustness_of(inputs))
    return as_json.canonical({"format": as_json.FORMAT, "rankings": found})


def recomputed(snapshot: ResultSnapshot) -> bool:
    """Return whether the kept inputs give the kept result again, byte for byte."""
    kept = snapshot.result.encode()
    inputs = snapshot.inputs.encode()
    if sha256(inputs).hexdigest() != snapshot.inputs_fingerprint:
        return False
    if sha256(kept).hexdigest() != snapshot.fingerprint:
        return False
    names = _names_in(kept)
    return result_bytes(stored_inputs.read(inputs), names) == kept


def sources_of(season: Season) -> dict[str, Any]:
    """Return what went in, in numbers and fingerprints."""
    files = FigureBatch.objects.filter(season=season, state=FigureBatch.State.COUNTED)
    held = FigureBatch.objects.filter(season=season, state=FigureBatch.State.HELD)
    return {
        "rules": fingerprint(season),
        "ballots": ledger_facts(season.pk),
        "sheets": sheets_facts(season),
        "files": [
            {"component": one.component, "sha256": one.fingerprint, "source": one.source}
            | _evidence(one)
            for one in files.order_by("component", "pk")
        ],
        "held": [
            {"component": one.component, "sha256": one.fingerprint, "reason": one.held_because}
            | _evidence(one)
            for one in held.order_by("component", "pk")
        ],
    }


def _evidence(batch: FigureBatch) -> dict[str, str]:
    return {"evidence": batch.evidence_sha256} if batch.evidence_sha256 else {}


def seal_state(season: Season, now: Now | None = None) -> str:
    """Return the fingerprint of what would be sealed, and of the version before it.

    now: as ``now_of`` returns it, if that has been asked already.
    """
    now = now or now_of(season)
    return _state(now.raw, now.sources, now.before)


def _state(inputs: bytes, sources: dict[str, Any], before: ResultSnapshot | None) -> str:
    files = as_json.canonical(files_of(sources))
    return sha256(inputs + files + (before.fingerprint if before else "").encode()).hexdigest()


def is_sealed(season: Season, now: Now | None = None) -> bool:
    """Return whether the result as it stands is the one that was sealed last.

    Another file with the very same numbers is another result: the public page names the files.
    now: as for ``seal_state``.
    """
    if now is None:
        if latest_snapshot(season) is None:
            return False
        now = now_of(season)
    if now.before is None:
        return False
    return _same(sha256(now.raw).hexdigest(), now.sources, now.before)


def _same(inputs: str, sources: dict[str, Any], before: ResultSnapshot) -> bool:
    return inputs == before.inputs_fingerprint and files_of(sources) == files_of(before.sources)


def seal_difference(season: Season) -> list[dict[str, str]]:
    """Return what sealing would change, as approvals show it."""
    now = now_of(season)
    return seal_lines(season, now.inputs, now.sources, now.before)


def carry_out(proposal: Proposal) -> ResultSnapshot:
    """Seal what was proposed: for ``approvals.approve``, inside its transaction."""
    return seal(
        slug=proposal.season.slug,
        actor=name_of(proposal.proposed_by),
        approved_by=name_of(proposal.decided_by),
        reason=proposal.reason,
        signed=proposal.seen,
    )


@transaction.atomic
def seal(
    *, slug: str, actor: str, approved_by: str, reason: str = "", signed: str = ""
) -> ResultSnapshot:
    """Keep the result as it stands, as the next version; nothing is public by this.

    actor, approved_by: the two who signed. reason: public, from the second version on. signed: the
    state that they signed; another one is refused. Raises RuleBroken if anything is to be settled.
    """
    Season.objects.select_for_update().get(slug=slug)
    season = season_by_slug(slug)
    if season.phase == Season.Phase.ANNOUNCED:
        raise RuleBroken(_("The result has been announced. It can only be revoked, name by name."))
    # Read once: what is checked, signed and kept are the same values.
    now = now_of(season)
    found = compute(now.inputs)
    wrong = [item.text for item in readiness(season, found) if item.blocks and not item.done]
    if wrong:
        raise RuleBroken(_("The result cannot be sealed yet: %(why)s") % {"why": " ".join(wrong)})
    before = now.before
    own = _sealable(season, now)
    if signed and signed != _state(own.inputs, own.sources, before):
        raise RuleBroken(_("Changed since it was signed; it must be signed anew."))
    if before and _same(own.fingerprint, own.sources, before):
        raise RuleBroken(_("Nothing has changed since the result was sealed."))
    if before and not reason.strip():
        raise RuleBroken(_("Say why there is another version; everybody can read it."))
    snapshot = ResultSnapshot.objects.create(
        season=season,
        version=before.version + 1 if before else 1,
        inputs=own.inputs.decode(),
        inputs_fingerprint=own.fingerprint,
        result=own.result.decode(),
        fingerprint=sha256(own.result).hexdigest(),
        sources=own.sources,
        reason=reason[:300] if before else "",
        sealed_by=actor[:150],
        approved_by=approved_by[:150],
    )
    record(
        actor=actor, action="result.seal", season=season.slug, target=str(snapshot.version),
        reason=reason,
        after={
            "version": snapshot.version, "inputs": snapshot.inputs_fingerprint,
            "fingerprint": snapshot.fingerprint, "approved_by": approved_by,
        },
    )  # fmt: skip
    return snapshot


def honoured_in(snapshot: ResultSnapshot) -> dict[str, str]:
    """Return who is honoured by a sealed result: ballot number -> name."""
    return _honoured(as_json.parsed(snapshot.result)["rankings"])


def listed(season: Season) -> Collection[int]:
    """Return the primary keys of those whom the notice of the result would name."""
    snapshot = latest_snapshot(season)
    if snapshot is None:
        return []
    numbers = honoured_in(snapshot)
    rows = Nominee.objects.filter(season=season, ballot_number__in=numbers)
    return list(rows.values_list("pk", flat=True))


def listed_state(season: Season) -> str:
    """Return which sealed result the notice would publish."""
    snapshot = latest_snapshot(season)
    return snapshot.fingerprint if snapshot else ""


def next_version(season: Season) -> str:
    """Return the version of the result that the next notice would publish; "" if there is none."""
    snapshot = latest_snapshot(season)
    return str(snapshot.version) if snapshot else ""


def version_of(notice: PublicNotice) -> str:
    """Return the version of the result that a notice has published."""
    found = PublishedResult.objects.filter(notice=notice)
    return str(found.values_list("snapshot__version", flat=True).first() or "")


def published(notice: PublicNotice) -> None:
    """Note which sealed result a notice has made public. Raises RuleBroken without one."""
    snapshot = latest_snapshot(notice.season)
    if snapshot is None:
        raise RuleBroken(_("Seal the result first; the notice names who is honoured by it."))
    PublishedResult.objects.create(snapshot=snapshot, notice=notice)


def _honoured(rankings: list[dict[str, Any]]) -> dict[str, str]:
    return {
        one["number"]: one["name"]
        for ranking in rankings
        for one in ranking["nominees"]
        if one.get("honoured")
    }


def _names_in(result: bytes) -> dict[str, str]:
    return {
        one["number"]: one["name"]
        for ranking in as_json.parsed(result)["rankings"]
        for one in ranking["nominees"]
    }
