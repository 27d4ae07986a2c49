"""Whom a notice can name, by its kind, where a higher topic decides that.

Nominations decide who stands in a candidate notice; that is known here. Who stands in the notice
of a result is known above: ``results`` says so when the program starts.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final

from voting.notices.models import PublicNotice
from voting.seasons.models import Season


@dataclass(frozen=True, slots=True)
class ListOf:
    """What decides the list of one kind of notice.

    members: primary keys of the nominees whom the next version names. state: what else two people
    sign with it, such as the version of a result. published: what else
    happens in the transaction that publishes a version; may raise RuleBroken. label, version,
    version_of: what the list rests on, in words; which one the next version would publish, and
    which one a version has published. Another one is a change by itself, with the same names.
    """

    members: Callable[[Season], Collection[int]]
    state: Callable[[Season], str]
    published: Callable[[PublicNotice], None]
    label: Any
    version: Callable[[Season], str]
    version_of: Callable[[PublicNotice], str]


LISTS: Final[dict[str, ListOf]] = {}
