"""Style sheets, scripts and icons: kept for good by their content, sent compressed, and few."""

import gzip
import json
import os
import re
from pathlib import Path
from urllib.parse import urljoin

import brotli
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from blueprints.assets import Assets
from blueprints.headers import FOR_GOOD
from marketplace import db
from marketplace.accounts.models import Member
from marketplace.follows import service as follows
from marketplace.messages import service as messages
from search_index import sync
from tests.visit import HOST, Page, Visitors

MOST_BYTES_OF_A_PAGE = 150_000
"""Compressed, style sheets and scripts together, with every part that the page's scripts might ask for."""

EXPLORING = "/static/vendor/cytoscape.min.js"
"""One page asks for it, when its button is pressed; it is as large as all that other pages may load."""

STATIC = Path(__file__).parent.parent.parent / "static"
BOOTSTRAP = "/bootstrap/static/css/bootstrap.min.css"
IMPORT = re.compile(r"""(?:\bfrom|\bimport|\bimport\(|:)\s*["'](\.{1,2}/[\w./]+\.js)["']""")


def get(app: Flask, path: str, **headers: str) -> TestResponse:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().get(path, base_url=HOST, headers=names)


def import_map(page: Page) -> dict[str, str]:
    found = page.soup.select_one("script[type=importmap]")
    assert found is not None
    imports: dict[str, str] = json.loads(found.get_text())["imports"]
    return imports


def loaded_by(app: Flask, page: Page) -> set[str]:
    """Every address of a style sheet or a script that `page` loads or may yet load."""
    waiting = [str(link["href"]) for link in page.soup.select("link[rel=stylesheet], link[rel=modulepreload]")]
    waiting += [str(script["src"]) for script in page.soup.select("script[src]")]
    addresses = import_map(page)
    found: set[str] = set()
    while waiting:
        address = waiting.pop()
        if address not in found:
            found.add(address)
            named = IMPORT.findall(get(app, address).text) if ".js" in address else []
            waiting += [addresses[urljoin(address, name)] for name in named]
    return found


@pytest.fixture
def some_page(visit: Visitors) -> Page:
    return visit.open("home.about")


@pytest.fixture
def circle_page(app: Flask, visit: Visitors, ana: Member, ben: Member) -> Page:
    with app.app_context(), db.writing():
        follows.follow(ana, ben)
        db.commit()
    return visit.as_(ana).open("circles.circle")


def address_of_library(page: Page) -> str:
    found = page.soup.select_one("[data-circle]")
    assert found is not None
    return str(found["data-circle"])


def test_every_address_on_a_page_may_be_kept_for_good(app: Flask, some_page: Page) -> None:
    addresses = [str(link["href"]) for link in some_page.soup.select("link[href]")]
    addresses += [str(script["src"]) for script in some_page.soup.select("script[src]")]
    addresses += import_map(some_page).values()
    assert any(address.startswith(BOOTSTRAP) for address in addresses)
    for address in addresses:
        answer = get(app, address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, FOR_GOOD), address
        assert answer.mimetype in {"text/css", "text/javascript", "image/svg+xml"}, address
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("query", ["", "?v=", "?v=0123456789ab"])
def test_an_address_of_other_content_works_and_is_not_kept(app: Flask, query: str) -> None:
    answer = get(app, f"/static/css/base.css{query}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize("path", ["/static/css/layout.css", "/static/js/upload.js", BOOTSTRAP])
def test_a_file_is_sent_in_the_smallest_encoding_that_the_browser_takes(app: Flask, path: str) -> None:
    plain = get(app, path)
    assert "Content-Encoding" not in plain.headers
    by_brotli = get(app, path, Accept_Encoding="gzip, deflate, br, zstd")
    assert by_brotli.headers["Content-Encoding"] == "br"
    assert brotli.decompress(by_brotli.data) == plain.data
    by_gzip = get(app, path, Accept_Encoding="gzip, br;q=0")
    assert by_gzip.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(by_gzip.data) == plain.data
    assert len(by_brotli.data) < len(by_gzip.data) < len(plain.data) / 2
    assert {answer.headers["Vary"] for answer in (plain, by_brotli, by_gzip)} == {"Accept-Encoding"}
    assert len({answer.headers["ETag"] for answer in (plain, by_brotli, by_gzip)}) == 3


def test_a_file_that_may_be_kept_for_good_carries_nobodys_cookie(visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("home.about")
    address = str(page.soup.select("link[rel=stylesheet]")[-1]["href"])
    answer = page.browser.client.get(address, base_url=HOST)
    assert answer.headers["Cache-Control"] == FOR_GOOD
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_a_browser_that_has_it_is_told_so(app: Flask) -> None:
    first = get(app, "/static/css/base.css", Accept_Encoding="br")
    again = get(app, "/static/css/base.css", Accept_Encoding="br", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")


def test_a_file_that_changed_is_not_kept_under_its_old_address_and_gets_another_with_the_next_start(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assets = app.view_functions["static"].__self__  # type: ignore[attr-defined]
    monkeypatch.setitem(assets._folders, "static", tmp_path)
    sheet = tmp_path / "a.css"
    sheet.write_text("a {}")
    with app.test_request_context(base_url=HOST):
        before = assets.address("a.css")
        sheet.write_text("b {}")
        os.utime(sheet, ns=(1, 1))
        after = Assets({"static": tmp_path}).address("a.css")
    assert get(app, before).headers["Cache-Control"] == "no-cache"
    kept = get(app, after)
    assert (kept.text, kept.headers["Cache-Control"]) == ("b {}", FOR_GOOD)


@pytest.mark.parametrize(
    "path",
    [
        "/static/css",
        "/static/nothing.css",
        "/static/../wsgi.py",
        "/static/%2e%2e/wsgi.py",
        "/static/css/..%2f..%2f..%2fsetup.cfg",
        "/static/a%00.css",
        "/static/" + "a" * 300,
        "/bootstrap/static/js/bootstrap.min.js",
        "/bootstrap/static/icons/bootstrap-icons.svg",
        "/bootstrap/static/css/../css/bootstrap.min.css.map",
    ],
)
def test_nothing_else_is_handed_out(app: Flask, path: str) -> None:
    answer = get(app, path)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "immutable" not in answer.headers["Cache-Control"]


def test_style_sheets_and_scripts_of_a_page_are_few(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    with app.app_context(), db.writing():
        number = messages.start(ana, ben, "件名", "本文", "once-of-a-form-of-tests")
        db.commit()
        sync.rebuild()
    addresses = ("/", "/workers", f"/messages/{number}", "/settings/profile", "/workers/ben", "/settings/careers")
    for page in (visit.as_(ana).open_path(address) for address in addresses):
        assert page.status == 200, page.path
        loaded = loaded_by(app, page)
        sizes = {address: len(get(app, address, Accept_Encoding="gzip").data) for address in loaded}
        assert len(sizes) > 10
        assert sum(sizes.values()) < MOST_BYTES_OF_A_PAGE, (page.path, sizes)


def test_the_picture_of_a_circle_has_a_library_that_comes_when_it_is_asked_for(
    app: Flask, visit: Visitors, circle_page: Page
) -> None:
    loaded = loaded_by(app, circle_page)
    assert not any(address.startswith(EXPLORING) for address in loaded)
    assert sum(len(get(app, address, Accept_Encoding="gzip").data) for address in loaded) < MOST_BYTES_OF_A_PAGE
    others = loaded_by(app, visit.open("home.about"))
    assert {address.partition("?")[0] for address in loaded - others} == {
        "/static/css/components/circle.css", "/static/js/circle.js",
    }  # fmt: skip
    library = get(app, address_of_library(circle_page))
    assert (library.status_code, library.headers["Cache-Control"]) == (200, FOR_GOOD)


def test_every_script_is_reached_from_a_page(app: Flask, some_page: Page, circle_page: Page) -> None:
    reached = {address.partition("?")[0] for page in (some_page, circle_page) for address in loaded_by(app, page)}
    reached.add(address_of_library(circle_page).partition("?")[0])
    there = {f"/static/{path.relative_to(STATIC).as_posix()}" for path in STATIC.rglob("*.js")}
    assert there
    assert there - reached == set()
    assert set(import_map(some_page)) <= reached
