"""The eligibility checklist of a nomination: what the program finds, and what a person answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.template.defaultfilters import floatformat
from django.utils import timezone
from django.utils.translation import gettext as _

from voting.nominations.models import CheckAnswer, ChecklistItem, Consent, Nomination
from voting.nominations.review import queue
from voting.rules.folding import fold
from voting.seasons.models import PastWinner
from voting.seasons.page_context import content

Answer = CheckAnswer.Answer
Check = ChecklistItem.Check


@dataclass(frozen=True, slots=True)
class Found:
    """What the program found out; answer is empty if it cannot tell."""

    answer: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One question with both answers. A person's answer holds; without one, what was found."""

    item: ChecklistItem
    found: Found | None
    answer: CheckAnswer | None

    @property
    def holds(self) -> str:
        """The answer that holds, or an empty text."""
        if self.answer is not None:
            return str(self.answer.answer)
        return self.found.answer if self.found else ""


def lines(nomination: Nomination) -> list[Line]:
    """Return the checklist of a nomination, in a fixed number of queries."""
    answers = queue.answers(nomination)
    look = _Look(nomination)
    return [
        Line(item, look.up(item), answers.get(item.code))
        for item in queue.checklist_items(nomination.season)
    ]


def stops(found: Iterable[Line]) -> list[str]:
    """Return what stands in the way of accepting, in sentences."""
    asked = [line for line in found if line.item.blocks]
    missing = sum(not line.holds for line in asked)
    said_no = [line.item for line in asked if line.holds == Answer.NO]
    problems = [
        _("The checklist says no: %(question)s.")
        % {"question": content(item.text, item.text_en)["text"]}
        for item in said_no
    ]
    if missing:
        problems.append(
            _(
                "Questions of the checklist that neither the program nor a person has answered: "
                "%(number)d."
            )
            % {"number": missing}
        )
    return problems


class _Look:
    """Answers of the program about one nomination; each table is asked once at most."""

    def __init__(self, nomination: Nomination) -> None:
        self.nomination = nomination
        self._consents: set[str] | None = None

    def up(self, item: ChecklistItem) -> Found | None:
        if item.looked_up == Check.AGE:
            return self._age(float(item.least or 0))
        if item.looked_up == Check.HOURS:
            return self._hours(float(item.least or 0))
        look = {
            # Whoever agrees to be shown if accepted agrees to being put forward.
            Check.CONSENT: lambda: self._consent(Consent.Kind.NOMINATION, Consent.Kind.PUBLICATION),
            Check.PUBLICATION: lambda: self._consent(Consent.Kind.PUBLICATION),
            Check.GUARDIAN: self._guardian,
            Check.ONE_CATEGORY: self._one_category,
            Check.PAST_WINNER: self._past_winner,
        }.get(Check(item.looked_up))
        return look() if look else None

    def _age(self, least: float) -> Found:
        one = self.nomination
        if one.kind != "person":
            return Found(Answer.NOT_APPLICABLE, _("Not a person"))
        if one.birth_year is not None:
            years = _this_year() - one.birth_year
            text = _("Born in %(year)d") % {"year": one.birth_year}
            # Who has the birthday of that year still ahead is a year younger.
            if years > least:
                return Found(Answer.YES, text)
            return Found(Answer.NO if years < least else "", text)
        if one.age and least == 18:
            answer = Answer.YES if one.age == one.Age.ADULT else Answer.NO
            return Found(answer, one.get_age_display())
        return Found("", _("No year of birth is given"))

    def _hours(self, least: float) -> Found:
        hours = self.nomination.service_hours
        if hours is None:
            return Found("", _("No service hours are given"))
        text = _("%(hours)s hours are given") % {"hours": floatformat(hours, "-1g")}
        return Found(Answer.YES if hours >= least else Answer.NO, text)

    def _given(self) -> set[str]:
        if self._consents is None:
            self._consents = {
                one.kind for one in self.nomination.consents.all() if one.withdrawn_at is None
            }
        return self._consents

    def _consent(self, *kinds: str) -> Found:
        if self._given() & set(kinds):
            return Found(Answer.YES, _("The consent is on file"))
        return Found(Answer.NO, _("There is no consent on file"))

    def _guardian(self) -> Found:
        one = self.nomination
        if one.kind != "person":
            return Found(Answer.NOT_APPLICABLE, _("Not a person"))
        if one.birth_year is not None and _this_year() - one.birth_year > 18:
            return Found(Answer.NOT_APPLICABLE, _("Of age"))
        if one.age == one.Age.ADULT:
            return Found(Answer.NOT_APPLICABLE, _("Of age"))
        if Consent.Kind.GUARDIAN in self._given():
            return Found(Answer.YES, _("The consent is on file"))
        if one.age:
            return Found(Answer.NO, _("There is no consent on file"))
        return Found("", _("No year of birth is given"))

    def _one_category(self) -> Found:
        one = self.nomination
        others = Nomination.objects.filter(season_id=one.season_id, state__in=queue.STANDING)
        names = others.exclude(Q(pk=one.pk) | Q(category=one.category)).values_list(
            "name", "category__name"
        )  # fmt: skip
        mine = fold(one.name)
        same = sorted({category for name, category in names if mine and fold(name) == mine})
        if not same:
            return Found(Answer.YES, _("No nomination of this name stands in another category"))
        return Found(
            "", _("The same name stands in: %(categories)s") % {"categories": ", ".join(same)}
        )

    def _past_winner(self) -> Found:
        mine = fold(self.nomination.name)
        same = [
            f"{edition} {name}"
            for edition, name in PastWinner.objects.values_list("edition", "name")
            if mine and fold(name) == mine
        ]
        if not same:
            return Found(Answer.YES, _("No earlier winner on record has this name"))
        return Found("", _("Earlier winners of this name: %(winners)s")
                     % {"winners": ", ".join(same)})  # fmt: skip


def _this_year() -> int:
    today: date = timezone.localdate()
    return today.year
