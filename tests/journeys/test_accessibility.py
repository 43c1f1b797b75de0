"""Every page, on a phone and a desk, light and dark, in each language: axe finds nothing, nothing is cut off."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from marketplace import db
from marketplace.clock import today
from tests.architecture.sources import ROOT
from tests.conftest import make_settings
from tests.demo_world import DemoWorld
from tests.looks.pages import PAGES
from tests.looks.shown import Shown
from tests.looks.walk import DESK, PHONE, SCHEMES, SMALLEST, walking
from tests.looks.world import LANGUAGES, World, running
from wsgi import create_app

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
READ = [shown for shown in PAGES if not shown.is_on_paper and shown.endpoint != "mail"]
"""Paper has no contrast of its own, and a mail neither landmarks nor a way past them."""

COMBINATIONS = tuple(
    (language, width, scheme) for width in (PHONE, DESK) for language in LANGUAGES for scheme in SCHEMES
)
TOO_WIDE = "wider than the window"
SPACED = "* {line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important}"
"""WCAG 1.4.12."""

WITH_STYLE = """(style) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    document.adoptedStyleSheets = [sheet];
}"""

FAULTS = """async (enabled) => (await axe.run({rules: {"target-size": {enabled}}})).violations.map(
    (fault) => `${fault.id}: ${fault.nodes[0].html.slice(0, 160)}`)"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, demo_world: DemoWorld) -> Iterator[World]:
    """The demo world, running once for all tests in here: they change nothing that others look at."""
    folder: Path = tmp_path_factory.mktemp("looks")
    app: Flask = create_app(make_settings(folder, demo_world.copy(folder, "looks")))
    with running(app) as world:
        yield world
    with app.app_context():
        db.db.engine.dispose()


def faults(page: Page, *, is_whole: bool = True) -> list[str]:
    """What axe finds, and whether the page is wider than the window.

    What a menu half covers is not too small: only a page with nothing over it is asked for the size of its targets.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(FAULTS, is_whole)
    return found + widths(page)


def widths(page: Page) -> list[str]:
    """Whether the page is wider than the window."""
    return [TOO_WIDE] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []


def narrowed(page: Page) -> list[str]:
    """Whether the page is wider than the smallest window, or than a phone's with as much space as a reader may want."""
    size = page.viewport_size
    assert size is not None
    found = []
    for width, style in ((SMALLEST, ""), (PHONE, SPACED)):
        page.set_viewport_size({"width": width, "height": size["height"]})
        page.evaluate(WITH_STYLE, style)
        found += [f"{fault} of {width}" for fault in widths(page)]
    page.evaluate(WITH_STYLE, "")
    page.set_viewport_size(size)
    return found


def of_the_day(day: date, half: int) -> tuple[str, int, str]:
    """Which combination one half of the pages is looked at in: another each day, all after eight; one on a phone."""
    return COMBINATIONS[(day.toordinal() + half * len(COMBINATIONS) // 2) % len(COMBINATIONS)]


def complaints(
    browser: Browser, world: World, pages: list[Shown], language: str, width: int, scheme: str
) -> dict[str, list[str]]:
    """What is wrong with each page, and what our scripts ran into."""
    found: dict[str, list[str]] = {}
    with walking(browser, world, language) as walk:
        for shown in pages:
            page = walk.open(shown, width)
            page.emulate_media(color_scheme=scheme)
            walk.stretch(page, shown)
            found[shown.name] = faults(page, is_whole=shown.is_whole) + (narrowed(page) if width == PHONE else [])
        found["scripts"] = walk.complaints
    return {name: wrong for name, wrong in found.items() if wrong}


@pytest.mark.prove
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_kept_out(browser: Browser, world: World, language: str, width: int, scheme: str) -> None:
    assert not complaints(browser, world, READ, language, width, scheme)


def test_nobody_is_kept_out_today(browser: Browser, world: World, database_kind: str) -> None:
    """Pages do not depend on the database: one half of them is looked at on each, the same half every day."""
    half = ("sqlite", "postgresql").index(database_kind)
    language, width, scheme = combination = of_the_day(today(), half)
    print("today:", *combination)
    assert not complaints(browser, world, READ[half::2], language, width, scheme), combination


def test_eight_days_show_every_page_in_every_combination() -> None:
    days = [date(2026, 12, 28) + timedelta(days=number) for number in range(8)]
    for half in (0, 1):
        assert sorted(of_the_day(day, half) for day in days) == sorted(COMBINATIONS)
    for day in days:
        assert of_the_day(day, 0)[1] != of_the_day(day, 1)[1]


def test_a_fault_would_be_found(browser: Browser, world: World) -> None:
    page = browser.new_page(base_url=world.address)
    page.goto("/about")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    page.evaluate("document.querySelector('main').style.minWidth = '330px'")
    assert any(fault.startswith("button-name") for fault in faults(page))
    assert narrowed(page) == [f"{TOO_WIDE} of {SMALLEST}"]
    page.close()
