"""What the page of one nomination shows to its reviewers. A fixed number of queries."""

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from voting.audit.services import name_of
from voting.console import audit_words
from voting.console import review_forms as forms
from voting.console.review_times import not_now
from voting.console.review_views import TAGS, review_frame
from voting.nominations.models import Likeness, Merge, Nomination
from voting.nominations.review import checklist, queue
from voting.nominations.services.letters import addresses_of
from voting.roles.permissions import Permission
from voting.roles.queries import Scope, scope
from voting.seasons.models import Season
from voting.seasons.page_context import content, full_moment, moment

Values = dict[str, Any]
State = Nomination.State
AT_ANY_TIME: Final = frozenset({"message", "link"})  # forms that wait for no stage


def make_forms(
    season: Season,
    one: Nomination,
    data: Any = None,
    files: Any = None,
    *,
    only: str = "",
    lines: Sequence[checklist.Line] | None = None,
) -> dict[str, forms.ReviewForm]:
    """Return the forms that fit the state of a nomination, by action; with data only one of them.

    data: what was sent, for the form of the action ``only``.
    """
    made = _offered(season, one)
    found: dict[str, forms.ReviewForm] = {}
    for action, form in made.items():
        if only and action != only:
            continue
        words: Values = {"initial": {"seen": one.version}}
        if form in {forms.ReturnForm, forms.RejectForm}:
            words["reasons"] = queue.decision_reasons(season, form.kind)
        if only:
            words |= {"data": data, "files": files}
        found[action] = form(**words)
    if "clearance" in made and only in {"", "check"}:
        words = {"data": data} if only else {}
        found["check"] = forms.ChecklistForm(
            lines=checklist.lines(one) if lines is None else lines,
            initial={"seen": one.version},
            **words,
        )
    return found


def _offered(season: Season, one: Nomination) -> dict[str, Any]:
    """Return the kinds of forms that fit the state of a nomination, all but the checklist."""
    waiting = one.state in queue.WAITING
    made: dict[str, Any] = {"message": forms.MessageForm, "unmerge": forms.UnmergeForm}
    if one.is_by_link and addresses_of(one):  # without an address nobody would get the new one
        made["link"] = forms.LinkForm
    if waiting or one.state == State.RETURNED:
        made |= {"clearance": forms.ClearanceForm, "strike": forms.StrikeForm}
    if waiting:
        made |= {"accept": forms.AcceptForm, "return": forms.ReturnForm}
        if queue.second_look(season.pk):
            made["pass"] = forms.PassForm
    if waiting or one.state in {State.RETURNED, State.ACCEPTED}:
        made["reject"] = forms.RejectForm
    if one.state in {State.ACCEPTED, State.REJECTED, State.NOT_LISTED}:
        made["reopen"] = forms.ReopenForm
    return made


def page(
    season: Season, one: Nomination, user: Any, may_review: bool, bound: forms.ReviewForm | None  # noqa: FBT001 -- a view's answer
) -> Values:  # fmt: skip
    """Return the whole page. bound: the form that was refused, to be shown again.

    Outside the time of review the forms are left out that would be refused; a message is not.
    """
    recused = queue.recusal(user, one) if may_review else ""
    closed = not_now(season) if may_review else ""
    lines = checklist.lines(one)
    shown: dict[str, forms.ReviewForm] = {}
    if may_review and not recused:
        shown = make_forms(season, one, lines=lines)
    if closed:
        shown = {action: form for action, form in shown.items() if action in AT_ANY_TIME}
    if bound is not None:
        shown[bound.action] = bound
    zone = season.time_zone
    passed = queue.passed_by(one)
    return {
        **review_frame(season),
        "one": one,
        "name": content(one.name, one.name_en),
        "category": content(one.category.name, one.category.name_en) if one.category else None,
        "unit": content(one.unit.name, one.unit.name_en) if one.unit else None,
        "state": one.get_state_display(),
        "tag": TAGS.get(State(one.state), ""),
        "since": moment(one.state_since, zone),
        "sent": full_moment(one.submitted_at, zone) if one.submitted_at else "",
        "texts": _texts(one),
        "portrait": next((p for p in one.photos.all() if p.kind == "portrait"), None),
        "photos": [photo for photo in one.photos.all() if photo.kind != "portrait"],
        "attachments": list(one.attachments.all()),
        "contact": getattr(one, "contact", None),
        "consents": list(one.consents.all()),
        "lines": [(line, content(line.item.text, line.item.text_en)) for line in lines],
        "stops": checklist.stops(lines) if one.state in queue.WAITING else [],
        "clearances": list(one.clearances.all()),
        "thread": list(one.messages.all()),
        "decisions": [
            {
                "what": decision.get_kind_display(),
                "who": name_of(decision.decided_by),
                "at": full_moment(decision.decided_at, zone),
                "text": decision.text,
                "note": decision.note,
            }
            for decision in reversed(one.decisions.all())
        ],
        "events": [
            {
                "at": full_moment(event.at, zone),
                "state": event.get_state_display(),
                "actor": audit_words.person(event.actor),
                "reason": event.reason,
                "is_public": event.is_public,
            }
            for event in reversed(one.events.all())
        ],
        "likenesses": _likenesses(one),
        "merged": _merged(one, user, shown, zone),
        "into": next((m for m in one.merges.all() if m.undone_at is None), None),
        "second_look": "pass" in shown,
        "passed": passed,
        "passed_by_you": passed is not None and passed.decided_by_id == user.pk,
        "recused": recused,
        "not_now": closed,
        "nobody_hears": may_review and one.route == Nomination.Route.UNIT and not addresses_of(one),
        "nobody_follows": may_review and _nobody_follows(one),
        "may_review": may_review,
        "forms": shown,
        "open_form": bound.action if bound else "",
        "wrong": [text for texts in bound.errors.values() for text in texts] if bound else [],
        "compare": forms.CompareForm(),
    }


def _nobody_follows(one: Nomination) -> bool:
    """Say whether nobody was ever given the link to a nomination that nothing else leads to.

    So it is with what a list brought in: a list has no addresses. Whoever sent in themselves has
    confirmed one, and was given the link.
    """
    first = next(iter(one.events.all()), None)
    return one.is_by_link and first is not None and first.action == "import"


def _texts(one: Nomination) -> list[Values]:
    named = {
        "headline": _("The deed in one line"),
        "summary": _("Short text"),
        "story": _("Medium text"),
        "full_story": _("Long text"),
        "unit_opinion": _("Opinion of the unit"),
    }
    return [
        {"title": title, "text": getattr(one, name), "length": len(getattr(one, name))}
        for name, title in named.items()
        if getattr(one, name)
    ]


def _likenesses(one: Nomination) -> list[Values]:
    rows = (
        Likeness.objects.filter(Q(first=one) | Q(second=one), verdict="")
        .select_related("first", "second")
        .order_by("-percent")[:10]
    )
    found = []
    for likeness in rows:
        other = likeness.second if likeness.first_id == one.pk else likeness.first
        if other.state in queue.STANDING and one.state in queue.STANDING:
            found.append({"other": other, "percent": likeness.percent,
                          "name": content(other.name, other.name_en)})  # fmt: skip
    return found


def holds_both(allowed: Scope, merge: Merge) -> bool:
    """Return whether both nominations of a merge lie within what somebody reviews."""
    return allowed.holds(merge.nomination.unit_id) and allowed.holds(merge.into.unit_id)


def _merged(
    one: Nomination, user: Any, shown: dict[str, forms.ReviewForm], zone: str
) -> list[Values]:
    rows = Merge.objects.filter(into=one, undone_at=None).select_related(
        "nomination", "nomination__unit", "into"
    )
    bound = shown.get("unmerge")
    found = []
    allowed = scope(user, Permission.NOMINATIONS_REVIEW, one.season)
    for merge in rows:
        form = None
        if bound is not None and bound.is_bound and bound["merge"].value() == str(merge.pk):
            form = bound
        elif bound is not None and holds_both(allowed, merge):
            form = forms.UnmergeForm(initial={"merge": merge.pk}, auto_id=f"unmerge_{merge.pk}_%s")
        found.append({"merge": merge, "other": merge.nomination, "form": form,
                      "name": content(merge.nomination.name, merge.nomination.name_en),
                      "at": full_moment(merge.merged_at, zone)})  # fmt: skip
    return found
