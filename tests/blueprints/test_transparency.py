"""The public log as anybody sees it, and the desk where receipts are checked."""

import io
import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.transparency import receipts, service, signing
from marketplace.transparency.checking import is_consistent, load_key, signed_bytes
from marketplace.transparency.models import LeafKind
from tests.blueprints.english import speak_english
from tests.visit import Page, Visitors


def append(app: Flask, times: int) -> bytes:
    """Append entries; return the receipt of the second last one."""
    with app.app_context(), db.writing():
        for number in range(times):
            leaf = service.append(LeafKind.DOCUMENT_DESTROYED, {"receipt": f"{number:032x}"})
        db.commit()
        return receipts.receipt_for(leaf.index - 1)


def open_to_changes() -> None:
    """Do as an operator might who rewrites the log: take away what refuses it."""
    for table in ("transparency_leaves", "transparency_nodes"):
        if db.db.engine.dialect.name == "sqlite":
            for name in ("update", "delete"):
                db.db.session.execute(text(f"DROP TRIGGER {table}_refuse_{name}"))
        else:
            db.db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))


def hand_in(visit: Visitors, receipt: bytes) -> Page:
    return visit.anonymous.post("/transparency/check", {"receipt": (io.BytesIO(receipt), "receipt.json")})


def test_anybody_reads_how_the_log_stands(app: Flask, visit: Visitors) -> None:
    page = visit.open("transparency.index")
    assert "画面の撮影" in page.text
    append(app, 5)
    page = visit.open("transparency.index")
    assert "5件" in page.text
    head = json.loads(visit.open("transparency.head").response.data)
    assert head["root"] in page.text
    pem = visit.open("transparency.key").response.data
    load_key(pem).verify(bytes.fromhex(head["signature"]), signed_bytes(head))


def test_two_states_of_the_log_can_be_compared(app: Flask, visit: Visitors) -> None:
    append(app, 3)
    early = json.loads(visit.open("transparency.head").response.data)
    append(app, 4)
    answer = visit.anonymous.open_path(f"/transparency/consistency.json?from={early['size']}").response.get_json()
    assert answer["from"] == {"size": 3, "root": early["root"]}
    roots = (bytes.fromhex(answer[end]["root"]) for end in ("from", "to"))
    assert is_consistent(3, 7, *roots, [bytes.fromhex(one) for one in answer["proof"]])


@pytest.mark.parametrize("query", ["", "?from=1&to=9", "?from=2&to=1", "?from=-1", "?from=٣", f"?from={'9' * 30}"])
def test_states_that_never_were_are_not_there(app: Flask, visit: Visitors, query: str) -> None:
    append(app, 2)
    assert visit.anonymous.open_path(f"/transparency/consistency.json{query}").status == 404


def test_a_receipt_is_checked_and_nothing_is_kept(app: Flask, visit: Visitors) -> None:
    receipt = append(app, 3)
    page = hand_in(visit, receipt)
    assert page.status == 200
    assert "証明書は本物です。" in page.text
    assert "本人確認書類の廃棄" in page.text


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b"0000001", b"0000003", "署名された記録の中にありません"),
        (b'"size": 3', b'"size": 4', "署名が正しくありません"),
        (b'"format"', b'"forma"', "読み取れませんでした"),
    ],
)
def test_a_receipt_that_was_changed_is_refused(
    app: Flask, visit: Visitors, old: bytes, new: bytes, sentence: str
) -> None:
    receipt = append(app, 3)
    assert old in receipt
    page = hand_in(visit, receipt.replace(old, new))
    assert page.status == 422
    assert sentence in page.errors()["receipt"]


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"{" * 400_000])
def test_any_other_file_is_refused(visit: Visitors, content: bytes) -> None:
    page = hand_in(visit, content)
    assert page.status == 422
    assert "読み取れませんでした" in page.errors()["receipt"]


def test_no_file_is_asked_for(visit: Visitors) -> None:
    page = visit.anonymous.post("/transparency/check", {})
    assert "証明書のファイルを選んでください。" in page.errors()["receipt"]


@pytest.mark.real_commits
def test_a_log_that_was_rewritten_no_longer_fits_its_receipts(app: Flask, visit: Visitors) -> None:
    receipt = append(app, 4)
    with app.app_context(), db.writing():
        open_to_changes()
        for table in ("transparency_leaves", "transparency_nodes"):
            db.db.session.execute(text(f"DELETE FROM {table}"))
        db.db.session.execute(text("UPDATE transparency_heads SET size = 0"))
        db.commit()
    append(app, 4)
    page = hand_in(visit, receipt)
    assert page.status == 200
    assert "いまの記録と合いません" in page.text


@pytest.mark.real_commits
def test_an_entry_whose_words_were_changed_beside_its_hash_shows(app: Flask, visit: Visitors) -> None:
    receipt = append(app, 6)
    command = ["transparency", "audit"]
    assert "All 6 entries" in app.test_cli_runner().invoke(args=command).output
    with app.app_context(), db.writing():
        open_to_changes()
        change = "UPDATE transparency_leaves SET content = replace(content, 'destroyed', 'destroyes')"
        db.db.session.execute(text(f'{change} WHERE "index" = 4'))
        db.commit()
    assert "いまの記録と合いません" in hand_in(visit, receipt).text
    done = app.test_cli_runner().invoke(args=command)
    assert done.exit_code == 1
    assert "among the entries 4 to 4" in done.output


@pytest.mark.real_commits
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE transparency_nodes SET hash = '00' || substr(hash, 3) WHERE level = 2", "0 to 3"),
        ("DELETE FROM transparency_nodes WHERE level = 1 AND position = 2", "4 to 5"),
        ('DELETE FROM transparency_leaves WHERE "index" = 3', "3 to 3"),
        ('DELETE FROM transparency_leaves WHERE "index" = 5', "5 to 5"),
        ("UPDATE transparency_heads SET size = 5", "5 to 5"),
    ],
)
def test_the_audit_names_the_first_that_does_not_fit(app: Flask, change: str, said: str) -> None:
    append(app, 6)
    with app.app_context(), db.writing():
        open_to_changes()
        db.db.session.execute(text(change))
        db.commit()
    assert f"among the entries {said}." in app.test_cli_runner().invoke(args=["transparency", "audit"]).output


@pytest.mark.real_commits
def test_a_lost_key_is_not_replaced(app: Flask, visit: Visitors, tmp_path: Path) -> None:
    file = tmp_path / "receipt.json"
    file.write_bytes(append(app, 2))
    path = app.extensions["settings"].key_store_dir / signing.FILE
    kept = path.read_bytes()
    path.unlink()
    try:
        page = visit.open("transparency.index")
        assert page.status == 503
        assert "鍵が見つかりません" in page.text
        runner = app.test_cli_runner()
        for command in (["key"], ["verify", str(file)]):
            assert runner.invoke(args=["transparency", *command]).exit_code == 1
        assert not path.exists()
    finally:
        path.write_bytes(kept)


def test_entries_are_paged_and_cost_the_same_on_every_page(app: Flask, visit: Visitors) -> None:
    assert "まだ記録はありません。" in visit.open("transparency.entries").text
    append(app, 45)
    page = visit.open("transparency.entries")
    assert len(page.soup.select(".rows > li")) == 20
    following = page.soup.select_one("a[rel=next]")
    assert following is not None
    second = visit.anonymous.open_path(str(following["href"]))
    assert second.find_all(".rows > li b")[0] == "番号24", "counted from 0, as in the files and at the command line"
    assert second.statements == page.statements


def test_the_pages_speak_english(app: Flask, visit: Visitors, ana: Member) -> None:
    append(app, 2)
    speak_english(app, ana)
    assert "What a receipt cannot prove" in visit.as_(ana).open("transparency.index").text


def test_the_key_is_the_one_that_the_command_prints(app: Flask, visit: Visitors) -> None:
    with app.app_context():
        assert visit.open("transparency.key").response.data == signing.published_key()
