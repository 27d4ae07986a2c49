"""What a panel sees of a nominee. What it must not see is left out here, before any page.

A panel that works blind does not see some of ``HIDEABLE``. A hidden name or unit is also taken out
of all texts. Addresses and file names never say anything: a nominee is known to judges by a code
that only this panel has, and that leads to no public page.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from voting.judging.models import Panel
from voting.judging.queries.seats import Nominees
from voting.nominations.models import Attachment, Nomination
from voting.rules.blanking import Blanking, parts_of
from voting.seasons.models import Nominee
from voting.seasons.page_context import Words, content

CODE_LENGTH: Final = 12
PRACTICE: Final = "practice"  # stands for the calibration nominee
BLACKED: Final = "■■"
_NUMBER_SIGN: Final = "\N{CJK UNIFIED IDEOGRAPH-53F7}"  # stands behind a number


class Shown(NamedTuple):
    """A nominee as lists show them. number: empty if it is hidden, or there is none."""

    pk: int
    code: str
    name: Words
    number: str
    unit: Words
    category: Words
    category_id: int
    has_portrait: bool


class File(NamedTuple):
    """A photo or a proof, by its place in the file of a nominee."""

    place: int
    caption: Words
    kind: str = ""
    ending: str = ""
    size: int = 0


def code_of(panel: Panel, nominee_id: int) -> str:
    """Return by what the judges of a panel know a nominee in addresses."""
    return salted_hmac("judging.nominee", f"{panel.pk}.{nominee_id}").hexdigest()[:CODE_LENGTH]


def hides(panel: Panel, what: str) -> bool:
    """Return whether a panel does not see something. what: of ``HIDEABLE``."""
    return what in panel.hidden


def in_order(panel: Panel, nominees: Iterable[Nominee]) -> list[Nominee]:
    """Return nominees in an order that says nothing hidden, by category first."""
    if not hides(panel, "number"):
        return list(nominees)
    return sorted(nominees, key=lambda one: (one.category.position, code_of(panel, one.pk)))


def shown(panel: Panel, nominees: Nominees) -> list[Shown]:
    """Return those whom a seat marks as their panel sees them, in its order."""
    stand_ins = _stand_ins(panel, nominees.whole) if hides(panel, "name") else {}
    return [_shown(panel, one, stand_ins) for one in in_order(panel, nominees.marked)]


def _shown(panel: Panel, nominee: Nominee, stand_ins: Mapping[int, str]) -> Shown:
    nothing: Words = {"text": "", "lang": ""}
    name: Words = {"text": stand_ins.get(nominee.pk, ""), "lang": ""}
    return Shown(
        pk=nominee.pk,
        code=code_of(panel, nominee.pk),
        name=name if hides(panel, "name") else content(nominee.name, nominee.name_en),
        number="" if hides(panel, "number") else nominee.ballot_number,
        unit=nothing if hides(panel, "unit") else content(nominee.unit, nominee.unit_en),
        category=content(nominee.category.name, nominee.category.name_en),
        category_id=nominee.category_id,
        has_portrait=not hides(panel, "portrait"),
    )


def _stand_ins(panel: Panel, whole: Iterable[int]) -> dict[int, str]:
    """Return what stands for hidden names; all judges of a panel have the same."""
    order = sorted(whole, key=lambda pk: code_of(panel, pk))
    return {pk: _("File %(n)d") % {"n": number} for number, pk in enumerate(order, start=1)}


class Screen:
    """Takes hidden names and units out of texts, in all usual spellings (``rules.blanking``)."""

    def __init__(self, panel: Panel, nominee: Nominee, nominations: Iterable[Nomination]) -> None:
        words: set[str] = set()
        nominations = list(nominations)
        if hides(panel, "name"):
            words |= {nominee.name, nominee.name_en}
            words |= {name for one in nominations for name in (one.name, one.name_en)}
        if hides(panel, "unit"):
            words |= {nominee.unit, nominee.unit_en}
            for one in nominations:
                words |= {one.organisation, one.place}
                if one.unit is not None:
                    words |= {one.unit.name, one.unit.name_en}
        words = {part for one in words if one for part in parts_of(one)}
        if hides(panel, "number") and nominee.ballot_number:
            # Numbers as people write them: by themselves, or with a word before them.
            words |= {f"{nominee.ballot_number}{_NUMBER_SIGN}", f"No. {nominee.ballot_number}"}
        self._blanking = Blanking(words, BLACKED)

    def text(self, text: str) -> str:
        """Return a text with everything hidden blacked out."""
        return self._blanking.text(text)

    def words(self, zh: str, en: str) -> Words:
        """Return a text in the page's language, with everything hidden blacked out."""
        found = content(zh, en)
        return {"text": self.text(found["text"]), "lang": found["lang"]}


def paragraphs(words: Words) -> list[str]:
    """Return the paragraphs of a text."""
    return [part.strip() for part in re.split(r"\n\s*\n", words["text"]) if part.strip()]


def photos(panel: Panel, nominee: Nominee, screen: Screen) -> list[File]:
    """Return the published photos, unless they are hidden."""
    if hides(panel, "photos"):
        return []
    return [
        File(place, screen.words(str(one.get("caption", "")), str(one.get("caption_en", ""))))
        for place, one in enumerate(nominee.photos, start=1)
    ]


def attachments(panel: Panel, nominations: Iterable[Nomination]) -> list[Attachment]:
    """Return the proofs that a panel sees; never what people signed to consent."""
    if hides(panel, "attachments"):
        return []
    return [
        file
        for one in nominations
        for file in one.attachments.all()
        if file.kind != Attachment.Kind.CONSENT
    ]


def figures(nominee: Nominee, screen: Screen) -> list[dict[str, Any]]:
    """Return the figures of a nominee."""
    return [
        {
            "value": screen.text(str(one.get("value", ""))),
            "unit": screen.words(str(one.get("unit", "")), str(one.get("unit_en", ""))),
            "label": screen.words(str(one.get("label", "")), str(one.get("label_en", ""))),
        }
        for one in nominee.figures
    ]
