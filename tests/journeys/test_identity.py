"""Somebody covers a number, hands papers in, sees who looked, and keeps the proof that nothing is left of them."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from marketplace import vault
from marketplace.accounts.models import Member
from marketplace.demo.cards import card
from marketplace.transparency import checking, signing
from marketplace.verification import queries
from marketplace.verification.models import DocumentKind
from marketplace.verification.papers import opened
from tests.blueprints.office import let_in
from tests.blueprints.second_factors import turned_on
from tests.factories.members import MemberFactory
from tests.journeys.people import Person, Street, comes
from tests.programs import wait_for

pytestmark = pytest.mark.real_commits

SIDES: list[FilePayload] = [
    {"name": name, "mimeType": "image/jpeg", "buffer": card(DocumentKind.LICENCE, number)}
    for number, name in enumerate(("menkyo_omote.jpg", "menkyo_ura.jpg"))
]

BESIDE_ITS_FRAME = """(picture) => {
    const [own, frame] = [picture, picture.parentElement].map((each) => each.getBoundingClientRect());
    return [own.left - frame.left, own.top - frame.top].map(Math.round);
}"""
"""How far a picture begins from where its frame can be scrolled to."""

SLOW_DRAWING = """() => {
    const draw = window.createImageBitmap.bind(window);
    const waiting = new Promise((resolve) => { window.goOn = resolve; });
    window.createImageBitmap = async (...given) => { await waiting; return draw(...given); };
}"""


def moderates(app: Flask, street: Street, member: Member) -> Person:
    turned_on(app, member)
    person = comes(app, street, member)
    let_in(app, member)
    return person


def chooses_papers(member: Person) -> None:
    member.goes_to("/settings/identity")
    guide = member.page.locator(".cover-guide li")
    expect(guide.filter(visible=True)).to_have_count(4)
    licence = member.page.get_by_role("radio", name="運転免許証", exact=True)
    expect(licence).to_have_accessible_description("表と裏の2枚")
    licence.check()
    expect(guide.filter(visible=True)).to_have_text(["運転免許証: 免許証の番号と本籍は隠せます"])
    member.writes(name="山本 はな", name_kana="やまもと はな", birth_date="1990-04-01")
    member.page.locator("main input[type=file]").set_input_files(files=SIDES)


def covers_a_part(page: Page) -> None:
    """Cover a corner with the mouse, and another part by the keyboard alone."""
    page.get_by_role("button", name="隠す範囲を決める, menkyo_omote.jpg").click()
    drawn = page.locator(".cover-box canvas")
    drawn.wait_for()
    box = drawn.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.25)
    page.mouse.up()
    drawn.press("ArrowDown")
    drawn.press("Enter")
    page.get_by_role("button", name="決める", exact=True).click()
    expect(page.locator(".cover-box")).to_have_count(0)


def colour_at(app: Flask, member: Member, across: float, down: float) -> tuple[int, int, int]:
    """What stands at a place of the first page, as it is kept."""
    with app.app_context():
        papers = queries.find_live(member, None)
        assert papers is not None
        image = Image.open(BytesIO(opened(papers.documents[0]))).convert("RGB")
    found = image.getpixel((int(image.width * across), int(image.height * down)))
    assert isinstance(found, tuple)
    return (int(found[0]), int(found[1]), int(found[2]))


def test_papers_are_covered_handed_in_looked_at_and_destroyed(
    app: Flask, street: Callable[..., Street], make_member: MemberFactory, has_javascript: bool, tmp_path: Path
) -> None:
    own = make_member("hana", "はな")
    here = street(has_javascript=has_javascript)
    member, moderator = comes(app, here, own), moderates(app, here, make_member("mori", "森"))
    chooses_papers(member)
    if has_javascript:
        member.sees("読み取れる明るさです。")
        covers_a_part(member.page)
    member.presses("アップロードする")
    if not has_javascript:
        member.sees("まだ提出していません。")
        expect(member.page.locator(".paper-pages img")).to_have_count(2)
        member.presses("アップロードする")
    member.sees("書類をお預かりしました。")
    if has_javascript:
        assert max(colour_at(app, own, 0.1, 0.1)) < 40
        assert max(colour_at(app, own, 0.1, 0.27)) < 40
        assert min(colour_at(app, own, 0.95, 0.03)) > 150

    moderator.goes_to("/moderation/identity")
    moderator.presses("確認をはじめる、はな")
    moderator.presses("書類を開く")
    moderator.sees("ヤマモト ハナ")
    pictures = moderator.page.locator(".viewer img")
    expect(pictures).to_have_count(2)
    expect(pictures.first).to_have_js_property("complete", True)
    if has_javascript:
        moderator.presses("右に回す")
        expect(pictures.first).to_have_css("transform", "matrix(0, 1, -1, 0, 0, 0)")
        assert pictures.first.evaluate(BESIDE_ITS_FRAME) == [0, 0]
    member.goes_to("/settings/identity")
    member.sees("担当 森")

    for tick in moderator.page.locator("form[action$='/approve'] input[type=checkbox]").all():
        tick.check()
    moderator.presses("確認済みにする")
    moderator.sees("確認済みにして、本人に伝えました。")
    wait_for(lambda: list(vault.names()) == [], 15)
    member.goes_to("/settings/identity")
    member.sees("に確認が済みました。")
    with member.page.expect_download() as saving:
        member.follows_link("廃棄証明を保存する")
    file = tmp_path / "receipt.json"
    saving.value.save_as(file)
    with app.app_context():
        key = checking.load_key(signing.published_key())
    proven = checking.check(file.read_bytes(), key)
    assert proven.record is not None
    assert json.loads(file.read_text("utf-8"))["record"]["member"] == "hana"


def test_a_tap_covers_nothing_and_the_focus_comes_back(
    app: Flask, street: Callable[..., Street], make_member: MemberFactory
) -> None:
    member = comes(app, street(has_javascript=True), make_member("hana", "はな"))
    chooses_papers(member)
    opener = member.page.get_by_role("button", name="隠す範囲を決める, menkyo_ura.jpg")
    thumbnail = member.page.locator(".paper-pages canvas").nth(1)
    before = thumbnail.evaluate("(canvas) => canvas.toDataURL()")
    for leaves in ("決める", "取り消す"):
        opener.click()
        member.page.locator(".cover-box canvas").click(position={"x": 30, "y": 30})
        member.page.locator(".cover-box").get_by_role("button", name=leaves, exact=True).click()
        expect(opener).to_be_focused()
    assert thumbnail.evaluate("(canvas) => canvas.toDataURL()") == before
    opener.click()
    member.page.locator(".cover-box canvas").press("Enter")
    member.page.get_by_role("button", name="決める", exact=True).click()
    wait_for(lambda: thumbnail.evaluate("(canvas) => canvas.toDataURL()") != before, 15)
    expect(opener).to_be_focused()
    member.page.get_by_role("button", name="取り消す, menkyo_ura.jpg").click()
    expect(member.page.get_by_role("button", name="取り消す, menkyo_omote.jpg")).to_be_focused()


def test_what_is_not_drawn_yet_is_not_handed_in(
    app: Flask, street: Callable[..., Street], make_member: MemberFactory
) -> None:
    member = comes(app, street(has_javascript=True), make_member("hana", "はな"))
    member.goes_to("/settings/identity")
    member.page.evaluate(SLOW_DRAWING)
    files = member.page.locator("main input[type=file]")
    files.set_input_files(files=SIDES)
    member.presses("アップロードする")
    expect(member.page.locator("#announcer")).to_contain_text("画像を準備しています。")
    assert files.evaluate("(input) => input.files.length") == 0
    expect(member.page.locator(".error-summary")).to_have_count(0)
    member.page.evaluate("window.goOn()")
    expect(member.page.locator(".paper-pages canvas")).to_have_count(2)
    large: FilePayload = {"name": "large.jpg", "mimeType": "image/jpeg", "buffer": bytes(11 << 20)}
    files.set_input_files(files=[large])
    expect(member.page.locator(".upload-state .field-error")).to_be_visible()
    expect(member.page.locator(".paper-pages canvas")).to_have_count(2)
    assert files.evaluate("(input) => input.files.length") == 2
