"""From the file's bytes to values with line numbers; knows YAML and nothing of seasons."""

import io
import re
from collections.abc import Collection
from difflib import get_close_matches
from typing import Any, Final

from django.utils.translation import gettext as _
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from voting.seasons.season_file.problems import Problems, Spot, describe, is_nothing, quote

MAX_BYTES: Final = 5 * 1024 * 1024
FULL_WIDTH_COLON: Final = "："

_OPENED_WITHOUT_END: Final = re.compile(r"[\[{](?:\s*[\[{]){99}")

_NO_NODE: Final = ScalarNode(tag="tag:yaml.org,2002:null", value="")


def root(raw: bytes, problems: Problems) -> Spot | None:
    """Return the file's outermost value; None, with the problem noted, if it is not readable."""
    text = _decoded(raw, problems)
    if text is None:
        return None
    try:
        if _OPENED_WITHOUT_END.search(text):  # the reader would look at it for ten seconds
            raise RecursionError
        # The tree of nodes, not the finished values: nodes know their lines, and a number that
        # was written "007" is still that.
        node = YAML(typ="rt").compose(io.StringIO(text))
    except (YAMLError, RecursionError, ValueError) as error:
        line, allowed, found = _fault(error, text)
        problems.add(_file_spot(line), allowed, found)
        return None
    if node is None:
        problems.add(_file_spot(1), _("a season, as in docs/season-file.md"), _("an empty file"))
        return None
    spot = Spot(node, node.start_mark.line + 1, "")
    return spot if _is_tree(node, problems) else None


def plain(node: Node) -> Any:
    """Return a value as dictionaries, lists and texts; None where there is nothing.

    Numbers stay texts: whoever reads them knows what they should be.
    """
    if isinstance(node, MappingNode):
        return {str(key.value): plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [plain(member) for member in node.value]
    return None if is_nothing(node) else node.value


def _fault(error: Exception, text: str) -> tuple[int, str, str]:
    """Return the line of what is no YAML, what is allowed and what was found."""
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line = mark.line if mark else 0
        return line + 1, _yaml_hint(text, line), str(error.problem or error.context or "")
    if isinstance(error, ReaderError):
        return (
            text.count("\n", 0, error.position) + 1,
            _("text without control characters"),
            _("the character U+%(code)04X") % {"code": error.character},
        )
    if isinstance(error, RecursionError):
        return 1, _("a few levels"), _("levels within levels without end")
    return 1, _yaml_hint(text, 0), quote(str(error))  # such as an escape that is no character


def _file_spot(line: int) -> Spot:
    return Spot(_NO_NODE, line, "")


def _decoded(raw: bytes, problems: Problems) -> str | None:
    if len(raw) > MAX_BYTES:
        problems.add(
            _file_spot(1),
            _("at most %(most)d bytes") % {"most": MAX_BYTES},
            _("%(count)d bytes") % {"count": len(raw)},
        )
        return None
    try:
        # Editors on Windows put a byte order mark before the text; it is no part of it.
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add(
            _file_spot(raw.count(b"\n", 0, error.start) + 1),
            _("a file that was saved as UTF-8"),
            _("bytes that are not UTF-8"),
        )
        return None


def _yaml_hint(text: str, line: int) -> str:
    lines = text.splitlines()
    near = "".join(lines[max(0, line - 1) : line + 1])
    return _colon_hint() if FULL_WIDTH_COLON in near else _("YAML, as in docs/season-file.md")


def _colon_hint() -> str:
    return _("a half-width colon with a blank behind it, “key: value”")


def _is_tree(top: Node, problems: Problems) -> bool:
    """Note an alias and return False: copies of copies could grow without bound."""
    seen: set[int] = set()
    waiting = [top]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            problems.add(
                _file_spot(node.start_mark.line + 1),
                _("no anchors and aliases; write the text out each time"),
                _("an anchor that is used elsewhere: &%(name)s") % {"name": node.anchor},
            )
            return False
        seen.add(id(node))
        if isinstance(node, MappingNode):
            waiting += [part for pair in node.value for part in pair]
        elif isinstance(node, SequenceNode):
            waiting += node.value
    return True


def entries(spot: Spot, keys: Collection[str], problems: Problems) -> dict[str, Spot] | None:
    """Return the values of a group of keys; None, with the problem noted, if it is none.

    Unknown and repeated keys are noted and left out.
    """
    node = spot.node
    if not isinstance(node, MappingNode):
        problems.add(spot, _group_hint(node, keys))
        return None
    inside = spot.path and spot.path + "."
    found: dict[str, Spot] = {}
    for key_node, value in node.value:
        key = key_node.value if isinstance(key_node, ScalarNode) else ""
        # A key's line, not its value's: a value that is missing is placed on the next line.
        here = Spot(value, key_node.start_mark.line + 1, inside + key)
        if key not in keys:
            what = _("the key %(key)s") % {"key": quote(key) if key else describe(key_node)}
            problems.add(here, _keys_hint(key, keys), what)
        elif key in found:
            problems.add(
                here,
                _("each key once"),
                _("the key twice, first on line %(line)d") % {"line": found[key].line},
            )
        else:
            found[key] = here
    return found


def named(spot: Spot, most: int, problems: Problems) -> dict[str, Spot]:
    """Return the values of a group whose keys the file chooses, up to ``most`` characters each."""
    node = spot.node
    if not isinstance(node, MappingNode):
        problems.add(spot, _("a group of keys with a value each"))
        return {}
    keys = [key.value for key, _value in node.value if isinstance(key, ScalarNode)]
    fit = [key for key in keys if 0 < len(key.strip()) <= most and key.isprintable()]
    if len(fit) < len(node.value):
        problems.add(spot, _("keys of 1 to %(most)d characters") % {"most": most})
    return entries(spot, fit, problems) or {} if fit else {}


def _group_hint(node: Node, keys: Collection[str]) -> str:
    if isinstance(node, ScalarNode) and FULL_WIDTH_COLON in node.value:
        return _colon_hint()
    return _("the keys %(keys)s") % {"keys": ", ".join(keys)}


def _keys_hint(key: str, keys: Collection[str]) -> str:
    if FULL_WIDTH_COLON in key:
        return _colon_hint()
    nearest = get_close_matches(key.strip().lower(), keys, n=1)
    if nearest:
        return _("%(nearest)s (perhaps that was meant), or one of %(keys)s") % {
            "nearest": nearest[0],
            "keys": ", ".join(keys),
        }
    return ", ".join(keys)


def items(spot: Spot, problems: Problems) -> list[Spot]:
    """Return the members of a list, an empty one if there is none; what is no list is noted."""
    node = spot.node
    if isinstance(node, SequenceNode):
        return [
            Spot(member, member.start_mark.line + 1, f"{spot.path}[{position}]")
            for position, member in enumerate(node.value, 1)
        ]
    if describe(node) != _("nothing"):
        problems.add(spot, _("a list, each member beginning with “- ”"))
    return []


def inside(spot: Spot, key: str) -> Spot:
    """Return where a group has a key, or the group itself where it has not."""
    for key_node, value in spot.node.value if isinstance(spot.node, MappingNode) else ():
        if isinstance(key_node, ScalarNode) and key_node.value == key:
            return Spot(value, key_node.start_mark.line + 1, f"{spot.path}.{key}")
    return Spot(spot.node, spot.line, f"{spot.path}.{key}")
