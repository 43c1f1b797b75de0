"""Pictures made to harm whoever decodes, serves or keeps them; each function returns the bytes of one."""

import struct
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO

import pillow_heif
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from tests.marketplace import uploads

CANARY = b"MUSUBI-CANARY"
"""Stands in whatever should not survive."""
TEXT = CANARY.decode()


def seen(size: tuple[int, int] = (320, 200)) -> Image.Image:
    """What is there to be seen: a gradient with a frame."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    ImageDraw.Draw(image).rectangle((4, 4, size[0] - 5, size[1] - 5), outline="red", width=3)
    return image


def jpeg(**saving: object) -> bytes:
    """A harmless JPEG to begin with."""
    return uploads.saved(seen(), "JPEG", **saving)


def png(**saving: object) -> bytes:
    """A harmless PNG."""
    return uploads.saved(seen(), "PNG", **saving)


@cache
def heic() -> bytes:
    """A harmless HEIC."""
    return uploads.heic(seen())


def deflated(length: int, filling: bytes = b"\0") -> bytes:
    """A zlib stream of `length` bytes, all the same; a block that was packed once stands in it over and over."""
    size = 1 << 20
    packer = zlib.compressobj(9)
    first = packer.compress(filling * (size // len(filling))) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(filling * (size // len(filling))) + packer.flush(zlib.Z_FULL_FLUSH)
    last = packer.compress(filling * (length % size // len(filling))) + packer.flush(zlib.Z_FINISH)
    # The checksum of zeros is their number; nobody asks for that of others.
    checksum = struct.pack(">HH", length % 65521, 1)
    return first + block * (length // size - 1) + last[:-4] + checksum


def segment(marker: int, data: bytes) -> bytes:
    """One segment of a JPEG."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def with_segments(*segments: bytes, picture: bytes = b"") -> bytes:
    """A JPEG with segments put behind its first two bytes."""
    picture = picture or jpeg()
    return picture[:2] + b"".join(segments) + picture[2:]


def with_chunks(*chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG with chunks put behind its header."""
    picture = png()
    made = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return picture[:33] + made + picture[33:]


def jpeg_claiming(width: int, height: int) -> bytes:
    """A JPEG whose frame says another size than its scan has."""
    data = bytearray(jpeg())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def jpeg_of_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan comes over and over."""
    data = uploads.saved(seen((2000, 2000)), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * count + data[-2:]


def png_of_bits(width: int, height: int, depth: int, kind: int) -> bytes:
    """A PNG that really holds all the pixels of its header, all of them black."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]
    body = deflated((1 + (width * depth * samples + 7) // 8) * height)
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    made = b"\x89PNG\r\n\x1a\n"
    for name, data in ((b"IHDR", header), (b"IDAT", body), (b"IEND", b"")):
        made += struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    return made


def tiff_block(tags: list[tuple[int, int, int, int]], following: int = 0, tail: bytes = b"") -> bytes:
    """An Exif block with one directory: tag, type, count, value of each, and where the next directory is."""
    entries = b"".join(struct.pack(">HHII", *tag) for tag in tags)
    return b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", len(tags)) + entries + struct.pack(">I", following) + tail


def with_exif(tags: list[tuple[int, int, int, int]], following: int = 0) -> bytes:
    """A JPEG with such a directory in its Exif block."""
    return with_segments(segment(0xE1, tiff_block(tags, following, CANARY)))


def swollen() -> bytes:
    """A JPEG of which nearly everything is Exif blocks."""
    return with_segments(*[segment(0xE1, b"Exif\0\0" + CANARY * 5000)] * 138)


def telling_jpeg() -> bytes:
    """A JPEG that tells place, time, camera and people in every way there is."""
    exif = Image.Exif()
    exif[0x010F] = TEXT
    exif[0x9286] = b"ASCII\0\0\0" + CANARY
    exif.get_ifd(0x8825)[2] = (35.0, 41.0, 18.0)
    exif.get_ifd(0x8769)[0x927C] = b"Nikon\0" + CANARY * 50
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(CANARY) + 5)
    iptc += b"\x1c\x02\x50" + struct.pack(">H", len(CANARY)) + CANARY + b"\0"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = jpeg(exif=exif, xmp=b"<x:xmpmeta>" + CANARY + b"</x:xmpmeta>", comment=CANARY, icc_profile=profile)
    return with_segments(segment(0xED, iptc), segment(0xEB, CANARY), segment(0xE2, b"MPF\0" + CANARY), picture=picture)


def with_exif_thumbnail() -> bytes:
    """A JPEG whose Exif block holds another picture, as one that was cut to size often does."""
    other = uploads.saved(Image.new("RGB", (160, 120), "lime"), "JPEG", comment=CANARY)
    where = 8 + 2 + 12 * 2 + 4
    tags = [(0x0201, 4, 1, where), (0x0202, 4, 1, len(other))]
    first = tiff_block([], 14)[:-4] + struct.pack(">I", 14)
    second = struct.pack(">H", 2) + b"".join(struct.pack(">HHII", *tag) for tag in tags) + bytes(4)
    return with_segments(segment(0xE1, first + second + other))


def with_jfif_thumbnail() -> bytes:
    """The same in the block that JPEG had before Exif."""
    other = uploads.saved(Image.new("RGB", (160, 120), "lime"), "JPEG", comment=CANARY)
    return with_segments(segment(0xE0, b"JFXX\0\x10" + other))


def profile_with_words() -> bytes:
    """A colour profile whose description says more than a colour."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return jpeg(icc_profile=profile.replace(b"s\0R\0G\0B", b"C\0A\0N\0A", 1) + CANARY * 9)


def telling_png() -> bytes:
    """A PNG with every kind of text, an Exif block, a time and a chunk of nobody's."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", TEXT)
    text.add_text("Comment", TEXT, zip=True)
    text.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{TEXT}</x:xmpmeta>")
    text.add(b"tIME", struct.pack(">HBBBBB", 2026, 11, 28, 1, 2, 3))
    text.add(b"prVt", CANARY)
    exif = Image.Exif()
    exif[0x010F] = TEXT
    return png(pnginfo=text, exif=exif)


def telling_heic() -> bytes:
    """A HEIC with place, words, and a small picture beside the large one."""
    written = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = TEXT
    exif.get_ifd(0x8825)[2] = (35.0, 41.0, 18.0)
    whole = pillow_heif.from_pillow(seen())
    whole.save(written, exif=exif.tobytes(), xmp=b"<x:xmpmeta>" + CANARY + b"</x:xmpmeta>", thumbnails=[64])
    return written.getvalue()


def heic_claiming(width: int, height: int) -> bytes:
    """A HEIC whose every size is another than its picture has."""
    data = bytearray(heic())
    at = -1
    while (at := data.find(b"ispe", at + 1)) >= 0:
        data[at + 8 : at + 16] = struct.pack(">II", width, height)
    return bytes(data)


def heic_grid_claiming(width: int, height: int) -> bytes:
    """A HEIC put together of tiles, that says it has many more of them."""
    pillow_heif.options.GRID_TILE_SIZE = 64
    try:
        data = bytearray(heic())
    finally:
        pillow_heif.options.GRID_TILE_SIZE = 0
    at = data.find(b"ispe")
    while at >= 0:
        if data[at + 8 : at + 16] == struct.pack(">II", 320, 200):
            data[at + 8 : at + 16] = struct.pack(">II", width, height)
        at = data.find(b"ispe", at + 1)
    return bytes(data)


def heic_changed(name: bytes, change: Callable[[bytearray, int], None]) -> bytes:
    """A HEIC with the box `name` changed; `change` is told where its name stands."""
    data = bytearray(heic())
    change(data, data.index(name))
    return bytes(data)


def _size(value: int) -> Callable[[bytearray, int], None]:
    def change(data: bytearray, at: int) -> None:
        data[at - 4 : at] = struct.pack(">I", value)

    return change


def heic_with_a_box_that_says(name: bytes, size: int) -> bytes:
    """A HEIC with a box that claims another size; 0 is "to the end", 1 "in the next eight bytes"."""
    return heic_changed(name, _size(size))


def heic_of_extents_outside() -> bytes:
    """A HEIC whose picture lies beyond its end."""

    def change(data: bytearray, at: int) -> None:
        data[at + 8 : at + 40] = b"\xff" * 32

    return heic_changed(b"iloc", change)


def boxes_in_boxes(depth: int) -> bytes:
    """A HEIC that is nothing but boxes in boxes."""
    inner = b""
    for _ in range(depth):
        inner = struct.pack(">I", len(inner) + 8) + b"iprp" + inner
    meta = struct.pack(">I", len(inner) + 12) + b"meta\0\0\0\0" + inner
    return struct.pack(">I", 24) + b"ftypheic\0\0\0\0heicmif1" + meta


def apng_claiming(frames: int) -> bytes:
    """A PNG that says it moves."""
    return with_chunks((b"acTL", struct.pack(">II", frames, 0)))


def mpo_of(pictures: int) -> bytes:
    """A JPEG with many more behind it, as some cameras take."""
    others = [seen((32, 32)) for _ in range(pictures - 1)]
    return uploads.saved(seen((32, 32)), "MPO", save_all=True, append_images=others)


def cut(data: bytes, share: float) -> bytes:
    """The first part of a file."""
    return data[: int(len(data) * share)]


def with_wrong_sums() -> bytes:
    """A PNG in which no checksum is right."""
    data = png()
    return data[:29] + b"\0\0\0\0" + data[33:]


def gif_and_zip() -> bytes:
    """A GIF that is a ZIP as well."""
    return uploads.moving("GIF", 2) + uploads.archive({"a.class": CANARY})
