"""What was not as usual in a result, in sentences: notes, ties, limits on places."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from django.utils.translation import gettext as _

from voting.ballots import counting_sentences

Values = dict[str, Any]
# Reasons by which a limit moved somebody.
MOVED: Final = frozenset({"cap", "reserved", "floor", "closed"})


def tie_text(found: Values, ranking: Values) -> str:
    """Say whether and how a tie was decided, or that there was none."""
    return equals_text(found, ranking) or _("No rule for equal results was needed.")


def equals_text(found: Values, ranking: Values) -> str:
    """Say with whom somebody is equal, what decided, and who shares the place; "" without any."""
    others = [one for one in ranking["nominees"] if one["number"] != found["number"]]
    equal = [one["name"] for one in others if one["total"] == found["total"]]
    level = [one["name"] for one in others if one["rank"] == found["rank"]]
    if found["total"] is None or not equal:
        return ""
    said = []
    if found["decided_by"]:
        steps = [counting_sentences.step(one) for one in found["decided_by"]]
        said.append(
            _("Equal with %(names)s; it was decided by %(steps)s.")
            % {"names": _(", ").join(equal), "steps": _("; ").join(steps)}
        )
    if found.get("waits_for"):
        said.append(
            _("Equal with %(names)s; still to be decided by %(step)s.")
            % {
                "names": _(", ").join(level),
                "step": counting_sentences.step(found["waits_for"]),
            }
        )
    elif level:
        said.append(
            _("Equal with %(names)s; they share the place.") % {"names": _(", ").join(level)}
        )
    return " ".join(said)


def quota_text(found: Values) -> str:
    """Say whether a limit on places moved somebody."""
    because = found.get("because")
    if not because or because["reason"] not in MOVED:
        return _("No limit on places moved this place.")
    limits = _(", ").join(_limit_text(one) for one in because["limits"])
    return {
        "cap": _("Not honoured: the limit is reached (%(limits)s)."),
        "reserved": _("Not honoured: the places left are needed elsewhere (%(limits)s)."),
        "floor": _("Honoured because a minimum needs it (%(limits)s)."),
        "closed": _("Moved up, since a limit held somebody back (%(limits)s)."),
    }[because["reason"]] % {"limits": limits}


def _limit_text(limit: Values) -> str:
    what = " × ".join(limit["of"]) or limit["quota"]
    parts = []
    if limit["least"]:
        parts.append(_("at least %(n)s") % {"n": limit["least"]})
    if limit["most"] is not None:
        parts.append(_("at most %(n)s") % {"n": limit["most"]})
    return _("%(what)s: %(limits)s") % {"what": what, "limits": _(", ").join(parts)}


def note_text(note: Values) -> str:
    """Say what was not as usual."""
    about = note["about"]
    rest = _(", ").join(about[1:])
    return {
        "excluded": lambda: _("%(what)s is disqualified and does not count.") % {"what": about[0]},
        "substituted": lambda: (
            _("%(what)s is disqualified; the mean of %(others)s stands for it.")
            % {"what": about[0], "others": rest}
        ),
        "part-excluded": lambda: (
            _("%(part)s is disqualified and does not count.") % {"part": about[1]}
        ),
        "part-substituted": lambda: (
            _("%(part)s is disqualified; others stand for it.") % {"part": about[1]}
        ),
        "absent": lambda: _("Nothing was given, which counts as 0."),
        "too-few": lambda: _("There are too few marks for a value."),
        "not-trimmed": lambda: _("There are too few marks to drop any."),
        "shrunk": lambda: _("Counts less, since there are few marks."),
        "unfinished": lambda: (
            _("Unfinished sheets do not count: %(who)s.") % {"who": _(", ").join(about)}
        ),
        "capped": lambda: _("The bonus has reached its limit."),
        "stratum-empty": lambda: _("Nobody voted in: %(what)s.") % {"what": _(", ").join(about)},
    }[note["code"]]()


def change_text(change: Values, names: Mapping[str, str]) -> str:
    """Name one thing that was tried otherwise. names: of components, by key."""
    part = names.get(change["component"], change["component"])
    if change["kind"] == "judge":
        return _("%(part)s without %(judge)s") % {"part": part, "judge": change["detail"]}
    if change["kind"] == "weight":
        return _("weight of %(part)s %(by)s") % {"part": part, "by": change["detail"]}
    if change["kind"] == "trimming":
        if change["detail"] == "on":
            return _("%(part)s with the highest and lowest dropped") % {"part": part}
        return _("%(part)s with none dropped") % {"part": part}
    return _("%(part)s with other figures: %(name)s") % {"part": part, "name": change["detail"]}


def agreement_word(value: Fraction) -> tuple[str, int]:
    """Say what a reliability means, and on which step of four it is, from 0.

    Koo and Li 2016: below 0.5 poor, to 0.75 moderate, to 0.9 good, above excellent.
    """
    steps = (
        (Fraction(1, 2), _("poor: the panel's order could be another one"), 0),
        (Fraction(3, 4), _("moderate"), 1),
        (Fraction(9, 10), _("good"), 2),
    )
    return next(((text, at) for limit, text, at in steps if value < limit), (_("excellent"), 3))
