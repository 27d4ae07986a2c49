from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

import voting.units
from voting.units.models import Unit
from voting.units.services import import_units

LONGHUI = Path(voting.units.__file__).parent / "demo" / "longhui-units.csv"
SMALL = """code,name,tier,parent
1,县中心,中心,
11,东镇,所,1
12,西镇,所,1
111,大塘村,站,11
112,双江村,站,11
121,大塘村,站,12
"""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages as they stand in the program."""
    with override("en"):
        yield


def taken(text: str | bytes, **words: Any) -> Any:
    raw = text.encode() if isinstance(text, str) else text
    return import_units(raw=raw, **{"actor": "甲", "reason": "试验", **words})


def unit(code: str) -> Unit:
    return Unit.objects.get(code=code)


@pytest.fixture
def small(db: None) -> None:
    """A centre, two offices with three stations, two of which have the same name."""
    taken(SMALL)
