"""Uploaded pictures come out clean or are refused with a sentence; nothing else ever happens."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from marketplace import darkroom, developing, pictures
from marketplace.errors import DomainError, Invalid, TooLarge, WrongKind
from marketplace.pictures import rewritten, squares_of
from tests.marketplace import uploads

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks /proc, and limits that Linux has")


@pytest.fixture(scope="module", autouse=True)
def nothing_left_running() -> Iterator[None]:
    yield
    developing._spare.dismiss()


@pytest.fixture
def evil_child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A script that answers in the darkroom's place, as a decoder would that was taken over."""
    script = tmp_path / "evil.py"
    developing._spare.dismiss()
    monkeypatch.setattr(developing, "_DARKROOM", script)
    yield script
    developing._spare.dismiss()


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def colour_at(data: bytes, x: float, y: float) -> str:
    """The strongest of red, green and blue at a place given in shares of the picture."""
    image = opened(data).convert("RGB")
    pixel = image.getpixel((int(x * (image.width - 1)), int(y * (image.height - 1))))
    assert isinstance(pixel, tuple)
    return ("red", "green", "blue")[pixel.index(max(pixel))]


def stripes(*colours: str, size: tuple[int, int] = (300, 100)) -> Image.Image:
    image = Image.new("RGB", size)
    for number, colour in enumerate(colours):
        image.paste(colour, (number * size[0] // len(colours), 0, size[0], size[1]))
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_three_webp_squares(kind: str) -> None:
    squares = squares_of(uploads.picture(kind, (1500, 1000)))
    found = [opened(square) for square in (squares.small, squares.medium, squares.large)]
    assert [image.size for image in found] == [(96, 96), (320, 320), (960, 960)]
    assert {image.format for image in found} == {"WEBP"}


def test_a_small_picture_is_never_enlarged() -> None:
    squares = squares_of(uploads.picture("PNG", (200, 150)))
    assert [opened(s).size for s in (squares.small, squares.medium, squares.large)] == [
        (96, 96),
        (150, 150),
        (150, 150),
    ]


def test_the_square_is_the_middle() -> None:
    squares = squares_of(uploads.saved(stripes("red", "lime", "blue"), "PNG"))
    assert colour_at(squares.small, 0.1, 0.5) == colour_at(squares.small, 0.9, 0.5) == "green"


def test_a_picture_stands_as_the_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    lying = uploads.saved(stripes("red", "blue", size=(100, 100)), "JPEG", exif=exif)
    assert colour_at(squares_of(lying).large, 0, 0.5) == "blue"
    assert colour_at(rewritten(lying), 0, 0.5) == "blue"
    plain = uploads.saved(stripes("red", "blue", size=(100, 100)), "JPEG")
    assert colour_at(darkroom.squares(plain)[2], 0, 0.5) == "red"


def test_colours_of_another_space_are_brought_to_srgb() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"????", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"????", b"bXYZ", 1)
    red = Image.new("RGB", (50, 50), "red")
    assert colour_at(squares_of(uploads.saved(red, "PNG", icc_profile=srgb)).large, 0.5, 0.5) == "red"
    assert colour_at(squares_of(uploads.saved(red, "PNG", icc_profile=swapped)).large, 0.5, 0.5) == "blue"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_of_where_and_who_is_served(kind: str) -> None:
    told = uploads.telling(kind)
    assert any(mark in told for mark in uploads.METADATA_MARKS)
    squares = squares_of(told)
    for served in (squares.small, squares.medium, squares.large, rewritten(told)):
        assert not [mark for mark in uploads.METADATA_MARKS if mark in served]
        assert not opened(served).getexif()


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "1"), ("PNG", "P"), ("PNG", "LA"), ("WEBP", "RGBA")]
)
def test_every_way_to_keep_colours_is_understood(kind: str, mode: str) -> None:
    told = uploads.picture(kind, (100, 100), mode)
    assert [opened(square).size for square in darkroom.squares(told)] == [(96, 96), (100, 100), (100, 100)]
    assert [opened(written).format for written in darkroom.whole(told)] == [kind]


def test_transparency_stays() -> None:
    clear = Image.new("RGBA", (64, 64), (10, 200, 30, 0))
    assert opened(darkroom.squares(uploads.saved(clear, "PNG"))[2]).getchannel("A").getextrema() == (0, 0)


def test_sixteen_bit_greys_are_scaled_not_cut_off() -> None:
    grey = Image.new("I;16", (32, 32), 32768)
    lowest, highest = opened(darkroom.squares(uploads.saved(grey, "PNG"))[2]).convert("L").getextrema()
    assert 120 <= int(str(lowest)) <= int(str(highest)) <= 136


def test_what_phones_call_mpo_is_a_jpeg() -> None:
    two = uploads.saved(
        Image.new("RGB", (64, 64), "red"), "MPO", save_all=True, append_images=[Image.new("RGB", (64, 64))]
    )
    assert colour_at(squares_of(two).large, 0.5, 0.5) == "red"
    assert opened(rewritten(two)).format == "JPEG"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_frame_is_used(kind: str) -> None:
    assert getattr(opened(uploads.moving(kind, 60)), "n_frames", 1) == 60
    squares = squares_of(uploads.moving(kind, 60))
    assert getattr(opened(squares.large), "n_frames", 1) == 1
    assert colour_at(squares.large, 0.5, 0.5) == "blue"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_more_than_sixty_frames_are_refused(kind: str) -> None:
    assert darkroom.develop("whole", uploads.moving(kind, 61)) == ({"refused": "frames"}, [])
    with pytest.raises(Invalid, match="60コマ"):
        squares_of(uploads.moving(kind, 61))


@pytest.mark.parametrize(
    "data",
    [
        uploads.moving("GIF", 80),
        uploads.saved(Image.new("RGB", (8, 8)), "BMP"),
        uploads.saved(Image.new("RGB", (8, 8)), "TIFF"),
        uploads.HTML,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        uploads.PDF,
        b"RIFF\x10\0\0\0WAVEfmt ",
        b"",
    ],
    ids=["gif", "bmp", "tiff", "html", "svg", "pdf", "wave", "nothing"],
)
def test_other_kinds_are_refused_by_their_content(data: bytes) -> None:
    with pytest.raises(WrongKind, match="JPEG、PNG、WebP"):
        squares_of(data)


def test_ten_megabytes_are_the_limit() -> None:
    picture = uploads.picture("PNG")
    assert squares_of(picture + bytes(pictures.MAX_BYTES - len(picture))).small
    with pytest.raises(TooLarge, match="選ばれた画像は11 MBです"):
        squares_of(picture + bytes(pictures.MAX_BYTES - len(picture) + 1))


@pytest.mark.parametrize(
    "size", [(8193, 1), (1, 8193), (8000, 5001), (20_000, 20_000), (2**31 - 1, 2**31 - 1), (100_000, 1)]
)
def test_a_flood_of_pixels_is_refused_by_its_header(size: tuple[int, int]) -> None:
    began = time.monotonic()
    with pytest.raises(Invalid, match=r"8,192ピクセル"):
        squares_of(uploads.png(*size))
    assert time.monotonic() - began < 2


def test_forty_megapixels_are_within_reach() -> None:
    assert opened(squares_of(uploads.picture("JPEG", (8000, 5000), quality=30)).large).size == (960, 960)


def test_the_sentences_name_the_limits_that_hold() -> None:
    assert (darkroom.MAX_SIDE, darkroom.MAX_PIXELS, darkroom.MAX_FRAMES) == (8192, 40_000_000, 60)


JPEG = uploads.picture("JPEG")
PNG = uploads.picture("PNG")
BROKEN = {
    "header only": JPEG[:20],
    "jpeg cut in the middle": JPEG[: len(JPEG) // 2],
    "png cut in the middle": PNG[: len(PNG) // 2],
    "webp cut in the middle": uploads.picture("WEBP")[:60],
    "zTXt bomb": uploads.png(8, 8, (b"zTXt", b"Comment\0\0" + uploads.zeros_packed(100))),
    "iTXt bomb": uploads.png(8, 8, (b"iTXt", b"Comment\0\1\0\0\0" + uploads.zeros_packed(100))),
    "IDAT of other bytes": uploads.png(8, 8, body=b"not deflated"),
    "png of zero pixels": uploads.png(0, 0),
    "2^31 and more": uploads.png(2**31, 2**31),
    "webp canvas of 16384": uploads.huge_webp(16384, 16384),
    "html behind a magic number": b"\xff\xd8\xff\xe0" + uploads.HTML,
    "zip behind a magic number": b"\x89PNG\r\n\x1a\n" + uploads.archive({"a.txt": b"a"}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_hostile_picture_is_refused_with_a_sentence(name: str) -> None:
    began = time.monotonic()
    with pytest.raises(Invalid) as refusal:
        squares_of(BROKEN[name])
    assert refusal.value.sentence.endswith("。")
    assert time.monotonic() - began < 5


def test_a_bomb_in_the_colour_profile_costs_nothing() -> None:
    bomb = uploads.png(8, 8, (b"iCCP", b"profile\0\0" + uploads.zeros_packed(100)))
    with pytest.raises(Invalid):
        squares_of(bomb)
    assert squares_of(uploads.png(8, 8)).small


@pytest.mark.parametrize("broken", ["exif", "icc_profile"])
def test_a_broken_exif_block_or_profile_spoils_no_picture(broken: str) -> None:
    rubbish: Any = {"exif": b"Exif\0\0MM\0*\xff\xff\xff\xff", "icc_profile": b"no profile at all" * 9}[broken]
    assert squares_of(uploads.picture("JPEG", **{broken: rubbish})).small


@pytest.mark.parametrize("tail", [uploads.HTML, uploads.archive({"a.txt": b"secret place"})], ids=["html", "zip"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_what_hangs_behind_a_picture_is_left_behind(kind: str, tail: bytes) -> None:
    polyglot = uploads.picture(kind) + tail
    squares = squares_of(polyglot)
    for served in (squares.small, squares.medium, squares.large, rewritten(polyglot)):
        assert tail not in served
        assert b"PK\x03\x04" not in served
        assert b"<script" not in served


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_mutants_come_out_clean_or_refused(kind: str) -> None:
    refused = []
    for mutant in uploads.mutants(uploads.telling(kind), 8, seed=20261122):
        try:
            served = squares_of(mutant).large
        except DomainError as refusal:
            refused.append(refusal)
        else:
            assert not [mark for mark in uploads.METADATA_MARKS if mark in served]
    assert all(refusal.sentence for refusal in refused)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_mutant_gets_past_the_darkroom_unnamed(kind: str) -> None:
    told = [darkroom.develop("squares", mutant)[0] for mutant in uploads.mutants(uploads.telling(kind), 150, seed=9)]
    assert {"sizes" in answer or answer["refused"] in {"size", "frames", "unreadable"} for answer in told} == {True}
    assert 0 < sum("sizes" in answer for answer in told) < len(told)


def test_one_bad_picture_leaves_the_next_alone() -> None:
    for _ in range(3):
        with pytest.raises(Invalid):
            squares_of(BROKEN["zTXt bomb"])
        assert squares_of(PNG).small


def test_a_picture_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert squares_of(PNG).small
    monkeypatch.setattr(pictures, "MAX_SECONDS", 0.001)
    with pytest.raises(Invalid, match="開けませんでした"):
        squares_of(uploads.picture("PNG", (4000, 4000)))


ANSWERS = {
    "nothing": "",
    "no JSON": "import sys; sys.stdout.write('{{{')",
    "JSON of another shape": "print([1, 2])",
    "sizes of another kind": "print({'sizes': [None]})".replace("'", '"'),
    "a list that never ends": "import sys; sys.stdout.write('{\"sizes\": [' + '1,' * 999_999)",
    "html for a picture": "import json, sys; print(json.dumps({'sizes': [6, 6, 6]})); print('<html>' * 3)",
    "too few pictures": "print('{\"sizes\": []}')",
    "a crash": "import os; os.abort()",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_child_that_was_taken_over_is_not_believed(evil_child: Path, name: str) -> None:
    evil_child.write_text(f"import sys; sys.stdin.buffer.read()\n{ANSWERS[name]}\n")
    with pytest.raises(Invalid, match="開けませんでした"):
        squares_of(PNG)


@linux_only
@pytest.mark.parametrize(
    "deed", ["open('/etc/hostname')", "socket.socket()", "mmap.mmap(-1, 1_100_000_000)", "os.listdir('/')"]
)
def test_the_confined_child_can_neither_open_nor_hoard(deed: str) -> None:
    packages = str(Path(Image.__file__).parents[1])
    folders = [str(Path(darkroom.__file__).parent), packages]
    script = f"import mmap, os, socket, sys\nsys.path[:0] = {folders!r}\nimport darkroom\n"
    for confine, outcome in (("", 0), ("darkroom._confine()\n", 1)):
        done = subprocess.run(
            [sys.executable, "-I", "-c", f"{script}{confine}{deed}"], capture_output=True, check=False
        )
        assert done.returncode == outcome, done.stderr


@linux_only
def test_the_parent_stays_small_while_forty_megapixels_are_decoded(tmp_path: Path) -> None:
    script = """
import json, re, sys
sys.path.insert(0, sys.argv[1])
from marketplace import darkroom, developing, pictures
data = open(sys.argv[2], "rb").read()
peak = lambda: int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1]) // 1024
before = peak()
pictures.squares_of(data)
between = peak()
darkroom.squares(data)
print(json.dumps([between - before, peak() - between]))
"""
    root = Path(pictures.__file__).parents[1]
    file = tmp_path / "large.png"
    file.write_bytes(uploads.picture("PNG", (8000, 5000), "L", compress_level=1))
    asked = [sys.executable, "-c", script, str(root), str(file)]
    outside, inside = json.loads(subprocess.run(asked, capture_output=True, check=True).stdout)
    assert outside < 40
    assert inside > 40  # the control: decoding here would have shown


PAPERS_TOO = ("squares", "whole", "photo")


def test_warming_up_loads_what_decoding_needs() -> None:
    darkroom.warm_up()
    loaded = set(sys.modules)
    for kind, orders in {"JPEG": PAPERS_TOO, "PNG": PAPERS_TOO, "WEBP": PAPERS_TOO[:2]}.items():
        for order in orders:
            assert "sizes" in darkroom.develop(order, uploads.telling(kind))[0]
    assert set(sys.modules) == loaded
