"""Saying how a category is shortlisted, confirming the shortlist, and taking that back."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from voting.audit.services import name_of, record
from voting.nominations.models import Decision, Nomination, Shortlist, ShortlistEntry
from voting.nominations.review import queue
from voting.nominations.review import standing as standings
from voting.nominations.review.standing import Row, Standing
from voting.nominations.services.deciding import Recused, decided, tell_merged
from voting.nominations.services.errors import ChangedMeanwhile, NotNow
from voting.nominations.services.listing import (
    map_merged,
    must_be_draft,
    must_be_time_of_review,
    put_on_list,
    take_off_list,
)
from voting.nominations.services.locking import locked_season
from voting.nominations.services.states import move
from voting.roles.permissions import Permission
from voting.roles.stages import shut
from voting.seasons.models import Category, Season
from voting.seasons.services import RuleBroken

State = Nomination.State


class DoesNotFit(RuleBroken):
    """The choice does not fit the places or the quotas."""


@transaction.atomic
def set_rule(
    *,
    category_id: int,
    user: User,
    reason: str,
    method: str,
    places: int,
    names_each: int,
    over_full: str,
    per_unit: int | None = None,
) -> Shortlist:
    """Say how a category is shortlisted; it can be said before the review begins.

    Raises NotNow once it has been confirmed or the review is over, Recused for somebody close to
    a nomination of the category: the rule decides who is through.
    """
    category = _category(category_id)
    if rule_is_settled(category.season):
        raise NotNow(_("The review is over, so the rule stays as it is."))
    near = queue.recused_from(user, category.season_id)
    if standings.leads(category).filter(pk__in=near).exists():
        raise Recused(
            _("You are close to one of these nominations, so somebody else sets the rule.")
        )
    fields = {
        "method": method, "places": places, "per_unit": per_unit, "names_each": names_each,
        "over_full": over_full,
    }  # fmt: skip
    old = Shortlist.objects.filter(category=category).first()
    if old is not None and old.confirmed_at is not None:
        raise NotNow(_("The shortlist is confirmed. Take that back first."))
    before = {name: getattr(old, name) for name in fields} if old else {}
    rule, _created = Shortlist.objects.update_or_create(category=category, defaults=fields)
    record(
        actor=name_of(user), action="shortlist.rule", season=category.season.slug,
        target=category.name, reason=reason, before=before, after=fields,
    )  # fmt: skip
    return rule


def rule_is_settled(season: Season) -> bool:
    """Return whether the review is over, so that no rule changes any more."""
    found = shut(season, Permission.NOMINATIONS_REVIEW)
    return found is not None and found.how == "over"


@transaction.atomic
def confirm(
    *, category_id: int, user: User, reason: str, seen: str, chosen: Collection[int] = ()
) -> Shortlist:
    """Confirm a shortlist: who is through stays on the list of nominees, the others leave it.

    chosen: those of the tied, or of all if the office decides, by number of the nomination.
    seen: ``standing.digest`` of what the page showed. Nominators are told where theirs stood.
    Raises NotNow, ChangedMeanwhile, Recused, DoesNotFit.
    """
    category = _category(category_id)
    must_be_time_of_review(category.season)
    rule = standings.shortlist_of(category)
    if rule.confirmed_at is not None:
        raise NotNow(_("The shortlist has been confirmed already."))
    standing = standings.standing(category, rule)
    if standings.digest(standing) != seen:
        raise ChangedMeanwhile(_("The standing has changed since you opened it. Look at it again."))
    if queue.recused_from(user, category.season_id) & {row.pk for row in standing.rows}:
        raise Recused(
            _("You are close to one of these nominations, so somebody else confirms the list.")
        )
    through = _through(rule, standing, set(chosen))
    rule.confirmed_by, rule.confirmed_at, rule.reason = user, timezone.now(), reason
    rule.save()
    ShortlistEntry.objects.filter(shortlist=rule).delete()
    for row in standing.rows:
        is_through = row.pk in through
        picked = is_through and row.placing != "through"
        texts: dict[str, Any] = {}
        if is_through:
            one = Nomination.objects.get(pk=row.pk)
            decided(one, Decision.Kind.LIST, user, text=row.why if not picked else reason)
        else:
            texts = _leave(row, user, reason, len(standing.rows))
        ShortlistEntry.objects.create(
            shortlist=rule, nomination_id=row.pk, position=row.position,
            nominators=row.nominators, points=row.points, is_through=is_through,
            why="chosen" if picked else row.placing, chosen=picked, nominee=texts,
        )  # fmt: skip
    record(
        actor=name_of(user), action="shortlist.confirm", season=category.season.slug,
        target=category.name, reason=reason,
        after={"through": [row.name for row in standing.rows if row.pk in through],
               "method": rule.method, "places": rule.places, "per_unit": rule.per_unit},
    )  # fmt: skip
    return rule


@transaction.atomic
def reopen(*, category_id: int, user: User, reason: str) -> Shortlist:
    """Take the confirmation back: who had left the list of nominees returns to it.

    Raises NotNow, Recused.
    """
    category = _category(category_id)
    must_be_time_of_review(category.season)
    rule = standings.shortlist_of(category)
    if rule.confirmed_at is None:
        raise NotNow(_("The shortlist is not confirmed."))
    entries = list(rule.entries.select_related("nomination"))
    if queue.recused_from(user, category.season_id) & {one.nomination_id for one in entries}:
        raise Recused(
            _("You are close to one of these nominations, so somebody else takes this back.")
        )
    for entry in entries:
        if entry.nomination.state != State.NOT_LISTED:
            continue
        if not entry.nominee:
            move(
                nomination_id=entry.nomination_id, to=State.RESUBMITTED, action="relist",
                actor=name_of(user), reason=reason,
            )  # fmt: skip
            continue
        nominee = put_on_list(entry.nomination, entry.nominee)
        done = move(
            nomination_id=entry.nomination_id, to=State.ACCEPTED, action="relist",
            actor=name_of(user), reason=reason, nominee_id=nominee.pk,
        )  # fmt: skip
        map_merged(done, nominee.pk)
    ShortlistEntry.objects.filter(shortlist=rule).delete()
    rule.confirmed_by, rule.confirmed_at, rule.reason = None, None, ""
    rule.save()
    record(
        actor=name_of(user), action="shortlist.reopen", season=category.season.slug,
        target=category.name, reason=reason,
    )  # fmt: skip
    return rule


def _category(category_id: int) -> Category:
    """Return the category with its season locked. Raises NotNow once voting has been opened."""
    category = Category.objects.get(pk=category_id)
    category.season = locked_season(category.season_id)
    must_be_draft(category.season)
    return category


def _through(rule: Shortlist, standing: Standing, chosen: set[int]) -> set[int]:
    """Return who is through. Raises DoesNotFit."""
    by_rule = {row.pk for row in standing.rows if row.placing == "through"}
    may_be = {row.pk for row in standing.rows if row.placing in {"tie", "not_chosen"}}
    if not chosen <= may_be:
        raise DoesNotFit(_("Only those who are tied, or not decided by the rule, can be chosen."))
    through = by_rule | chosen
    if len(through) > rule.places:
        raise DoesNotFit(
            _("That would be %(number)d; there are %(places)d places.")
            % {"number": len(through), "places": rule.places}
        )
    rows = [row for row in standing.rows if row.pk in through]
    units = Counter(row.unit_key for row in rows if row.unit_key)
    full = [unit for unit, count in units.items() if rule.per_unit and count > rule.per_unit]
    if full:
        name = next(row.unit for row in rows if row.unit_key == full[0])
        raise DoesNotFit(
            _("%(unit)s would have %(number)d; at most %(most)d of one unit can be through.")
            % {"unit": name, "number": units[full[0]], "most": rule.per_unit}
        )
    waiting = [row.name for row in rows if row.state != State.ACCEPTED]
    if waiting:
        raise DoesNotFit(
            _("Only accepted nominations can be through; still under review: %(names)s.")
            % {"names": ", ".join(waiting[:10])}
        )
    return through


def _leave(row: Row, user: User, reason: str, number: int) -> dict[str, Any]:
    """Take one that is not through off the list, and tell its nominators; return its texts."""
    one = Nomination.objects.get(pk=row.pk)
    listed = one.nominee_id
    with override(one.language):
        text = _("Not shortlisted. %(reason)s (%(position)d of %(number)d by this rule)") % {
            "reason": reason, "position": row.position, "number": number,
        }  # fmt: skip
    done = move(
        nomination_id=row.pk, to=State.NOT_LISTED, action="unlist", actor=name_of(user), reason=text
    )
    tell_merged(done, "lead_unlisted", name_of(user), text)
    decided(done, Decision.Kind.UNLIST, user, text=text)
    return take_off_list(listed) if listed is not None else {}
