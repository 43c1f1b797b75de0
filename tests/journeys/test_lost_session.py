"""Nothing typed is lost when a session ended meanwhile."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import delete

from marketplace import db
from marketplace.accounts.models import Session
from tests.journeys.people import Street

pytestmark = pytest.mark.real_commits


def test_what_was_typed_comes_back_after_signing_in_again(
    app: Flask, street: Callable[..., Street], has_javascript: bool
) -> None:
    worker = street(has_javascript=has_javascript).someone("ritsu-takase")
    worker.registers()
    worker.signs_in()
    worker.goes_to("/settings/profile")
    worker.writes(nickname="高瀬 律", introduction="長い長い自己紹介を、いま書きおえたところです。")
    with app.app_context(), db.writing():
        db.db.session.execute(delete(Session))
        db.commit()
    worker.presses("更新をする")
    worker.writes(email=worker.email, password="hanare-no-kaki-7")
    worker.presses("ログイン")
    expect(worker.page.locator("[name=introduction]")).to_have_value("長い長い自己紹介を、いま書きおえたところです。")
    worker.presses("更新をする")
    worker.sees("プロフィールを更新しました")
