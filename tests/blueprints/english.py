"""Members who read English."""

from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member


def speak_english(app: Flask, *members: Member) -> None:
    """Let pages and mails speak English with these members from now on."""
    with app.app_context(), db.writing():
        for member in members:
            db.db.session.merge(member).language = "en"
        db.commit()
