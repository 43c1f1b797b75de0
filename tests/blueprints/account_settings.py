"""What people do with address and password on the pages."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Account, Member
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from tests.factories.members import PASSWORD
from tests.mailbox import Mailbox
from tests.visit import Browser, Page, Visitors

NEW = "kumo to yama no aida"
Post = Callable[[], Mailbox]


def sign_in(browser: Browser, email: str = "ana@example.com", password: str = PASSWORD) -> bool:
    page = browser.open("accounts.login")
    if page.path == "/login":
        page = page.submit("ログイン", email=email, password=password)
    return page.soup.select_one("#member-menu") is not None


def ask_for(browser: Browser, email: str, password: str = PASSWORD) -> Page:
    return browser.open("accounts.account").submit("再認証メールを送信する", email=email, password=password)


def change_password(browser: Browser, current: str = PASSWORD, new: str = NEW, repeated: str = NEW) -> Page:
    return browser.open("accounts.account").submit(
        "更新", current_password=current, new_password=new, repeated_password=repeated
    )


def email_of(app: Flask, member: Member) -> str:
    with app.app_context():
        return db.db.session.get_one(Account, member.id).email


def kinds_of(app: Flask, member: Member) -> list[EventKind]:
    with app.app_context():
        return list(db.db.session.scalars(select(Event.kind).where(Event.actor_id == member.id).order_by(Event.id)))


def change_email(app: Flask, post: Post, browser: Browser, new: str, password: str = PASSWORD) -> Page:
    """Go all the way from asking to confirming."""
    assert ask_for(browser, new, password).status == 200
    return browser.open_path(post().newest(new).path).submit("メールアドレスを確認する")


def ask_for_reset(visit: Visitors, email: str = "ana@example.com") -> Page:
    return visit.open("accounts.forgot").submit("再設定のメールを送る", email=email)
