"""Handling an objection: by somebody who is not tied to it, step by step, on record.

Every step locks the objection and looks whether it is still where the page showed it, so of two
handlers one is told that the other was quicker. Whoever turns out to be tied to the matter is
refused, and the recusal is put on record.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from voting.audit.services import name_of, record
from voting.notices.models import Objection, ObjectionEvent, ObjectionEvidence, Recusal
from voting.notices.queries.proposed import nominee_of
from voting.notices.queries.ties import ties_of
from voting.notices.services.errors import (
    AlreadySettled,
    MustRecuse,
    NoticeRuleBroken,
    NotYours,
)
from voting.notices.storage import FILES
from voting.seasons.models import Nominee, Season

_State = Objection.State
_Action = ObjectionEvent.Action
_SEAL: Final = ObjectionEvidence.Kind.SEAL
_OPEN: Final = (_State.RECEIVED, _State.ACCEPTED, _State.INVESTIGATING)


def _recusing(
    service: Callable[..., Objection],
) -> Callable[..., Objection]:
    """Carry a step out in one transaction; put the recusal of somebody who is tied on record."""

    @wraps(service)
    def stepped(*, objection_id: int, user: User, **words: Any) -> Objection:
        try:
            with transaction.atomic():
                return service(objection_id, user, **words)
        except MustRecuse as error:
            _keep_recusal(objection_id, user, error.ground, "")
            raise

    return stepped


@_recusing
def accept(objection_id: int, user: User, *, told: str = "") -> Objection:
    """Accept an objection for handling, and take it on. Raises AlreadySettled, MustRecuse.

    told: what the objector is told; keywords as in all steps here: objection_id, user.
    """
    objection = _locked(objection_id, user, _State.RECEIVED)
    objection.state, objection.handler = _State.ACCEPTED, user
    objection.save(update_fields=["state", "handler"])
    _log(objection, user, _Action.ACCEPTED, told=told)
    return objection


@_recusing
def refuse(objection_id: int, user: User, *, refusal: str, told: str) -> Objection:
    """Do not accept an objection for handling, with the reason. Raises AlreadySettled, MustRecuse.

    refusal: of ``Objection.Refusal``. told: the explanation for the objector.
    """
    objection = _locked(objection_id, user, _State.RECEIVED, _State.ACCEPTED)
    _own(objection, user)
    if not told.strip():
        raise NoticeRuleBroken(_("Explain to the objector why it is not accepted."))
    objection.state, objection.refusal = _State.NOT_ACCEPTED, refusal
    objection.decision, objection.decided_at = told.strip(), timezone.now()
    objection.handler = user
    objection.save(update_fields=["state", "refusal", "decision", "decided_at", "handler"])
    _log(objection, user, _Action.REFUSED, told=told, after={"refusal": refusal})
    return objection


@_recusing
def take_on(objection_id: int, user: User, *, note: str = "") -> Objection:
    """Begin to look into it, or take it over from another handler.

    note: needed to take it over. Raises AlreadySettled, MustRecuse, NoticeRuleBroken.
    """
    objection = _locked(objection_id, user, _State.ACCEPTED, _State.INVESTIGATING)
    other = objection.handler
    if other not in {None, user} and not note.strip():
        raise NoticeRuleBroken(
            _("%(name)s handles this. Say why you take it over.") % {"name": name_of(other)}
        )
    if objection.state == _State.INVESTIGATING and other == user:
        raise AlreadySettled(_("You look into this already."))
    objection.state, objection.handler = _State.INVESTIGATING, user
    objection.save(update_fields=["state", "handler"])
    _log(objection, user, _Action.TAKEN_ON, note=note)
    return objection


@_recusing
def hand_back(objection_id: int, user: User, *, note: str) -> Objection:
    """Give an objection back, for somebody else. Raises AlreadySettled, NotYours."""
    objection = _locked(objection_id, user, _State.ACCEPTED, _State.INVESTIGATING)
    _own(objection, user)
    objection.state, objection.handler = _State.ACCEPTED, None
    objection.save(update_fields=["state", "handler"])
    _log(objection, user, _Action.HANDED_BACK, note=note)
    return objection


@_recusing
def answer(objection_id: int, user: User, *, told: str) -> Objection:
    """Write to the objector. Raises AlreadySettled, NotYours, MustRecuse."""
    objection = _locked(objection_id, user, *_OPEN)
    _own(objection, user)
    if not told.strip():
        raise NoticeRuleBroken(_("Write what the objector is to read."))
    _log(objection, user, _Action.ANSWERED, told=told)
    return objection


@_recusing
def note(objection_id: int, user: User, *, note: str) -> Objection:
    """Note something for those who handle it. Raises AlreadySettled, MustRecuse."""
    objection = _locked(objection_id, user, *_OPEN)
    if not note.strip():
        raise NoticeRuleBroken(_("Write what is to be noted."))
    _log(objection, user, _Action.NOTED, note=note)
    return objection


@_recusing
def decide(
    objection_id: int,
    user: User,
    *,
    outcome: str,
    effect: str,
    decision: str,
    public_summary: str,
) -> Objection:
    """Decide an objection for good.

    outcome, effect: of ``Objection``; only an upheld objection to somebody changes the list, and
    the change shows in the next version of the notice. decision: for the objector. public_summary:
    for everybody. Raises AlreadySettled, NotYours, MustRecuse, NoticeRuleBroken.
    """
    # The season first, so that voting is not opened in between: from then on whoever is taken off
    # the list is withdrawn, and the vote store must know.
    seasons = Season.objects.select_for_update(of=("self",), no_key=True)
    seasons.get(notices__objections=objection_id)
    objection = _locked(objection_id, user, _State.INVESTIGATING)
    _own(objection, user)
    if not (decision.strip() and public_summary.strip()):
        raise NoticeRuleBroken(
            _("A decision needs a text for the objector and a summary for everybody.")
        )
    changes = effect != Objection.Effect.NONE
    if changes and outcome == Objection.Outcome.NOT_UPHELD:
        raise NoticeRuleBroken(_("An objection that is not upheld leaves the list as it is."))
    if changes and objection.entry_id is None:
        raise NoticeRuleBroken(
            _("This objection concerns nobody in particular, so no entry can change by it.")
        )
    objection.state, objection.outcome, objection.effect = _State.DECIDED, outcome, effect
    objection.decision, objection.public_summary = decision.strip(), public_summary.strip()
    objection.decided_at = timezone.now()
    objection.save()
    if effect == Objection.Effect.REMOVE:
        _take_off(objection)
    _log(
        objection, user, _Action.DECIDED, told=decision,
        after={"outcome": outcome, "effect": effect, "public_summary": objection.public_summary},
    )  # fmt: skip
    return objection


@transaction.atomic
def recuse(*, objection_id: int, user: User, note: str) -> Recusal:
    """Step back from an objection; whoever did so can not handle it any more.

    If they handled it, it waits for somebody else. Raises AlreadySettled.
    """
    objection = Objection.objects.select_for_update(of=("self",)).get(pk=objection_id)
    if not objection.is_open:
        raise AlreadySettled(_("This objection is settled."))
    if objection.handler == user:
        objection.handler = None
        if objection.state == _State.INVESTIGATING:
            objection.state = _State.ACCEPTED
        objection.save(update_fields=["handler", "state"])
    return _keep_recusal(objection_id, user, Recusal.Ground.DECLARED, note)


@transaction.atomic
def erase_objector(*, objection_id: int, actor: str, reason: str) -> Objection:
    """Erase who objected and how to reach them, once the objection is settled.

    With it go the account that it was sent from, letters with a seal, and how evidence was called
    where it came from. What was objected and decided stays, and so does the evidence that the
    decision rests on. Raises NoticeRuleBroken while it is open.
    """
    objection = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("objector", "notice__season")
        .get(pk=objection_id)
    )
    if objection.is_open:
        raise NoticeRuleBroken(_("While it is open, somebody must be able to reach the objector."))
    objector = objection.objector
    _forget_sender(objection)
    if objector.erased_at is None:
        for name in ("name", "contact_person", "workplace", "phone", "email"):
            setattr(objector, name, "")
        objector.erased_at = timezone.now()
        objector.save()
        ObjectionEvent.objects.create(
            objection=objection, at=timezone.now(), action=_Action.ERASED, actor=actor, note=reason
        )
        record(
            actor=actor, action="objection.erase", season=objection.notice.season.slug,
            target=objection.number, reason=reason,
        )  # fmt: skip
    return objection


def _forget_sender(objection: Objection) -> None:
    """Take away what else leads to the objector: account, sealed letters, names of files."""
    Objection.objects.filter(pk=objection.pk).update(submitted_by=None)
    objection.submitted_by = None
    letters = objection.evidence.filter(kind=_SEAL)
    paths = list(letters.values_list("path", flat=True))
    letters.delete()
    transaction.on_commit(partial(FILES.delete, paths), robust=True)
    for number, file in enumerate(objection.evidence.all(), start=1):
        file.name = f"{number}.{file.path.rpartition('.')[2]}"
        file.save(update_fields=["name"])


def erase_settled(*, before: datetime, actor: str) -> int:
    """Erase the objectors of all objections that were settled before a moment; return how many."""
    left = Q(objector__erased_at=None) | Q(submitted_by__isnull=False) | Q(evidence__kind=_SEAL)
    due = Objection.objects.filter(left, decided_at__lt=before)
    keys = list(due.order_by("pk").values_list("pk", flat=True).distinct())
    for pk in keys:
        erase_objector(objection_id=pk, actor=actor, reason="retention time is over")
    return len(keys)


def _locked(objection_id: int, user: User, *states: str) -> Objection:
    """Lock an objection. Raises MustRecuse first, so that who is tied learns nothing else."""
    objection = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("objector", "entry", "notice__season", "handler")
        .get(pk=objection_id)
    )
    ground = ties_of(user).ground(objection)
    if ground:
        raise MustRecuse(why(ground), ground)
    if objection.state not in states:
        raise AlreadySettled(
            _("It is %(state)s by now: somebody was quicker. Look at it again.")
            % {"state": objection.get_state_display()}
        )
    return objection


def why(ground: str) -> str:
    """Say to somebody why they must not handle an objection."""
    return {
        Recusal.Ground.UNIT: _("You belong to the unit of the nominee, so you cannot handle this."),
        Recusal.Ground.NOMINATOR: _("You put the nominee forward, so you cannot handle this."),
        Recusal.Ground.OBJECTOR: _("You made this objection, so you cannot handle it."),
        Recusal.Ground.DECLARED: _("You have stepped back from this objection."),
    }[Recusal.Ground(ground)]


def _take_off(objection: Objection) -> None:
    """Take a nominee off the list of a season that is being prepared.

    Once voting has been opened this is a withdrawal, which the vote store must learn of: the
    console's page of the vote does it, and the readiness of the next step asks for it.
    """
    entry = objection.entry
    if entry is None or objection.notice.season.phase != Season.Phase.DRAFT:
        return
    # Not by the key that was published: the nominee's row may have been made anew since.
    key = nominee_of(entry)
    if key is not None:
        Nominee.objects.filter(pk=key, withdrawn_at=None).update(withdrawn_at=timezone.now())


def _own(objection: Objection, user: User) -> None:
    if objection.handler_id not in {None, user.pk}:
        raise NotYours(_("%(name)s handles this objection.") % {"name": name_of(objection.handler)})


def _keep_recusal(objection_id: int, user: User, ground: str, note: str) -> Recusal:
    if ground == Recusal.Ground.OBJECTOR:
        # Neither this table nor the log forgets anything, so they do not tell who objected.
        ground = Recusal.Ground.DECLARED
    with transaction.atomic():
        recusal, created = Recusal.objects.get_or_create(
            objection_id=objection_id,
            user=user,
            defaults={"ground": ground, "note": note, "at": timezone.now()},
        )
        if created:
            objection = Objection.objects.select_related("notice__season").get(pk=objection_id)
            _log(objection, user, _Action.RECUSED, note=note, after={"ground": ground})
    return recusal


def _log(
    objection: Objection,
    user: User,
    action: ObjectionEvent.Action,
    *,
    note: str = "",
    told: str = "",
    after: dict[str, Any] | None = None,
) -> None:
    ObjectionEvent.objects.create(
        objection=objection, at=timezone.now(), action=action, actor=name_of(user),
        note=note.strip(), told=told.strip(),
    )  # fmt: skip
    record(
        actor=name_of(user), action=f"objection.{action.value}",
        season=objection.notice.season.slug, target=objection.number, reason=note,
        after={"state": objection.state, **(after or {})},
    )  # fmt: skip
