"""The score sheet of one judge on paper: what was marked, as the panel sees it, to be signed.

It shows what the judge's own pages show and no more: hidden fields stay hidden, whoever prints it,
and notes that a judge made for nobody else are not on it. Nothing of it is kept on the server.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.sentences import joined
from voting.judging.models import Recusal, Seat, SeatEvent
from voting.judging.page_context import Desk, desk_of, lines, panel_name
from voting.judging.queries import sheets as sheet_queries
from voting.judging.queries.forms import shown
from voting.notices.official import at_text, frame, local_day, title_of, with_missing, written
from voting.notices.paper import safe_name, set_pages
from voting.seasons.models import Season
from voting.seasons.page_context import content, full_moment

TEMPLATE: Final = Path(__file__).parent / "score_sheet.typ"
MOST_COLUMNS: Final = 12  # criteria beside each other; more are in tables below each other
WIDE_FROM: Final = 6  # so many criteria have a sheet across
ABSENT: Final = "–"

Values = dict[str, Any]
Marks = sheet_queries.Marks


def score_sheet(seat: Seat) -> Values:
    """Return what a judge's sheet says, in the page's language: for ``printed``.

    seat: with its judge and its panel's season. A fixed number of queries.
    """
    desk = desk_of(seat)
    season, form = seat.panel.season, desk.form
    marks, comments = sheet_queries.marks_of(seat), sheet_queries.comments_of(seat)
    fingerprint = sheet_queries.fingerprint(seat, form, desk.nominees, marks, comments)
    short = sheet_queries.in_fours(fingerprint)
    name = _judge(seat)
    words = frame(season, _("Score sheet of a judge"), mark=_state_mark(seat)) | {
        "running": " · ".join([title_of(season), panel_name(seat.panel)["text"], name]),
        "foot": _("Fingerprint %(short)s") % {"short": short},
        "wide": len(form.criteria) >= WIDE_FROM,
        "pairs": _pairs(desk, name),
        "history": _history(seat),
        "declaration": _declaration(seat),
        "headings": {
            "criteria": _("Criteria"),
            "marks": _("Marks"),
            "recusals": _("Recusals"),
            "comments": _("Comments for the committee"),
            "proof": _("Fingerprint and signature"),
        },
        "criteria_heads": ["", _("Criterion"), _("Marks"), _("Factor"), _("Weight")],
        "criteria": _criteria(desk),
        "marked": _marked(desk),
        "tables": _tables(desk, marks),
        "recusals": _recusals(seat),
        "comment_heads": [_("No."), _("Nominee"), _("Comment for the committee")],
        "comments": [
            [one.number, one.name["text"], written(comments[one.pk])]
            for one in desk.shown
            if one.pk in comments
        ],
        "fingerprint": short,
        "proof": _proof(seat, fingerprint),
        "signers": [_("Signature of %(who)s") % {"who": name}],
        "made": local_day(seat.submitted_at or timezone.now(), season).isoformat(),
    }
    return with_missing(words)


def printed(words: Values) -> bytes:
    """Return the PDF of a sheet. Asks no database. About half a second for 60 nominees."""
    return set_pages(TEMPLATE, {"sheet": words}, date.fromisoformat(words["made"]))


def file_name(seat: Seat) -> str:
    """Return the name of a sheet's file: judge and panel, by what the season calls them."""
    return f"{safe_name(f'{seat.judge.key} {seat.panel}')}.pdf"


def _judge(seat: Seat) -> str:
    judge = seat.judge
    name = content(judge.name, judge.name_en)["text"]
    return f"{judge.key} · {name}" if name and name != judge.key else judge.key


def _state_mark(seat: Seat) -> str:
    if seat.submitted_at is not None:
        return ""
    return _("Draft") if seat.panel.closed_at is None else _("Not submitted")


def _pairs(desk: Desk, name: str) -> list[list[Any]]:
    """Return label, value, and whether it takes the whole width."""
    seat, season = desk.seat, desk.panel.season
    categories = [
        content(one.name, one.name_en)["text"] for one in seat.panel.categories.order_by("position")
    ]
    found = [
        [_("Panel"), panel_name(seat.panel)["text"], False],
        [_("Judge"), name, False],
        [_("Seat type"), seat.judge.seat_type or ABSENT, False],
        [_("Seated"), str(seat.get_how_display()), False],
    ]
    organiser = content(season.organiser, season.organiser_en)["text"]
    if organiser:
        found.append([_("Organiser"), organiser, True])
    if categories:
        found.append([_("Categories"), _(", ").join(categories), True])
    return [*found, [_("State"), _state(seat, season), True]]


def _state(seat: Seat, season: Season) -> str:
    if seat.submitted_at is None:
        if seat.panel.closed_at is not None:
            return _("Not submitted when the panel was closed; it does not count.")
        return _("Draft as of %(at)s: not submitted, does not count yet.") % {
            "at": at_text(timezone.now(), season)
        }
    at = {"at": at_text(seat.submitted_at, season)}
    if seat.how == Seat.How.IMPORTED:
        return _("Brought in from a file %(at)s.") % at
    return _("Submitted and locked %(at)s.") % at


def _history(seat: Seat) -> list[str]:
    """Return what was done to the sheet, if that is more than submitting it once."""
    events = list(seat.events.all())
    if all(one.action in {SeatEvent.Action.SUBMITTED, SeatEvent.Action.IMPORTED} for one in events):
        return []
    return [
        " · ".join(
            filter(
                None,
                [
                    full_moment(one.at, seat.panel.season.time_zone),
                    str(one.get_action_display()), one.actor, one.reason,
                ],
            )
        )
        for one in events
    ]  # fmt: skip


def _declaration(seat: Seat) -> Values:
    return {
        "title": _("Declaration of confidentiality and independence"),
        "lines": written(seat.declaration),
        "when": _("Accepted in these words %(at)s.")
        % {"at": at_text(seat.declared_at, seat.panel.season)}
        if seat.declared_at
        else "",
    }


def _criteria(desk: Desk) -> list[list[str]]:
    """Return the lines of the rubric; none where there is but one thing to mark."""
    if len(desk.form.criteria) < 2:
        return []
    found = []
    for at, (line, one) in enumerate(zip(lines(desk.form, []), desk.form.criteria, strict=True), 1):
        span = f"{line['lowest']}–{line['highest']}"
        if one.optional:
            span = _("%(span)s, may be left out") % {"span": span}
        name, help_text = line["name"]["text"] or one.key, line["help"]["text"]
        found.append(
            [
                str(at), _("%(name)s: %(help)s") % {"name": name, "help": help_text}
                if help_text else name,
                span, f"× {shown(one.factor)}", f"{line['weight']}%",
            ]
        )  # fmt: skip
    return found


def _marked(desk: Desk) -> str:
    """Say how the marks are to be read, and of how many nominees they are."""
    count = len(desk.shown)
    of = ngettext("%(n)d nominee is marked.", "%(n)d nominees are marked.", count) % {"n": count}
    if desk.form.mode == "ranks":
        how = _("Rank 1 is the best of its category.")
    elif desk.form.mode == "picks":
        how = _("At most %(n)d are chosen in each category.") % {"n": desk.form.most_picks}
    elif len(desk.form.criteria) > 1:
        most = sum((one.highest * one.factor for one in desk.form.criteria), Decimal(0))
        how = _("The weighted total is the sum of marks × factors, at most %(most)s.") % {
            "most": shown(most)
        }
    else:
        one = desk.form.criteria[0]
        how = _("Marks go from %(lowest)s to %(highest)s.") % {
            "lowest": shown(one.lowest), "highest": shown(one.highest),
        }  # fmt: skip
    hidden = _("The panel works blind: what it does not see stands on no sheet.")
    return joined([of, how, *([hidden] if desk.panel.hidden else [])])


def _tables(desk: Desk, marks: Marks) -> list[Values]:
    """Return the tables of marks: the criteria in stretches, the total behind the last."""
    criteria = desk.form.criteria
    several = desk.form.mode == "points" and len(criteria) > 1
    found = []
    for first in range(0, len(criteria), MOST_COLUMNS):
        part = criteria[first : first + MOST_COLUMNS]
        total = several and first + MOST_COLUMNS >= len(criteria)
        heads, notes = [_("No."), _("Nominee")], ["", ""]
        for at, line in enumerate(lines(desk.form, [])[first : first + MOST_COLUMNS], first + 1):
            name = line["name"]["text"] or line["key"]
            heads.append(f"{at} {name}" if several else name)
            notes.append(
                f"{line['lowest']}–{line['highest']} × {line['factor']}" if several else ""
            )
        if total:
            heads.append(_("Weighted total"))
            notes.append("")
        keys = [one.key for one in part]
        found.append(
            {
                "heads": heads, "notes": notes, "total": total,
                "groups": _groups(desk, marks, keys, total=total),
            }
        )  # fmt: skip
    return found


def _groups(desk: Desk, marks: Marks, keys: Sequence[str], *, total: bool) -> list[Values]:
    groups: list[Values] = []
    before = None
    for one in desk.shown:
        if one.category_id != before:
            groups.append({"name": one.category["text"], "lines": []})
            before = one.category_id
        own = marks.get(one.pk, {})
        cells = [_cell(desk, own.get(key)) for key in keys]
        if total:
            weighted = desk.form.weighted_sum(own)
            cells.append(ABSENT if weighted is None else shown(weighted))
        groups[-1]["lines"].append([one.number, one.name["text"], *cells])
    return groups


def _cell(desk: Desk, points: Decimal | None) -> str:
    if points is None:
        return ABSENT
    return _("Chosen") if desk.form.mode == "picks" else shown(points)


def _recusals(seat: Seat) -> list[str]:
    """Return of whom the judge keeps out and why; blind panels learn only of how many."""
    rows = seat.recusals.filter(lifted_at=None)
    if {"name", "number", "unit"} & set(seat.panel.hidden):
        counted = rows.order_by().values_list("reason").annotate(n=Count("pk"))
        return [
            _("%(reason)s: %(n)d") % {"reason": Recusal.Reason(reason).label, "n": n}
            for reason, n in sorted(counted)
        ]
    return [
        _("%(nominee)s: %(reason)s (%(source)s)")
        % {
            "nominee": " ".join(
                [one.nominee.ballot_number, content(one.nominee.name, one.nominee.name_en)["text"]]
            ).strip(),
            "reason": one.get_reason_display(),
            "source": one.get_source_display(),
        }
        for one in rows.select_related("nominee").order_by("nominee__ballot_number", "pk")
    ]


def _proof(seat: Seat, fingerprint: str) -> list[str]:
    found = [
        _("Sheet number %(number)s. The fingerprint is the first 16 of the 64 digits of the "
          "SHA-256 of this number, panel, judge, all marks and all comments, as JSON with sorted "
          "keys. With any other mark or comment it is another one. The organisers' page of the "
          "seat shows it too.")
        % {"number": sheet_queries.number_of(seat)}
    ]  # fmt: skip
    submitted = sheet_queries.fingerprint_submitted(seat) if seat.submitted_at else ""
    if submitted and submitted != fingerprint:
        found.append(
            _("What was submitted has the fingerprint %(short)s: since then a nominee has "
              "withdrawn, or the judge has to keep out of one.")
            % {"short": sheet_queries.in_fours(submitted)}
        )  # fmt: skip
    return found
