"""The edge of a request: what is committed, what leaves nothing, and who is let in at all."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask, abort, url_for
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from blueprints.access import UNSAFE, is_for_moderators, is_public, local_path
from marketplace import db
from marketplace.accounts.models import Member
from marketplace.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, TooLarge, TooOften, WrongKind
from marketplace.follows import service as follows
from marketplace.follows.models import Follow
from marketplace.messages import service as messages
from tests.factories.members import MemberFactory
from tests.visit import HOST, Visitors

REFUSALS: list[tuple[DomainError, int]] = [
    (NotAllowed(), 403),
    (NotFound(), 404),
    (Conflict("別の画面で変わりました。"), 409),
    (TooLarge("大きすぎます。"), 413),
    (WrongKind("種類がちがいます。"), 415),
    (Invalid("保存できません。"), 422),
    (TooOften("少し時間をおいてください。", 60), 429),
]

Deed = Callable[[], object]


@pytest.fixture
def on_press(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Deed], None]]:
    """Lets pressing 「フォローする」 do something else once the member has been followed."""

    def instead(deed: Deed) -> None:
        follow = follows.follow

        def both(actor: Member, followed: Member) -> object:
            follow(actor, followed)
            return deed()

        monkeypatch.setattr(follows, "follow", both)

    return instead


def follows_in(app: Flask) -> int:
    with app.app_context():
        return db.db.session.scalar(select(func.count()).select_from(Follow)) or 0


def fail(error: Exception) -> Callable[..., object]:
    def deed(*args: object) -> None:
        raise error

    return deed


@pytest.mark.parametrize(("error", "status"), REFUSALS, ids=lambda value: str(value) if isinstance(value, int) else "")
def test_a_refusal_is_a_page_with_its_sentence_and_leaves_nothing(
    app: Flask,
    visit: Visitors,
    ana: Member,
    ben: Member,
    on_press: Callable[[Deed], None],
    error: DomainError,
    status: int,
) -> None:
    on_press(fail(error))
    refused = visit.as_(ana).post("/workers/ben/follow")
    assert (refused.status, follows_in(app)) == (status, 0)
    assert error.sentence in refused.text
    assert refused.response.headers.get("Retry-After") == ("60" if status == 429 else None)


def test_a_crash_is_a_page_with_a_number_and_leaves_nothing(
    app: Flask, visit: Visitors, ana: Member, ben: Member, on_press: Callable[[Deed], None]
) -> None:
    on_press(fail(RuntimeError("a secret of the machine")))
    broken = visit.as_(ana).post("/workers/ben/follow")
    assert (broken.status, follows_in(app)) == (500, 0)
    assert "a secret of the machine" not in broken.html
    assert re.search(r"お問い合わせの番号 [0-9a-f]{8}", broken.text)
    assert visit.as_(ana).open("home.index").status == 200


def test_a_response_of_400_and_above_leaves_nothing_whoever_made_it(
    app: Flask, visit: Visitors, ana: Member, ben: Member, on_press: Callable[[Deed], None]
) -> None:
    on_press(lambda: abort(418))
    assert visit.as_(ana).post("/workers/ben/follow").status == 418
    assert follows_in(app) == 0


@pytest.mark.parametrize(
    "lost", [StaleDataError("0 of 1 rows"), IntegrityError("INSERT", None, Exception("UNIQUE constraint failed"))]
)
def test_a_commit_that_lost_to_another_is_a_conflict(
    app: Flask, visit: Visitors, ana: Member, ben: Member, monkeypatch: pytest.MonkeyPatch, lost: Exception
) -> None:
    browser = visit.as_(ana)
    fields = {"csrf_token": browser.csrf_token()}
    monkeypatch.setattr(db, "commit", fail(lost))
    refused = browser.post("/workers/ben/follow", fields, csrf=False)
    monkeypatch.undo()
    assert (refused.status, follows_in(app)) == (409, 0)
    assert "ほかの画面で先に更新されていました。" in refused.text
    assert refused.response.headers["Cache-Control"] == "no-store"
    assert "フォローしました" not in refused.text + browser.open("messages.index").text


def test_a_database_that_cannot_commit_is_unavailable_and_nothing_is_half_done(
    app: Flask, visit: Visitors, ana: Member, ben: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = visit.as_(ana)
    fields = {"csrf_token": browser.csrf_token()}
    monkeypatch.setattr(db, "commit", fail(OperationalError("COMMIT", None, Exception("disk I/O error"))))
    refused = browser.post("/workers/ben/follow", fields, csrf=False)
    monkeypatch.undo()
    assert (refused.status, follows_in(app)) == (503, 0)
    assert "お問い合わせの番号" in refused.text


@pytest.mark.real_commits
def test_a_row_that_breaks_a_constraint_only_at_the_commit_is_a_conflict(
    app: Flask, visit: Visitors, ana: Member, ben: Member, on_press: Callable[[Deed], None]
) -> None:
    on_press(lambda: db.db.session.add(Follow(from_id=ben.id, to_id=ben.id)))
    assert visit.as_(ana).post("/workers/ben/follow").status == 409
    assert follows_in(app) == 0


@pytest.mark.parametrize("error", [StaleDataError("0 of 1 rows"), IntegrityError("INSERT", None, Exception("UNIQUE"))])
def test_a_change_that_lost_to_another_before_the_commit_is_the_same_conflict(
    app: Flask, visit: Visitors, ana: Member, ben: Member, on_press: Callable[[Deed], None], error: Exception
) -> None:
    on_press(fail(error))
    refused = visit.as_(ana).post("/workers/ben/follow")
    assert (refused.status, follows_in(app)) == (409, 0)
    assert "ほかの画面で先に更新されていました。" in refused.text
    assert refused.soup.select_one("#member-menu"), "who is asking is known on the page"


@pytest.mark.real_commits
def test_a_get_that_writes_fails_loudly(
    app: Flask, visit: Visitors, ana: Member, ben: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database itself refuses: by the session, by SQL that nobody sees coming, and on the way to an error page."""
    writes: list[Deed] = [
        lambda: (db.db.session.add(Follow(from_id=ana.id, to_id=ben.id)), db.db.session.flush()),
        lambda: db.db.session.execute(text("DELETE FROM members")),
        lambda: db.add_once(Follow(from_id=ana.id, to_id=ben.id)),
    ]
    browser = visit.as_(ana)
    for write in writes:
        monkeypatch.setitem(app.view_functions, "follows.contacts", write)
        assert browser.open("follows.contacts").status == 500
        assert follows_in(app) == 0
        assert browser.open("messages.index").status == 200


@pytest.mark.real_commits
def test_pages_that_are_opened_change_no_row(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    with app.app_context(), db.writing():
        number = messages.start(ana, ben, "件名", "本文", "once-of-a-form-of-tests")
        follows.follow(ana, ben)
        db.commit()
    browser = visit.as_(ben)

    def everything() -> dict[str, list[object]]:
        with app.app_context():
            tables = db.Model.metadata.sorted_tables
            return {table.name: list(db.db.session.execute(select(table))) for table in tables}

    before = everything()
    for address in (
        "/messages",
        f"/messages/{number}",
        "/messages/new?to=ana",
        "/contacts?tab=followers",
        "/workers/ana",
    ):
        assert browser.open_path(address).status == 200
    assert everything() == before


# Who is let in


def test_every_door_that_is_not_public_is_closed_to_visitors(app: Flask, visit: Visitors) -> None:
    """Reading leads to the sign-in, unless a page asks by itself; writing is refused with what was typed."""
    closed = 0
    for rule in app.url_map.iter_rules():
        if is_public(app, rule.endpoint):
            continue
        closed += 1
        values = {name: {"name": "skills"}.get(name, "1") for name in rule.arguments}
        with app.test_request_context(base_url=HOST):
            path = url_for(rule.endpoint, **values)
        methods = set(rule.methods or ())
        if is_for_moderators(app, rule.endpoint):
            assert visit.anonymous.open_path(path).status == 404, rule
            assert visit.anonymous.post(path, {"body": "書きかけ"}).status == 404, rule
            continue
        if "GET" in methods:
            asked = visit.anonymous.open_path(path)
            if getattr(app.view_functions[rule.endpoint], "is_unasked", False):
                assert asked.status == 401, rule
            else:
                assert asked.path.startswith("/login?next="), rule
            assert visit.anonymous.client.get(path, base_url=HOST, headers={"HX-Request": "true"}).status_code == 401
        if methods & UNSAFE:
            assert visit.anonymous.post(path, {"body": "書きかけ"}).status == 401, rule
    assert closed > 10


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("/workers?q=翻訳", "/workers?q=翻訳"),
        ("/", "/"),
        (None, "/"),
        ("", "/"),
        ("workers", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/" + "a" * 2000, "/"),
    ],
)
def test_a_way_back_is_a_path_of_this_site(target: str | None, leads_to: str) -> None:
    assert local_path(target) == leads_to


@pytest.mark.parametrize("token", [None, "", "nonsense", "foreign"])
def test_a_form_without_the_token_of_its_session_is_refused(
    app: Flask, visit: Visitors, ana: Member, ben: Member, token: str | None
) -> None:
    if token == "foreign":
        token = visit.as_(ben).csrf_token()
    fields = {} if token is None else {"csrf_token": token}
    assert visit.as_(ana).post("/workers/ben/follow", fields, csrf=False).status == 400
    assert visit.as_(ana).post("/messages/new?to=ben", fields | {"title": "題"}, csrf=False).status == 400
    assert follows_in(app) == 0


def test_a_session_that_was_ended_elsewhere_is_over_with_the_next_request(
    app: Flask, visit: Visitors, ana: Member, make_member: MemberFactory
) -> None:
    browser = visit.as_(ana)
    assert browser.open("messages.index").path == "/messages"
    with app.app_context(), db.writing():
        db.db.session.execute(text("DELETE FROM sessions"))
        db.commit()
    assert browser.open("messages.index").path.startswith("/login")
    assert browser.post("/workers/ana/follow").status == 401
