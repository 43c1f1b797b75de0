"""Files that members of the demo world send each other: drawn, so that there is nothing of others in them."""

from collections.abc import Callable
from io import BytesIO
from math import cos, exp, pi, sin
from time import gmtime

from PIL import Image, ImageDraw

FINER = 2
INK, LINE, RED, PAPER = (42, 44, 51), (196, 190, 178), (190, 52, 48), (255, 253, 248)
Point = tuple[float, float]


def figure() -> bytes:
    """Return a page with the figure of a pressure that settles, and a ring around what is to be looked at, as PDF."""
    image, pen = _sheet(840, 594)
    for step in range(9):
        pen.line(_scaled((110 + step * 80, 90), (110 + step * 80, 490)), fill=LINE, width=FINER)
        pen.line(_scaled((110, 90 + step * 50), (750, 90 + step * 50)), fill=LINE, width=FINER)
    curve = [(110 + t * 6.4, 490 - 260 * (1 - exp(-t / 14) * cos(t / 5))) for t in range(101)]
    pen.line(_scaled(*curve), fill=INK, width=3 * FINER, joint="curve")
    pen.line(_scaled((110, 230), (750, 230)), fill=INK, width=FINER)
    pen.line(_scaled((110, 80), (110, 490), (760, 490)), fill=INK, width=2 * FINER)
    pen.ellipse(_scaled((116, 52), (266, 122)), outline=RED, width=4 * FINER)
    pen.text((132 * FINER, 74 * FINER), "kPa (abs)?", fill=INK, font_size=22 * FINER)
    pen.text((730 * FINER, 500 * FINER), "t", fill=INK, font_size=22 * FINER)
    pen.text((110 * FINER, 545 * FINER), "Fig. 3-2", fill=INK, font_size=24 * FINER)
    written = BytesIO()
    # Without its own dates the file is the same on every machine.
    same = gmtime(0)
    image.reduce(FINER).save(written, "PDF", resolution=72.0, creationDate=same, modDate=same)
    return written.getvalue()


def stamps() -> bytes:
    """Return four stamps for the paper around rice balls: three fillings and a hand, as PNG."""
    image, pen = _sheet(880, 260)
    for number in range(4):
        middle = 120 + number * 213
        pen.ellipse(_scaled((middle - 90, 40), (middle + 90, 220)), outline=RED, width=5 * FINER)
    pen.ellipse(_scaled((80, 90), (160, 170)), fill=RED)
    waves = [[(283 + x, 105 + row * 25 + 8 * sin(x / 12 * pi)) for x in range(101)] for row in range(3)]
    for wave in waves:
        pen.line(_scaled(*wave), fill=RED, width=4 * FINER)
    pen.polygon(_scaled((490, 130), (540, 95), (590, 130), (540, 165)), fill=RED)
    pen.polygon(_scaled((585, 130), (612, 105), (612, 155)), fill=RED)
    pen.rounded_rectangle(_scaled((725, 120), (793, 185)), radius=20 * FINER, fill=RED)
    for finger in range(4):
        left = 725 + finger * 18
        pen.rounded_rectangle(_scaled((left, 72 + 6 * abs(finger - 1)), (left + 14, 140)), radius=7 * FINER, fill=RED)
    pen.line(_scaled((727, 165), (706, 128)), fill=RED, width=15 * FINER)
    written = BytesIO()
    image.reduce(FINER).save(written, "PNG")
    return written.getvalue()


DRAWN: dict[str, Callable[[], bytes]] = {"図版3-2_ご確認.pdf": figure, "判子の案.png": stamps}
"""By the names that the texts use."""


def _sheet(width: int, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (width * FINER, height * FINER), PAPER)
    return image, ImageDraw.Draw(image)


def _scaled(*points: Point) -> list[Point]:
    return [(x * FINER, y * FINER) for x, y in points]
