"""Keys beside rows: what nobody names is destroyed after two days, what a row names stays however old it is."""

import ast
import os
import time
from pathlib import Path

import pytest
from flask import Flask

from marketplace import db, stocktaking, vault
from marketplace.accounts.models import Member
from marketplace.payouts.models import BankAccount
from marketplace.verification import service
from marketplace.verification.models import DocumentKind, IdentityDocument
from tests.architecture.sources import modules, place, tree
from tests.marketplace.payouts.accounts import account_of
from tests.marketplace.uploads import picture

pytestmark = pytest.mark.real_commits

KEPT_BY = {
    "marketplace/payouts/sealing.py": BankAccount.key_name,
    "marketplace/verification/papers.py": IdentityDocument.vault_key,
}
"""Who makes keys, and which column names them."""


def let_pass(app: Flask, hours: float) -> None:
    moment = time.time() - hours * 3600
    for path in Path(app.extensions["settings"].key_store_dir).rglob("*"):
        if path.is_file():
            os.utime(path, (moment, moment))


def names() -> set[str]:
    return {name for name, _made_at in vault.names()}


def take_stock(app: Flask) -> None:
    with app.app_context(), db.writing():
        stocktaking.take_stock()
        db.commit()


def test_what_rows_name_stays_and_what_a_crash_left_goes(app: Flask, ana: Member) -> None:
    account_of(app, ana)
    with app.app_context(), db.writing():
        service.add_pages(db.db.session.get_one(Member, ana.id), DocumentKind.PASSPORT, [picture()])
        db.commit()
    named = names()
    assert len(named) == 2
    orphan = vault.new_key()
    let_pass(app, 47)
    take_stock(app)
    assert names() == {*named, orphan}
    let_pass(app, 24 * 365)
    take_stock(app)
    assert names() == named


def test_with_the_wrong_database_no_key_is_destroyed(app: Flask, ana: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stocktaking, "FEW", 3)
    for _number in range(4):
        vault.new_key()
    let_pass(app, 100)
    take_stock(app)
    assert len(names()) == 4


def test_whoever_makes_keys_has_a_column_that_keeps_them(app: Flask) -> None:
    makers = {
        place(path).rstrip(":")
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "vault.new_key"
    }
    assert makers == KEPT_BY.keys()
    assert {*stocktaking._key_columns} == {*KEPT_BY.values()}
