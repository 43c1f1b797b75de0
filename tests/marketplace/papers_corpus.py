"""What somebody may upload as papers to harm us: each file is made when it is asked for, with what must come of it.

`CORPUS` is used where papers are rendered and where they are uploaded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from tests.marketplace import hostile_pdfs as p
from tests.marketplace import hostile_pictures as i
from tests.marketplace import pdfs, uploads
from tests.marketplace.hostile_pictures import CANARY

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert("' + CANARY + b'")</script></svg>'
SCRIPT = b"/*" + CANARY + b"*/=1;alert(1)//"
PROGRAM = b"MZ\x90\0" + CANARY * 9
ARCHIVE = uploads.archive({"../../a": CANARY})
MAGIC = {"jpeg": b"\xff\xd8\xff\xe0", "png": b"\x89PNG\r\n\x1a\n", "heic": b"\0\0\0\x18ftypheic", "pdf": b"%PDF-1.7\n"}


class Expected(Enum):
    """What must come of a file."""

    CLEANED = "cleaned"
    """Pages come out that bear nothing of it but its looks."""
    REFUSED = "refused"
    """It is of a kind that is taken, and cannot be read: 422."""
    WRONG_KIND = "wrong kind"
    """It is of no kind that is taken: 415."""
    TOO_LARGE = "too large"
    """413."""
    EITHER = "cleaned or refused"
    """Which of the two depends on the machine or the version of a library."""


@dataclass(frozen=True)
class Hostile:
    """One file."""

    name: str
    filename: str
    make: Callable[[], bytes]
    expectation: Expected

    @property
    def data(self) -> bytes:
        """Its bytes, made anew each time."""
        return self.make()


CLEANED, REFUSED, WRONG_KIND, EITHER = Expected.CLEANED, Expected.REFUSED, Expected.WRONG_KIND, Expected.EITHER
_Row = tuple[str, Callable[[], bytes], Expected]

_PICTURE_BOMBS: list[_Row] = [
    ("png of 2^31 pixels a side", lambda: uploads.png(2**31 - 1, 2**31 - 1), REFUSED),
    ("png of 20,000 pixels a side in its header", lambda: uploads.png(20_000, 20_000), REFUSED),
    ("png of 12,000 black pixels a side", lambda: i.png_of_bits(12_000, 12_000, 1, 0), REFUSED),
    ("png of 40 megapixels of one bit", lambda: i.png_of_bits(8000, 5000, 1, 0), CLEANED),
    ("png of 24 megapixels of 64 bits", lambda: i.png_of_bits(6000, 4000, 16, 6), EITHER),
    ("png of no pixels", lambda: uploads.png(0, 0), REFUSED),
    ("png 1 pixel high and 8,193 wide", lambda: uploads.png(8193, 1), REFUSED),
    ("png with a bomb in zTXt", lambda: i.with_chunks((b"zTXt", b"Comment\0\0" + i.deflated(100 << 20))), REFUSED),
    ("png with a bomb in iTXt", lambda: i.with_chunks((b"iTXt", b"C\0\1\0\0\0" + i.deflated(100 << 20))), REFUSED),
    ("png with a bomb in iCCP", lambda: i.with_chunks((b"iCCP", b"profile\0\0" + i.deflated(100 << 20))), REFUSED),
    ("png with 99 small bombs", lambda: i.with_chunks(*[(b"zTXt", b"C\0\0" + i.deflated(1 << 20))] * 99), REFUSED),
    ("png that says it has 2^31 frames", lambda: i.apng_claiming(2**31 - 1), REFUSED),
    ("png of 61 frames", lambda: uploads.moving("PNG", 61), REFUSED),
    ("jpeg of 65,500 pixels a side", lambda: i.jpeg_claiming(65_500, 65_500), REFUSED),
    ("jpeg 1 pixel high and 65,500 wide", lambda: i.jpeg_claiming(65_500, 1), REFUSED),
    ("jpeg of no height", lambda: i.jpeg_claiming(320, 0), REFUSED),
    ("jpeg of 24 megapixels with the scan of a stamp", lambda: i.jpeg_claiming(6000, 4000), CLEANED),
    ("jpeg of 400 scans", lambda: i.jpeg_of_scans(400), CLEANED),
    ("jpeg of 9 MB of Exif blocks", i.swollen, CLEANED),
    ("jpeg of 61 pictures", lambda: i.mpo_of(61), REFUSED),
    ("heic of 60,000 pixels a side", lambda: i.heic_claiming(60_000, 60_000), REFUSED),
    ("heic of 2^32 pixels a side", lambda: i.heic_claiming(2**32 - 1, 2**32 - 1), REFUSED),
    ("heic of 40 megapixels with the picture of a stamp", lambda: i.heic_claiming(8000, 5000), REFUSED),
    ("heic of tiles that says it has many more", lambda: i.heic_grid_claiming(8000, 5000), REFUSED),
    ("heic of boxes in boxes", lambda: i.boxes_in_boxes(10_000), REFUSED),
]  # fmt: skip

_PDF_BOMBS: list[_Row] = [
    ("pdf of a page of 14,400 points", lambda: pdfs.page(p.GOOD, box=b"[0 0 14400 14400]"), CLEANED),
    ("pdf of a page of 10^30 points", lambda: pdfs.page(p.GOOD, box=b"[0 0 1e30 1e30]"), CLEANED),
    ("pdf of a page of endless digits", lambda: pdfs.page(p.GOOD, box=b"[0 0 %s 9]" % (b"9" * 400)), CLEANED),
    ("pdf of a page turned inside out", lambda: pdfs.page(p.GOOD, box=b"[400 100 0 0]"), CLEANED),
    ("pdf of a page one point high", lambda: pdfs.page(p.GOOD, box=b"[0 0 14400 1]"), CLEANED),
    ("pdf with a unit of 75,000 inches", lambda: pdfs.page(p.GOOD, extra=b"/UserUnit 75000"), CLEANED),
    ("pdf of 10,000 pages", lambda: pdfs.pages([p.GOOD] * 10_000), REFUSED),
    ("pdf that says it has 2^31 pages", lambda: pdfs.pages([p.GOOD], 2**31 - 1), CLEANED),
    ("pdf whose drawing unpacks to 2 GB", lambda: p.content_bomb(2048, b" ", twice=True), EITHER),
    ("pdf of 100 MB of saved states", lambda: p.content_bomb(100, b"q "), EITHER),
    ("pdf with a picture of 20,000 pixels a side", lambda: p.image_of(20_000, data=i.deflated(20_000 * 2500)), EITHER),
    ("pdf with a picture of 2^31 pixels a side", lambda: p.image_of(2**31 - 1, bits=16), REFUSED),
    ("pdf with a fax of 20,000 pixels a side", lambda: p.image_of(20_000, b"CCITTFaxDecode"), EITHER),
    ("pdf with a jbig2 picture of 2^32 pixels", lambda: p.image_of(9, b"JBIG2Decode", p.HUGE_JBIG2), REFUSED),
    ("pdf with a jpeg of 65,500 pixels a side", p.with_huge_jpeg, EITHER),
    ("pdf of a drawing that draws itself", p.form_in_itself, CLEANED),
    ("pdf of ten drawings in each of ten drawings", lambda: p.laughing(9, 10), EITHER),
    ("pdf of a veil below itself", p.mask_in_itself, EITHER),
    ("pdf of tiles of no size", lambda: p.tiled(b"0.00001"), EITHER),
    ("pdf of letters in letters", p.letters_in_letters, CLEANED),
    ("pdf of 10,000 notes", lambda: p.notes(10_000), CLEANED),
    ("pdf of dashes of no length", lambda: pdfs.page(b"[0.0000001] 0 d 0 0 m 400 100 l S"), CLEANED),
    ("pdf of pages that lead back to themselves", p.page_tree_of_itself, REFUSED),
    ("pdf of a page below 5,000 others", lambda: p.page_tree_of(5000), REFUSED),
    ("pdf of 100,000 lists in lists", lambda: pdfs.page(p.GOOD, extra=p.nested(b"[", b"]", 100_000)), CLEANED),
    ("pdf of 50,000 words in words", lambda: pdfs.page(p.GOOD, extra=p.nested(b"<< /D ", b">>", 50_000)), CLEANED),
    ("pdf with a table of a thousand million objects", lambda: p.table_of(b"1000000000"), CLEANED),
    ("pdf with a table of minus one object", lambda: p.table_of(b"-1"), CLEANED),
    ("pdf with a table before itself", p.table_before_itself, CLEANED),
    ("pdf with a packed table of wide columns", lambda: p.packed_table(b"255 255 2147483647"), REFUSED),
    ("pdf with a bag of objects in itself", p.objects_of_itself, CLEANED),
]  # fmt: skip

_LIES: list[_Row] = [
    (f"{what} behind the first bytes of a {kind}", lambda kind=kind, data=data: MAGIC[kind] + data, REFUSED)  # type: ignore[misc]
    for what, kind, data in (
        ("a web page", "jpeg", uploads.HTML),
        ("a program", "jpeg", PROGRAM),
        ("a script", "jpeg", SCRIPT),
        ("a test virus", "jpeg", EICAR),
        ("a drawing", "png", SVG),
        ("an archive", "png", ARCHIVE),
        ("a web page", "heic", uploads.HTML),
        ("an archive", "heic", ARCHIVE),
        ("a web page", "pdf", uploads.HTML),
        ("a test virus", "pdf", EICAR),
    )
] + [
    ("a web page", lambda: uploads.HTML, WRONG_KIND),
    ("a drawing with a script", lambda: SVG, WRONG_KIND),
    ("a program", lambda: PROGRAM, WRONG_KIND),
    ("a test virus", lambda: EICAR, WRONG_KIND),
    ("an archive", lambda: ARCHIVE, WRONG_KIND),
    ("a text with macros", lambda: uploads.OLE + CANARY, WRONG_KIND),
    ("a postscript program", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) run\n", WRONG_KIND),
    ("a film", lambda: b"\0\0\0\x18ftypisom\0\0\0\0isomavc1", WRONG_KIND),
    ("an avif", lambda: b"\0\0\0\x18ftypavif\0\0\0\0avifmif1", WRONG_KIND),
    ("a png called jpg", i.png, CLEANED),
    ("a pdf called jpg", lambda: pdfs.page(p.GOOD), CLEANED),
]  # fmt: skip

_POLYGLOTS: list[_Row] = [
    ("gif and archive", i.gif_and_zip, WRONG_KIND),
    ("jpeg and archive", lambda: i.jpeg() + uploads.archive({"a.class": CANARY}), CLEANED),
    ("jpeg and web page", lambda: i.jpeg() + uploads.HTML + CANARY, CLEANED),
    ("jpeg with a program in its comment", lambda: i.jpeg(comment=b"<?php system($_GET[0]); ?>" + CANARY), CLEANED),
    ("jpeg and script", lambda: i.with_segments(i.segment(0xFE, SCRIPT)) + SCRIPT, CLEANED),
    ("png and web page", lambda: i.png() + uploads.HTML + CANARY, CLEANED),
    ("png and archive in a chunk", lambda: i.with_chunks((b"zIPp", uploads.archive({"a": CANARY}))), CLEANED),
    ("heic and web page", lambda: i.heic() + uploads.HTML + CANARY, CLEANED),
    ("pdf and archive", p.and_zip, CLEANED),
    ("web page before a pdf", lambda: b"<script>" + CANARY + b"</script>" + pdfs.page(p.GOOD), CLEANED),
    ("jpeg and pdf", p.inside_jpeg, CLEANED),
    ("pdf and script", lambda: b"/*%PDF-1.7*/" + SCRIPT + b"\n" + pdfs.page(p.GOOD), CLEANED),
]

_TELLTALES: list[_Row] = [
    ("jpeg that tells everything", i.telling_jpeg, CLEANED),
    ("jpeg with another picture in Exif", i.with_exif_thumbnail, CLEANED),
    ("jpeg with another picture in JFIF", i.with_jfif_thumbnail, CLEANED),
    ("jpeg with words in its colours", i.profile_with_words, CLEANED),
    ("jpeg whose Exif leads to itself", lambda: i.with_exif([(0x8769, 4, 1, 8)], 8), CLEANED),
    ("jpeg whose Exif counts to 2^32", lambda: i.with_exif([(0x010F, 2, 2**32 - 1, 8)]), CLEANED),
    ("jpeg whose Exif turns it by a word", lambda: i.with_exif([(0x0112, 2, 4, 0x41424344)]), CLEANED),
    ("png that tells everything", i.telling_png, CLEANED),
    ("heic that tells everything", i.telling_heic, CLEANED),
    ("pdf that tells everything", p.telling, CLEANED),
    ("pdf with a hidden layer", p.hidden_layer, CLEANED),
    ("pdf with a program attached", p.with_attachment, CLEANED),
]  # fmt: skip

_DEEDS: list[_Row] = [
    ("pdf that starts a program", lambda: p.acting(b"/S /Launch /F (cmd.exe)"), CLEANED),
    ("pdf that runs a script", lambda: p.acting(b"/S /JavaScript /JS (while\\(1\\);)"), CLEANED),
    ("pdf that opens an address", lambda: p.acting(b"/S /URI /URI (http://127.0.0.1/)"), CLEANED),
    ("pdf that goes to another file", lambda: p.acting(b"/S /GoToR /F (\\\\\\\\host\\\\share) /D [0 /Fit]"), CLEANED),
    ("pdf that sends itself", lambda: p.linked(b"/S /SubmitForm /F (http://127.0.0.1/) /Flags 256"), CLEANED),
    ("pdf that fetches data", lambda: p.linked(b"/S /ImportData /F (/etc/passwd)"), CLEANED),
    ("pdf of streams in other files", p.outside_streams, CLEANED),
    ("pdf with a field that computes", p.with_form, CLEANED),
    ("pdf with an XFA form", lambda: p.with_form(p.XFA), CLEANED),
    ("pdf with fonts that are none", p.broken_font, CLEANED),
    ("pdf with a password", lambda: pdfs.encrypted(b"secret"), REFUSED),
    ("pdf with an owner's password", lambda: pdfs.encrypted(b""), CLEANED),
    ("pdf with a lock of nobody", lambda: p.signed_by_nobody(b"Nobody"), REFUSED),
    ("pdf with a lock of version 9", lambda: p.signed_by_nobody(b"Standard"), REFUSED),
]  # fmt: skip

_BROKEN: list[_Row] = [
    ("nothing", lambda: b"", WRONG_KIND),
    ("one byte", lambda: b"\xff", WRONG_KIND),
    ("10 MB of zeros", lambda: bytes(10 << 20), WRONG_KIND),
    ("10 MB of zeros behind a jpeg", lambda: i.jpeg() + bytes((10 << 20) - len(i.jpeg())), CLEANED),
    ("one byte too many", lambda: i.jpeg() + bytes((10 << 20) - len(i.jpeg()) + 1), Expected.TOO_LARGE),
    *[(f"{kind} {share:.0%} of it", lambda make=make, share=share: i.cut(make(), share), REFUSED)  # type: ignore[misc]
      for kind, make, shares in (("jpeg", i.jpeg, (0.01, 0.1, 0.5, 0.9)), ("png", i.png, (0.02, 0.5, 0.9)),
                                 ("heic", i.heic, (0.05, 0.5, 0.9)), ("pdf", lambda: pdfs.page(p.GOOD), (0.05, 0.2)))
      for share in shares],
    ("pdf without its table", lambda: i.cut(pdfs.page(p.GOOD), 0.8), REFUSED),
    ("pdf of no pages", lambda: pdfs.pages([]), REFUSED),
    ("pdf of an empty page", lambda: pdfs.page(b""), REFUSED),
    ("png with wrong sums", i.with_wrong_sums, REFUSED),
    ("heic with a box of no size", lambda: i.heic_with_a_box_that_says(b"iprp", 0), CLEANED),
    ("heic with a box of 4 GB", lambda: i.heic_with_a_box_that_says(b"iloc", 2**32 - 1), REFUSED),
    ("heic with its picture outside", i.heic_of_extents_outside, REFUSED),
]  # fmt: skip

_NAMES = {
    "a way out": "../../../../etc/passwd",
    "a way out of Windows": "..\\..\\boot.ini",
    "nothing behind its end": "a.jpg\0.exe",
    "a new line and a header": "a.jpg\r\nSet-Cookie: a=b",
    "letters from right to left": "photo\u202egpj.exe",
    "5,000 letters": "あ" * 5000 + ".jpg",
    "a device": "CON.jpg",
    "a hidden file of a server": ".htaccess",
    "a formula": "=cmd|'/C calc'!A0.jpg",
    "a drawing's end": "passport.svg",
    "a tag": '"><script>alert(1)</script>.jpg',
    "no letters": "",
}

_ENDINGS = {"jpeg": "jpg", "png": "png", "heic": "heic", "pdf": "pdf", "gif": "gif", "a": "jpg"}


def _filename(name: str) -> str:
    """Give the file the ending that its name says, or a lie."""
    return "papers." + _ENDINGS.get(name.partition(" ")[0], "jpg")


BY_CONTENT: list[Hostile] = [
    Hostile(name, _filename(name), make, expected)
    for rows in (_PICTURE_BOMBS, _PDF_BOMBS, _LIES, _POLYGLOTS, _TELLTALES, _DEEDS, _BROKEN)
    for name, make, expected in rows
]
"""What does harm by what it contains."""

BY_NAME: list[Hostile] = [Hostile(f"a name with {what}", name, i.jpeg, CLEANED) for what, name in _NAMES.items()]
"""A harmless picture under names that do harm, to those who ask for the name of a file."""

CORPUS: list[Hostile] = BY_CONTENT + BY_NAME
