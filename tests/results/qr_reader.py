"""Reads a clean QR code from a picture: what a phone does, without its repairs."""

from PIL import Image
from segno import consts

Modules = list[list[bool]]


def read(picture: Image.Image) -> str:
    """Return the text of the only dark thing in a picture."""
    grey = picture.convert("L").point(lambda level: 255 if level < 100 else 0)
    box = grey.getbbox()
    assert box is not None
    code = grey.crop(box)
    for version in range(1, 11):
        size = 17 + 4 * version
        step = code.width / size
        modules = [
            [
                bool(code.getpixel((int((x + 0.5) * step), int((y + 0.5) * step))))
                for x in range(size)
            ]
            for y in range(size)
        ]
        if [modules[6][x] for x in range(8, size - 8)] == [
            x % 2 == 0 for x in range(8, size - 8)
        ] and modules[size - 8][8]:
            return text_of(modules, version)
    raise AssertionError("no QR code")


def text_of(modules: Modules, version: int) -> str:
    """Return the text that is written in a code, in bytes."""
    size = len(modules)
    format_bits = [modules[8][x] for x in (0, 1, 2, 3, 4)]
    about = int("".join("01"[bit] for bit in format_bits), 2) ^ 0b10101
    level, mask = about >> 3, about & 7
    flips = (
        lambda y, x: (y + x) % 2, lambda y, _x: y % 2,
        lambda _y, x: x % 3, lambda y, x: (y + x) % 3,
        lambda y, x: (y // 2 + x // 3) % 2, lambda y, x: y * x % 2 + y * x % 3,
        lambda y, x: (y * x % 2 + y * x % 3) % 2, lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
    )  # fmt: skip
    bits = [
        modules[y][x] ^ (flips[mask](y, x) == 0)
        for y, x in way(size)
        if not is_frame(y, x, size, version)
    ]
    words = [
        int("".join("01"[bit] for bit in bits[at : at + 8]), 2) for at in range(0, len(bits) - 7, 8)
    ]
    stream = "".join(f"{word:08b}" for word in sorted_out(words, version, level))
    assert stream[:4] == "0100"  # bytes
    long = 8 if version < 10 else 16
    length = int(stream[4 : 4 + long], 2)
    start = 4 + long
    found = bytes(int(stream[start + 8 * n : start + 8 * n + 8], 2) for n in range(length))
    return found.decode()


def way(size: int) -> list[tuple[int, int]]:
    """Return the places in the order of the bits: two columns up, the next two down."""
    places, up = [], True
    for right in [*range(size - 1, 6, -2), 5, 3, 1]:
        rows = range(size - 1, -1, -1) if up else range(size)
        places += [(y, x) for y in rows for x in (right, right - 1)]
        up = not up
    return places


def is_frame(y: int, x: int, size: int, version: int) -> bool:
    """Say whether a place belongs to the patterns that every code has."""
    if 6 in {y, x} or (y < 9 and (x < 9 or x >= size - 8)) or (y >= size - 8 and x < 9):
        return True
    if version >= 7 and ((y < 6 and x >= size - 11) or (x < 6 and y >= size - 11)):
        return True
    if version == 1:
        return False
    centres = consts.ALIGNMENT_POS[version - 2]
    last = centres[-1]
    return any(
        abs(y - down) < 3 and abs(x - right) < 3
        for down in centres
        for right in centres
        if (down, right) not in {(6, 6), (6, last), (last, 6)}
    )


def sorted_out(words: list[int], version: int, level: int) -> list[int]:
    """Return the words of the text; blocks lie interleaved."""
    # The two bits of a level: 01 L, 00 M, 11 Q, 10 H.
    named = {1: consts.ERROR_LEVEL_L, 0: consts.ERROR_LEVEL_M, 3: consts.ERROR_LEVEL_Q}
    table = consts.ECC[version][named.get(level, consts.ERROR_LEVEL_H)]
    lengths = [group.num_data for group in table for _block in range(group.num_blocks)]
    blocks: list[list[int]] = [[] for _length in lengths]
    rest = iter(words)
    for at in range(max(lengths)):
        for block, length in zip(blocks, lengths, strict=True):
            if at < length:
                block.append(next(rest))
    return [word for block in blocks for word in block]
