"""The number of an account is nowhere but under its key: not in the database, its log, files, mails, logs or pages."""

import base64
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from marketplace import db, vault
from marketplace.accounts.models import Member
from marketplace.config import Settings
from marketplace.payouts import service
from marketplace.payouts.models import BankAccount
from marketplace.tables import metadata
from tests.blueprints.office import Appoint
from tests.factories.members import PASSWORD
from tests.mailbox import Mailbox
from tests.marketplace.payouts.accounts import KANA, account_of, changes
from tests.races import at_once, committing
from tests.visit import Page, Visitors

pytestmark = pytest.mark.real_commits

CANARY, HOLDER = "7391846", "ｶﾅﾘﾔ ｸｳ"


def encodings(secret: str) -> Iterator[bytes]:
    """The secret as it may stand in a file: in several encodings, widths and packings."""
    wide = secret.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    full = "カナリヤ クウ" if secret == HOLDER else secret
    for written in {secret, wide, full, "-".join(secret), secret[::-1]}:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "cp932", "euc-jp"):
            plain = written.encode(encoding, "ignore")
            yield plain
            yield plain.hex().encode()
            # In the middle of something longer, base64 looks different by where it begins.
            for shift in range(3):
                yield base64.b64encode(b"\0" * shift + plain)[(0, 2, 3)[shift] : -4 if len(plain) > 5 else None]
        yield written.encode("unicode_escape")
        yield written.encode("ascii", "xmlcharrefreplace")
    if secret.isdigit():
        yield int(secret).to_bytes(4, "little") + b"\0\0\0\0"


def found_in(data: bytes, secret: str) -> bool:
    return any(len(form) > 4 and form in data for form in encodings(secret))


def everything(app: Flask, folder: Path, mailbox: Mailbox, told: str) -> Iterator[tuple[str, bytes]]:
    """Whatever is kept: all files, all rows, all mails, all that was logged."""
    settings: Settings = app.extensions["settings"]
    for place in (folder, settings.data_dir, settings.key_store_dir):
        yield from ((str(path), path.read_bytes()) for path in place.rglob("*") if path.is_file())
    with app.app_context():
        for table in metadata.sorted_tables:
            for row in db.db.session.execute(select(table)):
                yield (
                    f"table {table.name}",
                    repr(tuple(row)).encode() + b"".join(v for v in row if isinstance(v, bytes)),
                )
    yield from (("mail", mail.text.encode() + str(mail.subject).encode()) for mail in mailbox.mails)
    yield "log", told.encode()


def leaks(app: Flask, folder: Path, mailbox: Mailbox, told: str, secret: str) -> list[str]:
    return [where for where, data in everything(app, folder, mailbox, told) if found_in(data, secret)]


def test_number_and_holder_are_nowhere_but_under_their_key(
    app: Flask,
    visit: Visitors,
    post: Callable[[], Mailbox],
    appoint: Appoint,
    ana: Member,
    ben: Member,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    account_of(app, ana, kana=KANA, number="0000001", holder="ｱﾅ ﾀﾞ ｼﾙﾊﾞ")
    browser = visit.as_(ana)
    form = browser.open_path("/settings/bank-account/edit?bank=0001&branch=210")
    said = {"kind": "ordinary", "number": CANARY, "holder": HOLDER, "ground": "former_name"}
    form.submit("登録する", **said, password="wrong")
    browser.post("/settings/bank-account/edit?bank=0001&branch=210", said | {"unknown": CANARY})
    saved = form.submit("登録する", **said, password=PASSWORD)
    revealed = browser.open("payouts.reveal").submit("番号と名義を表示する", password=PASSWORD)
    office = appoint(ben)
    with app.app_context():
        (number,) = db.db.session.scalars(select(BankAccount.id).where(BankAccount.ended_at.is_(None)))
    pages: list[Page] = [
        saved,
        *(browser.open(f"payouts.{name}") for name in ("account", "edit", "reveal", "remove")),
        browser.open_path("/settings/bank-account/edit?bank=0001&branch=210"),
        office.open("moderation.bank_accounts"),
        office.open("moderation.bank_account", account_id=number).submit("開いて確認する"),
        office.open("moderation.audit"),
    ]
    pages.append(pages[-2].submit("判断する", verdict="fine"))
    mailbox = post()
    out = "".join(capfd.readouterr()) + caplog.text

    assert leaks(app, tmp_path, mailbox, out, CANARY) == []
    assert leaks(app, tmp_path, mailbox, out, HOLDER) == []
    assert [page.path for page in pages if found_in(page.response.data, CANARY)] == []
    assert [page.path for page in pages if found_in(page.response.data, HOLDER)] == [
        f"/moderation/bank-accounts/{number}"
    ], "moderators compare the holder"
    # The same search finds it where it is, so that it can find it elsewhere.
    assert found_in(revealed.response.data, CANARY)


def test_the_search_for_leaks_finds_them(
    app: Flask, visit: Visitors, mailbox: Mailbox, ana: Member, tmp_path: Path
) -> None:
    account_of(app, ana, number=CANARY, holder=HOLDER)
    assert leaks(app, tmp_path, mailbox, "", CANARY) == []
    for number, form in enumerate(
        (
            CANARY.encode(),
            CANARY.encode("utf-16"),
            base64.b64encode(b"ab" + CANARY.encode() + b"cd"),
            b"00" + CANARY.encode().hex().encode(),
        )
    ):
        path = tmp_path / f"hidden-{number}"
        path.write_bytes(b"\x01\x02" + form + b"\x03")
        assert leaks(app, tmp_path, mailbox, "", CANARY) == [str(path)] * 2
        path.unlink()
    assert leaks(app, tmp_path, mailbox, f"number={CANARY}", CANARY) == ["log"]
    with app.app_context(), db.writing():
        db.db.session.execute(text("UPDATE profiles SET introduction = :canary"), {"canary": f"..{CANARY}.."})
        db.commit()
    assert "table profiles" in leaks(app, tmp_path, mailbox, "", CANARY)


def test_what_was_replaced_is_destroyed_after_the_commit(
    app: Flask, drain: Callable[[], int], mailbox: Mailbox, ana: Member
) -> None:
    first = account_of(app, ana, number=CANARY)
    key = first.key_name or ""
    account_of(app, ana, number="0000001")
    assert vault.exists(key)
    drain()
    assert not vault.exists(key)
    assert len(list(vault.names())) == 1


def test_of_many_changes_at_once_one_counts_and_each_that_counted_keeps_its_key(app: Flask, ana: Member) -> None:
    account_of(app, ana)
    browsers = Visitors(app)
    cookies = browsers.as_(ana)
    path = "/settings/bank-account/edit?bank=0001&branch=210"
    token = cookies.csrf_token()

    def change(number: int) -> int:
        client = app.test_client()
        with (
            cookies.client.session_transaction(base_url="http://localhost") as kept,
            client.session_transaction(base_url="http://localhost") as own,
        ):
            own.update(kept)
        fields = {"kind": "ordinary", "number": str(number), "holder": "ｱﾅ", "password": PASSWORD, "csrf_token": token}
        return client.post(path, base_url="http://localhost", data=fields).status_code

    statuses = at_once(change, 8)
    assert set(statuses) <= {302, 409}
    assert 302 in statuses
    with app.app_context():
        rows = list(db.db.session.scalars(select(BankAccount).order_by(BankAccount.edition)))
        assert [row.edition for row in rows] == list(range(1, statuses.count(302) + 2))
        assert [row.ended_at is None for row in rows] == [False] * (len(rows) - 1) + [True]
        # Keys of those that lost are gone at once; keys of those that were replaced wait for the drain.
        assert len(list(vault.names())) == len(rows)
        assert rows[-1].key_name is not None


def test_an_unfinished_change_leaves_the_account_as_it_was(app: Flask, ana: Member) -> None:
    account_of(app, ana, number=CANARY)

    def fails(_number: int) -> None:
        own = db.db.session.get_one(Member, ana.id)
        service.save_account(own, changes(), PASSWORD)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        committing(app, fails)(0)
    with app.app_context():
        (row,) = db.db.session.scalars(select(BankAccount))
        assert row.ended_at is None
        assert vault.exists(row.key_name or "")
