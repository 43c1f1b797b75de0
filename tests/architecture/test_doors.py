"""Every door was chosen: which are open to visitors, how addresses look, what each page is made of."""

import re
from pathlib import Path

from flask import Flask

from blueprints.access import is_public
from marketplace.notifications.recipients import RECIPIENTS
from tests.architecture.sources import ROOT, modules

PUBLIC = {
    "accounts.confirm",
    "accounts.confirm_email",
    "accounts.forgot",
    "accounts.forgot_sent",
    "accounts.login",
    "accounts.logout",
    "accounts.register",
    "accounts.register_sent",
    "accounts.resend",
    "accounts.reset",
    "accounts.reset_link",
    "accounts.second_step",
    "accounts.undo_email",
    "bootstrap.static",
    "careers.attachment",
    "companies.index",
    "companies.picture",
    "companies.show",
    "feeds.calendar",
    "home.about",
    "home.healthz",
    "home.index",
    "home.language",
    "home.privacy",
    "home.readyz",
    "home.search_help",
    "home.terms",
    "jobs.show",
    "notifications.unsubscribe",
    "pledges.text",
    "profiles.picture",
    "profiles.show",
    "reports.decision_by_link",
    "saved_searches.unsubscribe",
    "reviews.index",
    "reviews.of_poster",
    "reviews.of_team",
    "search.jobs",
    "search.workers",
    "static",
    "teams.picture",
    "teams.show",
    "transparency.check",
    "transparency.consistency",
    "transparency.entries",
    "transparency.head",
    "transparency.index",
    "transparency.key",
}
"""The doors open to visitors. A new one is written here on purpose, or stays closed."""


def test_the_open_doors_are_exactly_these(shared_app: Flask) -> None:
    assert {endpoint for endpoint in shared_app.view_functions if is_public(shared_app, endpoint)} == PUBLIC


def test_what_changes_something_is_a_post(shared_app: Flask) -> None:
    methods = {method for rule in shared_app.url_map.iter_rules() for method in rule.methods or ()}
    assert methods == {"GET", "HEAD", "OPTIONS", "POST"}


EXEMPT_FROM_CSRF = {"blueprints.notifications.routes.unsubscribe", "blueprints.saved_searches.routes.unsubscribe"}
"""What takes a POST without a token of ours: a mail reader (RFC 8058) sends none, and its link is signed."""


def test_what_is_exempt_from_csrf_is_exactly_this(shared_app: Flask) -> None:
    protection = shared_app.extensions["csrf"]
    assert protection._exempt_views == EXEMPT_FROM_CSRF
    assert not protection._exempt_blueprints


def test_addresses_are_kebab_case(shared_app: Flask) -> None:
    fixed = [re.sub(r"<[^>]+>", "", rule.rule) for rule in shared_app.url_map.iter_rules()]
    wrong = [
        path
        for path in fixed
        if not re.fullmatch(r"[a-z0-9/-]*(\.(json|pem))?", path) and not path.startswith("/bootstrap")
    ]
    assert not wrong


def templates() -> set[str]:
    return {
        str(path.relative_to(ROOT / "templates").as_posix())
        for path in (ROOT / "templates").rglob("*")
        if path.suffix in {".html", ".txt"}
    }


def test_every_template_is_reached_and_every_reached_one_is_there() -> None:
    names = re.compile(r"[\"']([a-z0-9_/.-]+\.(?:html|txt))[\"']")
    sources: list[Path] = [*modules(), *(ROOT / "templates").rglob("*.html")]
    named = {name for path in sources for name in names.findall(path.read_text(encoding="utf-8"))}
    there = templates()
    by_number = {name for name in there if re.fullmatch(r"errors/\d+\.html", name)}
    mails = {name for name in there if name.startswith("mail/")}
    told = {f"events/{kind}.html" for kind in RECIPIENTS}
    assert {name for name in there if name.startswith("events/")} == told
    assert not {name for name in named if "/" in name and not name.startswith("/")} - there
    assert not there - named - by_number - mails - told


def test_every_macro_is_used() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")}
    python = "\n".join(path.read_text(encoding="utf-8") for path in modules())
    defined = {name: path for path, text in texts.items() for name in re.findall(r"{%-? macro (\w+)\(", text)}
    unused = []
    for name, home in defined.items():
        inside = len(re.findall(rf"\b{name}\b", texts[home]))
        outside = sum(bool(re.search(rf"\b{name}\b", text)) for path, text in texts.items() if path != home)
        if not outside and inside < 2 and f'"{name}"' not in python:
            unused.append(f"{home.name}: {name}")
    assert not unused
