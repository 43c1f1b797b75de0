"""Somebody's way from page to page: one browser window for each person, opened once."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from marketplace.demo.sign_ins import PASSWORD, address_of
from tests.looks.deeds import GUARDED, settle
from tests.looks.pages import SHOWS
from tests.looks.shown import LEAVER, MODERATOR, VISITOR, Shown
from tests.looks.world import World

SMALLEST, PHONE, DESK, PAPER = 320, 390, 1280, 794
"""The smallest is a desk at 400 % too, and nothing may be cut off there (WCAG 1.4.10)."""

HEIGHTS = {SMALLEST: 844, PHONE: 844, DESK: 900, PAPER: 1123}
SCHEMES = ("light", "dark")


class Walk:
    """Opens pages in one language, each as the person who should see it."""

    def __init__(self, browser: Browser, world: World, language: str) -> None:
        self._browser = browser
        self._world = world
        self._language = language
        self._windows: dict[str, Page] = {}
        self.complaints: list[str] = []
        """What our scripts ran into."""
        world.speak(language)

    def open(self, shown: Shown, width: int) -> Page:
        """Open a page in a window of this width, and do there what leads to its state."""
        page = self._window(shown.who)
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        page.goto(self._world.path_of(shown.path, self._language))
        settle(page)
        shown.then(page)
        for ending, seen in SHOWS.items():
            if shown.name.endswith(ending):
                page.wait_for_selector(seen)
        return page

    @staticmethod
    def stretch(page: Page, shown: Shown) -> None:
        """Make the window as high as its page, so that what is fixed to its foot covers nothing."""
        if shown.is_whole:
            height = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": page.evaluate("innerWidth"), "height": height})

    def close(self) -> None:
        """Close every window."""
        for page in self._windows.values():
            page.context.close()

    def _window(self, who: str) -> Page:
        if who not in self._windows:
            context = self._browser.new_context(base_url=self._world.address, locale="ja-JP", reduced_motion="reduce")
            page = self._windows[who] = context.new_page()
            # A page may ask whether what was typed shall be lost.
            page.on("dialog", lambda dialog: dialog.accept())
            page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
            self._arrive(page, who)
        return self._windows[who]

    def _arrive(self, page: Page, who: str) -> None:
        page.goto("/login")
        page.locator(f"[name=language][value={self._language}]").click()
        settle(page)
        if who != VISITOR:
            page.locator("main [name=email]").fill(address_of(who))
            page.locator("main [name=password]").fill(PASSWORD)
            page.locator("main .btn-primary").click()
            if who == GUARDED:
                page.locator("main summary").click()
                page.locator("main [name=recovery_code]").fill(self._world.code())
                page.locator("main .btn-primary").click()
            if who == MODERATOR:
                page.locator("main [name=number]").fill(self._world.number())
                page.locator("main .btn-primary").click()
            page.wait_for_url("**/settings/data/return" if who == LEAVER else "**/")


@contextmanager
def walking(browser: Browser, world: World, language: str) -> Iterator[Walk]:
    """Let everybody go at the end."""
    walk = Walk(browser, world, language)
    try:
        yield walk
    finally:
        walk.close()
