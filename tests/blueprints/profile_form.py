"""What the tests of the profile form do with it."""

from io import BytesIO
from typing import Any

from flask import Flask
from werkzeug.datastructures import FileStorage

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.profiles import queries
from marketplace.profiles.service import ProfileChanges
from tests.visit import Page, Visitors


def saved(app: Flask, member: Member) -> ProfileChanges:
    with app.app_context():
        row = db.db.session.get(Member, member.id)
        assert row is not None
        return ProfileChanges.nothing(queries.own(row))


def upload(data: bytes, name: str = "me.jpg") -> dict[str, Any]:
    return {"picture": FileStorage(BytesIO(data), name, content_type="image/jpeg")}


def edit(visit: Visitors, member: Member, **fields: Any) -> Page:
    return visit.as_(member).open("profiles.edit").submit("更新をする", **fields)


def errors_of(page: Page) -> list[str]:
    return [error.get_text(strip=True) for error in page.soup.select(".field-error")]
