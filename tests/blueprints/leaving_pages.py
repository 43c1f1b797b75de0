"""What people do at /settings/data."""

from typing import Any

from flask import Flask

from marketplace import db
from marketplace.accounts.models import Account, Member
from tests.factories.members import PASSWORD
from tests.visit import Browser, Page


def ask_for_export(browser: Browser, password: str = PASSWORD) -> Page:
    return browser.open("leaving.data").submit("データを書き出す", password=password)


def leave(browser: Browser, password: str = PASSWORD, **fields: Any) -> Page:
    return browser.open("leaving.leave").submit("退会する", **({"is_sure": "y", "password": password} | fields))


def arrive(browser: Browser, member: Member, password: str = PASSWORD) -> Page:
    """Sign in with the page of the sign-in."""
    page = browser.open("accounts.login")
    return page.submit("ログイン", email=f"{member.username}@example.com", password=password)


def suspend(app: Flask, member: Member) -> None:
    with app.app_context(), db.writing():
        db.db.session.get_one(Account, member.id).active = False
        db.commit()
