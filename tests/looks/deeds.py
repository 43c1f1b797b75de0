"""What one does on a page until it looks as it should be seen: press, fill in, send."""

from collections.abc import Callable
from urllib.parse import urljoin

from playwright.sync_api import FilePayload, Page

from marketplace.demo.cards import card
from marketplace.demo.sign_ins import PASSWORD, address_of
from marketplace.verification.models import DocumentKind

GUARDED = "yojin"
"""Has a second factor."""

READY = "html[data-ready], html:not(:has(script))"
"""Our script has started; a mail has none."""


def settle(page: Page) -> None:
    """Wait until the page, or the part of it that was asked for, is there."""
    page.locator("[aria-busy=true]").first.wait_for(state="detached")
    page.wait_for_selector(READY, state="attached")


def send(page: Page) -> None:
    """Press the filled button of the page's own form."""
    page.locator("main form:not([role=search]) .btn-primary:visible").last.click()
    settle(page)


def type_in(**fields: str) -> Callable[[Page], None]:
    """Fill in fields by their names, and send."""

    def deed(page: Page) -> None:
        for name, value in fields.items():
            page.locator(f"main [name={name}]").fill(value)
        send(page)

    return deed


def pass_first_step(page: Page) -> None:
    """Sign in with the password, so that the second step is asked for."""
    type_in(email=address_of(GUARDED), password=PASSWORD)(page)


def fail_second_step(page: Page) -> None:
    """Come with a recovery code that is none."""
    pass_first_step(page)
    page.locator("main summary").click()
    type_in(recovery_code="abcd-efgh")(page)


def press(selector: str) -> Callable[[Page], None]:
    """Press the first of these that can be seen here, if there is one in a window of this width."""

    def deed(page: Page) -> None:
        found = page.locator(f"{selector} >> visible=true").first
        if found.count():
            found.click()

    return deed


def let_be_old(page: Page) -> None:
    """Send a form as if it had been filled from another version."""
    page.locator("main [name=version]").first.evaluate("field => { field.value = 999999 }")
    send(page)


def overlook_a_version(page: Page) -> None:
    """Write terms as if the newest version had come meanwhile."""
    page.locator("main [name=amount_yen]").fill("180,000")
    page.locator("main [name=seen]").first.evaluate("field => { field.value = 1 }")
    page.locator("main [name=look]").click()
    settle(page)


def lose_to_another_page(page: Page) -> None:
    """Save the profile as it was before another page saved it."""
    page.locator("main [name=headline]").fill("計測機器の取扱説明書を、やさしい日本語に")
    let_be_old(page)


def lose_the_team_to_another_page(page: Page) -> None:
    """Save a team as it was before another page saved it."""
    page.locator("main [name=introduction]").fill("手順書と研修テキストを、読む人の順番に並べなおします。")
    let_be_old(page)


def lose_the_job_to_another_page(page: Page) -> None:
    """Save a job as it was before another page saved it."""
    page.locator("main [name=title]").fill("流量計の取扱説明書の翻訳")
    let_be_old(page)


def send_no_address(page: Page) -> None:
    """Press the button of the first of several forms, with nothing in its fields."""
    page.locator("main form:has([name=email]) .btn-primary").click()
    settle(page)


def send_with_an_old_token(page: Page) -> None:
    """Send what was typed before somebody signed in again in another window."""
    page.locator("main [name=name]").fill("英日翻訳")
    page.evaluate("document.querySelector('main form:has([name=name]) [name=csrf_token]').value = 'old'")
    send(page)


def ask_before_blocking(page: Page) -> None:
    """Open the menu of somebody, and the box that says what a block does."""
    page.locator("[popovertarget^=more-]").first.click()
    page.locator("[popovertarget^=block-]:visible").first.click()


def stop_following(page: Page) -> None:
    """Follow and stop again, so that what can be undone is offered, and nothing is left behind."""
    for _time in range(2):
        page.locator(".follow button").first.click()
        settle(page)


def look_into(page: Page) -> None:
    """Open what was reported, unless that was done a moment ago."""
    press("form[action$='/look'] button")(page)
    settle(page)


def choose_wrongly(page: Page) -> None:
    """Answer the first question by its first choice, which is wrong."""
    page.locator("main input[type=radio]").first.check()
    send(page)


def choose_papers(page: Page) -> None:
    """Choose a kind and the two sides of a card, which are then shown."""
    page.locator("label.kind").first.click()
    sides: list[FilePayload] = [
        {"name": name, "mimeType": "image/jpeg", "buffer": card(DocumentKind.LICENCE, number)}
        for number, name in enumerate(("menkyo_omote.jpg", "menkyo_ura.jpg"))
    ]
    page.locator("main input[type=file]").set_input_files(files=sides)
    page.locator(".upload-state canvas").nth(1).wait_for()


def cover_a_part(page: Page) -> None:
    """Draw a box over a part of the first side."""
    choose_papers(page)
    page.locator(".upload-state .paper-pages button").first.click()
    drawn = page.locator(".cover-box canvas")
    drawn.wait_for()
    box = drawn.bounding_box()
    if box is not None:
        page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.3)
        page.mouse.up()


def take_papers(page: Page) -> None:
    """Take the first papers of the queue that are free, or that one holds."""
    page.locator(".queue form button").last.click()
    settle(page)


def open_papers(page: Page) -> None:
    """Open the pictures of the papers that one took."""
    take_papers(page)
    press("main form[action$='/look'] button")(page)
    settle(page)


def approve_unseen(page: Page) -> None:
    """Approve without having ticked anything."""
    open_papers(page)
    send(page)


def have_a_receipt_checked(page: Page) -> None:
    """Hand in a receipt of the newest entry."""
    receipt = page.request.get(urljoin(page.url, "/looks/receipt")).body()
    file: FilePayload = {"name": "receipt.json", "mimeType": "application/json", "buffer": receipt}
    page.locator("main input[type=file]").set_input_files(files=[file])
    send(page)


def write_holder(page: Page) -> None:
    """Type a name, so that what is sent to the bank stands beside it."""
    page.locator("main [name=holder]").fill("みやけ ことは")


def leave_without_a_word(page: Page) -> None:
    """Press the button that leaves, with nothing in its form."""
    page.locator("main #go").click()
    settle(page)


def explore(page: Page) -> None:
    """Let the picture of the circle be moved, and go to the first one of the list."""
    page.locator("[data-explore]").click()
    page.locator(".circle-canvas canvas").first.wait_for()
    page.locator(".circle-list details[open] li a").first.focus()
