"""Uploaded papers → clean pages: JPEG pictures that bear nothing of the original but its looks."""

from marketplace import developing
from marketplace.errors import Invalid, TooLarge, WrongKind
from marketplace.i18n import _

MAX_BYTES = 10 * 1024 * 1024
CONTENT_TYPE = "image/jpeg"
ACCEPT = "image/jpeg,image/png,image/heic,image/heif,application/pdf,.heic,.heif"
"""For the file input; the endings because not every browser knows the kinds that iPhones write."""

MAX_SECONDS = 8
"""How long the decoding may take, on the clock."""

_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_FIRST_BYTES_OF_PDF = 1024
"""Where a PDF may begin: readers bear what stands before it."""


def pages_of(data: bytes) -> list[bytes]:
    """Return the pages as JPEG, upright, at most 2,400 pixels long and without metadata: one, or up to four of a PDF.

    Raises TooLarge, WrongKind, and Invalid for what cannot be decoded within 40 megapixels, four pages and 8 s.
    Takes up to seconds: ask before the first write of a request.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(
            _(
                "10 MBまでのファイルを選んでください。選ばれたファイルは%(size)s MBです。",
                size=-(-len(data) // (1024 * 1024)),
            )
        )
    order = _order_for(data)
    if not order:
        raise WrongKind(
            _("JPEG、PNG、HEIC、PDFのどれかのファイルを選んでください。選ばれたファイルは、中身がほかの種類です。")
        )
    told, pages = developing.developed(order, data, MAX_SECONDS)
    if not pages or not all(page.startswith(b"\xff\xd8\xff") for page in pages):
        raise Invalid(_sentence(told))
    return pages


def _order_for(data: bytes) -> str:
    """Return which order of the darkroom reads what the first bytes say, or "" when it is no kind that is taken."""
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return "photo"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return "heif"
    return "pdf" if b"%PDF-" in data[:_FIRST_BYTES_OF_PDF] else ""


def _sentence(refusal: str) -> str:
    match refusal:
        case "size":
            return _("縦と横がそれぞれ8,192ピクセルまで、あわせて4,000万画素までの画像を選んでください。")
        case "frames":
            return _("動かない画像を選んでください。動く画像は60コマまでで、最初のコマだけを使います。")
        case "pages":
            return _("PDFは4ページまでです。必要なページだけのPDFか、撮影した画像を選んでください。")
        case "locked":
            return _("パスワードの付いたPDFは開けません。パスワードを外すか、撮影した画像を選んでください。")
        case "blank":
            return _("PDFのページに何も写っていません。書類を撮影した画像を選んでください。")
        case _:
            return _("ファイルを開けませんでした。別のファイルを選ぶか、書類を撮影しなおしてください。")
