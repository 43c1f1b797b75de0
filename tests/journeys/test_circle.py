"""The picture of a circle is looked into: by hand, by keyboard, and back to the drawing."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from marketplace import db
from marketplace.accounts.models import Member
from tests.factories.members import PASSWORD, MemberFactory
from tests.journeys.people import Person, Street
from tests.looks.deeds import settle
from tests.marketplace.circles.ties import befriend

pytestmark = pytest.mark.real_commits

CANVAS, CHOSEN = ".circle-canvas", "#circle-about"
LIBRARY = "window.cytoscape === undefined"


@pytest.fixture
def friends(app: Flask, ana: Member, ben: Member, make_member: MemberFactory) -> None:
    """Ana knows Ben and Dan, who know each other; Ben knows Eve."""
    with app.app_context(), db.writing():
        dan, eve = (make_member(name, name.title(), worker=True) for name in ("dan", "eve"))
        befriend((ana, ben), (ana, dan), (ben, dan), (ben, eve))
        db.commit()


def come(street: Callable[..., Street], **window: int) -> Person:
    ana = street(**window).someone("ana")
    ana.goes_to("/login")
    ana.writes(email=ana.email, password=PASSWORD)
    ana.presses("ログイン")
    expect(ana.page).not_to_have_url("/login")
    ana.goes_to("/contacts/circle")
    settle(ana.page)
    return ana


@pytest.mark.usefixtures("friends")
def test_the_circle_is_explored_by_keyboard_and_left_again(street: Callable[..., Street]) -> None:
    """Complaints of the browser, as of a style sheet that the policy refuses, end the journey."""
    page = come(street).page
    assert page.evaluate(LIBRARY), "nobody has asked for it yet"
    expect(page.locator(".is-wide")).to_be_visible()
    page.get_by_role("button", name="動かして見る").press("Enter")
    expect(page.locator(f"{CANVAS} canvas").first).to_be_visible()
    expect(page.locator(".is-wide")).to_be_hidden()
    page.locator(".circle-list a", has_text="Ben").focus()
    expect(page.locator(f"{CHOSEN} b").first).to_have_text("Ben")
    expect(page.locator(CHOSEN)).to_contain_text("共通の友達はDanさんです。")
    canvas = page.locator(CANVAS)
    before = canvas.screenshot()
    canvas.press("ArrowLeft")
    canvas.press("+")
    assert canvas.screenshot() != before
    canvas.press("Escape")
    expect(page.locator(CHOSEN)).to_be_hidden()
    page.get_by_role("button", name="図に戻す").press("Enter")
    expect(page.locator(".is-wide")).to_be_visible()
    expect(page.locator(".circle-explore")).to_be_hidden()
    page.get_by_role("link", name="Benさん、友達").press("Enter")
    expect(page).to_have_url("/workers/ben")


@pytest.mark.usefixtures("friends")
def test_friends_of_friends_can_be_left_out(street: Callable[..., Street]) -> None:
    page = come(street).page
    eve = page.locator(".is-wide").get_by_role("link", name="Eveさん、友達の友達")
    expect(eve).to_be_visible()
    page.get_by_label("友達の友達も").uncheck()
    expect(eve).to_be_hidden()
    expect(page.locator(".circle-list li", has_text="Eve")).to_be_hidden()


@pytest.mark.usefixtures("friends")
def test_on_a_phone_a_bubble_leads_to_its_part_of_the_list(street: Callable[..., Street]) -> None:
    page = come(street, width=390).page
    expect(page.locator(".is-wide")).to_be_hidden()
    page.locator("#community-1 summary").click()
    expect(page.locator("#community-1 li").first).to_be_hidden()
    page.locator(".is-narrow .node").first.click()
    expect(page).to_have_url("/contacts/circle#community-1")
    expect(page.locator("#community-1 li").first).to_be_in_viewport()
