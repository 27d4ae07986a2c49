"""What another sealed version changes, line by line, as the two people who sign read it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from voting.results import as_json, explaining, stored_inputs
from voting.results.computing import Inputs, compute
from voting.results.explaining import shown
from voting.results.models import ResultSnapshot
from voting.results.queries import names_of
from voting.seasons.models import Nominee, Season

Line = dict[str, str]


def seal_lines(
    season: Season, inputs: Inputs, sources: Mapping[str, Any], before: ResultSnapshot | None
) -> list[Line]:
    """Return what changes from the version before to the result as it stands.

    before: None at first. Everybody's rank and total and who is honoured, who does not take part
    any more, and the files that count: another file may have the very same numbers.
    """
    old = _outcomes(as_json.parsed(before.result)["rankings"]) if before else {}
    new = _outcomes(as_json.rankings(compute(inputs), names_of(season)))
    lines = _gone(season, inputs, before)
    said = {line["label"] for line in lines}
    lines += [
        {"label": one, "before": old.get(one, ""), "after": new.get(one, "")}
        for one in sorted(set(old) | set(new))
        if old.get(one) != new.get(one) and one not in said
    ]
    return lines + _files(inputs, sources, before)


def files_of(sources: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the fingerprints of the files that count, and of those held back, sorted."""
    return {
        part: sorted(one["sha256"] for one in sources.get(part, ())) for part in ("files", "held")
    }


def _outcomes(rankings: list[dict[str, Any]]) -> dict[str, str]:
    """Return what came out for each nominee, in words: by number and name."""
    return {
        f"{one['number']} {one['name']}": _outcome(one)
        for ranking in rankings
        for one in ranking["nominees"]
    }


def _outcome(one: Mapping[str, Any]) -> str:
    if one["total"] is None:
        return _("no total")
    words = _("rank %(rank)s, total %(total)s") % {
        "rank": one["rank"], "total": shown(one["total"], 4)
    }  # fmt: skip
    return _("%(outcome)s, honoured") % {"outcome": words} if one.get("honoured") else words


def _gone(season: Season, inputs: Inputs, before: ResultSnapshot | None) -> list[Line]:
    """Return who does not take part any more: that may have changed the numbers of others."""
    gone = set(inputs.withdrawn)
    if before:
        gone -= set(stored_inputs.read(before.inputs.encode()).withdrawn)
    rows = Nominee.objects.filter(season=season, ballot_number__in=gone)
    return [
        {
            "label": f"{number} {name}",
            "before": _("takes part"),
            "after": _("has withdrawn") if withdrawn_at else _("taken off by an upheld objection"),
        }
        for number, name, withdrawn_at in rows.order_by("ballot_number").values_list(
            "ballot_number", "name", "withdrawn_at"
        )
    ]


def _files(inputs: Inputs, sources: Mapping[str, Any], before: ResultSnapshot | None) -> list[Line]:
    """Return the files that came or went since the version before."""
    if before is None:
        return []
    names = explaining.names_of(inputs.declared)
    lines = []
    for part, counts in (("files", _("counts")), ("held", _("held back"))):
        old = {one["sha256"]: one for one in before.sources.get(part, ())}
        new = {one["sha256"]: one for one in sources.get(part, ())}
        for digest in sorted(old.keys() ^ new.keys()):
            component = (old.get(digest) or new[digest])["component"]
            name = names.get(component, {"text": component})["text"]
            label = _("%(component)s, file %(digest)s…") % {
                "component": name, "digest": digest[:16]
            }  # fmt: skip
            lines.append(
                {
                    "label": label,
                    "before": counts if digest in old else "",
                    "after": counts if digest in new else "",
                }
            )
    return lines
