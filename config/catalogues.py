"""Translations without the system's gettext: find the texts, update the catalogue, compile it."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract as babel_extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.reloader import translation_file_changed
from django.utils.translation.template import templatize

from config.env import BASE_DIR

LOCALE = "zh_Hans"
PACKAGES = ("accounts", "config", "realtime", "voting")
TEMPLATES = BASE_DIR / "templates"
CATALOGUE = BASE_DIR / "config" / "locale" / LOCALE / "LC_MESSAGES" / "django.po"
COMPILED = CATALOGUE.with_suffix(".mo")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Written by hand: Babel's own header carries the date, which would change with every run.
HEADER = """\
# Chinese texts. Updated by `manage.py make_messages`, compiled by `manage.py compile_catalogues`.
msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
Key = tuple[str, str]  # context ("" for none), msgid in the singular


class CatalogueError(Exception):
    """A source cannot be read for its texts."""


@dataclass(frozen=True)
class Changes:
    """What an update did to the catalogue."""

    added: list[str]
    retired: list[str]


def key(message: Message) -> Key:
    """Return what tells a message from all others."""
    singular = message.id if isinstance(message.id, str) else message.id[0]
    return (message.context or "", str(singular))


def sources() -> Iterator[tuple[Path, bytes]]:
    """Yield every file that may hold texts, as Python source."""
    for package in PACKAGES:
        for path in sorted((BASE_DIR / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_bytes()
    for path in sorted(TEMPLATES.rglob("*")):
        if path.suffix in {".html", ".txt", ".svg", ".xml"}:
            yield path, _as_python(path)


def extract() -> Catalog:
    """Return a catalogue of all texts in the program, untranslated."""
    found = _empty()
    for path, source in sources():
        try:
            texts = list(babel_extract("python", BytesIO(source), keywords=KEYWORDS))
        except (SyntaxError, ValueError) as error:
            raise CatalogueError(f"{path}: {error}") from error
        for _line, msgid, _comments, context in texts:
            if msgid:
                found.add(msgid, context=context)
    return found


def read() -> Catalog:
    """Return the catalogue as it is in the repository; empty when there is none."""
    if not CATALOGUE.exists():
        return _empty()
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale=LOCALE)


def write(catalogue: Catalog) -> None:
    """Write the catalogue in its order, without line numbers and dates: small differences."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    text = BytesIO()
    write_po(text, catalogue, width=0, no_location=True, sort_output=True, omit_header=True)
    CATALOGUE.write_bytes(HEADER.encode() + text.getvalue())


def update() -> Changes:
    """Bring the catalogue up to date with the program.

    Translations of texts that are still there are kept. Those of texts that are gone stay as
    obsolete entries (``#~``), and come back with the text.
    """
    old, fresh = read(), _empty()
    # Retired entries too: a text that comes back gets its translation back.
    known = {key(message): message for message in (*old.obsolete.values(), *old)}
    for message in extract():
        if message.id:
            before = known.pop(key(message), None)
            fresh.add(
                message.id,
                _fitting(message, before),
                flags=message.flags | ((before.flags & {"fuzzy"}) if before else set()),
                context=message.context,
                user_comments=before.user_comments if before else (),
            )
    active = {key(message) for message in old if message.id}
    retired = [message for message in known.values() if message.id]
    for message in retired:
        fresh.obsolete["\4".join(key(message))] = message
    write(fresh)
    return Changes(
        added=sorted(key(message)[1] for message in fresh if message.id and not _text(message)),
        retired=sorted(key(message)[1] for message in retired if key(message) in active),
    )


def compile_all() -> None:
    """Write the compiled catalogue that Django reads."""
    COMPILED.parent.mkdir(parents=True, exist_ok=True)
    draft = COMPILED.with_suffix(".mo.new")
    with draft.open("wb") as file:
        write_mo(file, read())
    draft.replace(COMPILED)  # whole or not at all: a server may be reading
    translation_file_changed(None, COMPILED)  # what this process has read before is forgotten


def is_stale() -> bool:
    """Return whether the compiled catalogue is older than its source."""
    return CATALOGUE.exists() and (
        not COMPILED.exists() or COMPILED.stat().st_mtime < CATALOGUE.stat().st_mtime
    )


def missing() -> list[str]:
    """Return the texts that have no translation, or one that is marked as doubtful."""
    known = {key(message): message for message in read()}
    return sorted(
        f"{message.context}: {key(message)[1]}" if message.context else key(message)[1]
        for message in extract()
        if message.id
        and ((entry := known.get(key(message))) is None or entry.fuzzy or not all(_forms(entry)))
    )


def _forms(message: Message) -> tuple[str, ...]:
    text = message.string or ""
    return (text,) if isinstance(text, str) else tuple(text)


def _text(message: Message) -> str:
    return "".join(_forms(message))


def _fitting(message: Message, before: Message | None) -> str | tuple[str, ...]:
    """Return the translation known before, in the number of forms that the text has now."""
    text = _forms(before)[0] if before and _forms(before) else ""
    return (text,) if message.pluralizable else text  # Chinese has one form


def _empty() -> Catalog:
    return Catalog(locale=LOCALE, fuzzy=False)


def _as_python(path: Path) -> bytes:
    """Return a template's texts as calls of gettext, one to a line."""
    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    # What stands around the tags becomes XXXX with the template's own indentation, which is none
    # that Python's tokenizer accepts. Texts keep their blanks: their line breaks are escaped.
    return "\n".join(line.strip() for line in source.splitlines()).encode()
