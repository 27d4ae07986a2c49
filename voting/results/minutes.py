"""The committee's minutes of a sealed result on paper, to be signed.

All numbers come from the sealed bytes, and agreement is computed from the sealed marks; who sat,
kept out and objected comes from the records (``minutes_people``). Nothing of it is kept on the
server.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.sentences import joined
from voting.ballots import component_sentences, counting_sentences, place_sentences
from voting.ballots.counting_sentences import listed
from voting.judging.queries.sheets import in_fours
from voting.notices.official import at_text, frame, local_day, title_of, with_missing
from voting.notices.paper import set_pages
from voting.results import explaining, minutes_people, stored_inputs
from voting.results.computing import Inputs
from voting.results.explaining import shown
from voting.results.firmness import counted_text
from voting.results.models import ResultSnapshot
from voting.results.queries import latest_snapshot
from voting.results.wording import MOVED, change_text, equals_text, note_text, quota_text
from voting.rules.components import Component, Consolidation

TEMPLATE: Final = Path(__file__).parent / "minutes.typ"
WIDE_FROM: Final = 5  # so many components have the results across
MOST_CHANGES: Final = 3  # named of those that would move somebody
MOST_NAMES: Final = 12  # of whom the same is told; of more it is said how many they are

Values = dict[str, Any]
# What there is to tell of a nominee of an order; "" for nothing.
Tell = Callable[[Values, Values], str]


def minutes(snapshot: ResultSnapshot, *, with_names: bool) -> Values:
    """Return what the minutes of a sealed result say, in the page's language: for ``printed``.

    snapshot: with its season. with_names: whether judges are named, beside their codes.
    """
    season = snapshot.season
    inputs = stored_inputs.read(snapshot.inputs.encode())
    rankings = explaining.rankings_of(snapshot)
    most = max((len(explaining.declared_of(one).components) for one in rankings), default=0)
    title = _("Minutes of the committee")
    version = _("Version %(n)s") % {"n": snapshot.version}
    panels = minutes_people.panels(snapshot, inputs, with_names=with_names)
    words = frame(season, title) | {
        "running": " · ".join([title_of(season), title, version]),
        "foot": _("%(version)s, fingerprint of the result %(short)s")
        % {"version": version, "short": in_fours(snapshot.fingerprint)},
        "wide": most >= WIDE_FROM,
        "pairs": _pairs(snapshot),
        "headings": {
            "panels": _("Panels"), "how": _("How the result is computed"),
            "rulings": _("What does not count"), "results": _("Results"),
            "robustness": _("How firm the places are"), "objections": _("Objections"),
            "signatures": _("Signatures"),
        },
        "panels": panels,
        "seat_heads": [_("Judge"), _("Seat type"), _("Seated"), _("State"), _("Marks"),
                       _("Fingerprint of the sheet")],
        "how": _how(inputs),
        "rulings": [*minutes_people.rulings(snapshot, inputs), *_held(snapshot, inputs)],
        "results": [_result(one, inputs) for one in rankings],
        "robustness": [_robustness(one) for one in rankings if "robustness" in one],
        "firm_heads": [_("No."), _("Nominee"), pgettext("outcome", "As it stands"),
                       _("It would be otherwise"), _("Rank between")],
        "objections": minutes_people.objections(season),
        "record": _record(snapshot),
        "made": local_day(snapshot.sealed_at, season).isoformat(),
        "signers": [_("Chair of the committee"), _("Minutes taken by"),
                    *minutes_people.signers(snapshot, inputs, with_names=with_names)],
    }  # fmt: skip
    return with_missing(words)


def printed(words: Values) -> bytes:
    """Return the PDF of the minutes. Asks no database. Under a second for 60 nominees."""
    return set_pages(TEMPLATE, {"minutes": words}, date.fromisoformat(words["made"]))


def file_name(snapshot: ResultSnapshot) -> str:
    """Return the name of the file."""
    return f"{snapshot.season.slug}-minutes-v{snapshot.version}.pdf"


def _pairs(snapshot: ResultSnapshot) -> list[list[Any]]:
    """Return label, value, and whether it takes the whole width."""
    season = snapshot.season
    last = latest_snapshot(season)
    version = _("Version %(n)s") % {"n": snapshot.version}
    if last is not None and last.version > snapshot.version:
        version = _("%(version)s; a later one has been sealed since: %(last)d") % {
            "version": version, "last": last.version,
        }  # fmt: skip
    found = [
        [_("Sealed result"), version, True],
        [_("Sealed"), at_text(snapshot.sealed_at, season), True],
        [_("Signed by"), _("%(first)s and %(second)s") % {
            "first": snapshot.sealed_by, "second": snapshot.approved_by,
        }, True],
    ]  # fmt: skip
    if snapshot.reason:
        found.append([_("Reason"), snapshot.reason, True])
    return [
        *found,
        [_("Rules"), str(snapshot.sources.get("rules", "")), True],
        [_("Inputs"), snapshot.inputs_fingerprint, True],
        [_("Result"), snapshot.fingerprint, True],
    ]


def _record(snapshot: ResultSnapshot) -> list[str]:
    """Say where it all comes from."""
    return [
        _("Numbers, places, ties and limits are those of the sealed result. The fingerprints above "
          "are SHA-256 of rules, inputs and result; inputs and result can be had as files, and "
          "computed anew they give the same bytes."),
        _("Who sat, kept out and objected is as on record %(at)s.")
        % {"at": at_text(timezone.now(), snapshot.season)},
    ]  # fmt: skip


def _held(snapshot: ResultSnapshot, inputs: Inputs) -> list[str]:
    """Return which files of figures were held back, and why."""
    names = explaining.names_of(inputs.declared)
    return [
        _("A file of %(component)s is held back while it is in doubt (SHA-256 %(digest)s…): "
          "%(reason)s")
        % {"component": names[one["component"]]["text"], "digest": one["sha256"][:16],
           "reason": one["reason"]}
        for one in snapshot.sources.get("held", ())
    ]  # fmt: skip


def _how(inputs: Inputs) -> list[Values]:
    """Return the declared calculation in the words of the rules page."""
    declared = inputs.declared
    found = [{"title": "", "lines": component_sentences.total(declared)}]
    for part in component_sentences.parts(declared, {}, everybody=inputs.honours.order == "all"):
        lines = list(part["lines"])
        if part["criteria"]:
            named = [
                _("%(name)s: %(marks)s, %(factor)s")
                % {"name": one["name"]["text"], "marks": one["marks"], "factor": one["factor"]}
                for one in part["criteria"]
            ]
            lines.append(_("Criteria: %(names)s.") % {"names": _("; ").join(named)})
        found.append({"title": f"{part['name']} {part['weight']}", "lines": lines})
    ties = counting_sentences.ties(inputs.ties, component_sentences.criteria(declared))
    if "lot" in inputs.ties.chain:
        ties.append(_("Seed of the lot: %(seed)s") % {"seed": inputs.seed})
    return [
        *found,
        {"title": _("Equal results"), "lines": ties},
        {"title": _("Places"), "lines": place_sentences.lines(inputs.honours, {})},
    ]


def _result(ranking: Values, inputs: Inputs) -> Values:
    """Return the table of one order, and below it what was not as usual."""
    declared = explaining.declared_of(ranking)
    decimals = explaining.decimals_of(ranking)
    heads, notes = [_("Rank"), _("No."), _("Nominee")], ["", "", ""]
    for one in declared.components:
        heads.append(explaining.name_of(one, declared)["text"])
        notes.append(_worth(one, declared, ranking["nominees"]))
    out_of = explaining.exact(ranking["out_of"])
    notes += [_("out of %(most)s") % {"most": shown(out_of)} if out_of else "", ""]
    nominees = ranking["nominees"]
    return {
        "name": ranking["category"] or _("All categories"),
        "places": _places(ranking, inputs),
        "heads": [*heads, _("Total"), _("Outcome")],
        "notes": notes,
        "lines": [_line(one, declared, inputs, decimals) for one in nominees],
        "remarks": [
            {"title": title, "lines": lines}
            for title, lines in (
                (_("Equal results"), _told(nominees, equals_text, ranking)),
                (_("Limits on places"), _told(nominees, _limit, ranking)),
                (_("What was not as usual"), _told(nominees, _unusual, ranking)),
            )
            if lines
        ],
    }


def _worth(component: Component, declared: Consolidation, nominees: Sequence[Values]) -> str:
    """Say what a component weighs, and out of how many points where that is not 100."""
    weight = component_sentences.weight(component, declared)
    parts = [part for one in nominees if (part := (one["parts"] or {}).get(component.key))]
    out_of = next((part["out_of"] for part in parts if part["out_of"]), None)
    if component.kind == "bonus" or out_of in {None, "100"}:
        return weight
    return _("%(weight)s, out of %(most)s") % {"weight": weight, "most": shown(out_of)}


def _places(ranking: Values, inputs: Inputs) -> str:
    """Say how many places there are, and how many stay empty."""
    most = inputs.honours.places
    if ranking["category"]:
        most = inputs.places.get(ranking["category"], 0)
    elif most is None:
        most = sum(inputs.places.values())
    text = ngettext("%(n)d place.", "%(n)d places.", most) % {"n": most}
    if ranking["unfilled"]:
        text = _("%(places)s Unfilled: %(n)d.") % {"places": text, "n": ranking["unfilled"]}
    return text


def _line(one: Values, declared: Consolidation, inputs: Inputs, decimals: int) -> Values:
    place = one.get("place") or one["rank"]
    return {
        "place": "–" if place is None else str(place),
        "number": one["number"],
        "name": one["name"],
        "unit": inputs.traits.get(one["number"], {}).get("unit", ""),
        "parts": [_part(part, one["parts"] or {}) for part in declared.components],
        "total": shown(one["total"], decimals, fixed=True) if one["total"] is not None else "–",
        "outcome": _outcome(one, declared),
        "honoured": one.get("honoured") is True,
    }


def _part(component: Component, parts: Mapping[str, Values]) -> list[str]:
    """Return what a component adds, and below it the points that this is made of."""
    part = parts.get(component.key)
    if part is None or part["points"] is None:
        return ["–", ""]
    points = shown(part["points"], 4)
    if component.reference or part["added"] is None:
        return [f"({points})", ""]
    added = shown(part["added"], 4)
    return [added, points if points != added else ""]


def _outcome(one: Values, declared: Consolidation) -> str:
    if one["total"] is None:
        return explaining.without_total(one, explaining.names_of(declared))
    state = one.get("honoured", False)
    if state is None:
        return _("Still open")
    return _("To be honoured") if state else ""


def _told(nominees: Sequence[Values], tell: Tell, ranking: Values) -> list[str]:
    """Return what there is to tell, each once, with those of whom it is true."""
    found: dict[str, list[str]] = {}
    for one in nominees:
        if text := tell(one, ranking):
            found.setdefault(text, []).append(f"{one['number']} {one['name']}")
    told = []
    for text, who in found.items():
        whom = listed(who)
        if len(who) > MOST_NAMES:
            whom = ngettext("%(n)d nominee", "%(n)d nominees", len(who)) % {"n": len(who)}
        told.append(_("%(who)s: %(text)s") % {"who": whom, "text": text})
    return told


def _limit(one: Values, _ranking: Values) -> str:
    return quota_text(one) if one.get("because", {}).get("reason") in MOVED else ""


def _unusual(one: Values, ranking: Values) -> str:
    """Return the notes about one nominee, with the component that each is about."""
    declared = explaining.declared_of(ranking)
    names = {own.key: explaining.name_of(own, declared)["text"] for own in declared.components}
    found = [note_text(note) for note in one["notes"]]
    for key, part in (one["parts"] or {}).items():
        found += [
            _("%(part)s: %(text)s") % {"part": names.get(key, key), "text": note_text(note)}
            for note in part.get("notes", [])
            if note not in one["notes"]
        ]
    return joined(dict.fromkeys(found))


def _robustness(ranking: Values) -> Values:
    """Return who stands firm, in a number, and of everybody else what would move them."""
    declared = explaining.declared_of(ranking)
    own = ranking["robustness"]["nominees"]
    placed = [one for one in ranking["nominees"] if one["number"] in own and one["total"]]
    fragile = [one for one in placed if not own[one["number"]]["firm"]]
    text = counted_text(len(placed) - len(fragile), len(placed), ranking)
    return {
        "name": ranking["category"] or _("All categories"),
        "text": text,
        "lines": [_fragile(one, own[one["number"]], declared) for one in fragile],
    }


def _fragile(one: Values, own: Values, declared: Consolidation) -> list[str]:
    names = {key: words["text"] for key, words in explaining.names_of(declared).items()}
    changes = [change_text(change, names) for change in own["moved_by"][:MOST_CHANGES]]
    more = len(own["moved_by"]) - len(changes)
    if more:
        changes.append(_("and %(n)d more") % {"n": more})
    return [
        one["number"], one["name"], _outcome(one, declared) or _("Not honoured"),
        _("; ").join(changes) or "–",
        f"{own['best']}–{own['worst']}" if own["best"] != own["worst"] else str(own["best"]),
    ]  # fmt: skip
