"""Papers come out as clean, upright pages, or are refused with a sentence; people's own files look as they did."""

from collections.abc import Iterator
from io import BytesIO

import pillow_heif
import pytest
from PIL import Image, ImageDraw

from marketplace import darkroom, developing, papers
from marketplace.errors import Invalid, TooLarge, WrongKind
from marketplace.papers import pages_of
from tests.marketplace import pdfs, uploads


@pytest.fixture(scope="module", autouse=True)
def nothing_left_running() -> Iterator[None]:
    yield
    developing._spare.dismiss()


def opened(page: bytes) -> Image.Image:
    image = Image.open(BytesIO(page), formats=["JPEG"])
    image.load()
    return image


def card(size: tuple[int, int] = (400, 200)) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    return image


def colours(image: Image.Image) -> list[str]:
    """What stands in the four corners, from the top left to the bottom right."""
    right, bottom = image.width - 9, image.height - 9
    found = []
    for place in ((8, 8), (right, 8), (8, bottom), (right, bottom)):
        red, green, blue = image.convert("RGB").getpixel(place)  # type: ignore[misc]
        strong = [name for name, value in (("red", red), ("green", green), ("blue", blue)) if value > 128]
        found.append({"redgreenblue": "white", "": "black"}.get("".join(strong), "".join(strong)))
    return found


@pytest.mark.parametrize(
    ("kind", "order"), [("JPEG", "photo"), ("PNG", "photo"), ("MPO", "photo"), ("HEIF", "heif"), ("PDF", "pdf")]
)
def test_every_kind_becomes_a_page(kind: str, order: str) -> None:
    data = uploads.heic(card()) if kind == "HEIF" else uploads.saved(card(), kind)
    assert papers._order_for(data) == order
    [page] = pages_of(data)
    assert colours(opened(page)) == ["red", "blue", "red", "blue"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "HEIF", "PDF"])
def test_no_page_is_longer_than_2400_pixels(kind: str) -> None:
    large = card((4000, 2000))
    data = uploads.heic(large) if kind == "HEIF" else uploads.saved(large, kind)
    assert opened(pages_of(data)[0]).size == (2400, 1200)


def test_nothing_is_enlarged_and_nothing_vanishes() -> None:
    assert opened(pages_of(uploads.saved(card((100, 40)), "PNG"))[0]).size == (100, 40)
    assert opened(darkroom.photo(uploads.saved(card((8000, 2)), "PNG"))[0]).size == (2400, 1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_page_stands_as_the_camera_was_held(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    page = opened(pages_of(uploads.saved(card(), kind, exif=exif))[0])
    assert (page.size, colours(page)) == ((200, 400), ["red", "red", "blue", "blue"])


def test_what_an_iphone_took_upright_is_turned_once() -> None:
    turned = opened(darkroom.heif(uploads.heic(card(), orientation=6))[0])
    assert (turned.size, colours(turned)) == ((200, 400), ["red", "red", "blue", "blue"])


def test_what_is_transparent_is_white() -> None:
    clear = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    assert colours(opened(darkroom.photo(uploads.saved(clear, "PNG"))[0])) == ["white"] * 4


def test_a_small_picture_beside_the_large_one_is_never_taken_for_it() -> None:
    data = uploads.heic(card((1200, 600)), thumbnails=[600])

    def is_offered_small() -> bool:
        return Image.open(BytesIO(data), formats=["HEIF"]).draft(None, (300, 150)) is not None

    pillow_heif.register_heif_opener(thumbnails=True)
    assert is_offered_small()
    darkroom.heif(data)
    assert not is_offered_small()


def test_a_pdf_has_up_to_four_pages_in_their_order() -> None:
    drawn = [b"%d %d %d rg 0 0 200 100 re f" % colour for colour in ((1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 0))]
    found = [colours(opened(page))[0] for page in pages_of(pdfs.pages(drawn))]
    assert found == ["red", "green", "blue", "black"]
    with pytest.raises(Invalid, match="4ページまで"):
        pages_of(pdfs.pages([*drawn, drawn[0]]))


def test_a_page_of_a_pdf_is_turned_as_it_says() -> None:
    turned = opened(pages_of(pdfs.page(pdfs.HALVES, extra=b"/Rotate 90"))[0])
    assert turned.width < turned.height
    assert colours(turned) == ["red", "red", "blue", "blue"]


def test_what_a_note_covers_in_a_pdf_stays_covered() -> None:
    """People cover their numbers with a black box of a PDF reader; it is a note on the page, not a part of it."""
    bare, covered = pdfs.page(pdfs.HALVES), pdfs.covered(pdfs.HALVES)
    assert colours(opened(darkroom.develop("pdf", bare)[1][0])) == ["red", "blue", "red", "blue"]
    assert colours(opened(darkroom.develop("pdf", covered)[1][0])) == ["black", "blue", "black", "blue"]


def test_text_in_the_fonts_that_every_reader_has_is_drawn() -> None:
    [page] = pages_of(pdfs.page(b"BT /F1 40 Tf 20 60 Td (Identity) Tj ET"))
    lowest, _highest = opened(page).convert("L").getextrema()
    assert int(str(lowest)) < 60


def test_an_empty_page_is_refused_but_not_an_empty_back() -> None:
    with pytest.raises(Invalid, match="何も写っていません"):
        pages_of(pdfs.page(b""))
    assert len(pages_of(pdfs.pages([pdfs.HALVES, b""]))) == 2


def test_a_pdf_with_a_password_is_refused_with_what_to_do() -> None:
    with pytest.raises(Invalid, match="パスワード"):
        pages_of(pdfs.encrypted(user_password=b"secret"))
    assert pages_of(pdfs.encrypted(user_password=b""))


def test_ten_megabytes_are_the_limit() -> None:
    picture = uploads.saved(card(), "PNG")
    assert pages_of(picture + bytes(papers.MAX_BYTES - len(picture)))
    with pytest.raises(TooLarge, match="選ばれたファイルは11 MBです"):
        pages_of(picture + bytes(papers.MAX_BYTES - len(picture) + 1))


@pytest.mark.parametrize(
    "data",
    [uploads.picture("WEBP"), uploads.moving("GIF", 2), uploads.saved(card(), "TIFF"), uploads.HTML, uploads.OLE, b""],
    ids=["webp", "gif", "tiff", "html", "office", "nothing"],
)
def test_other_kinds_are_refused_by_their_content(data: bytes) -> None:
    with pytest.raises(WrongKind, match="JPEG、PNG、HEIC、PDF"):
        pages_of(data)


@pytest.mark.parametrize("size", [(8193, 1), (8000, 5001), (2**31 - 1, 2**31 - 1)])
def test_a_flood_of_pixels_is_refused_by_its_header(size: tuple[int, int]) -> None:
    with pytest.raises(Invalid, match=r"8,192ピクセル"):
        pages_of(uploads.png(*size))


def test_a_moving_picture_of_many_frames_is_refused() -> None:
    assert darkroom.develop("photo", uploads.moving("PNG", 61))[0] == {"refused": "frames"}


def test_small_writing_can_be_read_afterwards() -> None:
    """A photograph of 12 megapixels keeps enough of a line of writing that is 40 pixels high."""
    photograph = Image.new("RGB", (4000, 3000), "white")
    drawing = ImageDraw.Draw(photograph)
    for left in range(400, 3600, 40):
        drawing.rectangle((left, 1480, left + 19, 1520), "black")
    page = opened(pages_of(uploads.saved(photograph, "JPEG", quality=90))[0]).convert("L")
    row = [page.getpixel((x, page.height // 2)) for x in range(300, 2100)]
    assert sum(int(str(value)) < 80 for value in row) > 600
    assert sum(int(str(value)) > 175 for value in row) > 600


def test_what_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "MAX_SECONDS", 0.001)
    with pytest.raises(Invalid, match="開けませんでした"):
        pages_of(uploads.picture("PNG", (4000, 4000)))


def test_the_sentences_name_the_limits_that_hold() -> None:
    assert (darkroom.MAX_SIDE, darkroom.MAX_PIXELS, darkroom.MAX_PAGES) == (8192, 40_000_000, 4)


def test_the_file_input_offers_what_is_taken() -> None:
    assert {"image/jpeg", "image/png", "image/heic", "application/pdf"} <= set(papers.ACCEPT.split(","))
