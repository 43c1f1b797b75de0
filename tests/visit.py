"""A client that behaves like a person with a browser, and checks every page it gets."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from flask import Flask, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from selectolax.lexbor import LexborHTMLParser, LexborNode
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from marketplace import db
from marketplace.accounts import sessions
from marketplace.accounts.models import Account, Member

HOST = "http://localhost"


class Visitors:
    """Hands out browsers: `visit.open(…)` for one who is not signed in, `visit.as_(member)` for one who is."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.anonymous = Browser(app)
        self._members: dict[int, Browser] = {}

    def open(self, endpoint: str, **values: Any) -> "Page":
        """Open a page without being signed in."""
        return self.anonymous.open(endpoint, **values)

    def as_(self, member: Member) -> "Browser":
        """Return the browser in which `member` is signed in (the same one for the whole test)."""
        if member.id not in self._members:
            self._members[member.id] = Browser(self.app, member)
        return self._members[member.id]


def signed_in(app: Flask, member: Member) -> dict[str, Any]:
    """Begin a session of `member`; return what its cookie holds."""
    with app.app_context(), db.writing():
        account = db.db.session.get(Account, member.id)
        assert account is not None
        secret = sessions.start(account, "Browser of the tests", "127.0.0.1")
        uniquifier = account.fs_uniquifier
        db.commit()
    return {"sid": secret, "_user_id": uniquifier, "_fresh": True}


def cookie_of(app: Flask, member: Member) -> str:
    """Begin a session of `member`; return the header by which a program that runs elsewhere knows them."""
    cookies = cast(SecureCookieSessionInterface, app.session_interface).get_signing_serializer(app)
    assert cookies is not None
    return f"musubi={cookies.dumps(signed_in(app, member) | {'_permanent': True})}"


class Browser:
    """One browser with its cookies."""

    def __init__(self, app: Flask, member: Member | None = None) -> None:
        self.app = app
        self.client = app.test_client()
        if member is not None:
            self._sign_in(member)

    def _sign_in(self, member: Member) -> None:
        with self.client.session_transaction(base_url=HOST) as cookie:
            cookie.update(signed_in(self.app, member))

    def open(self, endpoint: str, **values: Any) -> "Page":
        """Open the page of `endpoint`."""
        with self.app.test_request_context(base_url=HOST):
            path = url_for(endpoint, **values)
        return self.open_path(path)

    def open_path(self, path: str, **kwargs: Any) -> "Page":
        """Open an address, following redirects."""
        with counting(self.app) as statements:
            response = self.client.get(path, base_url=HOST, follow_redirects=True, **kwargs)
        return Page(self, response, len(statements))

    def post(self, path: str, fields: Any = None, *, csrf: bool = True, follow: bool = True, **kwargs: Any) -> "Page":
        """Send a form that no page showed (hostile or repeated); with a valid CSRF token unless told otherwise."""
        data = dict(fields or {})
        if csrf:
            data["csrf_token"] = self.csrf_token()
        with counting(self.app) as statements:
            response = self.client.post(path, base_url=HOST, data=data, follow_redirects=follow, **kwargs)
        return Page(self, response, len(statements))

    def csrf_token(self) -> str:
        """Return a CSRF token of this browser's session, as any page with a form would carry."""
        with (
            self.client.session_transaction(base_url=HOST) as cookie,
            self.app.app_context(),
            self.app.test_request_context(base_url=HOST),
        ):
            session.update(cookie)
            token = generate_csrf()
            cookie.update(session)
        return str(token)


class Page:
    """An answer, read as a person would.

    What happens to every page goes by `tree`, thirty times as fast as `soup`: that is for a test's closer looks.
    """

    def __init__(self, browser: Browser, response: TestResponse, statements: int) -> None:
        self.browser = browser
        self.response = response
        for each in (*response.history, response):
            # Large uploads are sent from a temporary file that the test client leaves open.
            each.request.environ["wsgi.input"].close()
        self.status = response.status_code
        self.statements = statements
        """How many SQL statements the answer cost, redirects included."""
        self.path = response.request.path + (
            f"?{response.request.query_string.decode()}" if response.request.query_string else ""
        )
        self.html = response.get_data(as_text=True) if response.mimetype == "text/html" else ""
        if response.mimetype == "text/html" and "<html" in self.html:
            self._check()

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The page as a browser reads it."""
        return LexborHTMLParser(self.html.replace("\r\n", "\n"))

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The page as it is written, for what a test asks of it by itself."""
        return BeautifulSoup(self.html.replace("\r\n", "\n"), "html.parser")

    @cached_property
    def text(self) -> str:
        """The words of the page, white space folded."""
        readable = self.tree.clone()
        readable.strip_tags(["script", "style"])
        return _words(readable.root)

    @property
    def title(self) -> str:
        """The title of the page."""
        return _words(self.tree.css_first("title"))

    def find_all(self, selector: str) -> list[str]:
        """Return the texts of all that `selector` matches."""
        return [_words(found) for found in self.tree.css(selector)]

    def errors(self) -> dict[str, str]:
        """Return the error beside each field, by the field's name."""
        found = {}
        for field in self.tree.css("[aria-invalid=true]"):
            ids = (field.attributes.get("aria-describedby") or "").split()
            name = field.attributes.get("name") or field.attributes.get("id")
            found[str(name)] = " ".join(_words(self._by_id(one)) for one in ids if self._by_id(one))
        return found

    def _by_id(self, name: str) -> LexborNode | None:
        return self.tree.css_first(f'[id="{name}"]')

    def value(self, name: str) -> str:
        """Return what stands in the field `name`."""
        field = self.tree.css_first(f'[name="{name}"]')
        assert field is not None, f"no field {name!r} on {self.path}"
        if field.tag == "textarea":
            return field.text()
        if field.tag == "select":
            chosen = field.css_first("option[selected]")
            return _said(chosen, "value") if chosen else ""
        if field.attributes.get("type") in {"radio", "checkbox"}:
            checked = self.tree.css_first(f'[name="{name}"][checked]')
            return _said(checked, "value", "on") if checked else ""
        return _said(field, "value")

    def form(self, button: str) -> LexborNode:
        """Return the form whose button says `button`."""
        for candidate in self.tree.css("button, input[type=submit]"):
            label = candidate.attributes.get("value") if candidate.tag == "input" else _words(candidate)
            if button in {label, candidate.attributes.get("aria-label")}:
                owner = candidate.attributes.get("form")
                form = self._by_id(owner) if owner else _form_around(candidate)
                assert form is not None, f"the button {button!r} on {self.path} belongs to no form"
                return form
        raise AssertionError(f"no button says {button!r} on {self.path}: {self.find_all('button')}")

    def submit(self, button: str, files: dict[str, Any] | None = None, follow: bool = True, **fields: Any) -> "Page":
        """Fill in `fields`, press `button`, and return the page that comes. A list fills several fields of one name."""
        form = self.form(button)
        data: dict[str, Any] = self._fields_of(form, button)
        for name, value in fields.items():
            if value is None:
                data.pop(name, None)
            else:
                data[name] = value
        if files:
            data.update(files)
        action = form.attributes.get("formaction") or form.attributes.get("action")
        target = urljoin(HOST + self.path, action or self.path)
        parts = urlsplit(target)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        with counting(self.browser.app) as statements:
            if _said(form, "method", "get").lower() == "get":
                response = self.browser.client.get(path, base_url=HOST, query_string=data, follow_redirects=follow)
            else:
                response = self.browser.client.post(
                    path,
                    base_url=HOST,
                    data=data,
                    follow_redirects=follow,
                    content_type="multipart/form-data" if files else None,
                    headers={"Referer": HOST + self.path},
                )
        return Page(self.browser, response, len(statements))

    def follow(self, link: str) -> "Page":
        """Follow the link that says `link`."""
        for candidate in self.tree.css("a[href]"):
            if link in {_words(candidate), candidate.attributes.get("aria-label")}:
                return self.browser.open_path(urljoin(self.path, _said(candidate, "href")))
        raise AssertionError(f"no link says {link!r} on {self.path}: {self.find_all('a[href]')}")

    def has_link(self, link: str) -> bool:
        """Tell whether some link says `link`."""
        return any(link == _words(one) for one in self.tree.css("a[href]"))

    def has_button(self, button: str) -> bool:
        """Tell whether some button says `button`."""
        try:
            self.form(button)
        except AssertionError:
            return False
        return True

    def _fields_of(self, form: LexborNode, button: str) -> dict[str, Any]:
        data: dict[str, Any] = {}

        def add(name: str, value: str) -> None:
            data[name] = [*data[name], value] if name in data else [value]

        for field in form.css("input[name], textarea[name], select[name], button[name]"):
            name, kind, value = _said(field, "name"), _said(field, "type", "text"), field.attributes.get("value")
            if field.tag == "button":
                if _words(field) == button:
                    add(name, value or "")
            elif field.tag == "textarea":
                add(name, field.text())
            elif field.tag == "select":
                chosen = field.css("option[selected]") or (
                    [] if "multiple" in field.attributes else field.css("option")[:1]
                )
                for option in chosen:
                    add(name, _said(option, "value", _words(option)))
            elif kind in {"checkbox", "radio"}:
                if "checked" in field.attributes:
                    add(name, _said(field, "value", "on"))
            elif kind not in {"file", "submit", "button"}:
                add(name, value or "")
        return data

    def _check(self) -> None:
        """What holds for every page: a title, nonces, no inline styles, a token in each form that writes, labels."""
        assert self.title, f"{self.path} has no title"
        policy = self.response.headers["Content-Security-Policy"]
        for script in self.tree.css("script, style"):
            nonce = script.attributes.get("nonce")
            is_allowed = "src" in script.attributes or (nonce and f"'nonce-{nonce}'" in policy)
            assert is_allowed, f"{self.path}: {script.html}"
        for form in self.tree.css("form[method=post i]"):
            assert form.css_first("input[name=csrf_token]"), f"{self.path}: no token in {form.html}"
        ids: Counter[str] = Counter()
        for tag in self.tree.css("*"):
            names = tag.attributes
            assert not any(name.startswith("on") for name in names), f"{self.path}: inline handler in {tag.html}"
            assert "style" not in names, f"{self.path}: the policy lets no style attribute count"
            if "id" in names:
                ids[names["id"] or ""] += 1
        doubled = [one for one, times in ids.items() if times > 1]
        assert not doubled, f"{self.path}: ids twice: {doubled}"
        for label in self.tree.css("label[for]"):
            assert _said(label, "for") in ids, f"{self.path}: {label.html} names no field"


def _words(tag: LexborNode | None) -> str:
    """Return the words in `tag`, white space folded."""
    return " ".join(tag.text(separator=" ").split()) if tag is not None else ""


def _said(tag: LexborNode, attribute: str, otherwise: str = "") -> str:
    """Return what `attribute` says, `otherwise` where `tag` has none: `value` without a value is an empty one."""
    return (tag.attributes[attribute] or "") if attribute in tag.attributes else otherwise


def _form_around(tag: LexborNode) -> LexborNode | None:
    around = tag.parent
    while around is not None and around.tag != "form":
        around = around.parent
    return around


@contextmanager
def counting(app: Flask) -> Iterator[list[str]]:
    """Collect the SQL statements that run inside (savepoints of the test harness are not statements)."""
    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *others: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")):
            statements.append(statement)

    with app.app_context():
        engine: Engine = db.db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
