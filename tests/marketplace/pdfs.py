"""PDF files made on the spot, object by object, so that each can lie where it wants to."""

import hashlib
import zlib
from collections.abc import Iterable

HALVES = b"1 0 0 rg 0 0 200 100 re f 0 0 1 rg 200 0 200 100 re f"
"""What to draw on a page: red on the left, blue on the right."""
BOX = b"[0 0 400 100]"
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def stream(data: bytes, words: bytes = b"") -> bytes:
    """A stream object's body."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), words, data)


def packed(data: bytes, words: bytes = b"") -> bytes:
    """The same, deflated."""
    return stream(zlib.compress(data, 9), b"/Filter /FlateDecode " + words)


def document(objects: Iterable[bytes], trailer: bytes = b"", version: bytes = b"1.7") -> bytes:
    """Number the bodies from 1 (the catalogue) and tie them with a table and a trailer."""
    written = bytearray(b"%PDF-" + version + b"\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    where, count = len(written), len(offsets) + 1
    written += b"xref\n0 %d\n0000000000 65535 f \n" % count
    written += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    written += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (count, trailer, where)
    return bytes(written)


def page(
    drawing: bytes,
    *more: bytes,
    extra: bytes = b"",
    catalogue: bytes = b"",
    box: bytes = BOX,
    trailer: bytes = b"",
    resources: bytes = b"",
    content: bytes | None = None,
) -> bytes:
    """A PDF of one page; `more` objects are numbered from 6, `extra` stands in the page, `catalogue` at the root."""
    return document(
        [
            b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue,
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> %s >> %s >>" % (box, resources, extra),
            stream(drawing) if content is None else content,
            _FONT,
            *more,
        ],
        trailer,
    )


def pages(drawings: list[bytes], count: int | None = None) -> bytes:
    """A PDF of several pages, which may claim another number of them."""
    kids = b" ".join(b"%d 0 R" % (3 + 2 * number) for number in range(len(drawings)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(drawings) if count is None else count),
    ]
    for number, drawing in enumerate(drawings):
        objects.append(b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents %d 0 R >>" % (BOX, 4 + 2 * number))
        objects.append(stream(drawing))
    return document(objects)


def covered(drawing: bytes) -> bytes:
    """A page on whose left half a black box was laid with a PDF reader."""
    return page(
        drawing,
        b"<< /Type /Annot /Subtype /Square /Rect [0 0 200 100] /F 4 /AP << /N 7 0 R >> >>",
        stream(b"0 0 0 rg 0 0 200 100 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 200 100]"),
        extra=b"/Annots [6 0 R]",
    )


_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def rc4(key: bytes, data: bytes) -> bytes:
    """The cipher of old PDF."""
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    i = j = 0
    written = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        written.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(written)


def encrypted(user_password: bytes, owner_password: bytes = b"owner") -> bytes:
    """A page behind a password, as PDF 1.4 with 40 bits has it; with an empty one everybody may open it."""
    user = (user_password + _PADDING)[:32]
    owner = rc4(hashlib.md5((owner_password + _PADDING)[:32]).digest()[:5], user)
    key = hashlib.md5(user + owner + b"\xfc\xff\xff\xff" + b"0123456789abcdef").digest()[:5]
    proof = rc4(key, _PADDING)
    of_content = hashlib.md5(key + (4).to_bytes(3, "little") + b"\0\0").digest()[:10]
    lock = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (owner.hex().encode(), proof.hex().encode())
    name = b"0123456789abcdef".hex().encode()
    return page(
        b"",
        lock,
        content=stream(rc4(of_content, HALVES)),
        trailer=b"/Encrypt 6 0 R /ID [<%s> <%s>]" % (name, name),
    )
