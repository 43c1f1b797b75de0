"""The portraits and emblems of the demo world."""

from io import BytesIO

import pytest
from PIL import Image

from marketplace.demo import pictures, reading

DRAWN = [(worker["picture"], worker["username"]) for worker in reading.workers() if worker["picture"] != "seal"]


def test_no_two_pictures_are_alike() -> None:
    assert len({pictures.drawn(*each) for each in DRAWN}) == len(DRAWN) >= 20


def test_a_picture_is_the_same_every_time() -> None:
    assert pictures.drawn(*DRAWN[0]) == pictures.drawn(*DRAWN[0])


def test_a_picture_is_a_smooth_square() -> None:
    image = Image.open(BytesIO(pictures.drawn("short navy glasses", "ritsu-takase")))
    assert image.size == (pictures.SIDE, pictures.SIDE)
    # Its edges are blended: many more colours than shapes.
    assert len(image.getcolors(maxcolors=1_000_000) or []) > 100


@pytest.mark.parametrize("words", ["mohawk navy", "short purple", "short navy monocle"])
def test_a_word_that_means_nothing_is_refused(words: str) -> None:
    with pytest.raises(KeyError):
        pictures.drawn(words, "ana")
