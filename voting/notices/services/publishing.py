"""Publishing a notice: two people, one frozen version, a period that the clock counts."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from voting.approvals import services as approvals
from voting.approvals.models import Proposal
from voting.audit.services import name_of, record
from voting.notices.lists import LISTS
from voting.notices.models import NoticeDraft, NoticeEntry, NoticeKind, PublicNotice
from voting.notices.queries import Proposed, Terms, latest, period_from, proposed, terms_of
from voting.notices.queries.proposed import shown_of
from voting.notices.services.errors import NoticeRuleBroken
from voting.notices.services.preparing import FIELDS, LABELS, draft_of
from voting.rules.workdays import NoticePeriod
from voting.seasons.models import Season, Stage
from voting.seasons.page_context import full_moment

APPROVAL: Final = "notice.publish"
APPROVALS: Final[Mapping[str, str]] = {
    NoticeKind.CANDIDATE: APPROVAL, NoticeKind.RESULT: "notice.publish_result",
}  # fmt: skip
_STAGES: Final[Mapping[str, str]] = {
    NoticeKind.CANDIDATE: Stage.Kind.CANDIDATE_NOTICE, NoticeKind.RESULT: Stage.Kind.RESULT_NOTICE,
}  # fmt: skip
_ISSUE = PublicNotice.Issue


def state_now(season: Season, kind: str = NoticeKind.CANDIDATE) -> str:
    """Return the state of what would be published: texts, list, and what was published last."""
    before = latest(season, kind)
    return _state(draft_of(season, kind), proposed(season, kind), before)


@transaction.atomic
def propose_publication(
    *, season_id: int, kind: str, issue: str, reason: str, user: User
) -> Proposal:
    """Sign a publication as the first person; it is published once a second one approves.

    issue: of ``PublicNotice.Issue``. reason: public, from the second version on.
    Raises NoticeRuleBroken if it could not be published as it is, approvals.AlreadyWaiting.
    """
    season = Season.objects.select_for_update().get(pk=season_id)
    before = latest(season, kind)
    listed = proposed(season, kind, before)
    draft = draft_of(season, kind)
    _check(season, draft, listed, before, issue, reason, timezone.now())
    with override(approvals.KEPT_IN):
        lines = difference(draft, listed, before)
    return approvals.propose(
        season_id=season.pk, kind=APPROVALS[kind], user=user, reason=reason or draft.title,
        payload={"kind": kind, "issue": issue, "reason": reason},
        difference=lines, seen=_state(draft, listed, before),
    )  # fmt: skip


def carry_out(proposal: Proposal) -> PublicNotice:
    """Publish what was proposed: for ``approvals.approve``, inside its transaction."""
    return publish(
        season_id=proposal.season_id,
        kind=str(proposal.payload["kind"]),
        issue=str(proposal.payload["issue"]),
        reason=str(proposal.payload["reason"]),
        actor=name_of(proposal.proposed_by),
        approved_by=name_of(proposal.decided_by),
    )


@transaction.atomic
def publish(
    *, season_id: int, kind: str, issue: str, reason: str, actor: str, approved_by: str = ""
) -> PublicNotice:
    """Freeze texts and list as a version that everybody can read from now on.

    The period of a first notice, and of a new one, is counted from the day after this one; a
    correction keeps the period of the version before. Raises NoticeRuleBroken.
    """
    season = Season.objects.select_for_update().get(pk=season_id)
    draft = draft_of(season, kind)
    before = latest(season, kind)
    listed = proposed(season, kind, before)
    now = timezone.now()
    _check(season, draft, listed, before, issue, reason, now)
    zone = ZoneInfo(season.time_zone)
    terms = terms_of(season, kind)
    period = period_from(now, terms, zone)
    if issue == _ISSUE.CORRECTION and before is not None:
        terms = Terms(before.days, before.counts_working_days)
        period = NoticePeriod(
            before.starts_on, before.last_day, before.ends_at, tuple(before.unknown_years)
        )
    texts = {name: getattr(draft, name) for name in FIELDS}
    version = before.version + 1 if before else 1
    shown = [line.shown() for line in listed.lines]
    frozen = _frozen((season.slug, kind, version), texts, period, terms, shown)
    notice = PublicNotice.objects.create(
        season=season, kind=kind, version=version, issue=issue, reason=reason if before else "",
        published_at=now, published_by=actor[:150], approved_by=approved_by[:150],
        days=terms.days, counts_working_days=terms.working,
        starts_on=period.first_day, last_day=period.last_day, ends_at=period.ends_at,
        unknown_years=list(period.unknown_years), fingerprint=_hash(frozen), **texts,
    )  # fmt: skip
    NoticeEntry.objects.bulk_create(
        NoticeEntry(
            notice=notice, position=place, nominee_id=line.nominee_id, drawing=dict(line.drawing),
            unit_codes=list(line.unit_codes), nominators=list(line.nominators), **line.shown(),
        )
        for place, line in enumerate(listed.lines, 1)
    )  # fmt: skip
    if kind in LISTS:
        LISTS[kind].published(notice)
    record(
        actor=actor, action="notice.publish", season=season.slug, target=notice.title,
        reason=reason,
        before={"version": before.version if before else 0},
        after={
            "version": version, "issue": issue, "names": len(listed.lines),
            "last_day": period.last_day.isoformat(), "fingerprint": notice.fingerprint,
            "approved_by": approved_by,
        },
    )  # fmt: skip
    return notice


def publication_difference(season: Season, payload: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what a publication would change, from a proposal's payload."""
    kind = str(payload["kind"])
    before = latest(season, kind)
    return difference(draft_of(season, kind), proposed(season, kind, before), before)


def difference(
    draft: NoticeDraft, listed: Proposed, before: PublicNotice | None
) -> list[dict[str, str]]:
    """Return what would change for the public, line by line, as approvals show it."""
    lines = _rests_on(draft, before)
    for name in FIELDS:
        old = str(getattr(before, name)) if before else ""
        new = str(getattr(draft, name))
        if old != new:
            lines.append({"label": str(LABELS[name]), "before": old, "after": new})
    lines += [
        {"label": line.category, "before": "", "after": _named(line)} for line in listed.added
    ]
    lines += [
        {"label": entry.category, "before": _named(entry), "after": ""} for entry in listed.removed
    ]
    lines += [
        {"label": line.category, "before": _named(entry), "after": _named(line)}
        for entry, line in listed.changed
    ]
    return lines


def _rests_on(draft: NoticeDraft, before: PublicNotice | None) -> list[dict[str, str]]:
    """Return what the list rests on, where that is another one than before."""
    if draft.kind not in LISTS:
        return []
    of = LISTS[draft.kind]
    old, new = of.version_of(before) if before else "", of.version(draft.season)
    return [{"label": str(of.label), "before": old, "after": new}] if old != new else []


def fingerprint_of(notice: PublicNotice) -> str:
    """Compute the fingerprint of a version anew, to compare it with the one it was given."""
    texts = {name: getattr(notice, name) for name in FIELDS}
    period = NoticePeriod(notice.starts_on, notice.last_day, notice.ends_at)
    terms = Terms(notice.days, notice.counts_working_days)
    lines = [shown_of(entry) for entry in notice.entries.order_by("position")]
    named = (notice.season.slug, notice.kind, notice.version)
    return _hash(_frozen(named, texts, period, terms, lines))


def _named(line: Any) -> str:
    return " · ".join(part for part in (line.name, line.unit, line.summary) if part)


def _check(
    season: Season,
    draft: NoticeDraft,
    listed: Proposed,
    before: PublicNotice | None,
    issue: str,
    reason: str,
    now: datetime,
) -> None:
    if not (draft.title and draft.body and draft.office):
        raise NoticeRuleBroken(_("A notice needs a title, a text and the office that issues it."))
    if not (draft.phone or draft.email or draft.address):
        raise NoticeRuleBroken(
            _("Say where people can object besides this site: a phone number, e-mail or address.")
        )
    if not listed.lines:
        raise NoticeRuleBroken(_("Nobody is proposed yet, so there is nothing to make public."))
    if (before is None) != (issue == _ISSUE.FIRST):
        raise NoticeRuleBroken(
            _("There is a notice already; a further version is a correction or a new notice.")
            if before
            else _("There is no notice yet that could be corrected or repeated.")
        )
    stage = season.stages.filter(kind=_STAGES[draft.kind]).first()
    if stage is not None and now < stage.starts_at and issue != _ISSUE.CORRECTION:
        # No public page would lead to it, and its period could pass unseen.
        raise NoticeRuleBroken(
            _("The timeline says that the notice begins %(moment)s. If it is to stand now, set the "
              "dates of the stages first.")
            % {"moment": full_moment(stage.starts_at, season.time_zone)}
        )  # fmt: skip
    if before is None:
        return
    if not reason.strip():
        raise NoticeRuleBroken(_("Say why there is another version; everybody can read it."))
    if issue == _ISSUE.CORRECTION:
        _check_correction(draft, listed, before, now)


def _check_correction(
    draft: NoticeDraft, listed: Proposed, before: PublicNotice, now: datetime
) -> None:
    if now >= before.ends_at:
        raise NoticeRuleBroken(
            _("The period is over. What changes now needs a new notice with a period of its own.")
        )
    # A new period may be reason enough for the same texts and names; a correction corrects them.
    if not difference(draft, listed, before):
        raise NoticeRuleBroken(
            _(
                "Texts and list are as published, so there is nothing to correct. Change and save "
                "the texts first, or publish a new notice if it is to stand for another period."
            )
        )
    if listed.added:
        raise NoticeRuleBroken(
            _("%(name)s was not in the notice before: a new name needs a new period.")
            % {"name": listed.added[0].name}
        )


def _state(draft: NoticeDraft, listed: Proposed, before: PublicNotice | None) -> str:
    parts = {
        "texts": {name: getattr(draft, name) for name in FIELDS},
        "lines": [line.shown() for line in listed.lines],
        "before": before.fingerprint if before else "",
    }
    if draft.kind in LISTS:
        parts["of"] = LISTS[draft.kind].state(draft.season)
    return _hash(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode())


def _frozen(
    named: tuple[str, str, int],
    texts: Mapping[str, Any],
    period: NoticePeriod,
    terms: Terms,
    lines: list[dict[str, Any]],
) -> bytes:
    """Return what the fingerprint covers, always in the same bytes: JSON with sorted keys.

    named: address of the season, kind, version.
    """
    content = {
        "format": 1,
        "notice": list(named),
        "texts": dict(texts),
        "period": [
            terms.days, terms.working, _day(period.first_day), _day(period.last_day),
        ],
        "list": lines,
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _day(day: date) -> str:
    return day.isoformat()


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()
