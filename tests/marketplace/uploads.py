"""Files as people and attackers upload them, made on the spot: pictures, PDF, Office packages, and liars."""

import random
import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

import pillow_heif
from PIL import Image, ImageChops, ImageCms, PngImagePlugin

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2048)
"""Word before 2007, and every Office file with a password, begin like this."""

HTML = b"<html><body><script>alert('opened')</script></body></html>"
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>35,41.3N</exif:GPSLatitude></x:xmpmeta>'
METADATA_MARKS = (b"Exif\0\0", b"EXIF", b"eXIf", b"GPS", b"xmpmeta", b"XMP ", b"ICC_PROFILE", b"ICCP", b"secret place")


def picture(kind: str = "JPEG", size: tuple[int, int] = (120, 80), mode: str = "RGB", **saving: Any) -> bytes:
    """A gradient, so that every decoder has something to do."""
    image = Image.linear_gradient("L").resize(size).convert(mode)
    return saved(image, kind, **saving)


def saved(image: Image.Image, kind: str, **saving: Any) -> bytes:
    """The bytes of `image` in one of Pillow's formats."""
    written = BytesIO()
    image.save(written, kind, **saving)
    return written.getvalue()


def heic(image: Image.Image, orientation: int = 1, **saving: Any) -> bytes:
    """A picture as iPhones write it."""
    written = BytesIO()
    whole = pillow_heif.from_pillow(image)
    exif = Image.Exif()
    exif[0x0112] = orientation
    whole.info["exif"] = exif.tobytes()
    whole.save(written, quality=90, **saving)
    return written.getvalue()


def telling(kind: str) -> bytes:
    """A picture that says where it was taken, by whom and with what, in every way its format has."""
    exif = Image.Exif()
    exif[0x010F] = "secret place"
    exif.get_ifd(0x8825)[2] = (35.0, 41.0, 18.0)
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "secret place")
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    others: dict[str, dict[str, Any]] = {
        "JPEG": {"comment": "secret place", "xmp": XMP},
        "PNG": {"pnginfo": text},
        "WEBP": {"xmp": XMP},
    }
    return picture(kind, exif=exif, icc_profile=profile, **others[kind])


def png(width: int, height: int, *chunks: tuple[bytes, bytes], body: bytes = b"") -> bytes:
    """A PNG that claims its size in the header, whatever its body holds."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", body or zlib.compress(bytes(3 * 8 * 8 + 8))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def zeros_packed(megabytes: int) -> bytes:
    """A zlib stream of a few kilobytes that unpacks to that many megabytes."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()


def huge_webp(width: int, height: int) -> bytes:
    """A WebP whose canvas is larger than the picture on it."""
    canvas = struct.pack("<I", 0) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    simple = picture("WEBP", (8, 8))[12:]
    body = b"WEBP" + b"VP8X" + struct.pack("<I", len(canvas)) + canvas + simple
    return b"RIFF" + struct.pack("<I", len(body)) + body


def moving(kind: str, frames: int) -> bytes:
    """A moving picture; its frames differ, or they would be folded into one."""
    stills = [Image.new("RGB", (8, 8), (number * 3 % 90, 0, 99)) for number in range(frames)]
    how = {"lossless": True} if kind == "WEBP" else {}
    return saved(stills[0], kind, save_all=True, append_images=stills[1:], duration=10, **how)


def mutants(good: bytes, count: int, seed: int) -> list[bytes]:
    """Copies of `good` with bytes turned over, cut out, doubled, or the end missing; the first bytes stay."""
    dice = random.Random(seed)
    found = []
    for _ in range(count):
        body = bytearray(good)
        for _ in range(dice.choice((1, 3, 20))):
            body[dice.randrange(12, len(body))] = dice.randrange(256)
        cut, length = dice.randrange(12, len(body)), dice.randrange(40)
        deed = dice.randrange(4)
        if deed == 1:
            del body[cut : cut + length]
        elif deed == 2:
            body[cut:cut] = body[cut : cut + length]
        elif deed == 3:
            del body[cut:]
        found.append(bytes(body))
    return found


MAIN_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
_FAMILY = "application/vnd.openxmlformats-officedocument."
_MAIN_TYPES = {
    "docx": f"{_FAMILY}wordprocessingml.document.main+xml",
    "xlsx": f"{_FAMILY}spreadsheetml.sheet.main+xml",
    "pptx": f"{_FAMILY}presentationml.presentation.main+xml",
}


def office(
    kind: str = "docx",
    extra: dict[str, bytes] | None = None,
    *,
    main_type: str | None = None,
    table: bytes | None = None,
    packing: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """An Office package with its table of content types, its main part, and what else is wanted inside."""
    if table is None:
        table = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/{MAIN_PARTS[kind]}" ContentType="{main_type or _MAIN_TYPES[kind]}"/></Types>'
        ).encode()
    return archive({"[Content_Types].xml": table, MAIN_PARTS[kind]: b"<document/>", **(extra or {})}, packing)


def archive(parts: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of `parts`."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", packing) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return written.getvalue()


def declaring(data: bytes, part: str, size: int) -> bytes:
    """The archive `data`, whose directory lies about the unpacked size of `part`."""
    name = part.encode()
    lying = bytearray(data)
    for signature, size_at, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = -1
        while (at := lying.find(signature, at + 1)) >= 0:
            if lying[at + name_at : at + name_at + len(name)] == name:
                lying[at + size_at : at + size_at + 4] = struct.pack("<I", size)
    return bytes(lying)


def flagged(data: bytes, flag: int) -> bytes:
    """The archive `data` with a flag set on every part of its directory, as encryption sets it."""
    changed = bytearray(data)
    for signature, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := changed.find(signature, at + 1)) >= 0:
            changed[at + flags_at] |= flag
    return bytes(changed)


def is_marked(stored: bytes, shown: bytes) -> bool:
    """Tell whether `shown` is `stored` with something laid over it."""
    before, after = (Image.open(BytesIO(each)).convert("RGB") for each in (stored, shown))
    lightest = ImageChops.difference(before, after).convert("L").getextrema()[1]
    return before.size == after.size and lightest > 20
