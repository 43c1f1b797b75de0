"""The child process in which untrusted pictures and papers are decoded and written anew; `developing` runs it.

It holds no secret, opens nothing, and may take little. On Linux all limits below hold; macOS does not enforce the one
on memory, and Windows knows none of them: there, only the header checks and the parent's clock stand.
"""

import contextlib
import json
import math
import os
import sys
from collections.abc import Callable
from io import BytesIO
from typing import Any

# Every module that decoding may want is imported here: once confined, the child cannot open a file any more.
from PIL import (
    Image,
    ImageCms,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

_PLUGINS = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin)

MAX_PIXELS = 40_000_000
MAX_SIDE = 8192
MAX_FRAMES = 60
SIDES = (96, 320, 960)
"""How many pixels a side the squares have; a smaller picture is never enlarged."""

PAPER_SIDE = 2400
"""The long side of a page of papers, in pixels: A4 can be read, and no page has more than six megapixels."""
MAX_PAGES = 4
MAX_PAPER_SCALE = 600 / 72
"""A page the size of a card is drawn with 600 dots an inch at most."""

SHEET = 1000
"""A side of the page on which a mark is drawn, in points."""

MAX_MEMORY_BYTES = 1_000_000_000
MAX_SECONDS = 10
MAX_OUTPUT_BYTES = 64_000_000

FORMATS = ("JPEG", "PNG", "WEBP")
PAPERS = ("JPEG", "PNG")
# What a 40-megapixel picture can be packed with inside the time limit.
WRITING: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 90},
    "PNG": {"compress_level": 4},
    "WEBP": {"quality": 90, "method": 2},
}


class Refused(Exception):
    """There is more than is taken, or less than is needed; the argument says what of it.

    `size` and `frames` of a picture; `pages`, `locked` (by a password) and `blank` of a PDF.
    """


def squares(data: bytes) -> list[bytes]:
    """Return the middle of the picture as WebP squares, one for each of SIDES."""
    image = _opened(data)
    # A JPEG can be decoded small: a tenth of the time and of the memory.
    image.draft(None, (SIDES[-1], SIDES[-1]))
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    middle = _plain(image.crop((left, top, left + side, top + side)))
    largest = min(side, SIDES[-1])
    seen = _as_seen(middle.resize((largest, largest), Image.Resampling.LANCZOS, reducing_gap=3.0))
    return [_square(seen, wanted) for wanted in SIDES]


def whole(data: bytes) -> list[bytes]:
    """Return the picture at its full size and in its own format."""
    image = _opened(data)
    # What a phone calls MPO is a JPEG with a second picture behind it.
    kind = image.format if image.format in FORMATS else "JPEG"
    return [_written(_as_seen(_plain(image)), kind)]


def photo(data: bytes) -> list[bytes]:
    """Return a photograph of papers as one page, upright."""
    return [_page(_opened(data, PAPERS))]


def heif(data: bytes) -> list[bytes]:
    """The same of what iPhones write."""
    import pillow_heif

    # A small picture beside the large one may show something else: it is never taken in its place.
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=2)
    return [_page(_opened(data, ("HEIF",)))]


def pdf(data: bytes) -> list[bytes]:
    """Return the pages of a PDF as somebody who opens it would see them; nothing in it is run or followed."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Refused("locked" if "password" in str(error).lower() else "unreadable") from error
    if len(document) > MAX_PAGES:
        raise Refused("pages")
    pages = [_drawn(page) for page in document]
    # What a font or a picture that cannot be loaded leaves behind.
    if all(lowest == highest for page in pages for lowest, highest in page.getextrema()):  # type: ignore[misc]
        raise Refused("blank")
    return [_page(page) for page in pages]


def marked(data: bytes) -> list[bytes]:
    """Return a picture of ours, in its own format, with the mark that comes before it laid over it."""
    mark, picture = _with_mark(data)
    image = _opened(picture)
    kind = image.format if image.format in FORMATS else "JPEG"
    seen = _as_seen(_plain(image))
    side = max(seen.size)
    left, top = (side - seen.width) // 2, (side - seen.height) // 2
    over = mark.resize((side, side), Image.Resampling.BILINEAR).crop((left, top, left + seen.width, top + seen.height))
    is_clear = seen.mode == "RGBA"
    done = Image.alpha_composite(seen if is_clear else seen.convert("RGBA"), over)
    return [_written(done if is_clear else done.convert("RGB"), kind)]


def marked_pdf(data: bytes) -> list[bytes]:
    """Return a PDF with the mark that comes before it laid over each of its pages; text stays text."""
    import pypdfium2

    mark, original = _with_mark(data)
    try:
        document = pypdfium2.PdfDocument(original)
    except pypdfium2.PdfiumError as error:
        raise Refused("locked" if "password" in str(error).lower() else "unreadable") from error
    # Drawn once, shown on every page.
    sheet = pypdfium2.PdfDocument.new()
    page = sheet.new_page(SHEET, SHEET)
    drawn = pypdfium2.PdfImage.new(sheet)
    drawn.set_bitmap(pypdfium2.PdfBitmap.from_pil(mark))
    drawn.set_matrix(pypdfium2.PdfMatrix().scale(SHEET, SHEET))
    page.insert_obj(drawn)
    page.gen_content()
    stamp = sheet.page_as_xobject(0, document)
    for page in document:
        left, bottom, right, top = page.get_cropbox()
        side = max(right - left, top - bottom)
        over = stamp.as_pageobject()
        scaled = pypdfium2.PdfMatrix().scale(side / SHEET, side / SHEET)
        over.set_matrix(scaled.translate((left + right - side) / 2, (bottom + top - side) / 2))
        page.insert_obj(over)
        page.gen_content()
        page.close()
    written = BytesIO()
    document.save(written)
    return [written.getvalue()]


ORDERS: dict[str, Callable[[bytes], list[bytes]]] = {
    "squares": squares,
    "whole": whole,
    "photo": photo,
    "heif": heif,
    "pdf": pdf,
    "marked": marked,
    "marked-pdf": marked_pdf,
}


def _with_mark(data: bytes) -> tuple[Image.Image, bytes]:
    """Part the mark, a PNG of ours behind its length, from what it is laid over."""
    length = int.from_bytes(data[:4], "big")
    mark = Image.open(BytesIO(data[4 : 4 + length]), formats=("PNG",))
    return mark.convert("RGBA"), data[4 + length :]


def _opened(data: bytes, formats: tuple[str, ...] = FORMATS) -> Image.Image:
    """Read the header only, and refuse what would be too much to decode."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit stands below, as a refusal instead of a warning
    image = Image.open(BytesIO(data), formats=formats)
    if max(image.size) > MAX_SIDE or image.width * image.height > MAX_PIXELS:
        raise Refused("size")
    if getattr(image, "n_frames", 1) > MAX_FRAMES:
        raise Refused("frames")
    return image


def _plain(image: Image.Image) -> Image.Image:
    """Bring palettes, bits and 16-bit greys to what can be resized; colours stay in the picture's own space."""
    image.load()
    if image.mode.startswith("I"):
        # Pillow's own conversion cuts 16 bits off at 255 instead of scaling them.
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in {"RGB", "L", "CMYK"} else image.convert("RGB")


def _as_seen(image: Image.Image) -> Image.Image:
    """Turn the picture as its Exif block says, bring it to sRGB, and forget everything else that came with it."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    profile = image.info.get("icc_profile")
    with contextlib.suppress(Exception):  # a broken Exif block spoils no picture
        image = ImageOps.exif_transpose(image)
    if profile:
        with contextlib.suppress(Exception):  # nor does a broken colour profile
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
            image = converted or image
    if image.mode != "L":
        image = image.convert(mode)
    image.info = {}
    return image


def _page(image: Image.Image) -> bytes:
    """Write a page: at most PAPER_SIDE pixels long, on white where it is transparent."""
    longest = max(*image.size, PAPER_SIDE)
    width, height = (max(1, side * PAPER_SIDE // longest) for side in image.size)
    if image.format in {"JPEG", "MPO"}:
        image.draft(None, (width, height))
    image = _plain(image)
    if image.size != (width, height):
        image = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    seen = _as_seen(image)
    if seen.mode == "RGBA":
        seen = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")
    written = BytesIO()
    seen.save(written, "JPEG", quality=88)
    return written.getvalue()


def _drawn(page: Any) -> Image.Image:
    """Draw a page of a PDF with its notes, for people cover with them what nobody should see; fields stay undrawn."""
    longest = max(page.get_size())
    if not 0 < longest < math.inf:
        raise Refused("size")
    scale = min(PAPER_SIDE / longest, MAX_PAPER_SCALE)
    # Sides are rounded up, and a rounding too far is a pixel too many.
    drawn: Image.Image = page.render(scale=scale * (1 - 1e-9), may_draw_forms=False).to_pil()
    return drawn.convert("RGB")


def _square(image: Image.Image, side: int) -> bytes:
    wanted = min(side, image.width)
    smaller = image if wanted == image.width else image.resize((wanted, wanted), Image.Resampling.LANCZOS)
    written = BytesIO()
    smaller.save(written, "WEBP", quality=82, method=4)
    return written.getvalue()


def _written(image: Image.Image, kind: str) -> bytes:
    written = BytesIO()
    image.save(written, kind, **WRITING[kind])
    return written.getvalue()


def warm_up() -> None:
    """Run every order of pictures once, so that whatever Pillow loads late is loaded before the doors close."""
    exif = Image.Exif()
    exif[0x0112] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "warm", zip=True)
    text.add_itxt("Comment", "暖かい")
    for kind in FORMATS:
        sample = BytesIO()
        Image.new("RGB", (8, 8)).save(sample, kind, exif=exif, icc_profile=profile, pnginfo=text)
        for order in (squares, whole, *([photo] if kind in PAPERS else [])):
            order(sample.getvalue())
        marked(_sample_mark() + sample.getvalue())
    with contextlib.suppress(Exception):
        squares(b"not a picture")


def warm_up_for(order: str) -> None:
    """Load what this order alone needs."""
    if order == "heif":
        with contextlib.suppress(Exception):
            heif(b"not a picture")
    if order == "pdf":
        import pypdfium2

        _drawn(pypdfium2.PdfDocument.new().new_page(8, 8))
    if order == "marked-pdf":
        import pypdfium2

        sample = BytesIO()
        empty = pypdfium2.PdfDocument.new()
        empty.new_page(8, 8)
        empty.save(sample)
        marked_pdf(_sample_mark() + sample.getvalue())


def _sample_mark() -> bytes:
    written = BytesIO()
    Image.new("RGBA", (8, 8)).save(written, "PNG")
    return len(written.getvalue()).to_bytes(4, "big") + written.getvalue()


def develop(order: str, data: bytes) -> tuple[dict[str, object], list[bytes]]:
    """Return what to tell the parent and the pictures; whatever a decoder throws is one answer, `unreadable`."""
    try:
        pictures = ORDERS[order](data)
    except Refused as refusal:
        return {"refused": str(refusal)}, []
    except Exception:
        return {"refused": "unreadable"}, []
    return {"sizes": [len(picture) for picture in pictures]}, pictures


def _confine() -> None:  # pragma: no cover (in the child, where tests look from outside)
    """Give up what a decoder needs no more: memory, time, and every way to open a file or a connection."""
    if sys.platform == "win32":
        return
    import resource

    limits = {
        resource.RLIMIT_CPU: MAX_SECONDS,
        resource.RLIMIT_FSIZE: MAX_OUTPUT_BYTES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 0,
    }
    if sys.platform != "darwin":
        limits[resource.RLIMIT_AS] = MAX_MEMORY_BYTES
    for limit, wanted in limits.items():
        hard = resource.getrlimit(limit)[1]
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(limit, (most, most))


def main() -> None:  # pragma: no cover (as above)
    """Serve one order: its name and a line end, then the bytes; answer one line of JSON, then the pictures.

    The name is the parent's word. Not a byte behind it is read before the doors are closed.
    """
    warm_up()
    with open(0, "rb", buffering=0, closefd=False) as asked:
        order = asked.readline(20).strip().decode("ascii")
        warm_up_for(order)
        _confine()
        told, pictures = develop(order, asked.readall())
    sys.stdout.buffer.write(json.dumps(told).encode("ascii") + b"\n")
    for picture in pictures:
        sys.stdout.buffer.write(picture)
    sys.stdout.flush()
    # Nothing is left to tidy, and taking a large heap apart takes time.
    os._exit(0)


if __name__ == "__main__":  # pragma: no cover (as above)
    main()
