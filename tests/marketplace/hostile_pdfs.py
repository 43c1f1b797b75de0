"""PDF files made to harm whoever opens, draws or keeps them; each function returns the bytes of one."""

import zlib

from tests.marketplace import hostile_pictures, pdfs, uploads
from tests.marketplace.hostile_pictures import CANARY, deflated

GOOD = pdfs.HALVES
HUGE_JBIG2 = b"\0\0\0\0\x30\0\1\0\0\0\x13" + b"\xff" * 8 + bytes(11)
XFA = b"<xdp><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>&x;" + CANARY + b"</xdp>"


def image(words: bytes, data: bytes) -> bytes:
    """A page that shows one picture of these words over its whole width."""
    words = b"/Type /XObject /Subtype /Image " + words
    return pdfs.page(b"q 400 0 0 100 0 0 cm /I Do Q", pdfs.stream(data, words), resources=b"/XObject << /I 6 0 R >>")


def image_of(side: int, kind: bytes = b"FlateDecode", data: bytes = b"\0" * 99, bits: int = 1) -> bytes:
    """A page that shows a square picture which claims that many pixels a side."""
    colours = b"RGB" if kind == b"DCTDecode" else b"Gray"
    words = b"/Width %d /Height %d /ColorSpace /Device%s /BitsPerComponent %d" % (side, side, colours, bits)
    words += b" /Filter /%s" % kind
    if kind == b"CCITTFaxDecode":
        words += b" /DecodeParms << /K -1 /Columns %d /Rows %d >>" % (side, side)
    return image(words, data)


def with_huge_jpeg() -> bytes:
    """A page that shows a JPEG which claims more than there is."""
    return image_of(65_500, b"DCTDecode", hostile_pictures.jpeg_claiming(65_500, 65_500), 8)


def content_bomb(megabytes: int, filling: bytes, *, twice: bool = False) -> bytes:
    """A page whose drawing unpacks to so much; packed twice, a few hundred bytes are enough."""
    packed, filters = deflated(megabytes << 20, filling), b"/FlateDecode"
    if twice:
        packed, filters = zlib.compress(packed, 9), b"[/FlateDecode /FlateDecode]"
    return pdfs.page(b"", content=pdfs.stream(packed, b"/Filter " + filters))


def acting(event: bytes, *more: bytes) -> bytes:
    """A page that wants something to be done as soon as it is opened."""
    return pdfs.page(GOOD, *more, catalogue=b"/OpenAction << /Type /Action %s >>" % event)


def linked(event: bytes) -> bytes:
    """A page that is a link all over."""
    note = b"<< /Type /Annot /Subtype /Link /Rect %s /A << %s >> >>" % (pdfs.BOX, event)
    return pdfs.page(GOOD, note, extra=b"/Annots [6 0 R] /AA << /O << %s >> >>" % event)


def with_form(xfa: bytes = b"") -> bytes:
    """A page with a field that computes, and what else forms may bring."""
    field = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (%s) /Rect [10 10 90 30]"
        b" /AA << /F << /S /JavaScript /JS (app.alert\\(1\\)) >> >> >>" % CANARY
    )
    return pdfs.page(
        GOOD, field, pdfs.stream(xfa), extra=b"/Annots [6 0 R]", catalogue=b"/AcroForm << /Fields [6 0 R] /XFA 7 0 R >>"
    )


def with_attachment() -> bytes:
    """A page with a program in its pocket."""
    return pdfs.page(
        GOOD,
        b"<< /Type /Filespec /F (invoice.exe) /EF << /F 7 0 R >> >>",
        pdfs.packed(b"MZ" + CANARY * 20, b"/Type /EmbeddedFile"),
        catalogue=b"/Names << /EmbeddedFiles << /Names [(invoice.exe) 6 0 R] >> >>",
    )


def telling() -> bytes:
    """A page that tells who wrote it, with a small picture of another."""
    return pdfs.page(
        GOOD,
        b"<< /Author (%s) /Title (%s) /Producer (%s) >>" % (CANARY, CANARY, CANARY),
        pdfs.stream(b"<x:xmpmeta>" + CANARY + b"</x:xmpmeta>", b"/Type /Metadata /Subtype /XML"),
        pdfs.stream(b"\0\xff\0" * 64, b"/Width 8 /Height 8 /ColorSpace /DeviceRGB /BitsPerComponent 8"),
        trailer=b"/Info 6 0 R",
        catalogue=b"/Metadata 7 0 R",
        extra=b"/Thumb 8 0 R",
    )


def hidden_layer() -> bytes:
    """A page with something on a layer that is switched off."""
    return pdfs.page(
        GOOD + b" /OC /L BDC 0 g 0 0 400 100 re f BT /F1 20 Tf (%s) Tj ET EMC" % CANARY,
        b"<< /Type /OCG /Name (hidden) >>",
        resources=b"/Properties << /L 6 0 R >>",
        catalogue=b"/OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] >> >>",
    )


def page_tree_of_itself() -> bytes:
    """The pages lead back to where they begin."""
    return pdfs.document(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 /Parent 2 0 R >>"]
    )


def page_tree_of(depth: int) -> bytes:
    """One page at the bottom of a deep tree."""
    levels = [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (number + 3) for number in range(depth)]
    last = b"<< /Type /Page /MediaBox %s /Contents %d 0 R >>" % (pdfs.BOX, depth + 3)
    return pdfs.document([b"<< /Type /Catalog /Pages 2 0 R >>", *levels, last, pdfs.stream(GOOD)])


def form(drawing: bytes, resources: bytes) -> bytes:
    """A drawing that others can draw."""
    return pdfs.stream(drawing, b"/Type /XObject /Subtype /Form /BBox %s /Resources << %s >>" % (pdfs.BOX, resources))


def nested(opening: bytes, closing: bytes, depth: int) -> bytes:
    """Something of no use, very deep."""
    return b"/Deep " + opening * depth + closing * depth


def form_in_itself() -> bytes:
    """A drawing that draws itself."""
    itself = b"/XObject << /X 6 0 R >>"
    return pdfs.page(GOOD + b" /X Do", form(b"/X Do " + GOOD, itself), resources=itself)


def laughing(levels: int, times: int) -> bytes:
    """A drawing that draws another many times, which draws another many times, and so on."""
    forms = [form(b"/X Do " * times, b"/XObject << /X %d 0 R >>" % (7 + level)) for level in range(levels)]
    return pdfs.page(GOOD + b" /X Do", *forms, form(GOOD, b""), resources=b"/XObject << /X 6 0 R >>")


def mask_in_itself() -> bytes:
    """A veil that lies below itself."""
    states = b"/ExtGState << /S << /SMask << /S /Luminosity /G 6 0 R >> >> >>"
    group = pdfs.stream(
        b"/S gs " + GOOD,
        b"/Type /XObject /Subtype /Form /BBox %s /Group << /S /Transparency >> /Resources << %s >>"
        % (pdfs.BOX, states),
    )
    return pdfs.page(b"/S gs " + GOOD, group, resources=states)


def tiled(step: bytes) -> bytes:
    """A page filled with tiles of next to no size."""
    tile = pdfs.stream(
        b"1 0 0 rg 0 0 1 1 re f",
        b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep %s /YStep %s"
        b" /Resources << >>" % (step, step),
    )
    return pdfs.page(b"/Pattern cs /P scn 0 0 400 100 re f", tile, resources=b"/Pattern << /P 6 0 R >>")


def letters_in_letters() -> bytes:
    """A font whose letter is written with itself."""
    font = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /CharProcs << /a 7 0 R >>"
        b" /Encoding << /Differences [97 /a] >> /FirstChar 97 /LastChar 97 /Widths [1]"
        b" /Resources << /Font << /T 6 0 R >> >> >>"
    )
    drawing = b"1 0 d0 BT /T 1 Tf (aaaa) Tj ET 0 0 1 1 re f"
    return pdfs.page(GOOD + b" BT /T 9 Tf (aaaa) Tj ET", font, pdfs.stream(drawing), resources=b"/Font << /T 6 0 R >>")


def notes(count: int) -> bytes:
    """A page with very many notes."""
    note = b"<< /Type /Annot /Subtype /Square /Rect [0 0 9 9] /C [1 0 0] >>"
    return pdfs.page(GOOD, extra=b"/Annots [%s]" % (note * count))


def table_of(size: bytes) -> bytes:
    """A table that says it has so many entries."""
    return pdfs.page(GOOD).replace(b"xref\n0 6\n", b"xref\n0 %s\n" % size).replace(b"/Size 6", b"/Size " + size)


def table_before_itself() -> bytes:
    """A table whose predecessor it is itself."""
    data = pdfs.page(GOOD)
    where = data.rindex(b"startxref\n") + 10
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %s" % data[where:].split(b"\n")[0])


def packed_table(widths: bytes) -> bytes:
    """A table that is a stream, with columns of these widths."""
    head = b"%PDF-1.7\n"
    words = b"/Type /XRef /Size 2147483647 /Index [0 2147483647] /W [%s] /Root 1 0 R" % widths
    body = b"1 0 obj\n%s\nendobj\n" % pdfs.packed(b"\1" * 4096, words)
    return head + body + b"startxref\n%d\n%%%%EOF\n" % len(head)


def objects_of_itself() -> bytes:
    """A bag of objects that lies in itself."""
    bag = pdfs.packed(b"6 0 7 10 << >> << >>", b"/Type /ObjStm /N 1000000000 /First 9 /Extends 6 0 R")
    return pdfs.page(GOOD, bag, catalogue=b"/Outlines 7 0 R")


def outside_streams() -> bytes:
    """A page whose drawing and picture lie in other files."""
    where = b"/F (/etc/passwd) /FFilter /FlateDecode"
    inside = b"/Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8 " + where
    return pdfs.page(
        GOOD,
        pdfs.stream(CANARY, inside),
        b"<< /Type /XObject /Subtype /Form /BBox %s /Ref << /F (http://127.0.0.1/x.pdf) /Page 0 >> >>" % pdfs.BOX,
        content=pdfs.stream(GOOD + b" /I Do /J Do"),
        resources=b"/XObject << /I 6 0 R /J 7 0 R >>",
    )


def broken_font() -> bytes:
    """A font that is none, in each of the forms that are embedded."""
    words = b"".join(b"/FontFile%s %d 0 R " % (which, number) for which, number in ((b"", 7), (b"2", 8), (b"3", 9)))
    font = (
        b"<< /Type /Font /Subtype /TrueType /BaseFont /Broken /FirstChar 0 /LastChar 255"
        b" /FontDescriptor << /Type /FontDescriptor /FontName /Broken /Flags 4 %s >> >>" % words
    )
    rubbish = pdfs.stream(b"\0\1\0\0\xff\xff" + b"glyf\xff\xff\xff\xff" * 900)
    return pdfs.page(
        GOOD + b" BT /B 20 Tf (abc) Tj ET", font, rubbish, rubbish, rubbish, resources=b"/Font << /B 6 0 R >>"
    )


def signed_by_nobody(handler: bytes) -> bytes:
    """A page behind a lock of a kind that nobody knows."""
    return pdfs.page(GOOD, b"<< /Filter /%s /V 9 /R 9 /P -4 >>" % handler, trailer=b"/Encrypt 6 0 R")


def and_zip() -> bytes:
    """A PDF that is a ZIP as well."""
    return pdfs.page(GOOD) + uploads.archive({"a.js": CANARY})


def inside_jpeg() -> bytes:
    """A JPEG that is a PDF as well."""
    return hostile_pictures.with_segments(hostile_pictures.segment(0xFE, pdfs.page(GOOD) + CANARY))
