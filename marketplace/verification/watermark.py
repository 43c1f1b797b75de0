"""Marks a picture with who looks at it, and when, so that a photograph of the screen tells where it comes from."""

from datetime import datetime
from io import BytesIO

from marketplace.clock import TOKYO

OPACITY = 70
"""Of 255: to be read, and to be read through."""
ANGLE = 28
LINES_ACROSS = 26
"""How many lines of the mark there is room for from corner to corner."""


def watermarked(picture: bytes, username: str, at: datetime) -> bytes:
    """Return `picture`, a JPEG of our own, with @username and the time in Tokyo slanted all over it."""
    # Pillow takes a while to load, and no other page needs it in this process.
    from PIL import Image, ImageDraw, ImageFont

    image = Image.open(BytesIO(picture), formats=("JPEG",)).convert("RGB")
    words = f"@{username}  {at.astimezone(TOKYO):%Y-%m-%d %H:%M} JST    "
    side = int((image.width**2 + image.height**2) ** 0.5) + 2
    height = max(side // LINES_ACROSS, 16)
    font = ImageFont.load_default(height / 2)
    layer = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(layer)
    line = words * (int(side / max(draw.textlength(words, font=font), 1)) + 2)
    for number, top in enumerate(range(0, side, height * 2)):
        draw.text((-(number % 3) * height * 3, top), line, fill=OPACITY, font=font)
    left, upper = (side - image.width) // 2, (side - image.height) // 2
    mask = layer.rotate(ANGLE).crop((left, upper, left + image.width, upper + image.height))
    image.paste((120, 20, 20), (0, 0), mask)
    written = BytesIO()
    image.save(written, "JPEG", quality=85)
    return written.getvalue()
