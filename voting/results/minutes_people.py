"""What the minutes say of people: seats, recusals, draws, agreement, rulings, objections."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from voting.ballots import component_sentences
from voting.ballots.counting_sentences import listed, sentence_case
from voting.judging.models import Panel, Recusal, ScoreSheet, Seat, SeatEvent
from voting.judging.queries.draws import drawn_of
from voting.judging.queries.sheets import in_fours
from voting.notices.models import NoticeKind, Objection
from voting.notices.queries.objections import OPEN
from voting.results.computing import Inputs
from voting.results.explaining import shown
from voting.results.models import ResultSnapshot, Ruling
from voting.results.wording import agreement_word
from voting.rules import agreement, rubrics
from voting.rules.components import Component, Given
from voting.rules.panels import Marks
from voting.seasons.models import Season
from voting.seasons.page_context import content, full_moment

Values = dict[str, Any]
# Panels whose marks are neither ranks nor picks: figures of agreement are of marks.
_OF_MARKS: Final = frozenset({"votes", "exponential"})


def panels(snapshot: ResultSnapshot, inputs: Inputs, *, with_names: bool) -> list[Values]:
    """Return every panel of the sealed result: who sat, who kept out, how far they agree."""
    found = []
    for component in inputs.declared.components:
        rows = Panel.objects.filter(season=snapshot.season, component=component.key)
        for panel in rows.prefetch_related("categories").order_by("pk"):
            seats = list(panel.seats.select_related("judge").order_by("judge__key"))
            prints = _fingerprints(panel)
            name = sentence_case(component_sentences.name(component, inputs.declared))
            given = _given_by(panel, seats, inputs.given[component.key], inputs.categories)
            marked = Counter[str]()
            for table in (given.marks, *given.sheets.values()):
                marked.update({judge: len(own) for judge, own in table.items()})
            found.append(
                {
                    "name": content(panel.name, panel.name_en)["text"] if panel.name else name,
                    "lines": _facts(panel, seats, component, given),
                    "seats": [
                        _seat(
                            one,
                            marked[one.judge.key],
                            prints.get(one.pk, "") if one.submitted_at else "",
                            snapshot.season,
                            with_names=with_names,
                        )
                        for one in seats
                    ],
                }
            )
    return found


def _fingerprints(panel: Panel) -> dict[int, str]:
    """Return by seat the fingerprint of what was submitted last. One query."""
    rows = SeatEvent.objects.filter(seat__panel=panel, action=SeatEvent.Action.SUBMITTED)
    return dict(rows.order_by("pk").values_list("seat", "fingerprint"))


def signers(snapshot: ResultSnapshot, inputs: Inputs, *, with_names: bool) -> list[str]:
    """Return the judges whose sheets count, each once: they sign the minutes."""
    keys = [one.key for one in inputs.declared.components]
    rows = Seat.objects.filter(
        panel__season=snapshot.season, panel__component__in=keys, submitted_at__isnull=False
    ).select_related("judge")
    named = {
        one.judge_id: _judge(one, with_names=with_names) for one in rows.order_by("judge__key")
    }
    return list(named.values())


def _judge(seat: Seat, *, with_names: bool) -> str:
    name = content(seat.judge.name, seat.judge.name_en)["text"]
    shows = with_names and name and name != seat.judge.key
    return f"{seat.judge.key} · {name}" if shows else seat.judge.key


def _seat(seat: Seat, marks: int, submitted: str, season: Season, *, with_names: bool) -> list[str]:
    """Return the cells of a seat's line. submitted: fingerprint of its sheet; "" without one."""
    return [
        _judge(seat, with_names=with_names), seat.judge.seat_type or "–",
        str(seat.get_how_display()), _state(seat, season), str(marks) if marks else "–",
        in_fours(submitted) if submitted else "–",
    ]  # fmt: skip


def _state(seat: Seat, season: Season) -> str:
    if seat.submitted_at is None:
        if seat.state in {Seat.State.DECLINED, Seat.State.LEFT}:
            return str(seat.get_state_display())
        return _("did not submit")
    if seat.how == Seat.How.IMPORTED:
        return _("from a file")
    at = {"at": full_moment(seat.submitted_at, season.time_zone)}
    if seat.state == Seat.State.LEFT:
        return _("submitted %(at)s, has left") % at
    return _("submitted %(at)s") % at


def _given_by(
    panel: Panel, seats: list[Seat], given: Given, categories: Mapping[str, str]
) -> Given:
    """Return the sealed marks of one panel: another may mark other categories for the same part."""
    judges = {one.judge.key for one in seats}
    named = {one.name for one in panel.categories.all()}
    here = {number for number, name in categories.items() if not named or name in named}

    def of(marks: Marks) -> dict[str, dict[str, Decimal]]:
        own = {
            judge: {one: points for one, points in by_nominee.items() if one in here}
            for judge, by_nominee in marks.items()
            if judge in judges
        }
        return {judge: by_nominee for judge, by_nominee in own.items() if by_nominee}

    return Given(
        marks=of(given.marks), sheets={key: of(marks) for key, marks in given.sheets.items()}
    )


def _facts(panel: Panel, seats: list[Seat], component: Component, given: Given) -> list[str]:
    submitted = sum(one.submitted_at is not None for one in seats)
    found = [
        _("%(all)d seats: %(submitted)d submitted, %(left)d left, %(declined)d declined.")
        % {
            "all": len(seats), "submitted": submitted,
            "left": sum(one.state == Seat.State.LEFT for one in seats),
            "declined": sum(one.state == Seat.State.DECLINED for one in seats),
        }
    ]  # fmt: skip
    categories = [content(one.name, one.name_en)["text"] for one in panel.categories.all()]
    if categories:
        found.append(_("Categories: %(names)s.") % {"names": listed(categories)})
    found += [_recusals(panel), _draw(panel), _agreement(component, given)]
    comments = ScoreSheet.objects.filter(
        seat__panel=panel, seat__submitted_at__isnull=False, nominee__isnull=False
    ).exclude(comment="")
    if count := comments.count():
        found.append(
            ngettext(
                "%(n)d comment for the committee stands on the score sheets.",
                "%(n)d comments for the committee stand on the score sheets.",
                count,
            )
            % {"n": count}
        )
    return [one for one in found if one]


def _recusals(panel: Panel) -> str:
    """Return how many recusals are in force, by reason: never of whom."""
    rows = Recusal.objects.filter(seat__panel=panel, lifted_at=None)
    counted = Counter(rows.values_list("reason", flat=True))
    if not counted:
        return _("Nobody kept out of a nominee.")
    named = [
        _("%(reason)s: %(n)d") % {"reason": reason.label, "n": counted[reason.value]}
        for reason in Recusal.Reason
        if counted[reason.value]
    ]
    return _("Recusals: %(n)d (%(reasons)s).") % {
        "n": counted.total(), "reasons": _("; ").join(named),
    }  # fmt: skip


def _draw(panel: Panel) -> str:
    found = drawn_of(panel)
    if found is None:
        return ""
    return _("Drawn in public. Source of the seed: %(source)s. Seed: %(seed)s. Order of the draw: "
             "%(order)s.") % {
        "source": found.source, "seed": found.end.seed, "order": listed(found.end.order),
    }  # fmt: skip


def _agreement(component: Component, given: Given) -> str:
    """Say how far the judges agree, by the sealed marks; nothing where there is no figure."""
    if component.panel is None or component.panel.method in _OF_MARKS:
        return ""
    marks: Marks = given.marks
    if component.rubric:
        marks = rubrics.judge_sums(given.sheets, component.rubric)
    if len(marks) < 2:
        return ""
    reliability = agreement.icc(marks)["ICC(2,k)"].value
    if reliability is None:
        return _("How far the judges agree cannot be said: too little was marked by all of them.")
    order = agreement.kendall_w(marks).value
    return _("Agreement of the judges: ICC(2,k) %(value)s, %(word)s; Kendall's W %(w)s; "
             "Krippendorff's alpha %(alpha)s.") % {
        "value": shown(reliability, 3), "word": agreement_word(reliability)[0],
        "w": shown(order, 3), "alpha": shown(agreement.alpha(marks).value, 3),
    }  # fmt: skip


def rulings(snapshot: ResultSnapshot, inputs: Inputs) -> list[str]:
    """Return what does not count in the sealed result, why, and who decided it."""
    names = {
        one.key: sentence_case(component_sentences.name(one, inputs.declared))
        for one in inputs.declared.components
    }
    found = []
    for one in inputs.disqualified:
        what = " · ".join(
            part for part in (names.get(one.component, one.component), one.part) if part
        )
        text = _("%(what)s does not count. In its place: %(then)s") % {
            "what": what, "then": Ruling.Rule(one.rule).label,
        }  # fmt: skip
        if one.stand_ins:
            text = _("%(text)s (%(names)s)") % {
                "text": text, "names": listed(names.get(key, key) for key in one.stand_ins),
            }  # fmt: skip
        row = _ruling_of(snapshot, one.component, one.part)
        if row is not None:
            text = _("%(text)s. Reason: %(reason)s. Decided by %(first)s and %(second)s.") % {
                "text": text, "reason": row.reason, "first": row.ruled_by,
                "second": row.approved_by,
            }  # fmt: skip
        found.append(text)
    return found


def _ruling_of(snapshot: ResultSnapshot, component: str, part: str) -> Ruling | None:
    """Return the ruling that was in force when the result was sealed."""
    rows = Ruling.objects.filter(
        Q(lifted_at=None) | Q(lifted_at__gt=snapshot.sealed_at),
        season=snapshot.season, component=component, part=part,
        ruled_at__lte=snapshot.sealed_at,
    )  # fmt: skip
    return rows.order_by("-pk").first()


def objections(season: Season) -> list[str]:
    """Return how many objections there were to each list, and what became of them."""
    rows = Objection.objects.filter(notice__season=season)
    found = [_counted(kind, rows.filter(notice__kind=kind)) for kind in NoticeKind]
    return [text for text in found if text]


def _counted(kind: NoticeKind, rows: QuerySet[Objection]) -> str:
    states = Counter(rows.values_list("state", flat=True))
    if not states:
        return ""
    outcomes = Counter(rows.filter(state=Objection.State.DECIDED).values_list("outcome", flat=True))
    parts = [(str(one.label), outcomes[one.value]) for one in Objection.Outcome]
    refused = Objection.State.NOT_ACCEPTED
    parts.append((str(refused.label), states[refused.value]))
    parts.append((pgettext("objection", "open"), sum(states[one.value] for one in OPEN)))
    named = [
        _("%(reason)s: %(n)d") % {"reason": label, "n": count} for label, count in parts if count
    ]
    return _("%(list)s: %(n)d (%(outcomes)s).") % {
        "list": kind.label, "n": states.total(), "outcomes": _("; ").join(named),
    }  # fmt: skip
