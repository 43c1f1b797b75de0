"""The whole way of a change: saved by HTTP, done by the drain of the running program, found by a visitor."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import quote, urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener, urlopen

import psutil
import pytest
from bs4 import BeautifulSoup, Tag

from benchmarks.world import PASSWORD, Size, fill
from marketplace import db
from tests.conftest import SECRET, make_settings
from tests.programs import answers, free_port, is_gone, wait_for
from wsgi import create_app

pytestmark = pytest.mark.prove

ROOT = Path(__file__).parents[2]
SECONDS_TO_START = 90
MOST_SECONDS = 2.0
MEMBERS = 1_000
WORDS = ["速記", "競売", "養蜂", "活版印刷", "盆栽"]
"""Nobody in the town says them."""


@pytest.fixture
def address(tmp_path: Path, blank_database: Callable[[Path, str], str]) -> Iterator[str]:
    """The running program before a town; it builds its index itself when it starts."""
    url = blank_database(tmp_path, "fresh")
    app = create_app(make_settings(tmp_path, url))
    with app.app_context(), db.writing():
        fill(Size(members=MEMBERS, follows=0, conversations=0))
        db.commit()
        db.db.engine.dispose()
    port = free_port()
    settings = {"DATABASE_URL": url, "SECRET_KEY": SECRET, "DEMO": "0", "RATE_LIMITS": "off", "PORT": str(port)}
    output = tmp_path / "output"
    with output.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "serve"],
            cwd=ROOT,
            env=os.environ | settings | {"MARKETPLACE_DATA_DIR": str(tmp_path)},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    family: list[psutil.Process] = [psutil.Process(process.pid)]
    try:
        running = f"http://127.0.0.1:{port}"
        wait_for(lambda: process.poll() is not None or answers(f"{running}/"), SECONDS_TO_START)
        assert process.poll() is None, output.read_text(encoding="utf-8")
        family += family[0].children(recursive=True)
        yield running
    finally:
        for member in family:
            if not is_gone(member):
                member.kill()
        process.wait()


def read(opener: OpenerDirector, path: str, fields: list[tuple[str, str]] | None = None) -> BeautifulSoup:
    data = None if fields is None else urlencode(fields).encode()
    with opener.open(path, data, timeout=30) as answer:
        return BeautifulSoup(answer.read().decode(), "html.parser")


def fields_of(page: BeautifulSoup, button: str) -> list[tuple[str, str]]:
    """What a browser would send when nothing is changed in the form with this button."""
    pressed = next(one for one in page.select("button") if one.get_text(strip=True) == button)
    form = pressed.find_parent("form")
    assert isinstance(form, Tag)
    fields = []
    for field in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(field["name"]), str(field.get("type", "text"))
        if field.name == "textarea":
            fields.append((name, field.get_text().removeprefix("\n")))
        elif field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            fields.append((name, str(chosen["value"]) if chosen else ""))
        elif kind not in {"file", "submit"} and (kind not in {"checkbox", "radio"} or field.has_attr("checked")):
            fields.append((name, str(field.get("value", "on"))))
    return fields


def test_a_saved_change_is_found_within_two_seconds(address: str) -> None:
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    sign_in = dict(fields_of(read(opener, f"{address}/login"), "ログイン"))
    sign_in |= {"email": "worker-1@example.com", "password": PASSWORD}
    read(opener, f"{address}/login", list(sign_in.items()))
    took = []
    for word in WORDS:
        form = f"{address}/settings/profile"
        fields = [pair for pair in fields_of(read(opener, form), "更新をする") if pair[0] != "headline"]
        search = f"{address}/workers?q={quote(word)}"

        def is_found(search: str = search) -> bool:
            with urlopen(search, timeout=30) as answer:
                return 'href="/workers/worker-1"' in answer.read().decode()

        assert not is_found()
        read(opener, form, [*fields, ("headline", f"{word}の仕事")])
        took.append(wait_for(is_found, MOST_SECONDS))
    print(f"found after {min(took):.2f} to {max(took):.2f} s")
