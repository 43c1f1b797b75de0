"""What is uploaded stays in memory until it is stored, and the memory is given back."""

import gc
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import flask
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from blueprints import arriving
from marketplace.accounts.models import Member
from tests.visit import Visitors

MEGABYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def everything_is_given_back() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()
    assert arriving.held.bytes == 0


@pytest.fixture
def no_temporary_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whoever asks for a temporary file fails."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))


def body(size: int) -> bytes:
    """A form with a file, as bytes from the start: the client of the tests would make a temporary file of it."""
    head = b'Content-Disposition: form-data; name="picture"; filename="a.jpg"\r\nContent-Type: image/jpeg'
    return b"--edge\r\n" + head + b"\r\n\r\n" + bytes(size) + b"\r\n--edge--\r\n"


CONTENT_TYPE = "multipart/form-data; boundary=edge"


def sent(visit: Visitors, member: Member, size: int) -> TestResponse:
    """Send a form with a file of that size, without the token that keeps other sites' forms out."""
    return visit.as_(member).client.post("/settings/profile", data=body(size), content_type=CONTENT_TYPE)


@pytest.mark.usefixtures("no_temporary_files")
def test_nine_megabytes_need_no_temporary_file(visit: Visitors, ana: Member) -> None:
    answer = sent(visit, ana, 9 * MEGABYTE)
    # It was read as far as the token that is missing.
    assert answer.status_code == 400


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # what it leaves half done
@pytest.mark.usefixtures("no_temporary_files")
def test_a_request_that_spools_would_have_been_noticed(
    visit: Visitors, ana: Member, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "request_class", flask.Request)
    assert sent(visit, ana, 9 * MEGABYTE).status_code == 500


@pytest.mark.usefixtures("no_temporary_files")
def test_what_is_being_read_is_held_and_then_given_back(app: Flask) -> None:
    with app.test_request_context(method="POST", data=body(9 * MEGABYTE), content_type=CONTENT_TYPE) as context:
        assert len(context.request.files["picture"].read()) == 9 * MEGABYTE
        assert arriving.held.bytes == 9 * MEGABYTE
    assert arriving.held.bytes == 0


def test_there_is_a_bound_to_what_arrives_at_once(
    visit: Visitors, ana: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "MOST_BYTES_AT_ONCE", MEGABYTE)
    answer = sent(visit, ana, 2 * MEGABYTE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "少し待ってから" in answer.text
    assert arriving.held.bytes == 0
    assert sent(visit, ana, MEGABYTE // 2).status_code == 400


def test_a_file_gives_back_what_it_took_once() -> None:
    first, second = arriving.ArrivingFile(), arriving.ArrivingFile()
    first.write(b"four")
    second.write(b"seven..")
    assert arriving.held.bytes == 11
    first.close()
    first.close()
    assert arriving.held.bytes == 7
    del second
    assert isinstance(first, BytesIO)
