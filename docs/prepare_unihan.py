"""Write the two tables of voting/rules/unihan from a folder with Unicode's Unihan files.

    python docs/prepare_unihan.py /usr/share/unicode     # Debian: apt install unicode-data

Needed only for a new version of Unicode. See voting/rules/unihan/README.md.
"""

import bz2
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

TABLES = Path(__file__).resolve().parents[1] / "voting" / "rules" / "unihan"
ROW = 512  # characters in a line of strokes.txt
PAIRS = 24  # in a line of variants.txt


def values(folder: Path, file: str, field: str) -> Iterator[tuple[int, list[str]]]:
    """Yield code point and values of one field."""
    packed = folder / f"Unihan_{file}.txt.bz2"
    for line in bz2.decompress(packed.read_bytes()).decode().splitlines():
        if f"\t{field}\t" in line:
            code, _field, text = line.split("\t")
            yield int(code.replace("U+", "0x"), 0), text.split()


def is_common(code: int) -> bool:
    """Return whether the character stands in GB 2312, the set of common simplified ones."""
    try:
        chr(code).encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def write_strokes(folder: Path) -> None:
    """Write rows of 512 characters, one letter for each: ``!`` unknown, else 33 + strokes."""
    # Where there are two numbers, the first is that of simplified Chinese.
    strokes = {code: int(found[0]) for code, found in values(folder, "IRGSources", "kTotalStrokes")}
    lines = []
    for row, _codes in groupby(sorted(strokes), key=lambda code: code // ROW):
        letters = "".join(chr(33 + strokes.get(row * ROW + at, 0)) for at in range(ROW))
        lines.append(f"{row * ROW:05X} {letters.rstrip('!')}\n")
    (TABLES / "strokes.txt").write_text("".join(lines), encoding="ascii")


def write_variants(folder: Path) -> None:
    """Write pairs: a rare character that is a form of exactly one common one, and that one."""
    forms: dict[int, set[int]] = {}
    for field in ("kSemanticVariant", "kZVariant"):
        for code, found in values(folder, "Variants", field):
            for text in found:
                other = int(text.split("<")[0].replace("U+", "0x"), 0)
                forms.setdefault(code, set()).add(other)
                forms.setdefault(other, set()).add(code)
    pairs = []
    for code in sorted(forms):
        common = [other for other in forms[code] if is_common(other)]
        if len(common) == 1 and not is_common(code):
            pairs.append(chr(code) + chr(common[0]))
    lines = [" ".join(pairs[at : at + PAIRS]) + "\n" for at in range(0, len(pairs), PAIRS)]
    (TABLES / "variants.txt").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    write_strokes(Path(sys.argv[1]))
    write_variants(Path(sys.argv[1]))
