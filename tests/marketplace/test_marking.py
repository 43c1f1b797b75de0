"""What is opened bears who opens it, on every ground and every page, and is otherwise what it was."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image, ImageChops

from marketplace import developing, marking
from marketplace.errors import Invalid
from tests.marketplace import pdfs, uploads

WORDS = "三宅ことは @kotoha 2026-11-29 03:37 JST"
TEXT = b"BT /F1 20 Tf 20 40 Td (Hello) Tj ET"


@pytest.fixture(scope="module", autouse=True)
def nothing_left_running() -> Iterator[None]:
    yield
    developing._spare.dismiss()


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def marks_of(before: Image.Image, after: Image.Image) -> list[bool]:
    """Tell of each of sixteen parts of a picture whether something was laid over it."""
    assert before.size == after.size
    difference = ImageChops.difference(before.convert("RGB"), after.convert("RGB")).convert("L")
    width, height = before.width // 4, before.height // 4
    parts = [(x * width, y * height, (x + 1) * width, (y + 1) * height) for y in range(4) for x in range(4)]
    return [(difference.crop(part).getextrema()[1]) > 20 for part in parts]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("kind", "ground"), [("JPEG", "white"), ("PNG", "black"), ("PNG", "#00000000"), ("WEBP", "gray")]
)
def test_a_picture_is_marked_all_over_and_stays_of_its_kind(kind: str, ground: str) -> None:
    image = Image.new("RGBA" if len(ground) == 9 else "RGB", (800, 500), ground)
    data = uploads.saved(image, kind)
    after = opened(marking.marked(data, f"image/{kind.lower()}", WORDS))
    assert (after.format, after.mode) == (kind, image.mode)
    assert all(marks_of(image, after)) or image.mode == "RGBA"
    if image.mode == "RGBA":
        assert after.getextrema()[3][1] > 20  # type: ignore[index]


def test_every_page_of_a_pdf_is_marked_and_its_text_stays_text() -> None:
    turned = pdfs.page(TEXT, extra=b"/Rotate 90 /CropBox [10 10 210 90]")
    whole = pypdfium2.PdfDocument(pdfs.page(TEXT))
    whole.import_pages(pypdfium2.PdfDocument(turned))
    written = BytesIO()
    whole.save(written)
    data = written.getvalue()
    after = pypdfium2.PdfDocument(marking.marked(data, marking.PDF, WORDS))
    before = pypdfium2.PdfDocument(data)
    assert len(after) == len(before) == 2
    for old, new in zip(before, after, strict=True):
        assert new.get_textpage().get_text_bounded() == "Hello"
        assert all(marks_of(old.render(scale=2).to_pil(), new.render(scale=2).to_pil()))


def test_the_unmarked_file_is_not_inside_the_marked_one() -> None:
    data = pdfs.page(TEXT)
    assert data[:-20] not in marking.marked(data, marking.PDF, WORDS)


def test_a_pdf_that_everybody_may_open_is_marked_though_it_is_encrypted() -> None:
    data = pdfs.encrypted(user_password=b"")
    after = marking.marked(data, marking.PDF, WORDS)
    old, new = (pypdfium2.PdfDocument(each)[0].render(scale=2).to_pil() for each in (data, after))
    assert all(marks_of(old, new))


@pytest.mark.parametrize("data", [pdfs.encrypted(user_password=b"secret"), uploads.PDF], ids=["locked", "unreadable"])
def test_a_pdf_that_cannot_be_read_comes_back_as_it_is(data: bytes) -> None:
    assert marking.marked(data, marking.PDF, WORDS) == data


def test_nothing_unmarked_is_handed_out_when_marking_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "MAX_SECONDS", 0)
    for data, kind in ((pdfs.page(TEXT), marking.PDF), (uploads.picture(), "image/jpeg")):
        with pytest.raises(Invalid, match="開けませんでした"):
            marking.marked(data, kind, WORDS)


def test_the_words_name_who_opens_it_and_when() -> None:
    words = marking.words_for("三宅ことは", "kotoha", datetime(2026, 11, 28, 18, 37, tzinfo=UTC))
    assert words == WORDS
    assert marking.takes_mark("image/png")
    assert not marking.takes_mark("application/zip")
