"""How firm a result stands, in sentences: what was tried otherwise, and what came of it."""

from typing import Any

from django.utils.translation import gettext as _

from voting.rules.robustness import STEP

Values = dict[str, Any]


def tried(ranking: Values) -> str:
    """Say what was tried otherwise, as an order was sealed; "" if nothing could be.

    A panel of one judge has nobody whom it could leave out.
    """
    done = {(one["kind"], one["detail"]) for one in ranking["robustness"]["scenarios"]}
    kinds = {kind for kind, _detail in done}
    by = _("any weight moved by %(n)d")
    if ranking["adds"] == "sum":
        by = _("any weight moved by %(n)d per cent")
    words = [
        _("any one judge left out") if "judge" in kinds else "",
        by % {"n": STEP} if "weight" in kinds else "",
        _("the highest and lowest marks dropped") if ("trimming", "on") in done else "",
        _("no marks dropped") if ("trimming", "off") in done else "",
        _("what is held back counted") if "figures" in kinds else "",
    ]
    return _("; ").join(word for word in words if word)


def firm_text(found: Values, ranking: Values) -> Values | None:
    """Say of a nominee with a total whether anything that was tried would decide otherwise."""
    own = ranking.get("robustness", {}).get("nominees", {}).get(found["number"])
    if own is None or found["total"] is None:
        return None
    if own["firm"]:
        text = _firm(tried(ranking), honoured=bool(found.get("honoured")))
    else:
        text = _("At the line: %(n)s of the changes that were tried would decide otherwise.") % {
            "n": len(own["moved_by"])
        }
        if held := [one["detail"] for one in own["moved_by"] if one["kind"] == "figures"]:
            text += _(" One of them is that what is held back counted (%(what)s).") % {
                "what": _(", ").join(held)
            }
    return {"is_firm": own["firm"], "text": text, "best": own["best"], "worst": own["worst"]}


def _firm(what: str, *, honoured: bool) -> str:
    if not what:
        return _("There was nothing that could be tried otherwise.")
    if honoured:
        return _("Honoured in everything that was tried: %(what)s.") % {"what": what}
    return _("Not honoured in anything that was tried: %(what)s.") % {"what": what}


def counted_text(firm: int, everybody: int, ranking: Values) -> str:
    """Say how many stand firm, and against what."""
    what = tried(ranking)
    if not what:
        return _("There was nothing that could be tried otherwise.")
    return _("%(firm)d of %(all)d stand firm in everything that was tried: %(what)s.") % {
        "firm": firm, "all": everybody, "what": what,
    }  # fmt: skip
