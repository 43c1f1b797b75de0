"""`./dev bench papers`: from an upload of ten megabytes to clean pages, beside decoding in the web process itself."""

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image

from benchmarks.stopwatch import Took, percentile
from benchmarks.world import open_app
from blueprints.arriving import ArrivingRequest
from marketplace import darkroom, developing
from marketplace.papers import MAX_BYTES, pages_of
from marketplace.verification.papers import kept

SECONDS_BETWEEN = 1.0
"""Until the next child waits; people do not upload one after the other either."""

HEAD = b'--edge\r\nContent-Disposition: form-data; name="paper"; filename="a"\r\n\r\n'
TAIL = b"\r\n--edge--\r\n"


def photograph(width: int, height: int) -> Image.Image:
    """Something with as much detail as a photograph of paper in bad light has."""
    dice = np.random.default_rng(2026)
    rough = Image.fromarray(dice.integers(0, 255, (height // 24, width // 24, 3), dtype=np.uint8))
    grain = Image.fromarray(dice.integers(0, 255, (height, width), dtype=np.uint8)).convert("RGB")
    return Image.blend(rough.resize((width, height), Image.Resampling.BICUBIC), grain, 0.12)


def fitting(written: Callable[[int], bytes], qualities: Sequence[int]) -> bytes:
    """The best quality of which the file is not larger than what is taken."""
    return next(data for data in map(written, qualities) if len(data) <= MAX_BYTES)


def as_jpeg(image: Image.Image, quality: int) -> bytes:
    """A JPEG."""
    written = BytesIO()
    image.save(written, "JPEG", quality=quality)
    return written.getvalue()


def as_heic(image: Image.Image, quality: int) -> bytes:
    """What an iPhone would write."""
    written = BytesIO()
    pillow_heif.from_pillow(image).save(written, quality=quality)
    return written.getvalue()


def as_pdf(image: Image.Image, pages: int, quality: int) -> bytes:
    """What a scanner writes with 300 dots an inch."""
    written = BytesIO()
    image.save(written, "PDF", save_all=True, append_images=[image] * (pages - 1), quality=quality, resolution=300)
    return written.getvalue()


def as_png(image: Image.Image) -> bytes:
    """A PNG."""
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def samples() -> dict[str, tuple[str, bytes]]:
    """Files of nearly ten megabytes where their kind allows, each with the order that reads it."""
    twelve, twenty_four = photograph(4032, 3024), photograph(6000, 4000)
    scan = photograph(2480, 3508)
    best = range(98, 20, -3)
    return {
        "JPEG, 12 megapixels": ("photo", fitting(lambda quality: as_jpeg(twelve, quality), best)),
        "JPEG, 24 megapixels": ("photo", fitting(lambda quality: as_jpeg(twenty_four, quality), best)),
        "PNG, 4 megapixels": ("photo", as_png(photograph(2300, 1700))),
        "HEIC, 12 megapixels, usual size": ("heif", as_heic(twelve, 50)),
        "HEIC, 12 megapixels": ("heif", fitting(lambda quality: as_heic(twelve, quality), range(90, 20, -5))),
        "PDF, a scan of A4": ("pdf", fitting(lambda quality: as_pdf(scan, 1, quality), best)),
        "PDF, four scans of A4": ("pdf", fitting(lambda quality: as_pdf(scan, 4, quality), best)),
    }


def received(data: bytes) -> bytes:
    """What the web server does before: the file is taken out of its form."""
    body = HEAD + data + TAIL
    asked = ArrivingRequest(
        {
            "REQUEST_METHOD": "POST",
            "wsgi.input": BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "multipart/form-data; boundary=edge",
        }
    )
    return asked.files["paper"].read()


def took(deed: Callable[[], object]) -> Took:
    """Do a deed once, children of this process included in its processor time."""

    def spent() -> float:
        mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime

    processor, wall = spent(), time.perf_counter()
    deed()
    return Took((spent() - processor) * 1_000, (time.perf_counter() - wall) * 1_000)


def peak() -> int:
    """The most megabytes that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def told(name: str, way: str, size: int, taken: Sequence[Took], grown: int) -> None:
    """Print one row of the table."""
    processor, wall = [each.processor for each in taken], [each.wall for each in taken]
    print(
        f"| {name} | {size / 1_000_000:.1f} | {way} | {statistics.median(wall):.0f} | {percentile(wall, 0.95):.0f}"
        f" | {statistics.median(processor):.0f} | {grown} |",
        flush=True,
    )


def keep(data: bytes, times: int) -> None:
    """What follows: the pages are encrypted, each under its own key, and stored so that they outlive a power cut."""
    pages = pages_of(data)
    with tempfile.TemporaryDirectory() as folder:
        app, before = open_app(Path(folder) / "data"), peak()
        with app.app_context():
            taken = [took(lambda: kept(pages)) for _ in range(times)]
        told("JPEG, 12 megapixels", "encrypted and stored", len(data), taken, peak() - before)


def main() -> None:
    """Make the files and measure both ways, first all in children, for afterwards this process is large."""
    parser = argparse.ArgumentParser(prog="bench papers", description=__doc__)
    parser.add_argument("--times", type=int, default=10)
    times = parser.parse_args().times
    files = samples()
    pages_of(as_jpeg(photograph(240, 240), 80))
    print("| file | MB | way | p50 ms | p95 ms | processor ms | grown MB |\n|---|---|---|---|---|---|---|")
    for name, (_order, data) in files.items():
        before, taken = peak(), []
        for _ in range(times):
            time.sleep(SECONDS_BETWEEN)
            taken.append(took(lambda data=data: pages_of(received(data))))  # type: ignore[misc]
        told(name, "in a child", len(data), taken, peak() - before)
    developing._spare.dismiss()
    keep(files["JPEG, 12 megapixels"][1], times)
    for name, (order, data) in files.items():
        before = peak()
        taken = [
            took(lambda data=data, order=order: darkroom.ORDERS[order](received(data)))  # type: ignore[misc]
            for _ in range(times)
        ]
        told(name, "in the process", len(data), taken, peak() - before)


if __name__ == "__main__":
    main()
