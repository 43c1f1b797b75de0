"""Every page, on a phone and a desk, light and dark, in each language: axe finds nothing, nothing is cut off."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from marketplace import db
from tests.architecture.sources import ROOT
from tests.conftest import make_settings
from tests.demo_world import DemoWorld
from tests.looks.pages import PAGES, Shown
from tests.looks.walk import DESK, PHONE, SCHEMES, walking
from tests.looks.world import LANGUAGES, World, running
from wsgi import create_app

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
READ = [shown for shown in PAGES if not shown.is_on_paper and shown.endpoint != "mail"]
"""Paper has no contrast of its own, and a mail neither landmarks nor a way past them."""

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
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("wider than the window")
    return found


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
            found[shown.name] = faults(page, is_whole=shown.is_whole)
        found["scripts"] = walk.complaints
    return {name: wrong for name, wrong in found.items() if wrong}


@pytest.mark.prove
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_kept_out(browser: Browser, world: World, language: str, width: int, scheme: str) -> None:
    assert not complaints(browser, world, READ, language, width, scheme)


@pytest.mark.parametrize(
    ("pages", "language", "width", "scheme"),
    [(READ[::2], "ja", PHONE, "dark"), (READ[1::2], "en", DESK, "light")],
    ids=["one half on a phone", "the other half on a desk"],
)
def test_nobody_is_kept_out_today(
    browser: Browser, world: World, pages: list[Shown], language: str, width: int, scheme: str
) -> None:
    assert not complaints(browser, world, pages, language, width, scheme)


def test_a_fault_would_be_found(browser: Browser, world: World) -> None:
    page = browser.new_page(base_url=world.address)
    page.goto("/about")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any(fault.startswith("button-name") for fault in faults(page))
    page.close()
