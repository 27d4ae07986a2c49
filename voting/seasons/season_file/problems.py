"""What is wrong with a season file: where it stands, what was found and what is allowed."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

SHOWN: Final = 20
LONGEST_QUOTE: Final = 40  # characters of what was found


@dataclass(frozen=True, slots=True)
class Spot:
    """A value in the file, and where it stands.

    Lists count from 1: ``categories[2].name``. The path of the whole file is empty.
    """

    node: Node
    line: int
    path: str


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing to put right."""

    line: int
    path: str
    found: str
    allowed: str


class SeasonFileInvalid(ValueError):
    """The file cannot be imported; ``problems`` holds all that is wrong, in the file's order."""

    def __init__(self, file_name: str, problems: list[FileProblem]) -> None:
        self.file_name = file_name
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__(str(self))

    def __str__(self) -> str:
        """Return the text for the organiser: a heading and at most 20 problems, one per line."""
        count = len(self.problems)
        lines = [
            ngettext(
                "Nothing was imported: %(count)d problem in %(file)s.",
                "Nothing was imported: %(count)d problems in %(file)s.",
                count,
            )
            % {"count": count, "file": self.file_name}
        ]
        lines += [
            _("%(file)s, line %(line)d, %(path)s: found %(found)s. Allowed: %(allowed)s.")
            % {
                "file": self.file_name,
                "line": problem.line,
                "path": problem.path or _("the file"),
                "found": problem.found,
                "allowed": problem.allowed,
            }
            for problem in self.problems[:SHOWN]
        ]
        if count > SHOWN:
            lines.append(_("Only the first %(shown)d are listed.") % {"shown": SHOWN})
        return "\n".join(lines)


class Wrong(Exception):
    """What is allowed in a place that holds something else; ``found`` if that says it better."""

    def __init__(self, allowed: str, found: str = "") -> None:
        super().__init__(allowed)
        self.allowed = allowed
        self.found = found


class Problems:
    """The problems found so far; reading goes on, so that all are shown at once."""

    def __init__(self) -> None:
        self.found: list[FileProblem] = []

    def add(self, spot: Spot, allowed: str, found: str = "") -> None:
        """Note a problem; without ``found``, the value at the spot is quoted."""
        self.found.append(FileProblem(spot.line, spot.path, found or describe(spot.node), allowed))


def quote(text: str) -> str:
    """Return a text for a message: in quotation marks, on one line, and not too long."""
    text = " ".join(text.split())
    if len(text) > LONGEST_QUOTE:
        text = text[: LONGEST_QUOTE - 1] + "…"
    # Control characters would garble a terminal; nobody needs to see them as they are.
    return "“" + "".join(letter if letter.isprintable() else "�" for letter in text) + "”"


def describe(node: Node) -> str:
    """Return what stands in the file, for a message."""
    if isinstance(node, MappingNode):
        return _("a group of keys")
    if isinstance(node, SequenceNode):
        return _("a list")
    if isinstance(node, ScalarNode) and node.value and not is_nothing(node):
        return quote(node.value)
    return _("nothing")


def is_nothing(node: Node) -> bool:
    """Return whether a key has no value: ``name:`` or ``name: null``."""
    return isinstance(node, ScalarNode) and tag(node) == "null"


def tag(node: Node) -> str:
    """Return the short name of what YAML takes a value for: str, int, bool, null or another."""
    return str(node.tag).removeprefix("tag:yaml.org,2002:")
