"""Hostile papers: each is refused with a sentence or comes out clean, in time, and nothing of it is left behind."""

import gc
import struct
import tempfile
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import psutil
import pytest
from PIL import Image

from marketplace import darkroom, developing
from marketplace.errors import DomainError
from marketplace.papers import pages_of
from tests.marketplace import hostile_pictures, uploads
from tests.marketplace.hostile_pictures import CANARY
from tests.marketplace.papers_corpus import BY_CONTENT, CORPUS, Expected, Hostile

MOST_SECONDS = 10
MOST_GROWTH = 200_000_000
STATUS = {Expected.REFUSED: 422, Expected.WRONG_KIND: 415, Expected.TOO_LARGE: 413}

IN_A_CLEAN_JPEG = {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}
"""The segments of a JPEG that says nothing but its picture: JFIF's block, tables, frame and scan."""


@pytest.fixture(scope="module", autouse=True)
def starting_size() -> Iterator[int]:
    """How much memory this process held before the first of them, its child's memory apart."""
    pages_of(hostile_pictures.jpeg())
    gc.collect()
    yield psutil.Process().memory_info().rss
    developing._spare.dismiss()
    left = [child for child in psutil.Process().children() if child.status() == psutil.STATUS_ZOMBIE]
    assert left == []


def segments(data: bytes) -> dict[int, bytes]:
    """The segments before the scan of a JPEG, each once."""
    assert data[:2] == b"\xff\xd8"
    found, at = {}, 2
    while 0xDA not in found:
        assert data[at] == 0xFF
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        found[data[at + 1]] = data[at + 4 : at + 2 + length]
        at += 2 + length
    return found


def assert_clean(page: bytes) -> None:
    """A page is a JPEG that says nothing but its picture."""
    assert segments(page).keys() <= IN_A_CLEAN_JPEG
    # No resolution of the original, and no small picture.
    assert segments(page)[0xE0] == b"JFIF\0\1\1\0\0\1\0\1\0\0"
    # Nothing stands behind its end, and no second picture in it.
    assert page.endswith(b"\xff\xd9")
    assert page.count(b"\xff\xd8\xff") == 1
    assert not [mark for mark in (CANARY, b"<script", b"PK\3\4", b"%PDF", *uploads.METADATA_MARKS) if mark in page]
    image = Image.open(BytesIO(page), formats=["JPEG"])
    image.load()
    assert max(image.size) <= darkroom.PAPER_SIDE
    assert image.mode in {"RGB", "L"}
    assert not image.getexif()


def asked(data: bytes) -> tuple[list[bytes], DomainError | None]:
    """The pages, or how they were refused; whatever else happens is a fault."""
    try:
        return pages_of(data), None
    except DomainError as refusal:
        return [], refusal


@pytest.mark.parametrize("hostile", BY_CONTENT, ids=lambda hostile: hostile.name)
def test_hostile_papers_come_out_clean_or_are_refused(
    hostile: Hostile, starting_size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = hostile.data
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    began = time.monotonic()
    pages, refusal = asked(data)
    if refusal is not None:
        assert hostile.expectation in {*STATUS, Expected.EITHER}
        assert refusal.status == STATUS.get(hostile.expectation, 422)
        assert refusal.sentence.endswith("。")
    else:
        assert hostile.expectation in {Expected.CLEANED, Expected.EITHER}
        assert 1 <= len(pages) <= darkroom.MAX_PAGES
        for page in pages:
            assert_clean(page)
    assert time.monotonic() - began < MOST_SECONDS
    assert list(tmp_path.iterdir()) == []
    del data
    assert psutil.Process().memory_info().rss - starting_size < MOST_GROWTH


def test_the_corpus_is_as_large_as_it_should_be_and_names_each_file_once() -> None:
    assert len({hostile.name for hostile in CORPUS}) == len(CORPUS) >= 100
    assert {hostile.expectation for hostile in CORPUS} == set(Expected)


@pytest.mark.parametrize("make", [hostile_pictures.telling_jpeg, hostile_pictures.with_exif_thumbnail])
def test_what_was_not_cleaned_would_be_noticed(make: object) -> None:
    assert callable(make)
    with pytest.raises(AssertionError):
        assert_clean(make())


def test_a_page_of_which_one_byte_was_added_would_be_noticed() -> None:
    [page] = pages_of(hostile_pictures.jpeg())
    assert_clean(page)
    with pytest.raises(AssertionError):
        assert_clean(page + b"\0")
