"""Reading PDFs back: their words, page by page, and whether they bring their fonts along."""

from io import BytesIO

from pypdf import PdfReader


def pages_of(pdf: bytes) -> list[str]:
    """Return the words of each page, without blanks."""
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def text_of(pdf: bytes) -> str:
    """Return the words of all pages, without blanks."""
    return "".join(pages_of(pdf))


def brings_its_fonts(pdf: bytes) -> bool:
    """Return whether every font of every page is in the file."""
    found = []
    for page in PdfReader(BytesIO(pdf)).pages:
        for font in page["/Resources"]["/Font"].values():
            described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            found.append(bool({"/FontFile2", "/FontFile3"} & set(described)))
    return bool(found) and all(found)


def is_a4(pdf: bytes) -> bool:
    """Return whether every page is A4, upright or across."""
    return all(
        sorted(round(float(side) / 72 * 25.4) for side in page.mediabox[2:]) == [210, 297]
        for page in PdfReader(BytesIO(pdf)).pages
    )
