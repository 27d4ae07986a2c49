"""How alike nominations are: which of them may put forward the same person or the same deeds.

Three signs are looked at: the names, the deeds, the unit. They are put together like independent
doubts: of what one sign leaves in doubt the next removes its part. A result is a hint for the
person who decides about merging, never a decision. Named in docs/calculations.md.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Final, Literal, NamedTuple

from rapidfuzz.distance import Indel

from voting.rules.folding import fold, words

THRESHOLD: Final = 60  # per cent; pairs below are not reported
LEAST_THRESHOLD: Final = 40  # the same unit alone must never make a pair

# What each sign removes of the doubt when it is complete.
NAME_WEIGHT: Final = 0.85
DEEDS_WEIGHT: Final = 0.90
UNIT_WEIGHT: Final = 0.30

SHINGLE: Final = 4  # characters in a piece of text
# A piece of text that stands in more nominations than this is a set phrase and says nothing.
SET_PHRASE_SHARE: Final = 100  # one in so many
SET_PHRASE_LEAST: Final = 20  # but never fewer than so many nominations

# Signs weaker than this are not named as a reason, in per cent.
NAME_WORTH_NAMING: Final = 50
DEEDS_WORTH_NAMING: Final = 10

# Binary fractions: 85 must stay 85 where they make it 84.999...
ROUNDING: Final = 1e-9

ReasonCode = Literal["same-name", "like-name", "same-deeds", "shared-deeds", "same-unit"]


@dataclass(frozen=True, slots=True)
class Nomination:
    """What is compared: a key of the caller's, unique; texts as they were typed."""

    key: str
    name: str
    unit: str = ""
    deeds: str = ""


class Reason(NamedTuple):
    """Why two are alike; ``percent`` is how much of the name or of the deeds they share."""

    code: ReasonCode
    percent: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two nominations are: 0 to 100 per cent, rounded down, and why."""

    percent: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two nominations that may be one, by key, in the order in which they were given."""

    first: str
    second: str
    likeness: Likeness


class _Folded(NamedTuple):
    name: str
    sorted_words: str
    unit: str
    deeds: str


def likeness(
    one: Nomination, other: Nomination, *, set_phrases: frozenset[str] = frozenset()
) -> Likeness:
    """Return how alike two nominations are.

    set_phrases: pieces of text that do not count, as ``set_phrases_of`` finds them.
    """
    left, right = _folded(one), _folded(other)
    mine, yours = (_pieces(folded.deeds) - set_phrases for folded in (left, right))
    return _likeness(left, right, _jaccard(len(mine), len(yours), len(mine & yours)))


def name_percent(one: str, other: str) -> float:
    """Return how much two names share, 0 to 100, after folding; the order of words is free.

    Twice the characters in common (in this order) over the characters of both. A name without
    letters is like no other.
    """
    left, right = words(one), words(other)
    return 100 * max(
        _shared("".join(left), "".join(right)),
        _shared("".join(sorted(left)), "".join(sorted(right))),
    )


def set_phrases_of(items: Sequence[Nomination]) -> frozenset[str]:
    """Return pieces of text so common among these nominations that they say nothing.

    Those in more than one of a hundred, and in more than twenty.
    """
    seen = Counter(piece for item in items for piece in _pieces(fold(item.deeds)))
    most = _most_for_a_piece(len(items))
    return frozenset(piece for piece, count in seen.items() if count > most)


def find_duplicates(items: Sequence[Nomination], *, threshold: int = THRESHOLD) -> list[Pair]:
    """Return all pairs that are alike to at least ``threshold`` per cent, the likest first.

    Finds what comparing each with each other would find. Only pairs that share a piece of text,
    or enough letters of the name, are compared; where thousands have one name or one text, there
    are as many pairs, and the time grows with them.

    Raises ValueError when the threshold is not within 40 to 100, or a key stands twice.
    """
    if not LEAST_THRESHOLD <= threshold <= 100:
        raise ValueError("threshold: 40 to 100")
    if len({item.key for item in items}) < len(items):
        raise ValueError("a key stands twice")
    folded = [_folded(item) for item in items]
    pairs = []
    for before, at, text in _candidates(folded, threshold):
        found = _likeness(folded[before], folded[at], text)
        if found.percent >= threshold:
            pairs.append((-found.percent, before, at, found))
    pairs.sort(key=lambda pair: pair[:3])
    return [Pair(items[i].key, items[j].key, found) for _percent, i, j, found in pairs]


def _candidates(folded: Sequence[_Folded], threshold: int) -> Iterator[tuple[int, int, float]]:
    """Yield two positions, and the share of the text, of what can be alike.

    May yield pairs that are not, never leaves out one that is: letters in common, whatever their
    order, bound what names can share, and a share of the text needs that share of each text.
    """
    letters = _where(_numbered(one.name) for one in folded)
    texts = _where([one.deeds] if one.deeds else [] for one in folded)
    pieces = _where(_pieces(one.deeds) for one in folded)
    most = _most_for_a_piece(len(folded))
    sizes = [sum(len(places) <= most for places in own) for own in pieces]
    # Who stands alone with a piece finds nobody by it.
    pieces = [[places for places in own if 1 < len(places) <= most] for own in pieces]
    for at in reversed(range(len(folded))):
        one, size = folded[at], sizes[at]
        shared = _met_before(pieces[at])
        alike = set(_met_before(texts[at]))
        least = _least_text(0.0, threshold, unit=True) * size
        alike.update(before for before, count in shared.items() if count >= least)
        for before, common in _met_before(letters[at]).items():
            other = folded[before]
            name = 2 * common / (len(one.name) + len(other.name))
            text = _least_text(name, threshold, unit=one.unit == other.unit)
            if text <= 0 or shared.get(before, 0) >= text * size > 0:
                alike.add(before)
        for before in alike:
            yield before, at, _jaccard(size, sizes[before], shared.get(before, 0))


def _where(keys_of: Iterable[Iterable[Hashable]]) -> list[list[list[int]]]:
    """Return for each position, for each of its keys, the positions that have the key.

    The lists are shared: what ``_met_before`` takes from one is gone for all.
    """
    index: dict[Hashable, list[int]] = defaultdict(list)
    found = []
    for at, keys in enumerate(keys_of):
        own = [index[key] for key in keys]
        for places in own:
            places.append(at)
        found.append(own)
    return found


def _met_before(own: list[list[int]]) -> Mapping[int, int]:
    """Return how many keys each earlier position has in common with the last one.

    Positions are taken from the last to the first: each stands at the end of its lists and goes.
    """
    for places in own:
        places.pop()
    return Counter(chain.from_iterable(own))


@cache
def _least_text(name: float, threshold: int, *, unit: bool) -> float:
    """Return the least share of the text with which the threshold can be reached, at most 1."""
    left = (1 - NAME_WEIGHT * name) * (1 - UNIT_WEIGHT if unit else 1)
    return min(1.0, (1 - (1 - threshold / 100) / left) / DEEDS_WEIGHT) - ROUNDING


def _likeness(one: _Folded, other: _Folded, text: float) -> Likeness:
    name = max(_shared(one.name, other.name), _shared(one.sorted_words, other.sorted_words))
    same_text = bool(one.deeds) and one.deeds == other.deeds
    if same_text:
        text = 1.0
    same_unit = bool(one.unit) and one.unit == other.unit
    reasons = []
    if name == 1.0:
        reasons.append(Reason("same-name", 100))
    elif 100 * name >= NAME_WORTH_NAMING:
        reasons.append(Reason("like-name", int(100 * name)))
    if same_text:
        reasons.append(Reason("same-deeds", 100))
    elif 100 * text >= DEEDS_WORTH_NAMING:
        reasons.append(Reason("shared-deeds", int(100 * text)))
    if same_unit:
        reasons.append(Reason("same-unit", 100))
    return Likeness(_percent(name, text, unit=same_unit), tuple(reasons))


def _percent(name: float, text: float, *, unit: bool) -> int:
    """Put the signs together; the three of them complete leave no doubt."""
    if unit and name == text == 1.0:
        return 100
    doubt = (1 - NAME_WEIGHT * name) * (1 - DEEDS_WEIGHT * text)
    if unit:
        doubt *= 1 - UNIT_WEIGHT
    return int(100 * (1 - doubt) + ROUNDING)


def _folded(item: Nomination) -> _Folded:
    parts = words(item.name)
    return _Folded("".join(parts), "".join(sorted(parts)), fold(item.unit), fold(item.deeds))


def _shared(one: str, other: str) -> float:
    return Indel.normalized_similarity(one, other) if one and other else 0.0


def _jaccard(left: int, right: int, shared: int) -> float:
    return shared / (left + right - shared) if shared else 0.0


def _pieces(folded: str) -> frozenset[str]:
    return frozenset(folded[at : at + SHINGLE] for at in range(len(folded) - SHINGLE + 1))


def _numbered(name: str) -> Iterator[tuple[str, int]]:
    """Yield each letter with how often it came before, so that doubles count twice."""
    before: Counter[str] = Counter()
    for letter in name:
        yield letter, before[letter]
        before[letter] += 1


def _most_for_a_piece(nominations: int) -> int:
    return max(SET_PHRASE_LEAST, nominations // SET_PHRASE_SHARE)
