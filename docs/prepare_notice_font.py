"""Write the font of printed notices: a part of Noto Serif CJK SC that every notice can carry.

    pip install fonttools
    python docs/prepare_notice_font.py NotoSerifCJK-Regular.ttc /usr/share/unicode

Debian: apt install fonts-noto-cjk unicode-data. It takes a few minutes, and is needed only for
another choice of characters. See voting/notices/fonts/README.md.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont
from prepare_unihan import is_common, values

FONT = Path(__file__).resolve().parents[1] / "voting/notices/fonts/notice-song.otf"
FAMILY = "Notice Song"  # its own name: this is not the whole of the font that it comes from
FACE = "Noto Serif CJK SC"
# Latin with its accents, punctuation, numbers in circles, full-width forms.
SIGNS = (
    (0x20, 0x7F), (0xA0, 0x180), (0x2010, 0x2050), (0x2100, 0x2120), (0x2160, 0x2180),
    (0x2460, 0x2474), (0x25A0, 0x2670), (0x3000, 0x3040), (0xFF00, 0xFFF0),
)  # fmt: skip
ROW = 100  # characters in a line of the list
LAYOUT = ["kern", "palt", "halt", "chws", "locl", "liga"]


def characters(folder: Path) -> set[int]:
    """Return GB 2312, the Table of General Standard Chinese Characters (8,105), and signs."""
    table = {code for code, _found in values(folder, "OtherMappings", "kTGH")}
    common = {code for code in range(0x4E00, 0xA000) if is_common(code)}
    return table | common | {code for first, last in SIGNS for code in range(first, last)}


def write(collection: Path, folder: Path) -> None:
    """Cut the font down, and give it its own name."""
    faces = TTCollection(collection, lazy=True).fonts
    font: TTFont = next(one for one in faces if one["name"].getDebugName(1) == FACE)
    options = subset.Options(
        layout_features=LAYOUT, hinting=False, name_IDs=["*"], name_languages=[0x409],
        notdef_outline=True, glyph_names=False,
    )  # fmt: skip
    cut = subset.Subsetter(options)
    cut.populate(unicodes=characters(folder) & set(font.getBestCmap()))
    cut.subset(font)
    for number, text in ((1, FAMILY), (3, FAMILY), (4, FAMILY), (6, "NoticeSong"), (16, FAMILY)):
        font["name"].setName(text, number, 3, 1, 0x409)
    font["CFF "].cff.fontNames = ["NoticeSong"]
    FONT.parent.mkdir(exist_ok=True)
    font.save(FONT)
    letters = "".join(sorted(chr(code) for code in font.getBestCmap()))
    rows = [letters[at : at + ROW] for at in range(0, len(letters), ROW)]
    FONT.with_suffix(".txt").write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
