"""Files that are opened bear who opened them, and when: a copy that travels on tells where it comes from.

The mark is laid over pictures and over each page of a PDF, whose text stays text. Who wants to can take it off again:
it reminds and deters, and what is stored stays as it was.
"""

from datetime import datetime
from io import BytesIO
from pathlib import Path

from marketplace import developing, pictures
from marketplace.clock import TOKYO
from marketplace.errors import Invalid
from marketplace.i18n import _

PDF = "application/pdf"
MAX_SECONDS = 20
"""How long marking may take, on the clock."""

SIDE = 900
"""Of the mark, in pixels; it is stretched over what it marks."""
ANGLE = 28
LINES = 20
OPACITY = 70
"""Of 255: to be read, and to be read through."""
_FONT = Path(__file__).parent / "fonts" / "NotoSansJP_400Regular.ttf"


def takes_mark(content_type: str) -> bool:
    """Tell whether files of this kind can be marked: pictures and PDF."""
    return content_type == PDF or content_type.startswith("image/")


def words_for(nickname: str, username: str, at: datetime) -> str:
    """Return what is written all over a file that somebody opens; nicknames may be shared, usernames are not."""
    return f"{nickname} @{username} {at.astimezone(TOKYO):%Y-%m-%d %H:%M} JST"


def marked(data: bytes, content_type: str, words: str) -> bytes:
    """Return a copy of a file that takes a mark with `words` slanted all over it.

    A PDF with a password, or one that cannot be read, comes back as it is. Raises Invalid when it does not work now.
    """
    layer = _layer(words)
    order = "marked-pdf" if content_type == PDF else "marked"
    told, made = developing.developed(order, len(layer).to_bytes(4, "big") + layer + data, MAX_SECONDS)
    if order == "marked-pdf" and told in {"locked", "unreadable"}:
        return data
    if len(made) != 1 or _kind_of(made[0]) != content_type:
        raise Invalid(
            _(
                "ファイルを開けませんでした。少し時間をおいて、もう一度お試しください。続くときは、送った人にお知らせください。"
            )
        )
    return made[0]


def _kind_of(data: bytes) -> str:
    return PDF if data.startswith(b"%PDF-") else pictures.kind_of(data)


def _layer(words: str) -> bytes:
    """Return the mark as a PNG: dark letters with a light edge, so that they are seen on every ground."""
    # Pillow takes a while to load, and few pages need it in this process.
    from PIL import Image, ImageDraw, ImageFont

    size = SIDE * 3 // 2
    step = size // LINES
    font = ImageFont.truetype(_FONT, step * 2 // 5)
    phrase = f"{words}      "
    line = phrase * (int(size * 2 / max(font.getlength(phrase), 1)) + 1)
    layer = Image.new("RGBA", (SIDE, SIDE))
    corner = (size - SIDE) // 2
    for colour, edge in (((255, 255, 255), 1), ((120, 20, 20), 0)):
        written_once = Image.new("L", (size * 2, step), 0)
        ImageDraw.Draw(written_once).text((0, 0), line, fill=OPACITY, font=font, stroke_width=edge)
        mask = Image.new("L", (size, size), 0)
        for number, top in enumerate(range(0, size, step)):
            mask.paste(written_once, (-(number % 4) * step * 2, top))
        shade = Image.new("RGBA", (SIDE, SIDE), (*colour, 0))
        shade.putalpha(mask.rotate(ANGLE).crop((corner, corner, corner + SIDE, corner + SIDE)))
        layer = Image.alpha_composite(layer, shade)
    written = BytesIO()
    layer.save(written, "PNG", compress_level=1)
    return written.getvalue()
