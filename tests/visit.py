"""A client that behaves like a person with a browser, and checks every page it gets."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask, url_for
from flask.sessions import SecureCookieSessionInterface
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
        page = self.open_path("/")
        token = page.soup.select_one("input[name=csrf_token]")
        assert token is not None, "the top page carries a form (the language switch)"
        return str(token["value"])


class Page:
    """An answer, read as a person would."""

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
        self.soup = BeautifulSoup(self.html.replace("\r\n", "\n"), "html.parser")
        if response.mimetype == "text/html" and "<html" in self.html:
            self._check()

    @property
    def text(self) -> str:
        """The words of the page, white space folded."""
        return re.sub(r"\s+", " ", self.soup.get_text(" ")).strip()

    @property
    def title(self) -> str:
        """The title of the page."""
        return self.soup.title.get_text(strip=True) if self.soup.title else ""

    def find_all(self, selector: str) -> list[str]:
        """Return the texts of all that `selector` matches."""
        return [re.sub(r"\s+", " ", found.get_text(" ")).strip() for found in self.soup.select(selector)]

    def errors(self) -> dict[str, str]:
        """Return the error beside each field, by the field's name."""
        found = {}
        for field in self.soup.select("[aria-invalid=true]"):
            ids = str(field.get("aria-describedby", "")).split()
            texts = [self.soup.find(id=one) for one in ids]
            found[str(field.get("name") or field.get("id"))] = " ".join(
                one.get_text(" ", strip=True) for one in texts if one
            )
        return found

    def value(self, name: str) -> str:
        """Return what stands in the field `name`."""
        field = self.soup.select_one(f"[name='{name}']")
        assert field is not None, f"no field {name!r} on {self.path}"
        if field.name == "textarea":
            return field.get_text().removeprefix("\n")
        if field.name == "select":
            chosen = field.select_one("option[selected]")
            return str(chosen["value"]) if chosen else ""
        if field.get("type") in {"radio", "checkbox"}:
            checked = self.soup.select_one(f"[name='{name}'][checked]")
            return str(checked.get("value", "on")) if checked else ""
        return str(field.get("value", ""))

    def form(self, button: str) -> Tag:
        """Return the form whose button says `button`."""
        for candidate in self.soup.select("button, input[type=submit]"):
            label = candidate.get("value") if candidate.name == "input" else candidate.get_text(" ", strip=True)
            if button in {str(label), str(candidate.get("aria-label"))}:
                owner = candidate.get("form")
                form = self.soup.find(id=owner) if owner else candidate.find_parent("form")
                assert isinstance(form, Tag), f"the button {button!r} on {self.path} belongs to no form"
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
        target = urljoin(HOST + self.path, str(form.get("formaction") or form.get("action") or self.path))
        parts = urlsplit(target)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        with counting(self.browser.app) as statements:
            if str(form.get("method", "get")).lower() == "get":
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
        for candidate in self.soup.select("a[href]"):
            if link in {candidate.get_text(" ", strip=True), str(candidate.get("aria-label"))}:
                return self.browser.open_path(urljoin(self.path, str(candidate["href"])))
        raise AssertionError(f"no link says {link!r} on {self.path}: {self.find_all('a[href]')}")

    def has_link(self, link: str) -> bool:
        """Tell whether some link says `link`."""
        return any(link == one.get_text(" ", strip=True) for one in self.soup.select("a[href]"))

    def has_button(self, button: str) -> bool:
        """Tell whether some button says `button`."""
        try:
            self.form(button)
        except AssertionError:
            return False
        return True

    def _fields_of(self, form: Tag, button: str) -> dict[str, Any]:
        data: dict[str, Any] = {}

        def add(name: str, value: str) -> None:
            data[name] = [*data[name], value] if name in data else [value]

        for field in form.select("input[name], textarea[name], select[name], button[name]"):
            name, kind = str(field["name"]), str(field.get("type", "text"))
            if field.name == "button":
                if field.get_text(" ", strip=True) == button:
                    add(name, str(field.get("value", "")))
            elif field.name == "textarea":
                add(name, field.get_text().removeprefix("\n"))
            elif field.name == "select":
                chosen = field.select("option[selected]") or (
                    [] if field.has_attr("multiple") else field.select("option")[:1]
                )
                for option in chosen:
                    add(name, str(option.get("value", option.get_text(strip=True))))
            elif kind in {"checkbox", "radio"}:
                if field.has_attr("checked"):
                    add(name, str(field.get("value", "on")))
            elif kind not in {"file", "submit", "button"}:
                add(name, str(field.get("value", "")))
        return data

    def _check(self) -> None:
        """What holds for every page: a title, nonces, no inline styles, a token in each form that writes, labels."""
        assert self.title, f"{self.path} has no title"
        policy = self.response.headers["Content-Security-Policy"]
        for script in self.soup.select("script, style"):
            nonce = script.get("nonce")
            assert script.get("src") or (nonce and f"'nonce-{nonce}'" in policy), f"{self.path}: {script}"
        for form in self.soup.select("form"):
            if str(form.get("method", "get")).lower() == "post":
                assert form.select_one("input[name=csrf_token]"), f"{self.path}: no token in {form}"
        for inline in self.soup.find_all(lambda tag: any(name.startswith("on") for name in tag.attrs)):
            raise AssertionError(f"{self.path}: inline handler in {inline}")
        assert not self.soup.select("[style]"), f"{self.path}: the policy lets no style attribute count"
        ids = [str(tag["id"]) for tag in self.soup.select("[id]")]
        doubled = {one for one in ids if ids.count(one) > 1}
        assert not doubled, f"{self.path}: ids twice: {doubled}"
        for label in self.soup.select("label[for]"):
            assert self.soup.find(id=str(label["for"])), f"{self.path}: {label} names no field"


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
