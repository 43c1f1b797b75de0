"""Hostile files at the page of 本人確認: each is refused beside the field or cleaned, and nothing stays behind."""

from pathlib import Path

import pytest
from flask import Flask

from marketplace import developing, storage, vault
from marketplace.accounts.models import Member
from marketplace.config import Settings
from tests.marketplace.papers_corpus import BY_CONTENT, BY_NAME, Hostile
from tests.visit import HOST, Browser, Visitors

pytestmark = pytest.mark.real_commits

IDENTITY = "/settings/identity"
EDGE = "edge-of-a-part"
SAID = {
    "name": "三宅 ことは",
    "name_kana": "ミヤケ コトハ",
    "birth_date": "1990-04-01",
    "kind": "passport",
    "checked": "",
}


def sent(browser: Browser, hostile: Hostile) -> int:
    """Send a file as bytes of our own: the client would rewrite its name, and put it on the disk. Return the status."""
    fields = SAID | {"csrf_token": browser.csrf_token(), "upload": "y"}
    parts = [
        f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields.items()
    ]
    named = hostile.filename.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="files"; filename="{named}"\r\n\r\n'
    body = (
        "\r\n".join([*parts, head]).encode("utf-8", "surrogateescape") + hostile.data + f"\r\n--{EDGE}--\r\n".encode()
    )
    kind = f"multipart/form-data; boundary={EDGE}"
    return browser.client.post(IDENTITY, data=body, content_type=kind, base_url=HOST).status_code


def stray(app: Flask) -> set[str]:
    """Whatever lies in the data folder and is not encrypted, but for the database and its companions."""
    settings: Settings = app.extensions["settings"]
    places = [path for path in settings.data_dir.rglob("*") if path.is_file()]
    return {path.name for path in places if path.suffix not in {".sealed", ".db", ".db-wal", ".db-shm", ".toc", ".seg"}}


def try_all(app: Flask, visit: Visitors, member: Member, corpus: list[Hostile], temporary: Path) -> None:
    browser, before = visit.as_(member), stray(app)
    answers = {}
    for hostile in corpus:
        answers[hostile.name] = sent(browser, hostile)
        if answers[hostile.name] == 302:
            # As many pages as a passport has are there: they are taken back.
            kept = [key for key, _at in storage.below("papers")]
            assert len(kept) == len(list(vault.names()))
            page = browser.open_path(IDENTITY)
            link = page.soup.select_one("a[href$='/withdraw']")
            assert link is not None
            browser.open_path(str(link["href"])).submit("取り消す")
    developing._spare.dismiss()
    assert {name: status for name, status in answers.items() if status not in {302, 413, 415, 422}} == {}
    assert stray(app) == before
    assert list(temporary.iterdir()) == []


@pytest.fixture
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_names_that_lie_do_no_harm(app: Flask, visit: Visitors, ana: Member, temporary: Path) -> None:
    try_all(app, visit, ana, [*BY_NAME], temporary)


@pytest.mark.prove
def test_no_content_does_harm(app: Flask, visit: Visitors, ana: Member, temporary: Path) -> None:
    try_all(app, visit, ana, [*BY_CONTENT], temporary)
