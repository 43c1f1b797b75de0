"""Telephone numbers: what can be called is kept as E.164, the rest is refused with an example."""

import subprocess
import sys
from pathlib import Path

import pytest

from marketplace import phones
from marketplace.errors import Invalid
from marketplace.phones import normalize_phone, written


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("０３-１２３４-５６７８", "+81312345678", "03-1234-5678"),
        ("(075)123-4567", "+81751234567", "075-123-4567"),
        ("09012345678", "+819012345678", "090-1234-5678"),
        ("090−1234−5678", "+819012345678", "090-1234-5678"),
        ("０５０ー１２３４ー５６７８", "+815012345678", "050-1234-5678"),
        ("0120-123-456", "+81120123456", "0120-123-456"),
        (" +81 90 1234 5678 ", "+819012345678", "090-1234-5678"),
        ("+1 650-253-0000", "+16502530000", "+1 650-253-0000"),
    ],
)
def test_a_number_is_kept_as_e164_and_shown_as_written(typed: str, kept: str, shown: str) -> None:
    assert normalize_phone(typed) == kept
    assert written(kept) == shown


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "　",
        "110",
        "1234-5678",
        "090-1234-567",
        "03-1234-5678 ext. 5",
        "03-1234-5678 内線12",
        "電話なし",
        "0" * 5000,
        "\0",
        "+",
    ],
)
def test_what_cannot_be_called_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Invalid, match="例\\)03-1234-5678"):
        normalize_phone(typed)


def test_the_library_is_loaded_only_for_a_number() -> None:
    script = "import sys; from marketplace import phones; print('phonenumbers' in sys.modules);"
    script += "phones.normalize_phone('0312345678'); print('phonenumbers' in sys.modules)"
    root = Path(phones.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.split() == ["False", "True"]
