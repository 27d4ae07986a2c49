"""Sending a nomination in, and taking it back."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voting.nominations import queries
from voting.nominations.checks import gaps
from voting.nominations.models import Contact, Nomination
from voting.nominations.services.errors import (
    ChangedMeanwhile,
    Incomplete,
    NominationsClosed,
    NotNow,
    RouteClosed,
)
from voting.nominations.services.likening import suggest_soon
from voting.nominations.services.listing import take_off_list
from voting.nominations.services.locking import locked_with_season
from voting.nominations.services.merging import part, release
from voting.nominations.services.quotas import check_quota
from voting.nominations.services.states import move
from voting.seasons import queries as season_queries
from voting.seasons.models import Season
from voting.seasons.page_context import full_moment

State = Nomination.State


def check_open(season: Season, at: datetime | None = None) -> None:
    """Raise NominationsClosed unless nominations are taken at a moment, by default now."""
    if queries.is_open(season, at):
        return
    stage = season.stages.filter(kind=queries.STAGE).first()
    if stage is None:
        raise NominationsClosed(_("This season takes no nominations."))
    if (at or timezone.now()) < stage.starts_at:
        raise NominationsClosed(
            _("Nominations begin %(moment)s.")
            % {"moment": full_moment(stage.starts_at, season.time_zone)}
        )
    raise NominationsClosed(
        _(
            "Nominations ended %(moment)s. What you wrote is kept as a draft; ask the organising "
            "office whether the time is extended."
        )
        % {"moment": full_moment(stage.ends_at, season.time_zone)}
    )


def check_time(nomination: Nomination, at: datetime | None = None) -> None:
    """Raise NominationsClosed or NotNow unless this nomination can be sent in at a moment.

    One that was returned is corrected in the time of review, also after nominations have ended.
    """
    if nomination.state == State.RETURNED:
        _check_correction(nomination.season)
    else:
        check_open(nomination.season, at)


@transaction.atomic
def submit(
    *, nomination_id: int, seen: int, actor: str, asked_at: datetime | None = None
) -> Nomination:
    """Send a nomination in, for the first time or once more after a correction.

    seen: the version that was shown for checking. asked_at: when a nominator without an account
    asked for the code with which this is confirmed now; that moment counts for the deadline.
    Raises NotNow, ChangedMeanwhile, NominationsClosed, RouteClosed, Incomplete, QuotaUsed.
    Nothing is written then.
    """
    nomination = Nomination.objects.select_for_update().get(pk=nomination_id)
    again = nomination.state == State.RETURNED
    if not again and nomination.state != State.DRAFT:
        raise NotNow(_("This nomination has been sent in already."))
    if nomination.version != seen:
        raise ChangedMeanwhile(
            _("This nomination was changed since you opened this page. Please check it once more.")
        )
    check_time(nomination, asked_at)
    if not again:
        _check_route(nomination)
    _check_complete(nomination)
    if nomination.is_by_link:
        _check_confirmed(nomination)
    if nomination.route == Nomination.Route.UNIT and not again:
        check_quota(nomination)
    suggest_soon(nomination_id=nomination.pk)
    return move(
        nomination_id=nomination.pk, to=State.RESUBMITTED if again else State.SUBMITTED,
        action="resubmit" if again else "submit", actor=actor,
    )  # fmt: skip


@transaction.atomic
def withdraw(*, nomination_id: int, actor: str, reason: str) -> Nomination:
    """Take a nomination back; it stays on record. Raises NotNow once the vote has begun."""
    nomination = locked_with_season(nomination_id)
    if season_queries.is_frozen(nomination.season):
        raise NotNow(
            _("The vote has been opened. Please write to the organising office about this.")
        )
    listed = nomination.nominee_id if nomination.state == State.ACCEPTED else None
    done = move(
        nomination_id=nomination_id, to=State.WITHDRAWN, action="withdraw", actor=actor,
        reason=reason,
    )  # fmt: skip
    if listed is not None:
        take_off_list(listed)
    release(lead=done, actor=actor, reason=reason)
    part(nomination=done, actor=actor, reason=reason)
    return done


def _check_correction(season: Season) -> None:
    # A correction that the office has asked for may come after the deadline of new nominations.
    if season_queries.is_frozen(season):
        raise NominationsClosed(_("The vote has been opened: nothing can be corrected any more."))


def _check_route(nomination: Nomination) -> None:
    settings = season_queries.nomination_settings(nomination.season)
    allowed = {
        Nomination.Route.UNIT: settings.by_units,
        Nomination.Route.ORGANISATION: settings.by_organisations,
        Nomination.Route.SELF: settings.by_oneself,
        Nomination.Route.CITIZEN: settings.without_account,
    }
    if not allowed[Nomination.Route(nomination.route)]:
        raise RouteClosed(_("This season does not take nominations this way any more."))


def _check_complete(nomination: Nomination) -> None:
    season = nomination.season
    settings = season_queries.nomination_settings(season)
    missing = gaps(nomination, settings, queries.closes_at(season))
    if missing:
        raise Incomplete(
            ngettext(
                "One thing is missing or does not fit yet.",
                "%(count)s things are missing or do not fit yet.",
                len(missing),
            )
            % {"count": len(missing)},
            missing,
        )


def _check_confirmed(nomination: Nomination) -> None:
    if not Contact.objects.filter(nomination=nomination, confirmed_at__isnull=False).exists():
        raise NotNow(_("Please confirm your e-mail address with the code first."))
