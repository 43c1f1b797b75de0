"""Conversations as pages of messages need them: begun and answered without HTTP, and read as a person would."""

import re

from flask import Flask
from sqlalchemy import func, select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.follows import service as follows
from marketplace.messages import queries, service
from marketplace.messages.models import Message
from tests.visit import Page

TITLE, BODY = "図版の単位について", "はじめまして。\n\n図版3-2のことで、ご相談があります。"
ONCE = "once-of-the-tests"
SENT = "送信しました。%sさんにだけ届いています。"


def count(app: Flask, model: type[db.Model]) -> int:
    with app.app_context():
        return db.db.session.scalar(select(func.count()).select_from(model)) or 0


def message_ids(app: Flask) -> list[int]:
    """The numbers of all messages in the order in which they were written."""
    with app.app_context():
        return list(db.db.session.scalars(select(Message.id).order_by(Message.id)))


def begin(app: Flask, sender: Member, recipient: Member, title: str = TITLE, body: str = BODY, once: str = ONCE) -> int:
    """Begin a conversation without HTTP and return its number."""
    with app.app_context(), db.writing():
        number = service.start(sender, recipient, title, body, once)
        db.commit()
    return number


def answer(app: Flask, sender: Member, number: int, *bodies: str) -> None:
    with app.app_context(), db.writing():
        for index, body in enumerate(bodies):
            service.reply(sender, queries.get_for(sender, number), body, f"{ONCE}-{sender.id}-{index}")
        db.commit()


def follow(app: Flask, actor: Member, followed: Member) -> None:
    with app.app_context(), db.writing():
        follows.follow(actor, followed)
        db.commit()


def unread_in_bar(page: Page) -> str:
    (badge,) = page.find_all("#unread-bar")
    return badge


def unread_in_list(page: Page) -> list[str]:
    return page.find_all(".thread-row .badge-count")


def said(page: Page) -> list[str]:
    """What stands in the bubbles of a thread, line breaks included."""
    return ["\n\n".join(part.get_text() for part in bubble.select("p")) for bubble in page.soup.select(".log .bubble")]


def answer_of(page: Page) -> tuple[int, str]:
    """Status and page without what differs from one answer to the next."""
    plain = re.sub(r"nonce(?:-|=\")[\w-]+|value=\"[\w.-]{40,}\"|\b[0-9a-f]{8}\b", "", page.html)
    return page.status, plain.replace(page.path, "")
