"""A receipt proves what it says without us, and anything that was changed in it shows."""

import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask

from marketplace import db
from marketplace.transparency import receipts, service, signing
from marketplace.transparency.checking import LARGEST, Flaw, Untrue, check, digest_of, load_key
from marketplace.transparency.models import LeafKind

SALT = "5a" * 32
RECORD = {"name": "三宅 琴葉", "version": 1}


@pytest.fixture
def receipt(session: None) -> bytes:
    """A receipt of an entry in the middle of the log, with a record."""
    for number in range(5):
        service.append(LeafKind.DOCUMENT_DESTROYED, {"number": number})
    leaf = service.append(LeafKind.PLEDGE_SIGNED, {"record": digest_of(SALT, RECORD), "nested": {"a": [1, "x"]}})
    service.append(LeafKind.PLEDGE_WITHDRAWN, {})
    db.db.session.flush()
    return receipts.receipt_for(leaf.index, record=RECORD, salt=SALT)


@pytest.fixture
def pem(session: None) -> bytes:
    return signing.published_key()


def flaw_of(receipt: Any, pem: bytes) -> Flaw | None:
    try:
        check(receipt if isinstance(receipt, bytes) else json.dumps(receipt).encode(), load_key(pem))
    except Untrue as error:
        return error.flaw
    return None


def test_a_receipt_proves_its_entry(receipt: bytes, pem: bytes) -> None:
    proven = check(receipt, load_key(pem))
    assert (proven.index, proven.kind, proven.size) == (5, "pledge.signed", 7)
    assert proven.record == RECORD
    assert proven.at <= proven.head_at


def variants(value: Any) -> Iterator[tuple[str, Any]]:
    """Return `value` with one thing in it changed, each in turn: another value, another type, one more, one less."""
    if isinstance(value, dict):
        for name in value:
            yield f"{name} missing", {other: value[other] for other in value if other != name}
            for what, changed in variants(value[name]):
                yield f"{name}: {what}", value | {name: changed}
        yield "one more", value | {"more": 1}
    elif isinstance(value, list):
        yield "longer", [*value, value[0] if value else "00" * 32]
        yield "shorter", value[:-1]
        for place, one in enumerate(value):
            for what, changed in variants(one):
                yield f"{place}: {what}", [*value[:place], changed, *value[place + 1 :]]
    elif isinstance(value, int):
        yield from (("more", value + 1), ("text", str(value)), ("true", True if value == 1 else -value - 1))
    else:
        yield "other letter", ("b" if value.startswith("a") else "a") + value[1:]
        yield "longer", value + "0"
        yield "nothing", None
        if value.upper() != value:
            yield "capitals", value.upper()


def test_every_change_of_every_field_shows(receipt: bytes, pem: bytes) -> None:
    whole = json.loads(receipt)
    changes = list(variants(copy.deepcopy(whole)))
    assert len(changes) > 90
    # Without the record and its salt it is a receipt still: of the entry alone.
    unseen = [what for what, changed in changes if flaw_of(changed, pem) is None]
    assert unseen == []
    del whole["record"], whole["salt"]
    assert flaw_of(whole, pem) is None


@pytest.mark.parametrize(
    ("path", "flaw"),
    [
        (("leaf", "fields", "record"), Flaw.PROOF),
        (("leaf", "at"), Flaw.PROOF),
        (("proof", 0), Flaw.PROOF),
        (("head", "root"), Flaw.SIGNATURE),
        (("head", "time"), Flaw.SIGNATURE),
        (("head", "key"), Flaw.KEY),
        (("record", "name"), Flaw.RECORD),
        (("salt",), Flaw.RECORD),
        (("format",), Flaw.UNREADABLE),
    ],
)
def test_the_reason_is_told(receipt: bytes, pem: bytes, path: tuple[Any, ...], flaw: Flaw) -> None:
    whole = json.loads(receipt)
    place = whole
    for step in path[:-1]:
        place = place[step]
    last = path[-1]
    place[last] = place[last].replace("2026", "2027") if "20" in place[last][:2] else "c" * len(place[last])
    assert flaw_of(whole, pem) == flaw


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"null", b"{", b"\xff", b'{"format": 1.5}', b'{"a":' * 50_000, b"1" * 5000, b" " * (LARGEST + 1)],
)
def test_what_is_no_receipt_is_called_so(pem: bytes, content: bytes) -> None:
    assert flaw_of(content, pem) is Flaw.UNREADABLE


def test_a_name_that_stands_twice_is_refused(receipt: bytes, pem: bytes) -> None:
    doubled = receipt.replace(b'"index": 5', b'"index": 4, "index": 5')
    assert flaw_of(doubled, pem) is Flaw.UNREADABLE


def test_another_key_is_another_log(receipt: bytes, pem: bytes) -> None:
    other = Ed25519PrivateKey.generate().public_key()
    assert flaw_of(receipt, other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)) is Flaw.KEY
    assert flaw_of(receipt, b"no key") is Flaw.NO_KEY


def test_the_command_needs_the_file_and_the_key_alone(app: Flask, receipt: bytes, pem: bytes, tmp_path: Path) -> None:
    file, key = tmp_path / "receipt.json", tmp_path / "key.pem"
    file.write_bytes(receipt)
    key.write_bytes(pem)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["transparency", "key"]).output == pem.decode()
    result = runner.invoke(args=["transparency", "verify", str(file), "--key", str(key)])
    assert result.exit_code == 0
    assert "entry 5 (pledge.signed)" in result.output
    assert runner.invoke(args=["transparency", "verify", str(file)]).exit_code == 0
    file.write_bytes(receipt.replace("琴葉".encode(), "言葉".encode()))
    result = runner.invoke(args=["transparency", "verify", str(file), "--key", str(key)])
    assert result.exit_code == 1
    assert "is not the one" in result.output
    key.write_bytes(b"")
    assert runner.invoke(args=["transparency", "verify", str(file), "--key", str(key)]).exit_code == 1


def test_checking_loads_neither_the_database_nor_the_web() -> None:
    code = (
        "import sys, marketplace.transparency.checking; print([n for n in ('sqlalchemy', 'flask') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
