"""PDF files that were typeset, read again: what stands on them and where."""

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

RIGHT_EDGE = 595.28 - 17 * 72 / 25.4 + 6
"""Where the paper's right margin begins, in points; the empty half of a bracket or full stop may stand in it."""


class Paper:
    """One PDF."""

    def __init__(self, data: bytes) -> None:
        self.document = pypdfium2.PdfDocument(data)

    def lines(self) -> list[str]:
        """Every line of every page, as a program that reads it aloud or copies it would find them."""
        return [line for page in self.document for line in page.get_textpage().get_text_range().split("\r\n")]

    def text(self) -> str:
        """All of it without the ends of lines, which depend on nothing but the width of the paper."""
        return "".join(self.lines())

    def letters(self) -> str:
        """The same without spaces: where a cell ends and the next begins, some are found."""
        return self.text().replace(" ", "")

    def right_end(self) -> float:
        """How far to the right the rightmost letter reaches, in points."""
        texts = [page.get_textpage() for page in self.document]
        return max(text.get_charbox(place)[2] for text in texts for place in range(text.count_chars()))

    def is_tagged(self) -> bool:
        """Whether programs that read aloud are told what is what."""
        return bool(pdfium.FPDFCatalog_IsTagged(self.document.raw))

    def tags(self, number: int = 0) -> list[str]:
        """The kinds of the parts of a page, in the order of reading."""
        page = self.document[number]  # has to live as long as its tree
        tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
        roots = [
            pdfium.FPDF_StructTree_GetChildAtIndex(tree, place)
            for place in range(pdfium.FPDF_StructTree_CountChildren(tree))
        ]
        found = [kind for root in roots for kind in _kinds(root)]
        pdfium.FPDF_StructTree_Close(tree)
        return found


def _kinds(element: Any) -> Iterator[str]:
    length = pdfium.FPDF_StructElement_GetType(element, None, 0)
    kind = ctypes.create_string_buffer(length)
    pdfium.FPDF_StructElement_GetType(element, kind, length)
    yield kind.raw.decode("utf-16-le").rstrip("\0")
    for place in range(pdfium.FPDF_StructElement_CountChildren(element)):
        if child := pdfium.FPDF_StructElement_GetChildAtIndex(element, place):
            yield from _kinds(child)
