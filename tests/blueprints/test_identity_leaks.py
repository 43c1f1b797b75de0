"""Once papers are decided nothing of them is found: not by their bytes, and no file opens as a picture."""

import base64
import tempfile
import zlib
from collections.abc import Callable, Iterator
from email import message_from_bytes
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from flask_mailman import EmailMultiAlternatives
from PIL import Image, UnidentifiedImageError
from sqlalchemy import inspect, text

from marketplace import db, mail, papers, storage, vault
from marketplace.accounts.models import Member
from marketplace.config import Settings
from marketplace.verification import queries
from marketplace.verification.papers import opened
from tests.blueprints.office import Appoint
from tests.mailbox import Mailbox
from tests.marketplace.uploads import XMP, picture, saved
from tests.visit import Visitors

pytestmark = pytest.mark.real_commits

IDENTITY, QUEUE = "/settings/identity", "/moderation/identity"
SAID = {"name": "三宅 ことは", "name_kana": "ミヤケ コトハ", "birth_date": "1990-04-01"}
COMPARED = ("is_readable", "name_matches", "kana_matches", "birth_date_matches", "is_valid", "is_clean")
TICKS = dict.fromkeys(COMPARED, "y")
KNOWN = {"Message-ID": "<planted-1@localhost>"}
SLICE = 48
"""Bytes of a picture that are looked for: no two pictures share so many in their middle."""


def encodings(secret: bytes) -> Iterator[bytes]:
    """The secret as it may stand in a file."""
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    yield base64.b85encode(secret)
    yield repr(secret)[2:-1].encode()
    yield secret[::-1]
    for shift in range(3):
        # In the middle of something longer, base64 looks different by where it begins.
        whole = base64.b64encode(b"\0" * shift + secret)
        yield whole[4:-4]
        yield whole[4:-4].translate(bytes.maketrans(b"+/", b"-_"))
    try:
        text = secret.decode("utf-8")
    except UnicodeDecodeError:
        text = secret.decode("latin-1")
        yield text.encode("utf-8")
    yield text.encode("utf-16-le")
    yield text.encode("utf-16-be")


def slices(data: bytes) -> list[bytes]:
    """Parts of the picture itself: what stands at its beginning is the same in all of ours."""
    return [data[start : start + SLICE] for start in range(len(data) // 3, len(data) - SLICE, len(data) // 6)]


def files_of(app: Flask) -> Iterator[tuple[str, bytes]]:
    settings: Settings = app.extensions["settings"]
    for place in (settings.data_dir, settings.key_store_dir):
        yield from ((str(path), path.read_bytes()) for path in place.rglob("*") if path.is_file())


def mails_of(app: Flask, mailbox: Mailbox) -> Iterator[tuple[str, bytes]]:
    """What was sent by SMTP or lies in the folder of mails, as their readers see it: no line cuts what is encoded."""
    settings: Settings = app.extensions["settings"]
    files = [message_from_bytes(path.read_bytes()) for path in settings.data_dir.rglob("*.eml")]
    for where, messages in (("smtp", [each.message for each in mailbox.mails]), ("mail", files)):
        for message in messages:
            parts = [part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()]
            yield where, b"\n".join([*(str(value).encode() for value in message.values()), *parts])


def rows_of(app: Flask) -> Iterator[tuple[str, bytes]]:
    """Every value in every table, whichever the database, and on PostgreSQL its large objects, each as a whole."""
    with app.app_context():
        connection = db.db.session.connection()
        for table in inspect(connection).get_table_names():
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"'):
                yield f"table {table}", b"\n".join(map(as_bytes, row))
        if connection.dialect.name == "postgresql":
            objects = "SELECT string_agg(data, ''::bytea ORDER BY pageno) FROM pg_largeobject GROUP BY loid"
            for (whole,) in connection.exec_driver_sql(objects):
                yield "large object", bytes(whole)


def as_bytes(value: object) -> bytes:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return str(value).encode("utf-8", "surrogatepass")


def found(app: Flask, secrets: list[bytes], told: str, mailbox: Mailbox) -> set[str]:
    forms = [form for secret in secrets for form in encodings(secret)]
    everything = [*files_of(app), *rows_of(app), *mails_of(app, mailbox), ("log", told.encode())]
    return {where for where, data in everything if any(form in data for form in forms)}


def opens(data: bytes) -> bool:
    """Whether somebody could look at it: as a picture, or as a PDF, also when it is only compressed."""
    for form in (data, _inflated(data)):
        try:
            Image.open(BytesIO(form)).verify()
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
            pass
        else:
            return True
        if b"%PDF-" in form[:1024]:
            try:
                pypdfium2.PdfDocument(form).close()
            except pypdfium2.PdfiumError:
                continue
            return True
    return False


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error:
        return b""


def looked_at(app: Flask) -> set[str]:
    return {where for where, data in files_of(app) if opens(data)}


@pytest.fixture
def temporary(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of the program's own, below what is searched."""
    settings: Settings = app.extensions["settings"]
    folder = settings.data_dir / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def chosen() -> list[tuple[BytesIO, str]]:
    scan = saved(Image.effect_noise((900, 600), 90).convert("RGB"), "JPEG", comment=b"canary comment 4407")
    page = saved(Image.effect_noise((700, 900), 70).convert("RGB"), "PDF", title="canary title 4407")
    return [(BytesIO(scan + XMP), "kanaria-4407.jpg"), (BytesIO(page), "kanaria-4407.pdf")]


def test_nothing_is_found_of_papers_that_were_decided(
    app: Flask,
    visit: Visitors,
    ana: Member,
    ben: Member,
    appoint: Appoint,
    drain: Callable[[], int],
    temporary: Path,
    mailbox: Mailbox,
    capfd: pytest.CaptureFixture[str],
) -> None:
    originals = [file.getvalue() for file, _name in chosen()]
    page = visit.as_(ana).open_path(IDENTITY)
    page = page.submit("アップロードする", files={"files": chosen()}, kind="licence", checked="yes", **SAID)
    assert "書類をお預かりしました" in page.text
    with app.app_context():
        waiting = queries.find_live(ana, None)
        assert waiting is not None
        number = waiting.id
        clean = [opened(document) for document in waiting.documents]
    canaries = [b"canary comment 4407", b"canary title 4407", b"kanaria-4407"]
    secrets = [part for data in (*clean, *originals) for part in slices(data)] + canaries
    # While they wait, they are there, and nobody can read them.
    assert len([key for key, _at in storage.below("papers")]) == 2
    assert found(app, secrets, capfd.readouterr().out, mailbox) == set()
    assert looked_at(app) == set()
    office = appoint(ben)
    office.post(f"{QUEUE}/{number}/take")
    office.post(f"{QUEUE}/{number}/look").submit("確認済みにする", **TICKS)
    drain()
    with app.app_context():
        db.truncate_soon()
        db.commit()
        assert db.truncate_if_asked()
    told = "".join(capfd.readouterr())
    assert list(storage.below("papers")) == []
    assert list(vault.names()) == []
    assert found(app, secrets, told, mailbox) == set()
    assert looked_at(app) == set()
    assert list(temporary.iterdir()) == []


def test_both_searches_find_what_is_there(app: Flask, temporary: Path, mailbox: Mailbox) -> None:
    clean = papers.pages_of(picture("PNG", (400, 300)))[0]
    secrets = slices(clean)
    forms = list(encodings(secrets[0]))
    for number, form in enumerate(forms):
        (temporary / f"{number}.bin").write_bytes(b"before" + form + b"after")
    assert len(found(app, secrets, "", mailbox)) == len(forms)
    (temporary / "left.tmp").write_bytes(clean)
    (temporary / "left.z").write_bytes(zlib.compress(clean))
    (temporary / "left.pdf.part").write_bytes(saved(Image.new("RGB", (80, 80)), "PDF"))
    assert {Path(where).name for where in looked_at(app)} == {"left.tmp", "left.z", "left.pdf.part"}
    assert found(app, secrets, secrets[0].decode("latin-1"), mailbox) >= {"log"}


def planted_in_the_database(app: Flask, clean: bytes, column: str) -> None:
    """Leave a page in a column of its own, large enough to be kept apart from its row."""
    whole: object = clean if column == "whole" else clean.hex()
    with app.app_context(), db.writing():
        is_sqlite = db.db.engine.dialect.name == "sqlite"
        kind = "TEXT" if column == "told" else "BLOB" if is_sqlite else "BYTEA"
        db.db.session.execute(text(f"CREATE TABLE planted ({column} {kind})"))
        db.db.session.execute(text(f"INSERT INTO planted VALUES (:{column})"), {column: whole})
        db.commit()


def planted_as_large_object(app: Flask, clean: bytes) -> None:
    with app.app_context(), db.writing():
        db.db.session.execute(text("SELECT lo_from_bytea(0, :whole)"), {"whole": clean})
        db.commit()


def planted_in_a_mail(app: Flask, clean: bytes) -> None:
    """A mail of ours with the page as a text, by the way by which mails leave now."""
    with app.app_context():
        EmailMultiAlternatives("Planted", f"Your page: {clean.hex()}", to=["ana@example.jp"], headers=KNOWN).send()


def test_what_is_planted_in_each_place_is_found(app: Flask, mailbox: Mailbox, database_kind: str) -> None:
    settings: Settings = app.extensions["settings"]
    clean = papers.pages_of(picture("PNG", (120, 90)))[0]
    secrets = slices(clean)[:1]

    def places() -> set[str]:
        return {Path(where).name for where in found(app, secrets, "", mailbox)}

    assert places() == set()
    (settings.key_store_dir / "left.key").write_bytes(clean)
    storage.put("papers/aa/left.sealed", clean)
    assert places() == {"left.key", "left.sealed"}
    planted_in_a_mail(app, clean)
    assert "smtp" in places()
    mail.init_app(app, settings)
    planted_in_a_mail(app, clean)
    assert "mail" in places()
    planted_in_the_database(app, clean, "told" if database_kind == "postgresql" else "whole")
    assert "table planted" in places()
    if database_kind == "postgresql":
        planted_as_large_object(app, clean)
        assert "large object" in places()
    else:
        assert any(name.endswith("-wal") for name in places())
