"""What the judges' pages show. Each costs a fixed number of queries, however many nominees."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from voting.judging import blind
from voting.judging.blind import PRACTICE, Screen, Shown
from voting.judging.models import Calibration, Mark, Panel, ScoreSheet, Seat, SeatEvent
from voting.judging.queries import practising
from voting.judging.queries import seats as seat_queries
from voting.judging.queries import sheets as sheet_queries
from voting.judging.queries.forms import Form, choices, form_of, shown
from voting.judging.queries.seats import Nominees
from voting.nominations.models import Attachment, Nomination
from voting.rules.rubrics import Criterion
from voting.seasons.models import Nominee
from voting.seasons.page_context import Words, content, full_moment, moment


@dataclass(frozen=True, slots=True)
class Desk:
    """What every page of a seat needs, asked for once."""

    seat: Seat
    form: Form
    nominees: Nominees
    shown: list[Shown]
    counts: Mapping[int, int]
    is_open: bool
    calibration: Calibration | None

    @property
    def panel(self) -> Panel:
        """The panel."""
        return self.seat.panel

    @property
    def may_change(self) -> bool:
        """Whether marks are taken now."""
        return self.is_open and self.seat.submitted_at is None

    def find(self, code: str) -> Shown | None:
        """Return a nominee of this seat by its code."""
        return next((one for one in self.shown if one.code == code), None)


def desk_of(seat: Seat) -> Desk:
    """Return what the pages of a seat need."""
    form = form_of(seat.panel)
    nominees = seat_queries.nominees_of(seat)
    return Desk(
        seat=seat,
        form=form,
        nominees=nominees,
        shown=blind.shown(seat.panel, nominees),
        counts=sheet_queries.counts_of(seat, form),
        is_open=seat_queries.is_open(seat.panel),
        calibration=Calibration.objects.filter(panel=seat.panel_id).first(),
    )


def panel_name(panel: Panel) -> Words:
    """Name a panel."""
    if panel.name:
        return content(panel.name, panel.name_en)
    return {"text": _("Panel"), "lang": ""}


def frame(desk: Desk) -> dict[str, Any]:
    """Return what every page of a seat shows around its content."""
    seat, season = desk.seat, desk.panel.season
    args = [season.slug, seat.panel_id]
    due = seat_queries.due_at(desk.panel)
    left = sum(1 for one in desk.shown if desk.counts.get(one.pk, 0) < len(desk.form.needed))
    return {
        "seat": seat,
        "slug": season.slug,
        "panel_id": seat.panel_id,
        "rehearsal": season.rehearsal_of_id is not None,
        "mode": desk.form.mode,
        "panel_name": panel_name(desk.panel),
        "season_name": content(season.name, season.name_en),
        "may_change": desk.may_change,
        "is_open": desk.is_open,
        "due": full_moment(due, season.time_zone) if due else "",
        "left": left if desk.form.mode != "picks" else 0,
        "done": len(desk.shown) - left,
        "total": len(desk.shown),
        "locked": moment(seat.submitted_at, season.time_zone) if seat.submitted_at else "",
        "reopened": _reopened(seat),
        "urls": {
            "start": reverse("judging:start", args=[season.slug]),
            "panel": reverse("judging:panel", args=args),
            "save": reverse("judging:save", args=args),
            "compare": reverse("judging:compare", args=args),
            "submit": reverse("judging:submit", args=args),
            "order": reverse("judging:order", args=args),
            "paper": reverse("judging:paper", args=args),
        },
        # Under it a device keeps what is not sent yet; another account has another one.
        "queue_key": salted_hmac(
            "judging.queue", f"{season.slug}.{seat.pk}.{seat.judge.user_id}"
        ).hexdigest()[:20],
    }


def _reopened(seat: Seat) -> dict[str, str] | None:
    """Return who opened the sheet again and why, while it is open. One query."""
    if seat.submitted_at is not None:
        return None
    last = seat.events.filter(action__in=["submitted", "reopened"]).order_by("-pk").first()
    if last is None or last.action != SeatEvent.Action.REOPENED:
        return None
    zone = seat.panel.season.time_zone
    return {"name": last.actor, "time": moment(last.at, zone), "reason": last.reason}


def rows(desk: Desk, current: str = "") -> list[dict[str, Any]]:
    """Return the list of nominees: light, since there may be hundreds."""
    args = [desk.panel.season.slug, desk.seat.panel_id]
    needed = len(desk.form.needed)
    # One address is worked out, the others are made of it: reverse is slow hundreds of times.
    pattern = reverse("judging:sheet", args=[*args, "0" * blind.CODE_LENGTH])
    found = []
    before = None
    for one in desk.shown:
        done = min(needed, desk.counts.get(one.pk, 0))
        url = pattern.replace("0" * blind.CODE_LENGTH, one.code)
        found.append(
            {
                "code": one.code,
                "name": one.name,
                "number": one.number,
                "url": url,
                "portrait": f"{url}portrait" if one.has_portrait else "",
                "done": done,
                "state": "all" if done >= needed else "some" if done else "none",
                "current": one.code == current,
                "category": one.category if one.category_id != before else None,
            }
        )
        before = one.category_id
    return found


def file_of(desk: Desk, one: Shown) -> dict[str, Any]:
    """Return the file of a nominee as the panel sees it. Four queries."""
    nominee = Nominee.objects.get(pk=one.pk)
    nominations = nominations_of(nominee)
    screen = Screen(desk.panel, nominee, nominations)
    deeds = screen.words(nominee.deeds, nominee.deeds_en)
    lead = nominations[0] if nominations else None
    base = reverse("judging:sheet", args=[desk.panel.season.slug, desk.seat.panel_id, one.code])
    return {
        "summary": screen.words(nominee.summary, nominee.summary_en),
        "deeds": blind.paragraphs(deeds),
        "deeds_lang": deeds["lang"],
        "figures": blind.figures(nominee, screen),
        "photos": [
            {
                "small": f"{base}photo-{photo.place}", "large": f"{base}photo-{photo.place}-large",
                "caption": photo.caption,
            }
            for photo in blind.photos(desk.panel, nominee, screen)
        ],
        "proofs": [
            {
                "url": f"{base}proof-{place}", "kind": _kind(file), "bytes": file.bytes,
                "title": screen.text(file.title),
            }
            for place, file in enumerate(blind.attachments(desk.panel, nominations), start=1)
        ],
        "opinion": screen.text(lead.unit_opinion) if lead else "",
        "opinion_by": ""
        if lead is None or blind.hides(desk.panel, "unit")
        else screen.text(lead.opinion_signed_by),
        "hours": lead.service_hours if lead else None,
    }  # fmt: skip


def _kind(file: Attachment) -> str:
    return str(Attachment.Kind(file.kind).label)


def nominations_of(nominee: Nominee) -> list[Nomination]:
    """Return what was sent in for a nominee, the one that stands for all first. Two queries.

    A rehearsal shows that of the nominee whom it copies.
    """
    found = Nomination.objects.filter(
        nominee=nominee.copied_from_id or nominee.pk, state__in=["accepted", "merged"]
    ).select_related("unit")
    files = Prefetch("attachments", Attachment.objects.order_by("pk"))
    # In the order of the words: accepted, merged.
    return list(found.order_by("state", "pk").prefetch_related(files))


def lines(
    form: Form, marks: Iterable[Mark], posted: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Return the lines of the sheet: one for each criterion.

    posted: what was sent and not kept, by criterion; it stands there again.
    """
    stored = {mark.criterion: mark for mark in marks}
    weights = form.weights
    return [
        _line(form, one, stored.get(one.key), weights[one.key], (posted or {}).get(one.key))
        for one in form.criteria
    ]


def _line(
    form: Form, one: Criterion, mark: Mark | None, weight: Decimal, posted: str | None
) -> dict[str, Any]:
    value = shown(mark.points) if mark else ""
    value = value if posted is None else posted
    given = choices(one) if form.mode == "points" else []
    return {
        "key": one.key,
        "field": f"c_{one.key}",
        "name": _name_of(form, one),
        "help": content(one.help, one.help_en),
        "weight": shown(weight.quantize(Decimal("0.1"))) if len(form.criteria) > 1 else "",
        "factor": str(one.factor),
        "optional": one.optional,
        "choices": [shown(choice) for choice in given],
        "value": value,
        "revision": mark.revision if mark else 0,
        "lowest": shown(one.lowest),
        "highest": shown(one.highest),
        "step": shown(one.step) if one.step else "any",
        "levels": _levels(one),
        "level": _level(one, value),
    }


def _name_of(form: Form, one: Criterion) -> Words:
    name = content(one.name, one.name_en)
    return name if name["text"] else {"text": _default_name(form), "lang": ""}


def _default_name(form: Form) -> str:
    return {"points": _("Points"), "ranks": _("Rank"), "picks": _("Choose")}[form.mode]


def _levels(one: Criterion) -> list[dict[str, str]]:
    """Return what marks stand for, from the lowest level up: from where, and the words."""
    found = []
    step = one.step or Decimal(1)
    for place, level in enumerate(one.levels):
        rest = one.levels[place + 1 :]
        until = rest[0].since - step if rest else one.highest
        span = shown(level.since)
        if until > level.since:
            span = f"{span}–{shown(until)}"
        text = content(level.text, level.text_en)["text"]
        found.append(
            {
                "since": shown(level.since),
                "text": _("%(span)s points: %(text)s") % {"span": span, "text": text},
            }
        )
    return found


def _level(one: Criterion, value: str) -> str:
    try:
        points = Decimal(value)
    except ArithmeticError:
        return ""
    if not points.is_finite():
        return ""
    fitting = [level["text"] for level in _levels(one) if Decimal(level["since"]) <= points]
    return fitting[-1] if fitting else ""


def total_text(form: Form, marks: Iterable[Mark]) -> str:
    """Return the weighted sum, once everything is marked."""
    total = form.weighted_sum({mark.criterion: mark.points for mark in marks})
    return shown(total) if total is not None and len(form.criteria) > 1 else ""


def texts_of(sheet: ScoreSheet | None) -> dict[str, str]:
    """Return the two texts of a sheet."""
    return {"comment": sheet.comment if sheet else "", "note": sheet.note if sheet else ""}


def practice_shown(calibration: Calibration) -> dict[str, Any]:
    """Return the invented nominee that is marked first, as a file."""
    deeds = content(calibration.deeds, calibration.deeds_en)
    return {
        "summary": {"text": "", "lang": ""}, "deeds": blind.paragraphs(deeds),
        "deeds_lang": deeds["lang"], "figures": [], "photos": [], "proofs": [], "opinion": "",
        "opinion_by": "", "hours": None,
    }  # fmt: skip


def practice_answer(calibration: Calibration, form: Form, marks: Iterable[Mark]) -> dict[str, Any]:
    """Return own marks of the invented nominee beside what the committee would give, and why."""
    own = {mark.criterion: mark.points for mark in marks}
    return {
        "marks": [
            {
                "name": _name_of(form, one.criterion),
                "own": shown(one.own),
                "points": shown(one.reference),
                "off": _off(one.points),
            }
            for one in practising.distances(form, calibration, own)
        ],
        "explanation": content(calibration.explanation, calibration.explanation_en),
    }


def _off(points: Decimal) -> str:
    if not points:
        return _("the same")
    words = _("%(n)s more") if points > 0 else _("%(n)s less")
    return words % {"n": shown(abs(points))}


def practised(desk: Desk) -> bool:
    """Return whether the calibration nominee, if there is one, has been marked. Two queries."""
    if desk.calibration is None:
        return True
    marks = sheet_queries.marks_on(sheet_queries.sheet_of(desk.seat, None))
    return {mark.criterion for mark in marks} >= set(desk.form.needed)


def practice_row(desk: Desk, current: str) -> dict[str, Any] | None:
    """Return the line of the list for the calibration nominee, if there is one."""
    if desk.calibration is None:
        return None
    return {
        "name": content(desk.calibration.name, desk.calibration.name_en),
        "url": reverse(
            "judging:sheet", args=[desk.panel.season.slug, desk.seat.panel_id, PRACTICE]
        ),
        "current": current == PRACTICE,
    }
