"""The Chinese texts: complete, and set as Chinese is set."""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from config import catalogues

ROOT = Path(__file__).resolve().parents[2]
HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
# Half-width marks beside a Chinese character. A full stop between a character and a letter is
# a file name or the like; a colon before a digit is a time.
WRONG_MARK = re.compile(rf"{HAN}[,.:;?!()]|[,:;?!()]{HAN}")
PLACEHOLDER = re.compile(
    r"%\(\w+\)[#0\- +]?\d*(?:\.\d+)?[sdifgr]|%%|%[sdifr]|\{\w*(?:![rsa])?(?::[^{}]*)?\}"
)
# Where Chinese may stand in source: the languages' own names, and what is content, not interface.
# In templates: 中文, the way to the other language, and 正, the five strokes that are counted with.
WITHOUT_DJANGO = {"413.html", "500.html"}  # in both languages at once
CHINESE_BY_NATURE = (
    "voting/rules/wording.py",
    "voting/seasons/showcase.py",  # the very words
    "config/settings.py",
    "config/logs.py",
    "voting/seasons/demo/",
    "voting/seasons/strokes",
    # The paper and the usual wording of a notice are Chinese whatever the page's language.
    "voting/notices/printing.py",
    "voting/results/certificates.py",
    "voting/notices/services/preparing.py",
)


def entries() -> list[Message]:
    return [message for message in catalogues.read() if message.id]


def forms(text: object) -> list[str]:
    if isinstance(text, str):
        return [text]
    return [str(form) for form in text] if isinstance(text, tuple | list) else []


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def test_no_text_is_hidden_inside_an_f_string() -> None:
    # Before Python 3.12 nobody looks for texts in there, so they would never be translated.
    hidden = []
    for folder in ("accounts", "config", "realtime", "voting"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.JoinedStr):
                    continue
                calls = [call for call in ast.walk(node) if isinstance(call, ast.Call)]
                names = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
                if names & {"_", "gettext", "ngettext", "gettext_lazy", "pgettext"}:
                    hidden.append(f"{path.relative_to(ROOT)}:{node.lineno}")

    assert hidden == []


def test_every_text_has_a_translation() -> None:
    assert catalogues.missing() == []


def test_placeholders_are_those_of_the_source() -> None:
    different = [
        (catalogues.key(message)[1], text)
        for message in entries()
        for text in forms(message.string)
        # Of a singular, "one ballot", the number may be absent; the plural has all of them.
        if text and placeholders(text) != placeholders(forms(message.id)[-1])
    ]

    assert different == []


def test_chinese_has_full_width_punctuation() -> None:
    wrong = [
        text
        for message in entries()
        for text in forms(message.string)
        if WRONG_MARK.search(PLACEHOLDER.sub("", text))
    ]

    assert wrong == []


def test_breaks_at_the_ends_are_those_of_the_source() -> None:
    different = [
        text
        for message in entries()
        for text in forms(message.string)
        if text
        and (text.startswith("\n"), text.endswith("\n"))
        != (forms(message.id)[0].startswith("\n"), forms(message.id)[0].endswith("\n"))
    ]

    assert different == []


def test_catalogue_is_written_as_the_tool_writes_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written = catalogues.CATALOGUE.read_text(encoding="utf-8")
    copy = tmp_path / "django.po"
    copy.write_text(written, encoding="utf-8")
    monkeypatch.setattr(catalogues, "CATALOGUE", copy)

    catalogues.update()

    assert copy.read_text(encoding="utf-8") == written


def chinese_in_python(path: Path) -> list[str]:
    """Return string literals with Chinese; comments and docstrings are for people."""
    source = path.read_text(encoding="utf-8")
    if not re.search(HAN, source):
        return []
    docstrings = {
        node.body[0].lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and ast.get_docstring(node, clean=False) is not None
    }
    return [
        f"{path.relative_to(ROOT)}:{token.start[0]}"
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type not in {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE}
        and re.search(HAN, token.string)
        and token.start[0] not in docstrings
    ]


def test_no_chinese_in_source_outside_the_catalogue() -> None:
    found = []
    for package in catalogues.PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if not str(path.relative_to(ROOT)).startswith(CHINESE_BY_NATURE):
                found += chinese_in_python(path)
    for path in (ROOT / "templates").rglob("*.*"):
        text = re.sub(r"{#.*?#}|中文|正", "", path.read_text(encoding="utf-8"))
        if path.name not in WITHOUT_DJANGO and re.search(HAN, text):
            found.append(str(path.relative_to(ROOT)))

    assert found == []


# A text, perhaps the end of a condition around it, blanks, and what goes on in the same line.
JOINED = re.compile(
    r"""\{%\ translate\ (?:"([^"]+)"|'([^']+)')[^%]*%\}   # a text by itself
    |([^{}]*)\{%\ endblocktranslate\ %\}                 # the end of one with parts
    """,
    re.VERBOSE,
)
GOES_ON = re.compile(
    r"(?:\{% (?:endif|else|if [^%]*|elif [^%]*|endfor) ?%\})*\s+"
    r"(?:\{% (?:block)?translate |\{% for |\{% if |\{\{|<a |<b|<span)"
)


def test_sentences_in_templates_are_parted_as_each_language_does_it() -> None:
    # ``{% gap %}``: in Chinese the full stop takes the width of a character, and no space follows.
    chinese = {
        form: text
        for entry in entries()
        for form, text in zip(forms(entry.id), forms(entry.string), strict=False)
    }
    wrong = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        source = path.read_text(encoding="utf-8")
        for found in JOINED.finditer(source):
            text = found[1] or found[2]
            ends = chinese.get(text, "") if text else found[3].rstrip()
            line = source[found.end() :].partition("\n")[0]
            if ends.endswith(("。", "！", "？", "：", ".", "!", "?", ":")) and GOES_ON.match(line):
                wrong.append(f"{path.relative_to(ROOT)}: {ends[-20:]}{line[:40]}")
    assert not wrong, wrong


def test_readers_are_addressed_in_one_way() -> None:
    # 你 everywhere; the polite form in places only reads as if two people had written the page.
    assert not [entry.id for entry in entries() if "您" in "".join(forms(entry.string))]
