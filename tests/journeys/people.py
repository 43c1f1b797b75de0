"""People with browsers: journeys are told in what they do."""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from marketplace.accounts.models import Member
from tests.mailbox import Mailbox
from tests.programs import wait_for
from tests.visit import cookie_of

PASSWORD = "hanare-no-kaki-7"


class Street:
    """Where people come from: a browser window for each, with the same settings."""

    def __init__(
        self, browser: Browser, address: str, mailbox: Mailbox, *, has_javascript: bool, width: int, dark: bool
    ) -> None:
        self.address = address
        self.mailbox = mailbox
        self._open: Callable[[], BrowserContext] = lambda: browser.new_context(
            base_url=address,
            java_script_enabled=has_javascript,
            locale="ja-JP",
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
        )
        self._people: list[Person] = []

    def someone(self, username: str = "") -> "Person":
        """Let someone come who has not been here before."""
        person = Person(self._open(), self.mailbox, username)
        self._people.append(person)
        return person

    def close(self) -> None:
        """Let everybody go; whoever saw an error in the browser's console says so."""
        complaints = [complaint for person in self._people for complaint in person.complaints]
        for person in self._people:
            person.context.close()
        assert not complaints, complaints


def comes(app: Flask, street: Street, member: Member) -> "Person":
    """Let a member come who is signed in already."""
    person = street.someone(member.username)
    person.page.set_default_timeout(8000)
    name, _equals, value = cookie_of(app, member).partition("=")
    person.context.add_cookies([{"name": name, "value": value, "url": street.address}])
    return person


class Person:
    """Someone with a browser window."""

    def __init__(self, context: BrowserContext, mailbox: Mailbox, username: str) -> None:
        self.context = context
        self.mailbox = mailbox
        self.username = username
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text)
                if message.type == "error" and "Failed to load resource" not in message.text
                else None
            ),
        )

    @property
    def email(self) -> str:
        """Their address."""
        return f"{self.username}@example.com"

    def goes_to(self, path: str) -> None:
        """Open a page of the site."""
        self.page.goto(path)

    def presses(self, label: str) -> None:
        """Press the button of this name."""
        self.page.get_by_role("button", name=label, exact=True).first.click()

    def follows_link(self, label: str) -> None:
        """Follow the link of this name."""
        self.page.get_by_role("link", name=label, exact=True).first.click()

    def writes(self, **fields: str) -> None:
        """Fill in fields, by their names."""
        for name, value in fields.items():
            self.page.locator(f"main [name='{name}']").fill(value)

    def sees(self, text: str) -> None:
        """Expect to see `text`."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def does_not_see(self, text: str) -> None:
        """Expect that `text` is nowhere."""
        expect(self.page.get_by_text(text)).to_have_count(0)

    def opens_the_mail(self) -> None:
        """Wait for a mail and open its first link."""
        wait_for(lambda: bool(self.mailbox.to(self.email)), 15)
        self.page.goto(urlsplit(self.mailbox.newest(self.email).links[0]).path)

    def registers(self) -> None:
        """Become a member: form, mail, confirmation."""
        self.goes_to("/register")
        self.writes(username=self.username, email=self.email, password=PASSWORD)
        self.presses("会員登録")
        self.sees("確認のメールを送りました")
        self.opens_the_mail()
        self.presses("メールアドレスを確認する")

    def signs_in(self) -> None:
        """Sign in with the password."""
        self.goes_to("/login")
        self.writes(email=self.email, password=PASSWORD)
        self.presses("ログイン")
        expect(self.page).not_to_have_url("/login")
