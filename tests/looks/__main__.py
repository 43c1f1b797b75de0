"""Photographs every page, on a phone and a desk, light and dark, in each language: `./dev shots [name …]`."""

import logging
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from marketplace import db, migrate
from marketplace.config import Settings
from tests.conftest import make_settings
from tests.journeys.conftest import FLAGS, find_browser
from tests.looks.pages import PAGES
from tests.looks.walk import DESK, PAPER, PHONE, SCHEMES, Walk, walking
from tests.looks.world import LANGUAGES, World, running
from wsgi import create_app


def main(beginnings: list[str]) -> None:
    """Write `<data folder>/shots/<name>-<language>-<width>-<scheme>.png`."""
    folder = Settings.from_environment().data_dir / "shots"
    if not beginnings:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    print("Making the demo world", flush=True)
    with sync_playwright() as playwright, _world() as world:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        for language in LANGUAGES:
            with walking(browser, world, language) as walk:
                _photograph(walk, language, beginnings, folder)
        browser.close()
    print(f"The pictures are in {folder}")


def _photograph(walk: Walk, language: str, beginnings: list[str], folder: Path) -> None:
    chosen = [each for each in PAGES if not beginnings or each.name.startswith(tuple(beginnings))]
    for number, shown in enumerate(chosen, 1):
        print(f"{language} {number:3}/{len(chosen)} {shown.name}", flush=True)
        for width in (PAPER,) if shown.is_on_paper else (PHONE, DESK):
            page = walk.open(shown, width)
            page.emulate_media(media="print" if shown.is_on_paper else "screen")
            walk.stretch(page, shown)
            for scheme in ("light",) if shown.is_on_paper else SCHEMES:
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=folder / f"{shown.name}-{language}-{width}-{scheme}.png")


@contextmanager
def _world() -> Iterator[World]:
    """Run the program in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as name:
        # The keys lie beside it.
        folder = Path(name) / "data"
        folder.mkdir()
        app = create_app(make_settings(folder, f"sqlite:///{folder / 'marketplace.db'}"))
        with app.app_context():
            migrate.upgrade()
        with running(app) as world:
            yield world
        with app.app_context():
            db.db.engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1:])
