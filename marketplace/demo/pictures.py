"""Portraits and emblems of the demo world, drawn by shapes: flat, without features, on quiet grounds."""

from collections.abc import Callable, Sequence
from io import BytesIO

SIDE = 640
FINER = 4
"""Everything is drawn so many times larger and then reduced, which smooths its edges."""
UNIT = SIDE * FINER / 100
"""The shapes below are in hundredths of the picture."""

Colour = str
Point = tuple[float, float]
Bend = tuple[float, ...]
"""Where the outline goes on to: a straight line (x, y), or a curve past a control point (cx, cy, x, y)."""

COLOURS: dict[str, tuple[Colour, Colour]] = {
    "teal": ("#d9e2e2", "#3c5c68"),
    "sand": ("#f0e0cd", "#8a5a44"),
    "navy": ("#dbe1ea", "#2b3a52"),
    "sage": ("#dee5da", "#55673c"),
    "sky": ("#d9e5ec", "#2f7077"),
    "lilac": ("#e6e3ee", "#4b4566"),
    "rust": ("#efe0da", "#9a5a4c"),
    "rose": ("#f2e2e6", "#7d4456"),
}
"""The ground, and what is worn on it."""
SKINS = (("#f0cfb2", "#dcb596"), ("#f4d9c2", "#dfbfa4"), ("#e5bd9a", "#cda27e"))
"""A face, and its neck, which lies in the shade."""
HAIRS = ("#2b2422", "#3a2a22", "#4b3428", "#232327")
GREY_HAIR = "#8d8b88"
WHITE, INK = "#fbf8f2", "#3a3d42"


class Canvas:
    """A square to draw on in hundredths."""

    def __init__(self, ground: Colour) -> None:
        # Pillow is heavy, and only the command that makes the demo world draws.
        from PIL import Image, ImageDraw

        self._image = Image.new("RGB", (SIDE * FINER, SIDE * FINER), ground)
        self._draw = ImageDraw.Draw(self._image)

    def shape(self, colour: Colour, start: Point, *bends: Bend) -> None:
        """Fill an outline; it closes by itself."""
        points = [start]
        for bend in bends:
            points += [bend] if len(bend) == 2 else _curve(points[-1], bend[:2], bend[2:])
        self._draw.polygon([(x * UNIT, y * UNIT) for x, y in points], fill=colour)

    def oval(self, colour: Colour, x: float, y: float, across: float, down: float) -> None:
        """Fill an oval around (x, y) with these radii."""
        self._draw.ellipse(_box(x, y, across, down), fill=colour)

    def frame(self, colour: Colour, x: float, y: float, across: float, down: float) -> None:
        """Draw the rounded frame of a lens."""
        self._draw.rounded_rectangle(_box(x, y, across, down), 3.2 * UNIT, outline=colour, width=round(1.1 * UNIT))

    def line(self, colour: Colour, width: float, *points: Point) -> None:
        """Draw through these points."""
        self._draw.line([(x * UNIT, y * UNIT) for x, y in points], fill=colour, width=round(width * UNIT))

    def png(self) -> bytes:
        """Return the picture at its size."""
        written = BytesIO()
        self._image.reduce(FINER).save(written, "PNG", compress_level=1)
        return written.getvalue()


def drawn(words: str, username: str) -> bytes:
    """Return the picture that `words` describe as PNG: a hair or an emblem, a colour, extras (「bob teal glasses」).

    The username chooses skin, hair and collar, always the same ones. Raises KeyError for a word that means nothing.
    """
    what, colour, *extras = words.split()
    ground, worn = COLOURS[colour]
    canvas = Canvas(ground)
    if what in EMBLEMS:
        EMBLEMS[what](canvas, worn)
        return canvas.png()
    chance = sum(username.encode())
    hair = GREY_HAIR if "grey" in extras else HAIRS[chance % len(HAIRS)]
    behind, before = HAIRCUTS[what]
    behind(canvas, hair)
    _bust(canvas, worn, SKINS[chance % len(SKINS)], has_collar=chance % 2 == 0)
    before(canvas, hair)
    for extra in extras:
        EXTRAS[extra](canvas)
    return canvas.png()


def _curve(start: Point, control: Sequence[float], end: Sequence[float], steps: int = 40) -> list[Point]:
    return [
        (
            (1 - at) ** 2 * start[0] + 2 * at * (1 - at) * control[0] + at**2 * end[0],
            (1 - at) ** 2 * start[1] + 2 * at * (1 - at) * control[1] + at**2 * end[1],
        )
        for at in (step / steps for step in range(1, steps + 1))
    ]


def _box(x: float, y: float, across: float, down: float) -> tuple[float, float, float, float]:
    return ((x - across) * UNIT, (y - down) * UNIT, (x + across) * UNIT, (y + down) * UNIT)


def _bust(canvas: Canvas, worn: Colour, skin: tuple[Colour, Colour], *, has_collar: bool) -> None:
    face, shade = skin
    canvas.shape(worn, (13, 101), (17, 80, 40, 74), (60, 74), (83, 80, 87, 101))
    canvas.shape(shade, (43.5, 56), (56.5, 56), (56.5, 75), (50, 82, 43.5, 75))
    if has_collar:
        canvas.shape(WHITE, (43.5, 71), (50, 81), (56.5, 71), (61.5, 75), (52.5, 89), (50, 84), (47.5, 89), (38.5, 75))
    else:
        canvas.shape(shade, (40, 73.5), (50, 88, 60, 73.5))
    canvas.oval(face, 50, 45, 15.4, 18.8)


def _nothing(canvas: Canvas, hair: Colour) -> None:
    """Some hair has nothing behind the head."""


def _behind_bob(canvas: Canvas, hair: Colour) -> None:
    canvas.shape(hair, (31, 66), (27.5, 22, 50, 21.5), (72.5, 22, 69, 66), (60, 69.5, 50, 68.5), (40, 69.5, 31, 66))


def _behind_long(canvas: Canvas, hair: Colour) -> None:
    canvas.shape(hair, (27, 90), (31, 60, 31, 44), (32, 21, 50, 20.5), (68, 21, 69, 44), (69, 60, 73, 90))


def _behind_wavy(canvas: Canvas, hair: Colour) -> None:
    left: tuple[Bend, ...] = ((24, 66, 29.5, 57), (33.5, 50, 30, 44), (27.5, 21, 50, 20.5))
    right: tuple[Bend, ...] = ((72.5, 21, 70, 44), (66.5, 50, 70.5, 57), (76, 66, 71, 75))
    canvas.shape(hair, (29, 75), *left, *right, (60, 79, 50, 77), (40, 79, 29, 75))


def _behind_ponytail(canvas: Canvas, hair: Colour) -> None:
    canvas.shape(hair, (58, 25), (84, 26, 77, 60), (75, 68, 71, 71), (73, 52, 63, 38))


def _behind_bun(canvas: Canvas, hair: Colour) -> None:
    canvas.oval(hair, 50, 17.5, 7.6, 7.6)


def _swept(canvas: Canvas, hair: Colour) -> None:
    canvas.shape(
        hair,
        (33.4, 50),
        (30.5, 23, 50, 22.5),
        (69.5, 23, 66.6, 50),
        (65.5, 36, 57, 31),
        (47, 41, 36, 42),
        (34.4, 45, 33.4, 50),
    )


def _parted_in_the_middle(canvas: Canvas, hair: Colour) -> None:
    canvas.shape(hair, (33.4, 54), (30, 22, 50, 21.5), (70, 22, 66.6, 54), (66.5, 37, 50, 29.5), (33.5, 37, 33.4, 54))


def _drawn_back(canvas: Canvas, hair: Colour) -> None:
    canvas.shape(
        hair, (33.8, 47), (31.5, 23, 50, 22.5), (68.5, 23, 66.2, 47), (65, 33.5, 50, 32.5), (35, 33.5, 33.8, 47)
    )


def _fringe(canvas: Canvas, hair: Colour) -> None:
    canvas.shape(
        hair,
        (33.6, 50),
        (30.5, 23, 50, 22.5),
        (69.5, 23, 66.4, 50),
        (65.8, 41, 63.5, 39),
        (50, 42, 36.5, 39),
        (34.2, 41, 33.6, 50),
    )


def _short(canvas: Canvas, hair: Colour) -> None:
    canvas.shape(
        hair,
        (34, 48),
        (29.5, 23, 50, 22.5),
        (70.5, 23, 66, 48),
        (64.6, 40),
        (63, 35, 58, 35.5),
        (42, 35.5),
        (37, 35, 35.4, 40),
    )


def _parted(canvas: Canvas, hair: Colour) -> None:
    canvas.shape(
        hair,
        (34, 48),
        (30, 25, 46, 22),
        (72, 19, 66, 48),
        (64.8, 41),
        (64, 36, 60, 35),
        (50, 36, 43, 30),
        (40, 36, 35.4, 40),
    )


def _tousled(canvas: Canvas, hair: Colour) -> None:
    canvas.shape(
        hair,
        (34, 47),
        (31, 31, 37, 27),
        (63, 27),
        (69, 31, 66, 47),
        (64.5, 40),
        (60, 37),
        (56, 39.5),
        (50, 36),
        (44, 39.5),
        (39, 36),
        (35.5, 40),
    )
    for x, y, radius in ((38, 29, 5.4), (44, 25.5, 5.8), (51, 24.5, 6), (58, 26, 5.6), (63, 30, 5)):
        canvas.oval(hair, x, y, radius, radius)


def _crop(canvas: Canvas, hair: Colour) -> None:
    canvas.shape(hair, (34, 43), (32.5, 25, 50, 24.5), (67.5, 25, 66, 43), (64.5, 33, 50, 32), (35.5, 33, 34, 43))


def _thin(canvas: Canvas, hair: Colour) -> None:
    canvas.shape(hair, (34, 50), (31, 36, 37.5, 30), (36, 39, 36, 48))
    canvas.shape(hair, (66, 50), (69, 36, 62.5, 30), (64, 39, 64, 48))
    canvas.shape(hair, (39, 29.5), (50, 21, 61, 29.5), (50, 25.5, 39, 29.5))


HAIRCUTS: dict[str, tuple[Callable[[Canvas, Colour], None], Callable[[Canvas, Colour], None]]] = {
    "bob": (_behind_bob, _swept),
    "long": (_behind_long, _parted_in_the_middle),
    "wavy": (_behind_wavy, _parted_in_the_middle),
    "ponytail": (_behind_ponytail, _fringe),
    "bun": (_behind_bun, _drawn_back),
    "short": (_nothing, _short),
    "parted": (_nothing, _parted),
    "tousled": (_nothing, _tousled),
    "crop": (_nothing, _crop),
    "thin": (_nothing, _thin),
}
"""What lies behind the head, and what before it."""


def _glasses(canvas: Canvas) -> None:
    canvas.frame(INK, 42.8, 45.5, 5.9, 4.6)
    canvas.frame(INK, 57.2, 45.5, 5.9, 4.6)
    canvas.line(INK, 1.1, (48.2, 44.6), (51.8, 44.6))


def _towel(canvas: Canvas) -> None:
    canvas.shape(WHITE, (33.4, 37), (50, 31.5, 66.6, 37), (66.2, 29.5), (50, 23.5, 33.8, 29.5))
    canvas.line("#5a7f9c", 0.9, (34, 34), (42, 31.6), (50, 30.9), (58, 31.6), (66, 34))
    canvas.shape(WHITE, (65.5, 33), (73, 27), (72, 33), (75, 38), (66, 36.5))


EXTRAS: dict[str, Callable[[Canvas], None]] = {"glasses": _glasses, "towel": _towel, "grey": lambda canvas: None}


def _cat(canvas: Canvas, worn: Colour) -> None:
    canvas.shape(WHITE, (24, 22), (46, 36), (54, 36), (76, 22), (80, 50), (78, 78, 50, 79), (22, 78, 20, 50))
    canvas.shape("#c98a4b", (24, 22), (46, 36), (45, 52, 31, 56), (22, 56, 20, 50))
    canvas.shape(INK, (76, 22), (54, 36), (58, 49, 69, 51), (76, 52, 80, 50))
    for x, colour in ((38, WHITE), (62, WHITE)):
        canvas.oval(colour, x, 51, 4.4, 4.4)
        canvas.oval(INK, x, 51, 2.6, 3.6)
    canvas.shape("#b3706a", (46.8, 60), (53.2, 60), (50, 64))
    for y in (61, 65):
        canvas.line(worn, 0.8, (14, y - 1.5), (31, y))
        canvas.line(worn, 0.8, (86, y - 1.5), (69, y))


def _wheat(canvas: Canvas, worn: Colour) -> None:
    gold = "#b0863a"
    canvas.line(worn, 1.8, (50, 90), (50, 30))
    canvas.shape(worn, (50, 82), (33, 78, 27, 60), (44, 64, 50, 82))
    canvas.shape(gold, (50, 31), (44.5, 23, 50, 12), (55.5, 23, 50, 31))
    for y in (36, 46, 56, 66):
        canvas.shape(gold, (49.4, y), (37, y - 2, 35, y - 14), (47, y - 12, 49.4, y))
        canvas.shape(gold, (50.6, y), (63, y - 2, 65, y - 14), (53, y - 12, 50.6, y))


def _mountain(canvas: Canvas, worn: Colour) -> None:
    canvas.oval("#e0b25c", 72, 28, 8, 8)
    canvas.shape("#7fa3a8", (34, 101), (68, 46), (103, 101))
    canvas.shape(worn, (-4, 101), (40, 28), (84, 101))
    canvas.shape(WHITE, (40, 28), (51, 46.3), (46, 43.5), (42, 49), (37, 44), (31, 48), (28.8, 46.6))


def _book(canvas: Canvas, worn: Colour) -> None:
    paper, gold = "#ecd9b0", "#c98a3a"
    canvas.shape(worn, (-1, -1), (101, -1), (101, 101), (-1, 101))
    for side in (-1, 1):
        edge, middle = 50 + side * 27, 50 + side
        canvas.shape(paper, (middle, 32), (50 + side * 14, 25, edge, 28), (edge, 71), (50 + side * 14, 68, middle, 75))
        for y in (40, 50, 60):
            canvas.line(gold, 2, *_curve((50 + side * 7, y), (50 + side * 14, y - 4), (edge - side * 6, y - 2)))


def _waves(canvas: Canvas, worn: Colour) -> None:
    for y in (36, 50, 64):
        for x in (20, 40, 60):
            canvas.line(worn, 4, *_curve((x, y), (x + 5, y - 9), (x + 10, y)))
            canvas.line(worn, 4, *_curve((x + 10, y), (x + 15, y + 9), (x + 20, y)))


EMBLEMS: dict[str, Callable[[Canvas, Colour], None]] = {
    "cat": _cat,
    "wheat": _wheat,
    "mountain": _mountain,
    "book": _book,
    "waves": _waves,
}
