"""Papers of the demo world: cards without a word on them but SAMPLE, so that they are nobody's."""

from io import BytesIO

from PIL import Image, ImageDraw

from marketplace.verification.models import DocumentKind

SIZE = (1200, 760)
INK, GREY, PAPER, BLACK = (96, 104, 112), (190, 196, 200), (246, 248, 246), (18, 18, 18)
TINTS = {
    DocumentKind.LICENCE: (224, 236, 240),
    DocumentKind.NUMBER_CARD: (244, 226, 232),
    DocumentKind.PASSPORT: (232, 226, 240),
    DocumentKind.RESIDENCE: (240, 238, 226),
    DocumentKind.CERTIFICATE: (232, 240, 226),
}


def card(kind: DocumentKind, page: int) -> bytes:
    """Return a page as JPEG: on the first a face at the right, on every one a part that was covered."""
    image = Image.new("RGB", SIZE, TINTS[kind])
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((40, 40, 1160, 720), 28, fill=PAPER, outline=GREY, width=3)
    for line in range(7):
        width = (560, 420, 620, 500, 580, 360, 460)[(line + page) % 7]
        pen.rounded_rectangle((100, 120 + line * 66, 100 + width, 146 + line * 66), 6, fill=GREY)
    pen.rectangle((100, 590, 660, 640), fill=BLACK)
    if page == 0:
        pen.rounded_rectangle((820, 150, 1080, 480), 12, fill=TINTS[kind], outline=GREY, width=3)
        pen.ellipse((895, 200, 1005, 320), fill=GREY)
        pen.pieslice((850, 330, 1050, 620), 180, 360, fill=GREY)
    pen.text((770, 600), "SAMPLE", fill=INK, font_size=72)
    written = BytesIO()
    image.save(written, "JPEG", quality=85)
    return written.getvalue()
