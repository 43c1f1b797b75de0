"""What people do with a second factor on the pages."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import delete, func, select

from marketplace import db
from marketplace.accounts import second_factors, service
from marketplace.accounts.models import Member, SecondFactor, Session
from tests.authenticator import number_for
from tests.factories.members import PASSWORD
from tests.visit import Browser, Page

STEP = timedelta(seconds=30)


def set_up(browser: Browser) -> Page:
    """Go to the page with the QR code."""
    page = browser.open("accounts.account").follow("2段階認証を設定する")
    return page.submit("次へ進む", password=PASSWORD)


def secret_on(page: Page) -> str:
    return page.find_all("code.copyable")[0]


def codes_on(page: Page) -> list[str]:
    return page.find_all(".codes code")


def turned_on(app: Flask, member: Member) -> tuple[str, list[str]]:
    """Return secret and recovery codes of a second factor that was turned on a while ago."""
    with app.app_context(), app.test_request_context(), db.writing():
        secret = service.begin_second_factor(member, PASSWORD)
        readable = second_factors.readable(secret)
        codes = service.turn_on_second_factor(member, secret, number_for(readable))
        db.db.session.get_one(SecondFactor, member.id).last_step = 0
        db.commit()
    return readable, codes


def passes_first_step(browser: Browser, email: str = "ana@example.com", **values: str) -> Page:
    return browser.open("accounts.login", **values).submit("ログイン", email=email, password=PASSWORD)


def signed_in(page: Page) -> bool:
    return page.soup.select_one("#member-menu") is not None


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.db.session.scalar(select(func.count()).select_from(model)) or 0


def wrong_for(secret: str) -> str:
    near = {number_for(secret, STEP * place) for place in range(-2, 3)}
    return next(number for number in ("000000", "111111", "222222") if number not in near)


def end_sessions(app: Flask) -> None:
    """Let everybody's session end."""
    with app.app_context(), db.writing():
        db.db.session.execute(delete(Session))
        db.commit()
