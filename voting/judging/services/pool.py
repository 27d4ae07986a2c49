"""The pool: who may be asked to judge in a season, and which account a judge is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from voting.audit.services import name_of, record
from voting.judging.models import Judge, Mark, ScoreSheet, Seat, SeatEvent
from voting.judging.queries import draws
from voting.judging.queries.reaching import account_of
from voting.judging.services.errors import JudgingRefused
from voting.judging.services.locking import lock_panels_of, lock_season_of, locked_seat
from voting.nominations.ways import masked
from voting.roles import services as roles
from voting.roles.letters import send_invitation
from voting.roles.models import Invitation, Role
from voting.roles.queries import active_grants
from voting.seasons.models import Season

# What says who somebody in the pool is.
_PERSON: Final = frozenset({"name", "name_en", "email"})
# What ties somebody to nominees: by it the program finds recusals.
_TIES: Final = frozenset({"unit_id", "organisation", "related"})


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a judge. related: names of people close to the judge."""

    key: str
    name: str = ""
    name_en: str = ""
    seat_type: str = ""
    unit_id: int | None = None
    organisation: str = ""
    related: Sequence[str] = field(default_factory=tuple)
    email: str = ""

    def columns(self) -> dict[str, Any]:
        """Return it as the table has it."""
        return {
            "key": self.key.strip(), "name": self.name.strip(), "name_en": self.name_en.strip(),
            "seat_type": self.seat_type.strip(), "unit_id": self.unit_id,
            "organisation": self.organisation.strip(),
            "related": [name.strip() for name in self.related if name.strip()],
            "email": self.email.strip(),
        }  # fmt: skip


@transaction.atomic
def add_judge(*, season_id: int, person: Person, by: User, reason: str = "") -> Judge:
    """Put somebody into the pool of a season. Raises JudgingRefused for an unusable code."""
    judge = Judge(season_id=season_id, **person.columns())
    _save(judge)
    _log(judge, "add", by, reason)
    return judge


@transaction.atomic
def change_judge(*, judge_id: int, person: Person, by: User, reason: str = "") -> Judge:
    """Change what is known of a judge.

    The code stands still once the judge has a seat or a draw names it: both know the judge by it.
    So does who is behind it, once the code is drawn or can be: name and address, also where they
    were erased. Whoever changes unit, organisation or related names looks for recusals anew
    (``recusing.detect``); of judges who are drawn or have submitted these stand still, since
    marks fall out by them.
    Raises JudgingRefused.
    """
    lock_panels_of(judge_id)
    judge = Judge.objects.select_for_update().get(pk=judge_id)
    columns = person.columns()
    changed = {name for name, new in columns.items() if getattr(judge, name) != new}
    _refuse_changing(judge, changed)
    former = judge.invitation
    if "email" in changed and former is not None and former.accepted_by_id is None:
        _end(former, by)  # it was for the owner of the former address, or for nobody known
        judge.invitation = None
    for name, new in columns.items():
        setattr(judge, name, new)
    _save(judge)
    _log(judge, "change", by, reason, {"fields": ", ".join(sorted(changed))})
    return judge


def _refuse_changing(judge: Judge, changed: Collection[str]) -> None:
    """Raise JudgingRefused for what stands still of a judge. changed: names of columns."""
    if "key" in changed and Seat.objects.filter(judge=judge).exists():
        raise JudgingRefused(_("The code stands still: this judge has a seat by it."))
    if "key" in changed and draws.names(judge):
        raise JudgingRefused(_("The code stands still: an announced draw names it."))
    if _PERSON & set(changed) and _is_drawn(judge):
        raise JudgingRefused(
            _(
                "The draw is of this code, and name and address say who is behind it: they stand "
                "still, or one organiser could put somebody else in. If they are wrong, let the "
                "seat go to the next one."
            )
        )
    if _TIES & set(changed) and (_is_drawn(judge) or has_submitted(judge)):
        raise JudgingRefused(
            _(
                "This judge was drawn in public or has submitted: unit, organisation and related "
                "names stand still, since marks fall out by them. Judges declare themselves of "
                "whom they keep out; otherwise two people sign it, on the page of the seat."
            )
        )


@transaction.atomic
def remove_judge(*, judge_id: int, by: User, reason: str) -> None:
    """Take somebody out of the pool who has never had a seat. Raises JudgingRefused."""
    judge = Judge.objects.select_for_update().get(pk=judge_id)
    if Seat.objects.filter(judge=judge).exists():
        raise JudgingRefused(_("This judge has a seat: who leaves a panel stays on record."))
    if draws.names(judge):
        raise JudgingRefused(_("An announced draw names this judge, and its pool stands."))
    _log(judge, "remove", by, reason)
    judge.delete()


@transaction.atomic
def invite_judge(*, judge_id: int, by: User, reason: str) -> tuple[Invitation, str]:
    """Make a link that gives the role of judge; whoever accepts it is this judge.

    It is sent to the judge's address, if there is one, and only an account with this address can
    take it then. A link that was made before ends. Returns it with its address.
    Raises JudgingRefused, and what ``roles.services.invite`` raises.
    """
    invitation, address = make_link(judge_id=judge_id, by=by, reason=reason)
    if invitation.email:
        transaction.on_commit(lambda: send_invitation(invitation, address), robust=True)
    return invitation, address


@transaction.atomic
def make_link(*, judge_id: int, by: User, reason: str) -> tuple[Invitation, str]:
    """Make a link as ``invite_judge`` does, for whoever writes to the judge in their own words."""
    lock_season_of(Judge.objects.values_list("season_id", flat=True).get(pk=judge_id))
    judge = Judge.objects.select_for_update(of=("self",)).select_related("season").get(pk=judge_id)
    former = judge.invitation
    if judge.user_id is not None or (former is not None and former.accepted_by_id is not None):
        raise JudgingRefused(_("This judge has an account here already."))
    if former is not None:
        _end(former, by)
    place = roles.Place(Role.JUDGE, judge.season, None, None, None)
    invitation, address = roles.make_link(place, by=by, reason=reason, email=judge.email)
    judge.invitation = invitation
    judge.save(update_fields=["invitation"])
    return invitation, address


def _end(invitation: Invitation, by: User) -> None:
    if invitation.revoked_at is None and invitation.expires_at > timezone.now():
        roles.revoke_invitation(invitation_id=invitation.pk, by=by)


def is_known(judge: Judge) -> bool:
    """Return whether it is on record who a judge is: the name, and an address or account."""
    return bool(judge.name and (judge.email or judge.user_id))


def _is_drawn(judge: Judge) -> bool:
    """Return whether a draw that stands names a judge, or gave the seat."""
    drawn = [Seat.How.DRAWN, Seat.How.RESERVE]
    return draws.names(judge) or judge.seats.filter(how__in=drawn).exists()


@transaction.atomic
def link_account(*, user_id: int, season_id: int) -> Judge | None:
    """Find the judge that an account is, and keep it: by the link that it accepted, or its e-mail.

    Only an address that the account has proved to own counts, and only if one judge has it.
    Returns None if it is no judge of the season.
    """
    user = User.objects.get(pk=user_id)
    own = Judge.objects.filter(season_id=season_id, user=user).first()
    if own is not None:
        return own
    free = Judge.objects.select_for_update(of=("self",)).filter(season_id=season_id, user=None)
    addresses = _proved(user)
    by_link = free.filter(invitation__accepted_by=user)
    found = [one for one in by_link if not one.email or one.email.lower() in addresses]
    if not found:
        found = [one for one in free.exclude(email="") if one.email.lower() in addresses]
    if len(found) != 1:
        return None
    judge = found[0]
    judge.user = user
    judge.save(update_fields=["user"])
    record(
        actor=name_of(user), action="judging.judge_link", season=judge.season.slug,
        target=judge.key,
    )  # fmt: skip
    return judge


def not_for(invitation: Invitation, user: User) -> str:
    """Return why somebody may not take a judge's link: it is for whoever owns the judge's address.

    "" if the judge's address is not known, or the account has proved to own it.
    """
    judge = Judge.objects.filter(invitation=invitation).exclude(email="").first()
    if judge is None or judge.email.lower() in _proved(user):
        return ""
    return _(
        "This link is for the judge with the e-mail address %(address)s. Sign in with that "
        "address, or add it to your account, and open the link again. If it is not your address "
        "any more, ask the organisers to enter the right one."
    ) % {"address": masked(judge.email)}


@transaction.atomic
def take_account_off(*, judge_id: int, by: User, reason: str) -> Judge:
    """Take back a link that the wrong person took: the account is this judge no more.

    Its role in the season ends, its answers and marks go, recusals stay until they are lifted; the
    judge can be invited anew. Never once a sheet was submitted. Raises JudgingRefused, and what
    ``roles.services.revoke_role`` raises.
    """
    if not reason.strip():
        raise JudgingRefused(_("Say why."))
    lock_panels_of(judge_id)
    # Weaker than a lock for deletion: seats point here.
    judges = Judge.objects.select_for_update(of=("self",), no_key=True)
    judge = judges.get(pk=judge_id)
    user = account_of(judge)
    if user is None:
        raise JudgingRefused(_("No account has taken this judge's link."))
    if judge.email and judge.email.lower() in _proved(user):
        raise JudgingRefused(
            _(
                "This account owns the judge's address: it is the judge. Whoever is to mark no "
                "more is taken from the panel, on the page of the seat."
            )
        )
    for pk in Seat.objects.filter(judge=judge).order_by("panel").values_list("pk", flat=True):
        _begin_anew(locked_seat(pk))
    for grant in active_grants().filter(user=user, role=Role.JUDGE, season=judge.season_id):
        roles.revoke_role(grant_id=grant.pk, by=by, reason=reason)
    judge.user = judge.invitation = None
    judge.save(update_fields=["user", "invitation"])
    _log(judge, "unlink", by, reason, {"account": name_of(user)})
    _tell(user, judge)
    return judge


def has_submitted(judge: Judge) -> bool:
    """Return whether a sheet was submitted as this judge, also one reopened since. One query."""
    submitted = Count("events", filter=Q(events__action=SeatEvent.Action.SUBMITTED))
    undone = Count("events", filter=Q(events__action=SeatEvent.Action.TAKEN_BACK))
    counted = judge.seats.annotate(submitted=submitted, undone=undone)
    return counted.filter(Q(submitted_at__isnull=False) | Q(submitted__gt=F("undone"))).exists()


def _begin_anew(seat: Seat) -> None:
    """Let a seat wait for an answer again, without anything that was marked. Raises JudgingRefused.

    One that the wrong person declined too, unless somebody sits there instead. One left stays so.
    """
    if has_submitted(seat.judge):
        raise JudgingRefused(
            _("This account has submitted a sheet as this judge; it stays on record as it is.")
        )
    Mark.objects.filter(sheet__seat=seat).delete()
    ScoreSheet.objects.filter(seat=seat).delete()
    replaced = Seat.objects.filter(replaces=seat).exists()
    if seat.state in {Seat.State.CONFIRMED, Seat.State.READY} or (
        seat.state == Seat.State.DECLINED and not replaced
    ):
        seat.state, seat.answered_at, seat.declared_at = Seat.State.INVITED, None, None
        seat.declaration = ""
    # Whoever comes anew has neither been reminded nor seen what the committee gives the example.
    seat.practised_at = seat.reminded_at = None
    seat.save()


def _tell(user: User, judge: Judge) -> None:
    """Write to whoever was this judge: nobody is taken off unseen."""
    if not user.email:
        return
    address, season = user.email, judge.season
    with translation.override("zh-hans"):
        subject = _("Your account is not a judge any more")
        words = {"season": season, "code": judge.key}
        text = render_to_string("judging/email/taken_off.txt", words)
    transaction.on_commit(lambda: send_mail(subject, text, None, [address]), robust=True)


def _proved(user: User) -> set[str]:
    """Return the addresses that an account has proved to own, in lower case."""
    proved = EmailAddress.objects.filter(user=user, verified=True)
    return {address.lower() for address in proved.values_list("email", flat=True)}


def _save(judge: Judge) -> None:
    try:
        judge.clean_fields(exclude=["season", "user", "invitation", "unit"])
        with transaction.atomic():
            judge.save()
    except ValidationError as error:
        raise JudgingRefused("\n".join(error.messages)) from error
    except IntegrityError as error:
        raise JudgingRefused(_("Another judge of this season has this code.")) from error


def _log(
    judge: Judge, what: str, by: User, reason: str, after: dict[str, Any] | None = None
) -> None:
    # The code and no name: the log cannot forget.
    season = Season.objects.only("slug").get(pk=judge.season_id)
    record(
        actor=name_of(by), action=f"judging.judge_{what}", season=season.slug, target=judge.key,
        after=after, reason=reason,
    )  # fmt: skip
