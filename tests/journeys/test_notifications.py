"""The bell in a real browser: it rings by itself, and is silent when the page was seen."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Locator, expect

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.follows import service as follows
from marketplace.notifications import queries
from tests.journeys.people import Person, Street
from tests.programs import wait_for
from tests.visit import cookie_of

pytestmark = pytest.mark.real_commits


def bell(person: Person) -> Locator:
    return person.page.locator("#bell a")


def looks_again(person: Person) -> None:
    """Come back to the window, which otherwise asks every 25 seconds."""
    person.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_the_bell_rings_by_itself_and_is_silent_when_the_page_was_seen(
    app: Flask, street: Callable[..., Street], ana: Member, ben: Member
) -> None:
    people = street()
    person = people.someone("ben")
    name, _equals, value = cookie_of(app, ben).partition("=")
    person.context.add_cookies([{"name": name, "value": value, "url": people.address}])
    person.goes_to("/about")
    expect(bell(person)).to_have_attribute("aria-label", "お知らせ")
    with app.app_context(), db.writing():
        follows.follow(ana, ben)
        db.commit()

    def is_told() -> bool:
        with app.app_context():
            return queries.waiting_for(ben).notifications == 1

    wait_for(is_told, 5)
    looks_again(person)
    expect(bell(person)).to_have_attribute("aria-label", "お知らせ、新しいもの1件")
    bell(person).click()
    expect(person.page.locator(".notification.is-new")).to_contain_text("Anaさんがあなたをフォローしました。")
    expect(bell(person)).to_have_attribute("aria-label", "お知らせ")
    wait_for(lambda: not is_told(), 5)
