"""Pictures that people send in, made anew: only their pixels go on, upright and in our sizes.

Whatever else a file carries (position, camera, colour profile, a second file behind the first)
stays behind, because nothing but the decoded pixels is ever written. No clock, no database.
"""

import io
import re
import threading
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

MOST_BYTES: Final = 12 * 1024 * 1024
# A photo of a good phone has 12 to 50 million pixels. JPEG is decoded at a fraction of its size;
# what cannot be, must be smaller.
MOST_PIXELS: Final = {"JPEG": 64_000_000, "PNG": 30_000_000, "WEBP": 30_000_000}
LONGEST_SIDE: Final = 16_000
SHORTEST_SIDE: Final = 240  # of an activity photo
WORKING_SIDE: Final = 2400  # nothing larger is kept in memory
PAGE_SIDE: Final = 1600  # the largest copy that is kept
CARD: Final = (320, 400)  # 4:5, twice the 160 CSS pixels that a portrait may have
THUMB_SIDE: Final = 640

_PNG_LEVEL: Final = 3
# A JPEG may come in many passes over all of its pixels; programs make a dozen. A pass can be 90
# bytes long, so a small file could take hours.
MOST_PASSES: Final = 30
_MARKER: Final = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
_ALONE: Final = frozenset({0x01, 0xD8})  # markers that nothing belongs to
_PASS: Final = 0xDA
_END: Final = 0xD9

# As many at once as one process decodes: each may take some 60 MB.
_decoders = threading.BoundedSemaphore(2)


class PictureRefused(Exception):
    """A file is no picture that can be used; the text is fit to show to a person."""


@dataclass(frozen=True, slots=True)
class Copies:
    """What is kept of a picture: its size, and files by the ending of their names."""

    width: int
    height: int
    files: dict[str, bytes]  # such as "-page.jpg"


def photo(raw: bytes) -> Copies:
    """Return the copies of an activity photo. Raises PictureRefused."""
    image = decoded(raw)
    if min(image.size) < SHORTEST_SIDE:
        raise PictureRefused(
            _(
                "This picture is too small: %(width)s × %(height)s. Each side needs %(least)s "
                "pixels."
            )
            % {"width": image.width, "height": image.height, "least": SHORTEST_SIDE}
        )
    image.thumbnail((PAGE_SIDE, PAGE_SIDE))
    small = image.copy()
    small.thumbnail((THUMB_SIDE, THUMB_SIDE))
    files = _encoded("-page", image) | _encoded("-thumb", small)
    return Copies(image.width, image.height, files)


def portrait(raw: bytes, *, least: tuple[int, int], crop: int = 35) -> Copies:
    """Return the copies of a portrait: as it came, and cut to 4:5 for cards.

    least: width and height that it needs, in pixels. crop: as for ``card``.
    Raises PictureRefused.
    """
    image = decoded(raw)
    if image.width < least[0] or image.height < least[1]:
        raise PictureRefused(
            _(
                "This portrait is too small: %(width)s × %(height)s pixels. It needs at least "
                "%(least_width)s × %(least_height)s."
            )
            % {
                "width": image.width,
                "height": image.height,
                "least_width": least[0],
                "least_height": least[1],
            }
        )
    image.thumbnail((PAGE_SIDE, PAGE_SIDE))
    return Copies(image.width, image.height, _encoded("-page", image) | card(image, crop))


def card(image: Image.Image, crop: int) -> dict[str, bytes]:
    """Return a picture cut to 4:5. crop: per cent of the way along the side that is too long."""
    return _encoded("-card", ImageOps.fit(image, CARD, centering=(crop / 100, crop / 100)))


def recut(page: bytes, crop: int) -> dict[str, bytes]:
    """Cut the card once more out of our own large copy."""
    with _decoders, Image.open(io.BytesIO(page), formats=["JPEG"]) as image:
        image.load()
        return card(image, crop)


def scan(raw: bytes) -> tuple[str, bytes]:
    """Return a scanned document made anew: its content type and bytes. Raises PictureRefused."""
    is_png = raw[:8] == b"\x89PNG\r\n\x1a\n"
    image = decoded(raw)
    target = io.BytesIO()
    if is_png:
        # Not "optimize": a hostile file of 3 MB takes it 40 seconds, this one a second.
        image.save(target, "PNG", compress_level=_PNG_LEVEL)
        return "image/png", target.getvalue()
    image.save(target, "JPEG", quality=85, optimize=True)
    return "image/jpeg", target.getvalue()


def decoded(raw: bytes) -> Image.Image:
    """Return the upright pixels of a JPEG, PNG or WebP file, at most 2,400 on a side.

    Raises PictureRefused for everything else, and for what is damaged or too large.
    """
    if len(raw) > MOST_BYTES:
        raise PictureRefused(
            _("This file is too large: %(size)s MB. At most %(most)s MB.")
            % {"size": f"{len(raw) / 1048576:.1f}", "most": MOST_BYTES // 1048576}
        )
    kind = _kind(raw)
    with _decoders:
        try:
            return _pixels(raw, kind)
        except PictureRefused:
            raise
        except Exception as error:  # decoders raise whatever a hostile file leads them to
            raise PictureRefused(
                _("This picture is damaged or not complete. Please choose the original file.")
            ) from error


def _passes(raw: bytes) -> int:
    """Return in how many passes a JPEG comes, up to its end: what is behind it does not count."""
    count, at = 0, 2
    while (found := _MARKER.search(raw, at)) is not None and found[1][0] != _END:
        at = found.end()
        if found[1][0] in _ALONE:
            continue
        count += found[1][0] == _PASS
        at += max(2, int.from_bytes(raw[at : at + 2]))
    return count


def _pixels(raw: bytes, kind: str) -> Image.Image:
    if kind == "JPEG" and _passes(raw) > MOST_PASSES:
        raise ValueError("too many passes")
    try:
        opened = Image.open(io.BytesIO(raw), formats=[kind])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    with opened as image:
        width, height = image.size
        if width * height > MOST_PIXELS[kind] or max(width, height) > LONGEST_SIDE:
            raise _too_many_pixels()
        if getattr(image, "n_frames", 1) != 1:
            raise PictureRefused(_("Moving pictures cannot be used. Please choose a photo."))
        image.draft("RGB", (WORKING_SIDE, WORKING_SIDE))  # for JPEG only: a fraction of the size
        image.load()
        upright = ImageOps.exif_transpose(image)
        flat = _flat(upright)
        flat.thumbnail((WORKING_SIDE, WORKING_SIDE))
        flat.info.clear()
        return flat


def _flat(image: Image.Image) -> Image.Image:
    """Return the picture in RGB; what can be seen through lies on white."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGB", layer.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    return image.convert("RGB") if image.mode != "RGB" else image.copy()


def _encoded(ending: str, image: Image.Image) -> dict[str, bytes]:
    files = {}
    for name, form, options in (
        (f"{ending}.jpg", "JPEG", {"quality": 82, "optimize": True, "progressive": True}),
        (f"{ending}.webp", "WEBP", {"quality": 80, "method": 4}),
    ):
        target = io.BytesIO()
        image.save(target, form, **options)
        files[name] = target.getvalue()
    return files


def _too_many_pixels() -> PictureRefused:
    return PictureRefused(
        _("This picture has too many pixels. At most %(most)s million: please make it smaller.")
        % {"most": MOST_PIXELS["PNG"] // 1_000_000}
    )


def _kind(raw: bytes) -> str:
    """Return what a file is by its first bytes; its name says nothing."""
    head = raw[:512]
    if head[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if not raw:
        raise PictureRefused(_("This file is empty."))
    if head[4:8] == b"ftyp":
        raise PictureRefused(
            _(
                "HEIC pictures and films cannot be used. On an iPhone choose “Most Compatible” "
                "under Settings > Camera > Formats, or send the photo as JPEG."
            )
        )
    if head[:4] == b"GIF8":
        raise PictureRefused(_("GIF pictures cannot be used. Please choose a photo (JPEG or PNG)."))
    if head.lstrip()[:1] == b"<" or b"<svg" in head:
        raise PictureRefused(
            _("Drawings (SVG) and web pages cannot be used. Please choose a photo.")
        )
    raise PictureRefused(
        _("This is no picture that can be used. Please choose a JPEG or PNG file.")
    )
