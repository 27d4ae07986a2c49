"""What a season's first page says from the end of voting to the certificates.

Nothing here computes a result: that can take half a minute. What only the result itself shows, such
as a tie that is open, stands on its page, to which these lead. No number of it stands here.
"""

from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from voting.approvals import queries as approval_queries
from voting.approvals.models import Proposal
from voting.audit.services import name_of
from voting.console.notice_kinds import PUBLISHING_RESULT
from voting.console.result_kinds import ANNOUNCING, HOLDING, RULING, SEALING, WITHDRAWING
from voting.console.seat_kinds import LEAVING, RECUSING
from voting.console.todo import MOST_OF_A_KIND, Case, Contributor, Todo, day_of
from voting.judging.queries.ending import panels_open
from voting.notices.models import NoticeKind, Objection
from voting.notices.queries import open_objections, uncarried
from voting.results.computing import NotComputable
from voting.results.explaining import names_of
from voting.results.models import Conferral, FigureBatch, ResultSnapshot
from voting.results.queries import published_last, sealed_last
from voting.results.readiness import readiness
from voting.results.services.sealing import is_sealed
from voting.roles.permissions import Permission
from voting.seasons.counting import declared_components
from voting.seasons.models import Season
from voting.seasons.page_context import full_moment

AFTERWARDS: Final = timedelta(days=14)  # how long certificates are spoken of
# What two people can do after sealing, and what changes what a result is made of.
_CHANGES: Final = (RULING.name, HOLDING.name, WITHDRAWING.name, LEAVING.name, RECUSING.name)


def _end_of_voting(case: Case) -> list[Todo]:
    """Say that the end of voting is to be recorded: nothing of the result can begin before."""
    running = case.season.phase in {Season.Phase.OPEN, Season.Phase.PAUSED}
    over = running and case.now >= case.season.closes_at
    if not over or not case.powers.may(Permission.VOTING_OPERATE):
        return []
    return [
        Todo(
            "today",
            _("Voting is over: record its end"),
            _("No ballot is taken any more. The result can be worked out once this is on record."),
            day_of(case.season.closes_at),
            reverse("console:voting_close", args=[case.season.slug]),
            _("Record the end of voting"),
        )
    ]


def _figures(case: Case) -> list[Todo]:
    """Name the files of figures that this person can confirm: those that somebody else brought."""
    announced = case.season.phase == Season.Phase.ANNOUNCED
    if announced or not case.powers.may(Permission.FIGURES_ENTER):
        return []
    rows = FigureBatch.objects.filter(season=case.season, state=FigureBatch.State.WAITING)
    others = list(
        rows.exclude(entered_by=case.user)
        .select_related("entered_by")
        .order_by("entered_at", "pk")[:MOST_OF_A_KIND]
    )
    names = names_of(declared_components(case.season)) if others else {}
    return [
        Todo(
            "confirm",
            _("A file of figures waits for your confirmation: %(file)s") % {"file": one.file_name},
            " · ".join(filter(None, [
                names[one.component]["text"] if one.component in names else one.component,
                name_of(one.entered_by) if one.entered_by else "",
            ])),
            None,
            reverse("console:figures_one", args=[case.season.slug, one.pk]),
            _("Compare and confirm"),
        )
        for one in others
    ]  # fmt: skip


def _result(case: Case) -> list[Todo]:
    """Say which step of the result is due, unless the first of two people has done it."""
    if case.season.phase != Season.Phase.CLOSED:
        return []
    latest = sealed_last(case.season)
    if latest is None or _differs(case.season, latest):
        return _seal(case, latest)
    public = published_last([case.season]).get(case.season.pk)
    if public is None or public.snapshot_id != latest.pk:
        return _publish(case, latest, first=public is None)
    if uncarried(case.season, NoticeKind.RESULT, public.notice).exists():
        return _publish(case, latest, first=False)
    waits = open_objections(case.season, NoticeKind.RESULT).exists()
    if case.now < public.notice.ends_at or waits:
        return []
    return _announce(case)


def _differs(season: Season, latest: ResultSnapshot) -> bool:
    """Return whether what was sealed is not the result as it stands.

    All marks are read for that only if something has been done since that can have changed them.
    """
    since = latest.sealed_at
    touched = (
        _removals(season, latest)
        or Proposal.objects.filter(
            season=season, state=Proposal.State.APPROVED, kind__in=_CHANGES, decided_at__gt=since
        ).exists()
        or FigureBatch.objects.filter(season=season)
        .filter(Q(confirmed_at__gt=since) | Q(withdrawn_at__gt=since))
        .exists()
        or season.nominees.filter(withdrawn_at__gt=since).exists()
    )
    try:
        return touched and not is_sealed(season)
    except NotComputable:
        return False


def _removals(season: Season, latest: ResultSnapshot) -> bool:
    return Objection.objects.filter(
        notice__season=season, effect=Objection.Effect.REMOVE, decided_at__gt=latest.sealed_at
    ).exists()


def _seal(case: Case, latest: ResultSnapshot | None) -> list[Todo]:
    if not case.powers.may(Permission.PROPOSE) or _signed(case, SEALING.name):
        return []
    missing = [one for one in readiness(case.season, []) if one.blocks and not one.done]
    if missing:
        return _unjudged(case, [one.text for one in missing if one.part == "judging"])
    where = reverse("console:result", args=[case.season.slug])
    if latest is not None:
        return [
            Todo(
                "sign",
                _("An upheld objection changes the result: seal another version")
                if _removals(case.season, latest)
                else _("The result has changed since it was sealed: seal another version"),
                _("After that the new version needs a notice of its own."),
                None,
                where,
                _("Look and sign"),
            )
        ]
    before, notice = case.stage("consolidation"), case.stage("result_notice")
    due = before.ends_at if before else day_of(notice.starts_at) if notice else None
    return [
        Todo(
            "sign",
            _("Votes and marks are in: the result can be sealed"),
            _("Look at it first. You sign, then another person looks at it and signs."),
            due,
            where,
            _("Look and sign"),
        )
    ]


def _unjudged(case: Case, missing: list[str]) -> list[Todo]:
    """Name what no panel has judged, where no panel that is open still could."""
    if not missing or not case.powers.may(Permission.PANELS_EDIT) or panels_open(case.season):
        return []
    where = reverse("console:judging", args=[case.season.slug])
    detail = _("The result cannot be sealed before.")
    return [
        Todo("judging", text, detail, None, where, _("To the panels"))
        for text in missing[:MOST_OF_A_KIND]
    ]


def _publish(case: Case, latest: ResultSnapshot, *, first: bool) -> list[Todo]:
    signed = _signed(case, PUBLISHING_RESULT.name)
    if signed or not case.powers.may(Permission.NOTICES_EDIT):
        return []
    stage = case.stage("result_notice")
    early = first and stage is not None and stage.starts_at > case.now
    if early and stage is not None:
        detail = _("It can be published from %(date)s on. Texts can be prepared now.") % {
            "date": full_moment(stage.starts_at, case.season.time_zone)
        }
    elif first:
        detail = _("Only from its publication on can people read the result and object.")
    else:
        detail = _("The public still reads the version before.")
    return [
        Todo(
            "ready" if early else "sign",
            _("The result is sealed, and its notice has not been published")
            if first
            else _("Version %(n)d of the result is to be put on notice") % {"n": latest.version},
            detail,
            day_of(stage.starts_at) if first and stage is not None else None,
            reverse("console:result_notice_prepare", args=[case.season.slug]),
            _("Prepare the notice"),
        )
    ]


def _announce(case: Case) -> list[Todo]:
    if not case.powers.may(Permission.PROPOSE) or _signed(case, ANNOUNCING.name):
        return []
    stage = case.stage("announcement")
    return [
        Todo(
            "sign",
            _("The notice of the result is over: announce the result"),
            _("No objection is undecided. You sign, then another person signs."),
            stage.ends_at if stage else None,
            reverse("console:result", args=[case.season.slug]) + "#announce-title",
            _("Look and sign"),
        )
    ]


def _certificates(case: Case) -> list[Todo]:
    """Lead to certificates and ceremony for a while; nobody reports when they are handed over."""
    announced = case.season.phase == Season.Phase.ANNOUNCED
    if not announced or not case.powers.may(Permission.PROPOSE):
        return []
    held = Conferral.objects.filter(season=case.season, revoked_at=None)
    if not held.filter(conferred_at__gt=case.now - AFTERWARDS).exists():
        return []
    return [
        Todo(
            "certificates",
            _("The result is announced: certificates can be printed"),
            _("The screen for the ceremony is on the same page."),
            None,
            reverse("console:result", args=[case.season.slug]) + "#conferred-title",
            _("To the certificates"),
        )
    ]


def _signed(case: Case, kind: str) -> bool:
    """Return whether one of two has signed: then it waits for the other one."""
    return approval_queries.waiting(case.season, [kind]).exists()


def _in_earnest(contribute: Contributor) -> Contributor:
    """Keep rehearsals out: what they need stands on their own page, and they publish nothing."""
    return lambda case: [] if case.season.rehearsal_of_id is not None else contribute(case)


CONTRIBUTORS: Final[tuple[Contributor, ...]] = tuple(
    map(_in_earnest, (_end_of_voting, _figures, _result, _certificates))
)
