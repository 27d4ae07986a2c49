"""Everything that a result depends on, in plain values and back.

The bytes are kept with a sealed result. Whoever has them can compute the result anew, without the
database; the same inputs always make the same bytes.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import msgspec

from voting.results.as_json import canonical, number
from voting.results.computing import Inputs
from voting.rules.components import Consolidation, Disqualified, Given
from voting.rules.honours import Honours
from voting.rules.panels import Marks
from voting.rules.ties import Ties
from voting.seasons.counting import stored

FORMAT: Final = 1


def written(inputs: Inputs, *, rules: str) -> bytes:
    """Return the inputs as JSON with sorted keys. rules: fingerprint of the season's rules."""
    held = {
        name: {key: _given(own) for key, own in others.items()}
        for name, others in inputs.held.items()
    }
    # Most results have nothing that is held back; their bytes do not speak of it.
    return canonical(
        ({"held": held} if held else {})
        | {
            "format": FORMAT,
            "rules": rules,
            "declared": stored(inputs.declared),
            "ties": stored(inputs.ties),
            "honours": stored(inputs.honours),
            "categories": dict(inputs.categories),
            "places": [[name, most] for name, most in inputs.places.items()],
            "given": {key: _given(own) for key, own in inputs.given.items()},
            "traits": {one: dict(own) for one, own in inputs.traits.items()},
            "withdrawn": sorted(inputs.withdrawn),
            "jury_vote": _numbers(inputs.jury_vote),
            "seed": inputs.seed,
            "disqualified": [stored(one) for one in inputs.disqualified],
        }
    )


def read(raw: bytes) -> Inputs:
    """Return the inputs that ``written`` has written. Raises ValueError for anything else."""
    try:
        plain = msgspec.json.decode(raw)
        if plain["format"] != FORMAT:
            raise ValueError("the inputs have another format")
        return Inputs(
            _declared(plain["declared"], Consolidation),
            _declared(plain["ties"], Ties),
            _declared(plain["honours"], Honours),
            plain["categories"],
            dict(plain["places"]),
            {key: _given_of(own) for key, own in plain["given"].items()},
            plain["traits"],
            frozenset(plain["withdrawn"]),
            _decimals(plain["jury_vote"]),
            plain["seed"],
            tuple(_declared(one, Disqualified) for one in plain["disqualified"]),
            {
                name: {key: _given_of(own) for key, own in others.items()}
                for name, others in plain.get("held", {}).items()
            },
        )
    except (msgspec.DecodeError, msgspec.ValidationError, KeyError, TypeError) as error:
        raise ValueError("these are no inputs of a result") from error


def _given(own: Given) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "numbers": _numbers(own.numbers),
        "strata": {name: dict(votes) for name, votes in own.strata.items()},
        "marks": _marks(own.marks),
        "sheets": {key: _marks(marks) for key, marks in own.sheets.items()},
    }
    return {name: value for name, value in parts.items() if value}


def _given_of(plain: Mapping[str, Any]) -> Given:
    return Given(
        {one: Fraction(value) for one, value in plain.get("numbers", {}).items()},
        plain.get("strata", {}),
        _marks_of(plain.get("marks", {})),
        {key: _marks_of(marks) for key, marks in plain.get("sheets", {}).items()},
    )


def _numbers(own: Mapping[str, Decimal | Fraction | int]) -> dict[str, str | None]:
    return {one: number(value) for one, value in own.items()}


def _marks(marks: Marks) -> dict[str, dict[str, str | None]]:
    return {judge: _numbers(own) for judge, own in marks.items()}


def _decimals(plain: Mapping[str, str]) -> dict[str, Decimal]:
    return {one: Decimal(value) for one, value in plain.items()}


def _marks_of(plain: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Decimal]]:
    return {judge: _decimals(own) for judge, own in plain.items()}


def _declared(plain: Any, kind: type[Any]) -> Any:
    return msgspec.json.decode(msgspec.json.encode(plain), type=kind, strict=False)
