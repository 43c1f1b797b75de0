"""No page is forgotten when pages are looked at: by axe, and by people (`./dev shots`)."""

import re
from collections import defaultdict

from flask import Flask

from tests.architecture.sources import ROOT
from tests.looks.pages import NOT_PAGES, PAGES


def test_every_page_is_on_the_list_or_there_is_a_reason(shared_app: Flask) -> None:
    readable = {rule.endpoint for rule in shared_app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    listed = {shown.endpoint for shown in PAGES} - {"errors", "mail"}
    assert readable == listed | NOT_PAGES.keys()
    assert not listed & NOT_PAGES.keys()


def test_every_refusal_and_every_mail_is_on_the_list() -> None:
    names = {shown.name for shown in PAGES}
    for page in (ROOT / "templates" / "errors").glob("*.html"):
        assert f"error-{page.stem}" in names
    for mail in (ROOT / "templates" / "mail").glob("*/body.html"):
        assert f"mail-{mail.parent.name}" in names


def test_every_page_of_the_list_has_a_name_of_its_own() -> None:
    names = [shown.name for shown in PAGES]
    assert len(names) == len(set(names))


def test_what_is_laid_out_in_one_stylesheet_is_not_laid_out_in_another() -> None:
    # Two parts with the same name are drawn as a mixture of both, on every page.
    laid_out = defaultdict(set)
    for path in (ROOT / "static" / "css" / "components").glob("*.css"):
        rules = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for name in re.findall(r"^(\.[a-z][\w-]*) \{[^}]*\bdisplay:", rules, flags=re.MULTILINE):
            laid_out[name].add(path.name)
    assert len(laid_out) > 100
    assert {name: paths for name, paths in laid_out.items() if len(paths) > 1} == {}
